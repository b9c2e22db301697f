"""One clip at several frame rates: which frames it shares, and that they agree."""

from __future__ import annotations

import pytest
import torch
from small_models import small_tok
from torch import Tensor

from dcs.motion import frame_times
from dcs.rates import decode_clip, encode_clip, mean_table, rate_agreement, shared_frames


def ramp(times_s: Tensor) -> Tensor:
    """A picture as bright as the time."""
    return (times_s.float() - 0.5)[:, None, None, None].expand(-1, 8, 12, 3)


def test_frames_lie_at_the_tail_of_their_interval():
    assert frame_times(4, 4).tolist() == [0.25, 0.5, 0.75, 1.0]
    assert float(frame_times(120, 60)[-1]) == 2.0


@pytest.mark.parametrize(("fps", "other", "count"), [(6, 12, 6), (24, 60, 12), (12, 48, 12), (48, 60, 12)])
def test_shared_frames_show_the_same_time_and_none_is_missed(fps: int, other: int, count: int):
    seconds = 2
    pairs = shared_frames(fps, other, seconds)
    assert len(pairs) == seconds * count
    mine, theirs = frame_times(fps * seconds, fps), frame_times(other * seconds, other)
    for i, j in pairs:
        assert float(mine[i]) == pytest.approx(float(theirs[j]), abs=1e-12)
    assert pairs == [(j, i) for i, j in shared_frames(other, fps, seconds)]


def test_exact_clips_agree_at_all_rates_and_a_late_one_does_not():
    clips = {fps: ramp(frame_times(fps, fps)) for fps in (6, 12, 24)}
    found = rate_agreement(clips, 1)
    assert [found[i][i] for i in range(3)] == [None] * 3
    assert min(cell for row in found for cell in row if cell is not None) == pytest.approx(106, abs=1)
    late = rate_agreement(clips | {24: ramp(frame_times(24, 24) + 0.1)}, 1)
    assert late[0][2] == pytest.approx(26.02, abs=0.1)  # 0.1 of a range of 2


@torch.no_grad()
def test_a_rate_that_segments_do_not_divide_is_every_so_many_frames_of_one_that_they_do():
    tok = small_tok()  # two segments a second
    z, grid = encode_clip(tok, ramp, 4, 1)
    assert tuple(grid) == (2, 4, 6) and z.shape[1] == 3 * grid.patches
    fine, coarse = decode_clip(tok, z, grid, 8, 6), decode_clip(tok, z, grid, 8, 3)
    assert fine.shape == (6, 8, 12, 3)
    assert torch.equal(coarse, fine[1::2])


@torch.no_grad()
def test_a_clip_is_encoded_at_a_multiple_of_its_segments_only():
    with pytest.raises(ValueError, match="2 segments a second"):
        encode_clip(small_tok(), ramp, 3, 1)


def test_tables_are_averaged_cell_by_cell():
    assert mean_table([[[None, 30.0]], [[None, 40.0]]]) == [[None, 35.0]]
