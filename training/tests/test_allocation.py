"""Algorithm 1: more levels where there is more to tell, never over the budget."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import CLIP, PICTURE, PICTURE_SIZE, picture, small_tok
from torch import Tensor

from dcs.allocation import allocate, patch_entropy
from dcs.geometry import Grid, PatchSize, unpatchify
from dcs.levels import decode_active, encode_active

entropies = st.lists(st.floats(0, 5), min_size=1, max_size=60).map(lambda e: torch.tensor(e, dtype=torch.float64))
bounds = st.tuples(st.integers(1, 4), st.integers(0, 5)).map(lambda b: (b[0], b[0] + b[1]))


def algorithm_1(entropy: list[float], average: float, low: int, high: int) -> list[int]:
    """The pseudo-code of the paper line by line."""

    def rounded(values: list[float]) -> list[int]:
        return [math.floor(v + 0.5) for v in values]

    def mean(values: list[int]) -> float:
        return sum(values) / len(values)

    def clamped(values: list[float]) -> list[int]:
        return [min(max(r, low), high) for r in rounded(values)]

    smallest, largest = min(entropy), max(entropy)
    spread = largest - smallest
    w = [low + (high - low) * (e - smallest) / spread if spread else float(low) for e in entropy]
    best = w
    for _ in range(10):
        estimate = mean(rounded(w))
        w = [average / estimate * v for v in w]
        new = mean(rounded(w))
        if abs(new - average) < abs(mean(rounded(best)) - average):
            best = w
        if new > average:
            w = [0.995 * v for v in w]
    counts = clamped(best)
    while sum(counts) > average * len(counts) + 1e-9:
        best = [0.999 * v for v in best]
        counts = clamped(best)
    return counts


@settings(deadline=None)
@given(entropy=entropies, bound=bounds, extra=st.floats(0, 6))
def test_without_filling_it_is_the_papers_algorithm(entropy: Tensor, bound: tuple[int, int], extra: float) -> None:
    low, high = bound
    average = low + extra
    found = allocate(entropy, average, low, high, fill=False)
    assert found.tolist() == algorithm_1(entropy.tolist(), average, low, high)


@settings(deadline=None)
@given(entropy=entropies, bound=bounds, extra=st.floats(0, 6))
def test_counts_stay_in_their_bounds_and_use_the_whole_budget(entropy: Tensor, bound: tuple[int, int], extra: float) -> None:
    low, high = bound
    average = low + extra
    counts = allocate(entropy, average, low, high)
    assert counts.dtype == torch.int64 and counts.shape == entropy.shape
    assert low <= int(counts.min()) <= int(counts.max()) <= high
    assert int(counts.sum()) == min(math.floor(average * len(entropy) + 1e-9), high * len(entropy))


@settings(deadline=None)
@given(entropy=entropies, bound=bounds, extra=st.floats(0, 6), fill=st.booleans())
def test_a_patch_with_more_entropy_never_gets_less(entropy: Tensor, bound: tuple[int, int], extra: float, fill: bool) -> None:
    counts = allocate(entropy, bound[0] + extra, *bound, fill=fill)
    ordered = counts[entropy.argsort(stable=True)]
    distinct = entropy.sort().values.diff() > 1e-9  # equal patches may differ by one when the budget is not even
    assert bool((ordered.diff() >= 0)[distinct].all())


@pytest.mark.parametrize("average", [1.0, 1.5, 2.0, 2.7, 3.0])
def test_a_constant_picture_gets_equal_counts_and_the_rest_one_more(average: float) -> None:
    counts = allocate(torch.full((10,), 3.0), average, 1, 3)
    assert int(counts.sum()) == math.floor(average * 10 + 1e-9)
    assert int(counts.max()) - int(counts.min()) <= 1


def test_an_average_equal_to_the_lower_bound_gives_the_lower_bound_everywhere() -> None:
    assert allocate(torch.rand(50), 1.0, 1, 3).tolist() == [1] * 50


def test_impossible_bounds_and_averages_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        allocate(torch.rand(4), 1.9, 2, 3)
    for low, high in ((0, 3), (3, 2)):
        with pytest.raises(ValueError, match="1 <= low <= high"):
            allocate(torch.rand(4), 5.0, low, high)


def grey(levels: Tensor, grid: Grid) -> Tensor:
    """Pixels of patches (P,Q) in [0,1] at the reference side -> video (1,Gt,h,w,3) in [-1,1]."""
    return unpatchify((levels * 2 - 1)[None, ..., None].expand(-1, -1, -1, 3), grid, PatchSize(1, 16))


def test_entropy_of_known_patches_is_known_and_at_the_right_place() -> None:
    grid = Grid(1, 2, 3)
    pixels = torch.full((6, 256), 0.4)
    pixels[1] = torch.arange(256) / 256  # every bin equally often: 5 bits
    pixels[3, :128] = 0.9  # two values: 1 bit
    pixels[5, :64] = 0.9  # one of four: 0.811 bits
    entropy = patch_entropy(grey(pixels, grid), grid)
    assert entropy[0].tolist() == pytest.approx([0, 5, 0, 1, 0, 0.8113], abs=1e-3)


def test_entropy_of_a_segment_counts_all_its_frames() -> None:
    video = torch.zeros(1, 6, 32, 48, 3)
    video[:, 1] = 0.5  # second frame of the first segment
    entropy = patch_entropy(video, CLIP)
    assert entropy[0].view(3, 6)[0].tolist() == pytest.approx([1.0] * 6)
    assert not bool(entropy[0].view(3, 6)[1:].any())


def test_entropy_hardly_depends_on_the_size_of_the_picture() -> None:
    grid, y, x = Grid(1, 2, 3), torch.linspace(0, 3, 128), torch.linspace(0, 4, 192)
    drawing = ((y[:, None] * x).sin() * 0.9)[None, None, :, :, None].expand(-1, -1, -1, -1, 3)
    large = patch_entropy(drawing, grid)
    small = patch_entropy(drawing[:, :, ::4, ::4], grid)
    assert float((large - small).abs().max()) < 0.5


def test_values_outside_the_range_count_as_its_ends() -> None:
    video = torch.full((1, 1, 32, 48, 3), 7.0)
    assert not bool(patch_entropy(video, Grid(1, 2, 3)).any())


def test_allocated_counts_encode_and_decode_a_picture() -> None:
    tok, video = small_tok(), picture()
    video[..., : 3 * PICTURE_SIZE.p, :] = 0.1  # three flat columns of patches
    counts = allocate(patch_entropy(video, PICTURE)[0], 2.0, 1, 3)[None]
    by_cell = counts.view(PICTURE.h, PICTURE.w)
    assert int(by_cell[:, :2].max()) < int(by_cell[:, 4:].min())
    z = encode_active(tok, video, PICTURE_SIZE, counts)
    assert z.shape[1] == 2 * PICTURE.patches
    assert decode_active(tok, z, PICTURE, PICTURE_SIZE, counts).shape == video.shape
