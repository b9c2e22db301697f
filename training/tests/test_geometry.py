"""Grids, patches and coordinates: the same place keeps the same coordinate at every scale."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from dcs.config import CoordMode, grid_frequencies, patch_frequencies
from dcs.geometry import (
    Grid,
    PatchSize,
    fit_frames,
    fit_pixels,
    fit_video,
    grid_for,
    grid_positions,
    level_positions,
    patch_side_for,
    patch_size,
    patchify,
    pixel_coords,
    pixel_positions,
    resampling,
    resize,
    rope_table,
    tail_frames,
    unpatchify,
)

MODES: tuple[CoordMode, ...] = ("corner", "center")
sides = st.integers(2, 3000)
grids = st.builds(Grid, st.integers(1, 3), st.integers(1, 5), st.integers(1, 5))
sizes = st.builds(PatchSize, st.integers(1, 4), st.integers(1, 5))


def test_equation_1_gives_the_papers_two_scales_of_one_clip_the_same_grid() -> None:
    small, large = patch_size(16, 16, 2, k=2, kt=1), patch_size(32, 32, 4, k=2, kt=1)
    assert (small, large) == (PatchSize(2, 8), PatchSize(4, 16))
    clip = Grid(3, 2, 2)
    for size in (small, large):
        video = torch.zeros(1, clip.t * size.pt, clip.h * size.p, clip.w * size.p, 3)
        assert patchify(video, size).shape[1] == clip.patches


def test_an_image_has_one_frame_in_a_patch_whatever_the_segment_rate() -> None:
    assert patch_size(64, 96, None, k=8, kt=6) == PatchSize(1, 8)


@pytest.mark.parametrize(("h", "w", "fps"), [(65, 96, None), (64, 96, 25)])
def test_a_size_or_rate_that_does_not_divide_is_refused(h: int, w: int, fps: int | None) -> None:
    with pytest.raises(ValueError, match="multiple"):
        patch_size(h, w, fps, k=8, kt=6)


@pytest.mark.parametrize(
    ("h", "w", "k", "expected"),
    [
        (512, 256, 16, (32, 16)),
        (256, 512, 16, (16, 32)),
        (720, 1280, 16, (16, 28)),
        (1280, 720, 16, (28, 16)),
        (100, 157, 8, (8, 13)),
        (64, 64, 8, (8, 8)),
        (64, 66, 8, (8, 8)),
        (50, 1000, 8, (8, 20)),
    ],
)
def test_grids_of_common_aspects(h: int, w: int, k: int, expected: tuple[int, int]) -> None:
    assert grid_for(h, w, k)[1:] == expected


def test_720p_keeps_its_pixels_and_loses_ten_columns_on_each_side() -> None:
    assert fit_pixels(720, 1280, 16) == (720, 1260, 45)


@given(h=sides, w=sides, k=st.integers(2, 16))
def test_any_picture_gets_a_grid_with_k_patches_on_its_short_side(h: int, w: int, k: int) -> None:
    grid = grid_for(h, w, k)
    assert min(grid.h, grid.w) == k
    assert (grid.h > grid.w) <= (h > w)
    assert (grid.w > grid.h) <= (w > h)


@given(h=sides, w=sides, k=st.integers(2, 16))
def test_the_crop_is_at_most_half_a_patch_and_leaves_the_aspect_of_the_grid(h: int, w: int, k: int) -> None:
    grid, (crop_h, crop_w, p) = grid_for(h, w, k), fit_pixels(h, w, k)
    assert 1 <= crop_h <= h and 1 <= crop_w <= w and p >= 2
    assert crop_h == h or crop_w == w
    assert abs(crop_h * grid.w - crop_w * grid.h) <= max(grid)  # within rounding to a whole pixel
    if max(h, w) / min(h, w) <= 2.5:
        half_patch = min(h, w) / k / 2
        assert h - crop_h <= half_patch + 1 and w - crop_w <= half_patch + 1


@settings(deadline=None)
@given(grid=grids, size=sizes)
def test_patchify_then_unpatchify_returns_the_same_values(grid: Grid, size: PatchSize) -> None:
    video = torch.randn(2, grid.t * size.pt, grid.h * size.p, grid.w * size.p, 3)
    pixels = patchify(video, size)
    assert pixels.shape == (2, grid.patches, size.pt * size.p**2, 3)
    assert torch.equal(unpatchify(pixels, grid, size), video)


@settings(deadline=None)
@given(grid=grids, size=sizes, data=st.data())
def test_patches_are_ordered_segment_row_column_and_pixels_frame_row_column(
    grid: Grid, size: PatchSize, data: st.DataObject
) -> None:
    def pick(n: int) -> int:
        return data.draw(st.integers(0, n - 1))

    g, y, x = pick(grid.t), pick(grid.h), pick(grid.w)
    f, i, j = pick(size.pt), pick(size.p), pick(size.p)
    video = torch.randn(1, grid.t * size.pt, grid.h * size.p, grid.w * size.p, 3)
    patch, pixel = (g * grid.h + y) * grid.w + x, (f * size.p + i) * size.p + j
    expected = video[0, g * size.pt + f, y * size.p + i, x * size.p + j]
    assert torch.equal(patchify(video, size)[0, patch, pixel], expected)


@given(p=st.integers(2, 128), pt=st.integers(1, 15))
def test_corner_pixels_have_coordinates_zero_and_one_and_the_last_frame_is_at_one(p: int, pt: int) -> None:
    coords = pixel_coords(PatchSize(pt, p), "corner").view(pt, p, p, 3)
    corners = coords[-1, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert torch.equal(corners, torch.tensor([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]]).double())
    assert bool((coords[..., 0] > 0).all()) and bool((coords[:-1, ..., 0] < 1).all())


@given(p=st.integers(1, 64), pt=st.integers(1, 15))
def test_center_coordinates_are_symmetric_and_need_no_second_pixel(p: int, pt: int) -> None:
    coords = pixel_coords(PatchSize(pt, p), "center").view(pt, p, p, 3)
    assert torch.allclose(coords[..., 1:], 1 - coords.flip(1, 2)[..., 1:])
    assert bool((coords[-1, ..., 0] == 1).all())


def test_the_last_two_coordinates_are_row_then_column() -> None:
    coords = pixel_coords(PatchSize(1, 3), "corner")
    assert coords[1].tolist() == [1, 0, 0.5]
    assert coords[3].tolist() == [1, 0.5, 0]


def test_corner_coordinates_refuse_a_patch_of_one_pixel() -> None:
    with pytest.raises(ValueError, match="p >= 2"):
        pixel_coords(PatchSize(1, 1), "corner")


@given(segments=st.integers(1, 4), pt_low=st.integers(1, 5), factor=st.integers(1, 5))
def test_a_lower_rate_keeps_the_last_frame_of_every_segment_at_the_same_time(segments: int, pt_low: int, factor: int) -> None:
    pt_high = pt_low * factor
    kept = tail_frames(segments * pt_high, factor)
    assert len(kept) == segments * pt_low
    v_high = pixel_coords(PatchSize(pt_high, 1), "center")[:, 0].repeat(segments)
    v_low = pixel_coords(PatchSize(pt_low, 1), "center")[:, 0].repeat(segments)
    assert torch.allclose(v_high[kept], v_low, atol=1e-12)
    assert kept[pt_low - 1 :: pt_low].tolist() == list(range(pt_high - 1, segments * pt_high, pt_high))


@given(frames=st.integers(1, 200), ratio=st.floats(0.2, 12))
def test_kept_frames_are_frames_of_the_clip_in_order(frames: int, ratio: float) -> None:
    kept = tail_frames(frames, ratio)
    assert kept.dtype == torch.int64
    assert bool((kept >= 0).all()) and bool((kept < frames).all())
    assert kept.tolist() == sorted(kept.tolist())


def test_60_to_12_frames_a_second_keeps_every_fifth_frame_from_the_fifth() -> None:
    assert tail_frames(20, 5).tolist() == [4, 9, 14, 19]


@given(frames=st.integers(1, 200), fps=st.sampled_from([23.976, 29.97, 59.94]) | st.integers(1, 120))
def test_a_clip_of_any_rate_becomes_whole_segments_with_its_last_frame(frames: int, fps: float) -> None:
    kt = 6
    if frames * kt < fps * (1 - 1e-6):
        with pytest.raises(ValueError, match="a clip needs"):
            fit_frames(frames, fps, kt)
        return
    kept, pt = fit_frames(frames, fps, kt)
    assert len(kept) % pt == 0 and len(kept) > 0
    assert int(kept[-1]) == frames - 1
    assert kept.tolist() == sorted(kept.tolist()) and int(kept[0]) >= 0
    assert fps < kt or abs(pt * kt - fps) <= kt / 2


def test_frames_that_do_not_fill_a_segment_are_dropped_from_the_head() -> None:
    kept, pt = fit_frames(19, 24, 6)
    assert (kept.tolist(), pt) == (list(range(3, 19)), 4)


@given(h=st.integers(2, 40), w=st.integers(2, 40), to_h=st.integers(2, 40), to_w=st.integers(2, 40))
@settings(deadline=None)
def test_corner_resizing_keeps_the_four_corner_pixels(h: int, w: int, to_h: int, to_w: int) -> None:
    video = torch.rand(1, 2, h, w, 3)
    out = resize(video, to_h, to_w, "corner")
    assert out.shape == (1, 2, to_h, to_w, 3)
    corners = [0, 0, -1, -1], [0, -1, 0, -1]
    assert torch.allclose(out[:, :, corners[0], corners[1]], video[:, :, corners[0], corners[1]], atol=1e-6)


@given(h=st.integers(2, 40), w=st.integers(2, 40), factor=st.floats(0.7, 8))
@settings(deadline=None)
@pytest.mark.parametrize("mode", MODES)
def test_growing_is_plain_bilinear_interpolation(mode: CoordMode, h: int, w: int, factor: float) -> None:
    to = max(2, round(h * factor)), max(2, round(w * factor))
    if max((h - 1) / (to[0] - 1), (w - 1) / (to[1] - 1), h / to[0], w / to[1]) >= 1.5:
        return
    video = torch.rand(1, 1, h, w, 3)
    expected = F.interpolate(video[0].movedim(-1, 1), to, mode="bilinear", align_corners=mode == "corner")
    assert torch.allclose(resize(video, *to, mode)[0].movedim(-1, 1), expected, atol=1e-5)


@given(n_in=st.integers(2, 200), n_out=st.integers(2, 200))
@pytest.mark.parametrize("mode", MODES)
def test_resampling_weights_are_averages_that_keep_a_ramp(mode: CoordMode, n_in: int, n_out: int) -> None:
    weights = resampling(n_in, n_out, mode)
    assert float(weights.min()) >= 0 and torch.allclose(weights.sum(1), torch.ones(n_out).double())
    j, i = torch.arange(n_in).double(), torch.arange(n_out).double()
    expected = (i + 0.5) * n_in / n_out - 0.5 if mode == "center" else i * (n_in - 1) / (n_out - 1)
    assert torch.allclose(weights @ j, expected.clamp(0, n_in - 1), atol=1e-9)


@pytest.mark.parametrize("mode", MODES)
def test_shrinking_far_averages_a_checkerboard_to_grey(mode: CoordMode) -> None:
    i = torch.arange(64)
    board = ((i[:, None] + i) % 2).float()[None, None, :, :, None]
    inner = resize(board, 8, 8, mode)[:, :, 1:-1, 1:-1]  # corner mode keeps the pixels of the border
    assert float((inner - 0.5).abs().max()) < 0.05


def ramp(height: int, width: int, mode: CoordMode) -> Tensor:
    """x position of each pixel in [0, 1], (1,1,h,w,1) float64."""
    j = torch.arange(width, dtype=torch.float64)
    row = j / (width - 1) if mode == "corner" else (j + 0.5) / width
    return row.expand(height, width)[None, None, :, :, None]


@pytest.mark.parametrize("p", [4, 8, 16])
@pytest.mark.parametrize("mode", MODES)
def test_a_ramp_is_linear_in_patch_and_coordinate_up_to_the_known_residual_of_corner_mode(p: int, mode: CoordMode) -> None:
    grid, size = Grid(1, 4, 6), PatchSize(1, p)
    master = ramp(grid.h * 16, grid.w * 16, mode)
    pixels = patchify(resize(master, grid.h * p, grid.w * p, mode), size).view(grid.h, grid.w, p, p)
    u = pixel_coords(size, mode)[:, 2].view(p, p)
    a = torch.arange(grid.w, dtype=torch.float64)[:, None, None]
    place = (a + u) / grid.w
    residual_pixels = (a - u * (grid.w - 1)) / grid.w if mode == "corner" else torch.zeros_like(place)
    expected = place + residual_pixels / (grid.w * p - 1)
    assert torch.allclose(pixels, expected.expand_as(pixels), atol=1e-9)
    assert float(residual_pixels.abs().max()) <= 1


@pytest.mark.parametrize("mode", MODES)
def test_any_picture_fits_its_grid(mode: CoordMode) -> None:
    for h, w in ((100, 157), (157, 100), (31, 77), (5, 5), (720, 1280)):
        video, grid, size = fit_video(torch.rand(1, 1, h, w, 3), None, k=8, kt=4, mode=mode)
        assert video.shape == (1, 1, grid.h * size.p, grid.w * size.p, 3)
        assert grid == grid_for(h, w, 8) and size.pt == 1


def test_two_scales_of_one_clip_share_the_grid_and_the_crop_is_centred() -> None:
    clip = torch.rand(1, 50, 100, 160, 3)
    low, low_grid, low_size = fit_video(clip, 25, k=8, kt=4, mode="center", p=4)
    high, high_grid, high_size = fit_video(clip, 25, k=8, kt=4, mode="center", p=12)
    assert low_grid == high_grid == Grid(8, 8, 13)
    assert (low_size, high_size) == (PatchSize(6, 4), PatchSize(6, 12))
    assert low.shape == (1, 48, 32, 52, 3) and high.shape == (1, 48, 96, 156, 3)
    column = torch.arange(161.0).expand(1, 1, 100, 161)[..., None]
    wide, _, _ = fit_video(column, None, k=10, kt=4, mode="center", p=10)
    assert float(wide.mean()) == pytest.approx(80, abs=0.51)


def test_a_clip_without_its_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its fps"):
        fit_video(torch.rand(1, 3, 16, 16, 3), None, k=4, kt=4, mode="center")


@given(h=st.integers(1, 2000), w=st.integers(1, 2000), grid=grids)
def test_the_patch_side_of_a_wanted_size_is_the_smallest_that_covers_it(h: int, w: int, grid: Grid) -> None:
    p = patch_side_for(h, w, grid)
    assert grid.h * p >= h and grid.w * p >= w
    assert p == 2 or grid.h * (p - 1) < h or grid.w * (p - 1) < w


def test_grid_positions_are_level_major_with_columns_fastest() -> None:
    grid, k = Grid(2, 3, 5), 3
    positions = grid_positions(grid, k, first_level=2, levels=2)
    for level in range(2):
        for g in range(2):
            for y in range(3):
                for x in range(5):
                    row = positions[((level * 2 + g) * 3 + y) * 5 + x]
                    assert row.tolist() == [g, y / k, x / k, level + 2]


def test_pixels_carry_no_level_and_latents_no_place() -> None:
    assert not bool(pixel_positions(pixel_coords(PatchSize(2, 3), "corner"))[:, 3].any())
    assert level_positions(3).tolist() == [[0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 3]]


def test_rope_tables_are_the_cosine_and_sine_of_position_times_frequency_in_order_t_y_x_level() -> None:
    frequencies = patch_frequencies(24)
    counts = [len(f) for f in (frequencies.t, frequencies.y, frequencies.x, frequencies.level)]
    assert counts == [2, 4, 4, 2] and frequencies.pairs == 12
    position = [0.3, 0.7, 0.9, 2.0]
    cos, sin = rope_table(torch.tensor([position], dtype=torch.float64), frequencies)
    groups = (frequencies.t, frequencies.y, frequencies.x, frequencies.level)
    angles = [p * f for p, group in zip(position, groups, strict=True) for f in group]
    assert cos[0].tolist() == pytest.approx([math.cos(a) for a in angles], abs=1e-6)
    assert sin[0].tolist() == pytest.approx([math.sin(a) for a in angles], abs=1e-6)


@pytest.mark.parametrize("head_width", [8, 16, 24, 32, 64, 72])
def test_frequencies_fill_the_head(head_width: int) -> None:
    for frequencies in (patch_frequencies(head_width), grid_frequencies(head_width, 8)):
        assert frequencies.pairs == head_width // 2
        assert len(frequencies.y) == len(frequencies.x)


def test_space_frequencies_between_patches_are_per_cell_whatever_k() -> None:
    for k in (4, 16):
        frequencies = grid_frequencies(32, k)
        assert [f / k for f in frequencies.y] == pytest.approx(list(frequencies.t))
        assert frequencies.t[0] == 1 and frequencies.t[-1] == pytest.approx(100 ** -(3 / 4))
