"""Any number of levels: prefixes, counts per patch, dropped tokens and level-by-level decoding agree."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from small_models import (
    CLIP,
    CLIP_SIZE,
    EXTENDED,
    LINEAR,
    PICTURE,
    PICTURE_SIZE,
    clip,
    picture,
    random_counts,
    relative_error,
    small_tok,
)
from torch import Tensor

from dcs import masks
from dcs.geometry import Grid, PatchSize
from dcs.levels import DecodedLevels, add_level, decode_active, encode_active, extend_levels, render
from dcs.tok import DCSTok

LEVELS, CLOSE = 3, 1e-5
Samples = Callable[[int], Tensor]
# (name, grid, patch size, pictures)
CASES = [("picture", PICTURE, PICTURE_SIZE, picture), ("clip", CLIP, CLIP_SIZE, clip)]
cases = pytest.mark.parametrize(("grid", "size", "samples"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])


def uniform(m: int, batch: int, grid: Grid) -> Tensor:
    """The same count everywhere (B,P)."""
    return torch.full((batch, grid.patches), m)


def active_of(z: Tensor, counts: Tensor, levels: int) -> Tensor:
    """Active tokens of all samples (S,d)."""
    return z[masks.active_tokens(counts, levels)]


OPTIONS: dict[str, bool] = {}


@pytest.fixture(params=[{}, EXTENDED, LINEAR], ids=["plain", "extended", "linear"], autouse=True)
def with_options(request: pytest.FixtureRequest) -> None:
    """Every test of this file holds with and without the linear maps around encoder and decoder."""
    OPTIONS.clear()
    OPTIONS.update(request.param)


def picture_tok() -> DCSTok:
    """A random tokenizer."""
    return small_tok(**OPTIONS)


def clip_or_picture_tok(grid: Grid) -> DCSTok:
    """A random tokenizer with as many patches on the short side as the grid."""
    return small_tok(k=min(grid.h, grid.w), **OPTIONS)


@cases
def test_encoding_fewer_levels_gives_the_first_ones(grid: Grid, size: PatchSize, samples: Samples) -> None:
    tok, video = clip_or_picture_tok(grid), samples(2)
    z = tok.encode(video, size)
    for m in range(1, LEVELS):
        assert relative_error(tok.encode(video, size, levels=m), z[:, : m * grid.patches]) < CLOSE
        counted = tok.encode(video, size, counts=uniform(m, 2, grid))
        assert relative_error(counted[:, : m * grid.patches], z[:, : m * grid.patches]) < CLOSE


@cases
def test_decoding_a_prefix_equals_decoding_with_the_tail_masked(grid: Grid, size: PatchSize, samples: Samples) -> None:
    tok = clip_or_picture_tok(grid)
    z = tok.encode(samples(2), size)
    drawn = []
    for m in range(1, LEVELS + 1):
        prefix = tok.decode(z[:, : m * grid.patches], grid, size)
        assert relative_error(tok.decode(z, grid, size, uniform(m, 2, grid)), prefix) < CLOSE
        drawn.append(prefix)
    assert relative_error(drawn[0], drawn[1]) > 1e-3 and relative_error(drawn[1], drawn[2]) > 1e-3


def test_a_model_with_more_levels_keeps_what_it_knew() -> None:
    tok, video = picture_tok(), picture(2)
    larger = extend_levels(tok, 5)
    assert larger.config.levels == 5
    z, z_larger = tok.encode(video, PICTURE_SIZE), larger.encode(video, PICTURE_SIZE)
    known = LEVELS * PICTURE.patches
    assert relative_error(z_larger[:, :known], z) < CLOSE
    a, b = tok.decode(z, PICTURE, PICTURE_SIZE), larger.decode(z, PICTURE, PICTURE_SIZE)
    assert relative_error(b, a) < CLOSE
    assert relative_error(larger.decode(z_larger, PICTURE, PICTURE_SIZE), a) > 1e-3
    with pytest.raises(ValueError, match="extend it to more"):
        extend_levels(tok, LEVELS)


@cases
def test_dropping_tokens_equals_masking_them(grid: Grid, size: PatchSize, samples: Samples) -> None:
    tok, video, counts = clip_or_picture_tok(grid), samples(1), random_counts(1, grid, LEVELS)
    masked = tok.encode(video, size, counts=counts)
    kept = encode_active(tok, video, size, counts)
    assert kept.shape[1] == int(counts.sum())
    assert relative_error(kept[0], active_of(masked, counts, LEVELS)) < CLOSE
    output = PatchSize(size.pt, 7)
    expected = tok.decode(masked, grid, output, counts)
    assert relative_error(decode_active(tok, kept, grid, output, counts), expected) < CLOSE


def test_dropping_tokens_works_when_no_patch_uses_the_last_level() -> None:
    tok, video = picture_tok(), picture()
    counts = random_counts(1, PICTURE, LEVELS - 1)
    masked = tok.encode(video, PICTURE_SIZE, counts=counts)
    kept = encode_active(tok, video, PICTURE_SIZE, counts)
    assert relative_error(kept[0], active_of(masked, counts, LEVELS)) < CLOSE
    with pytest.raises(ValueError, match="counts ask for"):
        decode_active(tok, kept[:, 1:], PICTURE, PICTURE_SIZE, counts)


def test_counts_change_the_active_tokens_too_so_they_belong_to_encoding() -> None:
    tok, video = picture_tok(), picture()
    counts = random_counts(1, PICTURE, LEVELS)
    full, counted = tok.encode(video, PICTURE_SIZE), tok.encode(video, PICTURE_SIZE, counts=counts)
    level1 = PICTURE.patches
    assert relative_error(counted[:, :level1], full[:, :level1]) < CLOSE
    assert relative_error(active_of(counted, counts, LEVELS), active_of(full, counts, LEVELS)) > 1e-4


@cases
def test_garbage_in_inactive_tokens_changes_nothing(grid: Grid, size: PatchSize, samples: Samples) -> None:
    tok, counts = clip_or_picture_tok(grid), random_counts(2, grid, LEVELS)
    z = tok.encode(samples(2), size, counts=counts)
    inactive = ~masks.active_tokens(counts, LEVELS)[..., None]
    garbage = torch.where(inactive, 1e4 * torch.randn_like(z), z)
    assert torch.equal(tok.decode(garbage, grid, size, counts), tok.decode(z, grid, size, counts))


def test_inactive_patch_latents_do_not_reach_active_ones_in_the_encoder() -> None:
    tok, video, counts = picture_tok(), picture(), random_counts(1, PICTURE, LEVELS)
    counts = counts.clamp_max(LEVELS - 1)
    before = tok.encode(video, PICTURE_SIZE, counts=counts)
    with torch.no_grad():
        tok.patchifier.level_query[LEVELS - 1] += 100
    after = tok.encode(video, PICTURE_SIZE, counts=counts)
    assert torch.equal(active_of(after, counts, LEVELS), active_of(before, counts, LEVELS))


def test_one_token_in_every_patch_gives_finite_pictures_and_gradients() -> None:
    tok, counts = picture_tok(), uniform(1, 2, PICTURE)
    z = tok.encode(picture(2), PICTURE_SIZE, counts=counts)
    drawn = tok.decode(z, PICTURE, PICTURE_SIZE, counts)
    drawn.square().mean().backward()
    assert bool(torch.isfinite(drawn).all())
    assert all(p.grad is None or bool(torch.isfinite(p.grad).all()) for p in tok.parameters())


@cases
def test_levels_above_the_largest_count_can_be_cut_off(grid: Grid, size: PatchSize, samples: Samples) -> None:
    tok, video = clip_or_picture_tok(grid), samples(2)
    counts = random_counts(2, grid, LEVELS - 1)
    m = int(counts.max())
    whole, cut = tok.encode(video, size, counts=counts), tok.encode(video, size, levels=m, counts=counts)
    assert relative_error(cut, whole[:, : m * grid.patches]) < CLOSE
    drawn = tok.decode(whole, grid, size, counts)
    assert relative_error(tok.decode(cut, grid, size, counts), drawn) < CLOSE


@pytest.mark.parametrize("counted", [False, True], ids=["all levels", "counts"])
@cases
def test_decoding_level_by_level_equals_decoding_at_once(grid: Grid, size: PatchSize, samples: Samples, counted: bool) -> None:
    tok = clip_or_picture_tok(grid)
    counts = random_counts(2, grid, LEVELS) if counted else None
    z = tok.encode(samples(2), size, counts=counts)
    decoded: DecodedLevels | None = None
    output = PatchSize(size.pt, 6)
    for level, own in enumerate(z.split(grid.patches, dim=1)):
        below = decoded
        decoded = add_level(tok, own, grid, below, counts)
        assert decoded.levels == level + 1
        m = None if counts is None else counts.clamp_max(level + 1)
        expected = tok.decode(z[:, : (level + 1) * grid.patches], grid, output, m)
        assert relative_error(render(tok, decoded, grid, output, m), expected) < CLOSE
        if below:
            kept = below.trunk[0][0].shape[2]
            assert torch.equal(decoded.trunk[1][0][:, :, :kept], below.trunk[1][0])
            assert torch.equal(decoded.latents[1][1][:, :, :level], below.latents[1][1])
    with pytest.raises(ValueError, match="all of them are decoded"):
        add_level(tok, z[:, : grid.patches], grid, decoded)
