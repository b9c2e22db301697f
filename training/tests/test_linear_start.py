"""The linear start: as good as principal components where those are the best, ordered, whitened, and what the run paints."""

from __future__ import annotations

import pytest
import torch
from small_models import LINEAR, small_tok
from torch import Tensor

from dcs import geometry
from dcs.geometry import Grid, PatchSize
from dcs.linear_start import Kind, error, fit, gram_of, principal, start_at, turned_towards
from dcs.moments import MOMENTS, SIDE, TIME, read_moments
from dcs.tok import DCSTok

LEVELS, WIDTH = 2, 3


def kind_of(tok: DCSTok, size: PatchSize, seed: int) -> tuple[Kind, Tensor]:
    """Second moments of smooth random patches, and the patches (P,Q,3)."""
    generator = torch.Generator().manual_seed(seed)
    rope = tok.patchifier.pixel_rope(size)
    basis = tok.patchifier.moment_basis(rope)
    weights = torch.randn(200, 3, basis.shape[2], generator=generator) * torch.linspace(1, 0.05, basis.shape[2]).square()
    pixels = (basis @ weights.transpose(1, 2)).detach()
    moments = tok.patchifier.moments(pixels, rope)
    assert moments is not None
    power, cross = moments.T @ moments / len(moments), moments.T @ read_moments(pixels, basis) / len(moments)
    return Kind(power.detach(), cross.detach(), gram_of(basis)), pixels


def test_the_error_is_that_of_the_pictures_painted() -> None:
    tok = small_tok(**LINEAR).requires_grad_(False)
    for size in (PatchSize(1, 8), PatchSize(3, 7)):
        kind, pixels = kind_of(tok, size, 1)
        read, paint = torch.randn(MOMENTS, 5) * 0.1, torch.randn(5, MOMENTS) * 0.1
        rope = tok.patchifier.pixel_rope(size)
        moments = tok.patchifier.moments(pixels, rope)
        assert moments is not None
        painted = (tok.patchifier.moment_basis(rope) @ (moments @ read @ paint).unflatten(1, (3, -1)).transpose(1, 2)).detach()
        expected = (painted - pixels).square().mean() - pixels.square().mean()
        assert torch.allclose(error(kind, read, paint), expected, rtol=1e-3, atol=1e-4)


def test_pictures_alone_get_their_principal_components_and_clips_more_than_those() -> None:
    tok = small_tok(**LINEAR).requires_grad_(False)
    pictures, _ = kind_of(tok, PatchSize(1, 8), 2)
    clips, _ = kind_of(tok, PatchSize(4, 8), 3)
    first = principal(pictures, LEVELS * WIDTH)

    def total(kinds: list[Kind], read: Tensor, paint: Tensor) -> float:
        return sum(float(error(kind, read[:, :w], paint[:w])) for kind in kinds for w in (WIDTH, LEVELS * WIDTH))

    alone = fit([pictures], LEVELS, WIDTH, steps=200)
    assert abs(total([pictures], *alone) / total([pictures], *first) - 1) < 0.01
    both = [pictures, clips]
    assert total(both, *fit(both, LEVELS, WIDTH, steps=400)) < total(both, *first) - 1e-3
    read = alone[0]
    assert torch.allclose((read.T @ pictures.power @ read).diagonal(), torch.ones(LEVELS * WIDTH), atol=1e-3)


def test_a_tokenizer_that_starts_so_paints_what_the_fit_says() -> None:
    tok = small_tok(**LINEAR).requires_grad_(False)
    size, config = PatchSize(1, 8), tok.config
    kind, pixels = kind_of(tok, size, 4)
    read, paint = fit([kind], config.levels, config.latent_dim, steps=50)
    start_at(tok, read, paint)
    grid = Grid(1, 10, 20)
    picture = geometry.unpatchify(pixels[None], grid, size)
    for levels in (1, config.levels):
        width = levels * config.latent_dim
        z = tok.encode(picture, size, levels)
        left = (tok.decode(z, grid, size) - picture).square().mean()
        expected = error(kind, read[:, :width], paint[:width]) + picture.square().mean()
        assert torch.allclose(left, expected, rtol=1e-2)


def test_level_1_turns_towards_old_latents_and_keeps_what_they_do_not_tell() -> None:
    new = torch.randn(500, 4)
    told = new @ torch.diag(torch.tensor([2.0, 1.0, 0.5, 0.0])) @ torch.linalg.qr(torch.randn(4, 4))[0]
    turn = turned_towards(new, told, floor=0.2)
    wanted = (told - told.mean(0)) / told.std(0)
    assert float(((new - new.mean(0)) @ turn - wanted).square().mean()) < 0.05
    scales = torch.linalg.svdvals(turn)
    assert float(scales.min()) == pytest.approx(0.2, rel=1e-4) and float(scales.max()) > 1


def test_a_picture_and_a_clip_that_stands_still_have_the_same_moments() -> None:
    stack = small_tok(**LINEAR).patchifier
    picture = torch.rand(5, 49, 3)
    still = {pt: picture.repeat(1, pt, 1) for pt in (1, 2, 5)}
    found = {pt: stack.moments(pixels, stack.pixel_rope(PatchSize(pt, 7))) for pt, pixels in still.items()}
    assert found[1] is not None and found[2] is not None and found[5] is not None
    assert torch.allclose(found[2], found[1], atol=1e-5) and torch.allclose(found[5], found[1], atol=1e-5)
    moving = stack.moments(torch.rand(5, 98, 3), stack.pixel_rope(PatchSize(2, 7)))
    assert moving is not None
    second = moving.unflatten(1, (3, SIDE, TIME, SIDE))[:, :, :, 1]
    assert (
        float(second.abs().mean()) > 0.01 > 1e-5 > float(found[2].unflatten(1, (3, SIDE, TIME, SIDE))[:, :, :, 1].abs().max())
    )
