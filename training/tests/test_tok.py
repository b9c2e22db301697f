"""DCS-Tok: who depends on whom, and the same picture at every scale."""

from __future__ import annotations

import copy
from dataclasses import replace
from itertools import product

import pytest
import torch
from small_models import (
    CLIP,
    CLIP_SIZE,
    PICTURE,
    PICTURE_SIZE,
    clip,
    picture,
    random_counts,
    relative_error,
    small_tok,
    swap_axes,
)
from torch import Tensor

from dcs import config, geometry, masks
from dcs.config import PixelAttention
from dcs.geometry import Grid, PatchSize, patchify
from dcs.tok import DCSTok

LEVELS = 3
MODES: tuple[PixelAttention, ...] = ("full", "anchor", "none")


def by_cell(tokens: Tensor, grid: Grid) -> Tensor:
    """(B,m*P,C) -> (B,m,Gt,Gh,Gw,C)."""
    return tokens.unflatten(1, (-1, *grid))


def changed(a: Tensor, b: Tensor) -> Tensor:
    """Where (B,m,Gt,Gh,Gw,C) differ at all, (m,Gt,Gh,Gw)."""
    return (a != b).any(-1).any(0)


# patchifier


def test_a_level_query_reaches_its_own_and_higher_levels_only() -> None:
    patchifier, size = small_tok().patchifier, PatchSize(1, 4)
    latents = patchifier(
        torch.randn(5, 16, 3),
        patchifier.pixel_rope(size),
        patchifier.level_rope(LEVELS),
        patchifier.latent_bias(LEVELS, 16),
    )
    for level in range(LEVELS):
        (gradient,) = torch.autograd.grad(latents[:, level].sum(), patchifier.level_query, retain_graph=True)
        reached = gradient.abs().amax(1) > 0
        assert reached.tolist() == [query <= level for query in range(LEVELS)]


def test_pixel_features_never_depend_on_latents() -> None:
    patchifier, size = small_tok().patchifier, PatchSize(1, 4)
    inputs = torch.randn(5, 16, 3), patchifier.pixel_rope(size), patchifier.level_rope(LEVELS)
    seen: list[Tensor] = []
    for block in patchifier.blocks:
        block.attention.k.register_forward_hook(lambda _, args, __: seen.append(args[0].detach()))

    def pixel_features() -> list[Tensor]:
        seen.clear()
        patchifier(*inputs, patchifier.latent_bias(LEVELS, 16))
        return [x for x in seen if x.shape[1] == 16]

    before = pixel_features()
    with torch.no_grad():
        patchifier.level_query.add_(1.0)
    after = pixel_features()
    assert len(before) == len(after) == len(patchifier.blocks)
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_a_pixel_reaches_the_patch_latents_of_its_own_patch_only() -> None:
    tok, video = small_tok(), picture()
    row, column = 1, 4
    touched = video.clone()
    touched[0, 0, row * PICTURE_SIZE.p, (column + 1) * PICTURE_SIZE.p - 1] += 0.5
    a, b = (by_cell(tok.patch_latents(v, PICTURE_SIZE, LEVELS)[0], PICTURE) for v in (video, touched))
    expected = torch.zeros(LEVELS, *PICTURE, dtype=torch.bool)
    expected[:, 0, row, column] = True
    assert torch.equal(changed(a, b), expected)


# autoencoder


def test_encoder_levels_depend_on_own_and_lower_levels_of_all_patches() -> None:
    tok = small_tok()
    tokens = torch.randn(1, LEVELS * PICTURE.patches, tok.config.patch.width, requires_grad=True)
    rope, bias = tok.encoder.rope(PICTURE, 1, LEVELS), tok.bias(PICTURE, LEVELS, None)
    z, _ = tok.encoder(tokens, tok.level_onehot(PICTURE, LEVELS), rope, bias)
    last_cell = by_cell(z, PICTURE)[0, :, 0, -1, -1]
    for level in range(LEVELS):
        (gradient,) = torch.autograd.grad(last_cell[level].sum(), tokens, retain_graph=True)
        reached = by_cell(gradient, PICTURE)[0].abs().amax(-1) > 0  # (m, 1, Gh, Gw)
        for other in range(LEVELS):
            assert bool(reached[other].all()) == bool(reached[other].any()) == (other <= level)


def test_decoder_levels_below_a_change_keep_their_bits() -> None:
    tok = small_tok()
    z = torch.randn(2, LEVELS * PICTURE.patches, tok.config.latent_dim)
    before = tok.decode_latents(z, PICTURE)  # (B, P, m, D)
    for level in range(LEVELS):
        touched = z.clone()
        touched[:, level * PICTURE.patches : (level + 1) * PICTURE.patches] += 1
        differs = (tok.decode_latents(touched, PICTURE) != before).flatten(0, 1).flatten(2).any(-1)  # (P*B, m)
        assert not bool(differs[:, :level].any())
        assert bool(differs[:, level:].all())


def test_a_latent_depends_on_another_exactly_if_level_and_segment_are_not_later() -> None:
    tok = small_tok(k=2)
    z = torch.randn(1, LEVELS * CLIP.patches, tok.config.latent_dim, requires_grad=True)
    out = tok.decode_latents(z, CLIP).transpose(1, 2).flatten(1, 2)
    for level, g in product(range(LEVELS), range(CLIP.t)):
        (gradient,) = torch.autograd.grad(by_cell(out, CLIP)[0, level, g].sum(), z, retain_graph=True)
        reached = by_cell(gradient, CLIP)[0].abs().amax(-1) > 0  # (m, Gt, Gh, Gw)
        for other, h in product(range(LEVELS), range(CLIP.t)):
            expected = other <= level and h <= g
            assert bool(reached[other, h].all()) == bool(reached[other, h].any()) == expected, (level, g, other, h)


def test_a_frame_reaches_its_own_and_later_segments_only() -> None:
    tok, video = small_tok(k=2), clip()
    z = tok.encode(video, CLIP_SIZE)
    frames = tok.decode(z, CLIP, CLIP_SIZE)
    for g in range(CLIP.t):
        touched = video.clone()
        touched[:, g * CLIP_SIZE.pt] += 0.5
        z_touched = tok.encode(touched, CLIP_SIZE)
        expected = torch.zeros(LEVELS, *CLIP, dtype=torch.bool)
        expected[:, g:] = True
        assert torch.equal(changed(by_cell(z, CLIP), by_cell(z_touched, CLIP)), expected)
        differs = (tok.decode(z_touched, CLIP, CLIP_SIZE) != frames).flatten(2).any(-1)[0]
        assert differs.tolist() == [f // CLIP_SIZE.pt >= g for f in range(video.shape[1])]


def test_positions_between_patches_are_relative() -> None:
    """A window of a wide picture, everything else hidden, is the same as the window alone."""
    tok, wide, window, first = small_tok(), Grid(1, 4, 9), Grid(1, 4, 4), 3
    inside = torch.zeros(LEVELS, *wide, dtype=torch.bool)
    inside[..., first : first + window.w] = True
    inside = inside.flatten()
    z = torch.randn(1, LEVELS * wide.patches, tok.config.latent_dim)
    mask = masks.level_causal(wide, LEVELS) & inside
    onehot, rope = tok.level_onehot(wide, LEVELS), tok.decoder.rope(wide, 1, LEVELS)
    whole, _ = tok.decoder(z, onehot, rope, masks.to_bias(mask)[None, None])
    alone = tok.decode_latents(z[:, inside], window).transpose(1, 2).flatten(1, 2)
    assert relative_error(whole[:, inside], alone) < 1e-5


# depatchifier


@pytest.mark.parametrize("mode", MODES)
def test_latent_keys_and_values_do_not_know_how_many_pixels_ask(mode: PixelAttention) -> None:
    depatchifier = small_tok(pixel_attention=mode).depatchifier
    latents = torch.randn(4, LEVELS, depatchifier.config.patch.width)
    cache = depatchifier.latent_cache(latents, depatchifier.level_rope(LEVELS))
    for p in (3, 7):
        rope = depatchifier.pixel_rope(PatchSize(1, p))
        _, context = depatchifier.pixels_among_themselves(rope, cache, depatchifier.key_bias(p * p, LEVELS, None))
        for (keys, values), (latent_keys, latent_values) in zip(context, cache, strict=True):
            assert torch.equal(keys[:, :, p * p :], latent_keys)
            assert torch.equal(values[:, :, p * p :], latent_values)


@pytest.mark.parametrize("mode", MODES)
def test_a_patch_is_drawn_from_its_own_latents_only(mode: PixelAttention) -> None:
    depatchifier = small_tok(pixel_attention=mode).depatchifier
    latents = torch.randn(4, LEVELS, depatchifier.config.patch.width, requires_grad=True)
    rgb = depatchifier(latents, PICTURE_SIZE)
    (gradient,) = torch.autograd.grad(rgb[2].square().sum(), latents)
    reached = gradient.abs().amax(-1) > 0  # (P, m)
    assert reached.tolist() == [[patch == 2] * LEVELS for patch in range(4)]


@pytest.mark.parametrize("mode", MODES)
def test_without_a_coordinate_embedding_the_rotation_alone_tells_pixels_apart(mode: PixelAttention) -> None:
    depatchifier = small_tok(pixel_attention=mode, coord_embed=False, coord_mode="corner").depatchifier
    for patches in (1, 4):
        rgb = depatchifier(torch.randn(patches, LEVELS, depatchifier.config.patch.width), PatchSize(1, 6))
        assert rgb.shape == (patches, 36, 3)
        apart = (rgb[:, :, None] - rgb[:, None]).abs().amax(-1) + torch.eye(36)
        assert float(apart.detach().min()) > 1e-6


def test_in_full_mode_pixels_see_each_other_and_in_the_others_they_do_not() -> None:
    for mode in MODES:
        depatchifier = small_tok(pixel_attention=mode).depatchifier
        cache = depatchifier.latent_cache(torch.randn(2, LEVELS, 16), depatchifier.level_rope(LEVELS))
        coords = geometry.pixel_coords(PatchSize(1, 6), "center")
        moved = coords.clone()
        moved[-1] = coords[0]
        draw = []
        for c in (coords, moved):
            rope = depatchifier.coord_rope(c)
            if mode == "full":
                x, _ = depatchifier.pixels_among_themselves(rope, cache, None)
            else:
                x = depatchifier.pixels_from_context(rope, cache, None)
            draw.append(depatchifier.to_rgb(x, rope, cache[-1][1])[:, 0])
        assert torch.equal(*draw) == (mode != "full")


@pytest.mark.parametrize("coord_mode", ["corner", "center"])
@pytest.mark.parametrize("mode", ["anchor", "none"])
def test_pixels_at_the_same_coordinate_have_the_same_colour_at_both_sizes(
    mode: PixelAttention, coord_mode: config.CoordMode
) -> None:
    tok = small_tok(pixel_attention=mode, coord_mode=coord_mode)
    z = torch.randn(1, LEVELS * PICTURE.patches, tok.config.latent_dim)
    p, larger, first, step = (4, 12, 1, 3) if coord_mode == "center" else (4, 10, 0, 3)
    small, large = (tok.decode(z, PICTURE, PatchSize(1, side)) for side in (p, larger))
    cells = large.view(1, 1, PICTURE.h, larger, PICTURE.w, larger, 3)
    coinciding = cells[:, :, :, first::step, :, first::step].flatten(4, 5).flatten(2, 3)
    assert relative_error(coinciding, small) < 1e-5


def test_anchors_at_every_pixel_are_the_papers_full_attention() -> None:
    anchored = small_tok(pixel_attention="anchor", anchors=5, anchor_frames=2, k=2)
    full = DCSTok(replace(anchored.config, pixel_attention="full"))
    full.load_state_dict(anchored.state_dict())
    latents, size = torch.randn(4, LEVELS, 16), PatchSize(2, 5)
    depatchifier = anchored.depatchifier
    cache = depatchifier.latent_cache(latents, depatchifier.level_rope(LEVELS))
    bias = depatchifier.key_bias(depatchifier.anchor_count, LEVELS, None)
    _, context = depatchifier.pixels_among_themselves(depatchifier.anchor_rope(), cache, bias)
    # not through forward: that takes the short way when the sizes coincide
    rope = depatchifier.pixel_rope(size)
    apart = depatchifier.to_rgb(depatchifier.pixels_from_context(rope, context, bias), rope, cache[-1][1])
    assert relative_error(apart, full.depatchifier(latents, size)) < 1e-5


def test_measure_bias_makes_doubled_pixels_count_once() -> None:
    tok = small_tok(pixel_attention="full", measure_bias=True)
    patchifier, depatchifier = tok.patchifier, tok.depatchifier
    coords = geometry.pixel_coords(PatchSize(1, 4), "center")
    pixels, twice = torch.randn(3, 16, 3), torch.cat([coords, coords])
    encoded = [
        patchifier(x, patchifier.coord_rope(c), patchifier.level_rope(LEVELS), patchifier.latent_bias(LEVELS, len(c)))
        for x, c in ((pixels, coords), (torch.cat([pixels, pixels], dim=1), twice))
    ]
    assert relative_error(encoded[1], encoded[0]) < 1e-5
    cache = depatchifier.latent_cache(encoded[0], depatchifier.level_rope(LEVELS))
    drawn = []
    for c in (coords, twice):
        bias = depatchifier.key_bias(len(c), LEVELS, None)
        x, _ = depatchifier.pixels_among_themselves(depatchifier.coord_rope(c), cache, bias)
        drawn.append(x[:, :16])
    assert relative_error(drawn[1], drawn[0]) < 1e-5
    assert depatchifier.pixel_log_measure(tok.config.reference_pixels) == 0


# whole


def test_a_turned_model_reads_and_draws_the_transposed_picture() -> None:
    """Height and width are never exchanged: swapping both the picture's axes and the model's changes nothing."""
    tok = small_tok()
    turned = copy.deepcopy(tok)
    for stack in (turned.patchifier, turned.depatchifier):
        swap_axes(stack, stack.frequencies, tok.config.patch.heads)
    for stack in (turned.encoder, turned.decoder):
        swap_axes(stack, stack.frequencies, tok.config.autoencoder.heads)
    video, tall = picture(), Grid(1, PICTURE.w, PICTURE.h)
    z, z_turned = tok.encode(video, PICTURE_SIZE), turned.encode(video.transpose(2, 3), PICTURE_SIZE)
    assert relative_error(by_cell(z_turned, tall).transpose(3, 4), by_cell(z, PICTURE)) < 1e-5
    size = PatchSize(1, 7)
    drawn, drawn_turned = tok.decode(z, PICTURE, size), turned.decode(z_turned, tall, size)
    assert relative_error(drawn_turned.transpose(2, 3), drawn) < 1e-4
    assert relative_error(tok.encode(video.transpose(2, 3), PICTURE_SIZE), z_turned) > 1e-2


def test_a_sample_in_a_batch_equals_the_sample_alone() -> None:
    tok, video = small_tok(), picture(3)
    counts = random_counts(3, PICTURE, LEVELS)
    z = tok.encode(video, PICTURE_SIZE, counts=counts)
    drawn = tok.decode(z, PICTURE, PICTURE_SIZE, counts)
    for i in range(3):
        alone = tok.encode(video[i : i + 1], PICTURE_SIZE, counts=counts[i : i + 1])
        assert relative_error(alone, z[i : i + 1]) < 1e-5
        drawn_alone = tok.decode(alone, PICTURE, PICTURE_SIZE, counts[i : i + 1])
        assert relative_error(drawn_alone, drawn[i : i + 1]) < 1e-5


def test_chosen_patches_are_the_patches_of_the_whole_picture() -> None:
    tok = small_tok()
    z = torch.randn(2, LEVELS * PICTURE.patches, tok.config.latent_dim)
    counts = random_counts(2, PICTURE, LEVELS)
    whole = patchify(tok.decode(z, PICTURE, PICTURE_SIZE, counts), PICTURE_SIZE)
    chosen = torch.tensor([[3, 0, 23], [7, 8, 20]])
    some = tok.decode_patches(z, PICTURE, PICTURE_SIZE, counts, chosen)
    assert relative_error(some, whole[torch.arange(2)[:, None], chosen]) < 1e-5


def test_every_parameter_of_the_tokenizer_gets_a_gradient() -> None:
    for mode in MODES:
        tok = small_tok(pixel_attention=mode)
        z = tok.encode(picture(), PICTURE_SIZE)
        tok.decode(z, PICTURE, PatchSize(1, 6)).square().mean().backward()
        silent = [name for name, p in tok.named_parameters() if p.grad is None or not bool(p.grad.any())]
        assert silent == []


def test_the_papers_tokenizer_has_the_sizes_of_table_3() -> None:
    with torch.device("meta"):
        tok = DCSTok(config.paper_tok())
    millions = {name: sum(p.numel() for p in part.parameters()) / 1e6 for name, part in tok.named_children()}
    assert millions["patchifier"] == pytest.approx(2.37, abs=0.01)
    assert millions["depatchifier"] == pytest.approx(2.37, abs=0.01)
    assert millions["encoder"] == pytest.approx(85.1, abs=0.1)
    assert millions["decoder"] == pytest.approx(85.1, abs=0.1)


def test_the_nano_tokenizer_has_2_8_million_parameters() -> None:
    with torch.device("meta"):
        tok = DCSTok(config.nano_tok())
    assert sum(p.numel() for p in tok.parameters()) / 1e6 == pytest.approx(2.79, abs=0.02)


@torch.no_grad()
def test_the_papers_tokenizer_runs_forward_on_one_small_picture() -> None:
    tok = DCSTok(config.paper_tok())
    grid, size = Grid(1, 16, 16), PatchSize(1, 2)
    z = tok.encode(torch.rand(1, 1, 32, 32, 3), size, levels=1)
    assert z.shape == (1, 256, 16)
    drawn = tok.decode(z, grid, PatchSize(1, 3))
    assert drawn.shape == (1, 1, 48, 48, 3) and bool(torch.isfinite(drawn).all())
