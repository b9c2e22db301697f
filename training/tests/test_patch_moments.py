"""Cosine moments of patches: what they measure, that they start at nothing, scales, prefixes, masks, export."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from small_models import LINEAR, PICTURE, PICTURE_SIZE, picture, relative_error, small_dit, small_tok
from torch import Tensor

from dcs.export import export_graph, round_to_half, write_graph
from dcs.geometry import PatchSize, pixel_coords
from dcs.graphs import Models, decoder_trunk_graph, depatchifier_graphs, tok_encoder_graph
from dcs.linear_start import start_at
from dcs.moments import FUNCTIONS, MOMENTS, SIDE, TIME, paint_moments, read_moments
from dcs.parity import check_bundle
from dcs.restore import constants
from dcs.tok import DCSTok, Patchifier


def patchifier(coord_mode: str = "center") -> Patchifier:
    return small_tok(patch_moments=True, coord_mode=coord_mode).patchifier


@pytest.mark.parametrize("coord_mode", ["center", "corner"])
def test_a_moment_is_the_mean_of_a_colour_times_cosines(coord_mode: str) -> None:
    model, size = patchifier(coord_mode), PatchSize(2, 7)
    pixels = torch.randn(3, 2 * 7 * 7, 3)
    moments = read_moments(pixels, model.moment_basis(model.pixel_rope(size))).unflatten(1, (3, SIDE, TIME, SIDE))
    v, y, x = pixel_coords(size, model.config.coord_mode).float().unbind(1)
    for color, column, time, row in ((0, 0, 0, 0), (2, 5, 1, 3), (1, 1, 0, 5)):
        wave = torch.ones(len(v))
        for k, u in ((column, x), (time, v), (row, y)):
            wave = wave * (math.sqrt(2) * torch.cos(math.pi * k * u) if k else 1)
        expected = (pixels[..., color] * wave).mean(1)
        assert torch.allclose(moments[:, color, column, time, row], expected, atol=1e-4)


def test_reading_what_was_painted_gives_the_same_moments() -> None:
    """The basis is orthonormal on the pixels of one frame; time's second cosine needs more frames than that."""
    model = patchifier()
    basis = model.moment_basis(model.pixel_rope(PatchSize(1, 8)))
    moments = torch.randn(2, 3, SIDE, TIME, SIDE)
    moments[:, :, :, 1:] = 0
    found = read_moments(paint_moments(moments.flatten(1), basis), basis).view_as(moments)
    assert basis.shape == (1, 64, FUNCTIONS)
    assert torch.allclose(found[:, :, :, 0], moments[:, :, :, 0], atol=1e-4)


def test_a_trained_patchifier_that_is_given_moments_computes_what_it_did() -> None:
    plain = small_tok()
    grown = DCSTok(small_tok(patch_moments=True).config)
    missing = grown.load_state_dict(plain.state_dict(), strict=False).missing_keys
    assert missing == ["moment_skip", "patchifier.from_moments", "depatchifier.to_moments"]
    video = picture()
    assert torch.equal(grown.encode(video, PICTURE_SIZE), plain.encode(video, PICTURE_SIZE))


def test_every_level_has_a_gradient_of_its_own_from_the_start() -> None:
    grown = DCSTok(small_tok(patch_moments=True).config)
    grown.encode(picture(), PICTURE_SIZE).square().sum().backward()
    assert grown.patchifier.from_moments is not None
    gradient = grown.patchifier.from_moments.grad
    assert gradient is not None
    assert all(bool(part.any()) for part in gradient.chunk(grown.config.levels, dim=1))


def test_what_the_readout_adds_is_one_picture_at_every_size() -> None:
    """At coordinates that two sizes share, the colours are the same."""
    tok = small_tok(patch_moments=True)
    z = torch.randn(1, tok.config.levels * PICTURE.patches, tok.config.latent_dim)
    small, large = (tok.decode(z, PICTURE, PatchSize(1, p)) for p in (4, 12))
    cells = large.view(1, 1, PICTURE.h, 12, PICTURE.w, 12, 3)
    coinciding = cells[:, :, :, 1::3, :, 1::3].flatten(4, 5).flatten(2, 3)
    assert relative_error(coinciding, small) < 1e-5


def test_a_linear_readout_is_linear_in_the_latents() -> None:
    """What it adds to the picture of any latents doubles with them."""
    tok = small_tok(**LINEAR)
    shape = MOMENTS, tok.config.levels * tok.config.latent_dim
    start_at(tok, torch.randn(shape), torch.randn(shape[::-1]))
    silent = DCSTok(tok.config).eval()
    silent.load_state_dict(tok.state_dict())
    assert silent.depatchifier.to_moments is not None
    silent.depatchifier.to_moments.data.zero_()
    z = torch.randn(2, tok.config.levels * PICTURE.patches, tok.config.latent_dim)

    def added(z: Tensor, levels: int) -> Tensor:
        prefix = z[:, : levels * PICTURE.patches]
        return tok.decode(prefix, PICTURE, PICTURE_SIZE) - silent.decode(prefix, PICTURE, PICTURE_SIZE)

    for levels in (1, tok.config.levels):
        assert relative_error(added(2 * z, levels), 2 * added(z, levels)) < 1e-4
    assert relative_error(added(z, 1), added(z, tok.config.levels)) > 1e-2


def test_a_latent_readout_needs_moments_and_a_head_that_holds_a_latent() -> None:
    with pytest.raises(ValueError, match="patch_moments False"):
        small_tok(latent_readout=True)
    with pytest.raises(ValueError, match="latent_dim 9, head width 8"):
        small_tok(**LINEAR, latent_dim=9)


def test_a_frozen_encoder_has_no_gradient_in_anything_that_latents_depend_on() -> None:
    tok = small_tok(patch_moments=True, level_mix=True)
    video = picture()
    assert tok.encode(video, PICTURE_SIZE).requires_grad
    tok.freeze_encoder()
    assert not tok.encode(video, PICTURE_SIZE).requires_grad
    assert tok.decode(tok.encode(video, PICTURE_SIZE), PICTURE, PICTURE_SIZE).requires_grad


@pytest.mark.parametrize("latent_readout", [False, True])
@pytest.mark.parametrize("pixel_attention", ["anchor", "full", "none"])
def test_the_exported_decoder_equals_pytorch(tmp_path: Path, pixel_attention: str, latent_readout: bool) -> None:
    options = {"pixel_attention": pixel_attention, "latent_readout": latent_readout}
    tok = small_tok(patch_moments=True, **options).requires_grad_(False)
    round_to_half(tok)
    statistics = torch.zeros(tok.config.levels, tok.config.latent_dim), torch.ones(tok.config.levels, tok.config.latent_dim)
    graphs = [decoder_trunk_graph(Models(None, tok, small_dit(), *statistics)), *depatchifier_graphs(tok)]
    for graph in graphs:
        write_graph(tmp_path, graph)
    assert max(check_bundle(tmp_path, graphs).values()) < 1e-4


@pytest.mark.parametrize("latent_readout", [False, True])
def test_the_exported_encoder_equals_pytorch_and_holds_the_weight_as_it_is(tmp_path: Path, latent_readout: bool) -> None:
    tok = small_tok(patch_moments=True, latent_readout=latent_readout).requires_grad_(False)
    round_to_half(tok)
    levels, channels = tok.config.levels, tok.config.latent_dim
    statistics = torch.zeros(levels, channels), torch.ones(levels, channels)
    graph = tok_encoder_graph(Models(None, tok, small_dit(), *statistics))
    write_graph(tmp_path, graph)
    assert max(check_bundle(tmp_path, [graph]).values()) < 1e-4
    for weight in (tok.patchifier.from_moments, tok.moment_skip):
        assert weight is not None
        held = [value for _, value in constants(export_graph(graph)) if value.shape == weight.shape]
        assert any(np.array_equal(value, weight.numpy()) for value in held)
