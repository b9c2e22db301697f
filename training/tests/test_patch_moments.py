"""Cosine moments in the patchifier: what they measure, that they start at nothing, scales, prefixes, export."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from small_models import CLIP, CLIP_SIZE, PICTURE, PICTURE_SIZE, clip, picture, small_dit, small_tok

from dcs.export import export_graph, round_to_half, write_graph
from dcs.geometry import PatchSize, pixel_coords
from dcs.graphs import Models, tok_encoder_graph
from dcs.parity import check_bundle
from dcs.restore import constants
from dcs.tok import MOMENTS, MOMENTS_TIME, DCSTok, Patchifier


def patchifier(coord_mode: str = "center") -> Patchifier:
    return small_tok(patch_moments=True, coord_mode=coord_mode).patchifier


@pytest.mark.parametrize("coord_mode", ["center", "corner"])
def test_a_moment_is_the_mean_of_a_colour_times_cosines(coord_mode: str) -> None:
    model, size = patchifier(coord_mode), PatchSize(2, 7)
    pixels = torch.randn(3, 2 * 7 * 7, 3)
    moments = model.moments(pixels, model.pixel_rope(size)).unflatten(1, (3, MOMENTS, MOMENTS_TIME, MOMENTS))
    v, y, x = pixel_coords(size, model.config.coord_mode).float().unbind(1)
    for color, column, time, row in ((0, 0, 0, 0), (2, 5, 1, 3), (1, 1, 0, 5)):
        wave = torch.ones(len(v))
        for k, u in ((column, x), (time, v), (row, y)):
            wave = wave * (math.sqrt(2) * torch.cos(math.pi * k * u) if k else 1)
        expected = (pixels[..., color] * wave).mean(1)
        assert torch.allclose(moments[:, color, column, time, row], expected, atol=1e-4)


def test_a_trained_patchifier_that_is_given_moments_computes_what_it_did() -> None:
    plain = small_tok()
    grown = DCSTok(small_tok(patch_moments=True).config)
    missing = grown.load_state_dict(plain.state_dict(), strict=False).missing_keys
    assert missing == ["moment_skip", "patchifier.from_moments"]
    video = picture()
    assert torch.equal(grown.encode(video, PICTURE_SIZE), plain.encode(video, PICTURE_SIZE))


def test_every_level_has_a_gradient_of_its_own_from_the_start() -> None:
    grown = DCSTok(small_tok(patch_moments=True).config)
    grown.encode(picture(), PICTURE_SIZE).square().sum().backward()
    assert grown.patchifier.from_moments is not None
    gradient = grown.patchifier.from_moments.grad
    assert gradient is not None
    assert all(bool(part.any()) for part in gradient.chunk(grown.config.levels, dim=1))


def test_fewer_levels_are_a_prefix_for_pictures_and_clips() -> None:
    tok = small_tok(patch_moments=True)
    for video, grid, size in ((picture(), PICTURE, PICTURE_SIZE), (clip(), CLIP, CLIP_SIZE)):
        whole = tok.encode(video, size)
        for m in (1, 2):
            assert torch.allclose(tok.encode(video, size, m), whole[:, : m * grid.patches], atol=1e-5)


def test_the_exported_file_equals_pytorch_and_holds_the_weight_as_it_is(tmp_path: Path) -> None:
    tok = small_tok(patch_moments=True).requires_grad_(False)
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
