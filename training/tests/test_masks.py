"""Who may look at whom: Figures 12 and 13 of the paper, and the packed sequence of clean-context training."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dcs import masks
from dcs.geometry import Grid

GRID, LEVELS = Grid(3, 2, 3), 3
grids = st.builds(Grid, st.integers(1, 3), st.integers(1, 4), st.integers(1, 4))


def tokens(grid: Grid, levels: int) -> list[tuple[int, int, int, int]]:
    """(level, segment, row, column) of each token in the documented order."""
    cells = [(g, y, x) for g in range(grid.t) for y in range(grid.h) for x in range(grid.w)]
    return [(level, *cell) for level in range(levels) for cell in cells]


@given(grid=grids, levels=st.integers(1, 4), temporal=st.booleans())
def test_a_token_sees_its_own_and_lower_levels_of_its_own_and_earlier_segments(grid: Grid, levels: int, temporal: bool) -> None:
    mask = masks.level_causal(grid, levels, temporal)
    order = tokens(grid, levels)
    for i, (level, g, _, _) in enumerate(order):
        expected = [other <= level and (h <= g or not temporal) for other, h, _, _ in order]
        assert mask[i].tolist() == expected


def test_patch_i_with_i_tokens_is_the_example_of_figure_12d() -> None:
    grid, counts = Grid(1, 2, 2), torch.tensor([[1, 2, 3, 4]])
    mask = masks.level_causal(grid, 4) & masks.active_tokens(counts, 4)[:, None, :]
    third_on_second = mask[0].view(4, 4, 4, 4)[:3, 2, :, 1]  # [level of patch 3, level of patch 2]
    assert third_on_second.tolist() == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, False, False],
    ]
    assert bool(mask.any(-1).all()), "every query has a key, so no row of the softmax is empty"


@given(grid=grids, levels=st.integers(1, 5), data=st.data())
def test_a_patch_with_count_m_has_its_first_m_levels_active(grid: Grid, levels: int, data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(1, levels), min_size=grid.patches, max_size=grid.patches))
    active = masks.active_tokens(torch.tensor([counts]), levels).view(levels, grid.patches)
    assert active.sum(0).tolist() == counts
    assert bool((active[:-1] >= active[1:]).all()), "a level is active only above active levels"


@pytest.mark.parametrize("temporal", [True, False])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_packed_clean_tokens_see_clean_ones_and_noisy_tokens_see_clean_lower_ones_and_their_own_level(
    levels: int, temporal: bool
) -> None:
    clean, noisy = tokens(GRID, levels - 1), tokens(GRID, levels)
    order = [(False, *t) for t in clean] + [(True, *t) for t in noisy]
    mask = masks.dual_stream(GRID, levels, temporal)
    assert mask.shape == (len(order), len(order)) == ((2 * levels - 1) * GRID.patches,) * 2
    for i, (is_noisy, level, g, _, _) in enumerate(order):
        for j, (other_is_noisy, other, h, _, _) in enumerate(order):
            among_noisy, on_clean = is_noisy and other == level, other < level + (not is_noisy)
            sees = among_noisy if other_is_noisy else on_clean
            assert bool(mask[i, j]) == (sees and (h <= g or not temporal))


def test_a_blocked_key_gets_exactly_no_attention() -> None:
    bias = masks.to_bias(torch.tensor([True, False]))
    assert torch.softmax(torch.tensor([-80.0, 80.0]) + bias, dim=0).tolist() == [1.0, 0.0]
    assert bool(torch.isfinite(bias.half()).all())
