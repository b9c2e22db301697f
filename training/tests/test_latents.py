"""Statistics of cached latents: what the transformer sees has mean 0 and deviation 1 per level and channel."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from small_models import PICTURE, small_tok
from test_results import load_script

from dcs.clip_captions import clip_caption
from dcs.concepts import load_concepts
from dcs.geometry import Grid, PatchSize
from dcs.latents import (
    CachedLatents,
    clip_weight,
    denormalise,
    encode_clips,
    is_same_encoding,
    level_statistics,
    load_caches,
    normalise,
    save_caches,
    scene_weight,
)
from dcs.motion import Clip, Motion, MotionKind, plain_clip, render_clips, sample_clip, segment_times
from dcs.scenes import Background, Scene, Sticker
from dcs.sprites import SpriteAtlas


def test_normalised_latents_have_mean_0_and_deviation_1_per_level_and_channel() -> None:
    levels, channels = 3, 4
    scale, shift = torch.rand(levels, 1, channels) * 9 + 1, 3 * torch.randn(levels, 1, channels)
    grids = (Grid(1, 4, 6), Grid(1, 4, 4))
    caches = []
    for grid in grids:
        z = (torch.randn(50, levels, grid.patches, channels) * scale + shift).flatten(1, 2).half()
        caches.append(CachedLatents(grid, seed=0, first_index=0, z=z))
    mean, std = level_statistics(caches, levels)
    normalised = [normalise(c.z.float(), mean, std, levels).unflatten(1, (levels, -1)) for c in caches]
    tokens = torch.cat([z.transpose(0, 1).flatten(1, 2) for z in normalised], dim=1)  # (n, R*P, d)
    assert float(tokens.mean(1).abs().max()) < 0.02
    assert float((tokens.std(1) - 1).abs().max()) < 0.02


@pytest.mark.parametrize("m", [1, 2, 3])
def test_denormalising_undoes_normalising_for_any_prefix_of_levels(m: int) -> None:
    mean, std = torch.randn(3, 4), torch.rand(3, 4) + 0.5
    z = torch.randn(2, m * PICTURE.patches, 4)
    zn = normalise(z, mean, std, m)
    assert torch.allclose(denormalise(zn, mean, std, m), z, atol=1e-5)
    last = zn[:, (m - 1) * PICTURE.patches :]
    assert torch.allclose(last * std[m - 1] + mean[m - 1], z[:, (m - 1) * PICTURE.patches :], atol=1e-5)


def test_statistics_are_measured_anew_unless_they_are_to_be_kept(tmp_path: Path) -> None:
    first, second = (CachedLatents(PICTURE, 0, 0, (torch.randn(4, PICTURE.patches, 4) + shift).half()) for shift in (0.0, 5.0))
    save_caches(tmp_path, [first], 1)
    _, mean, std = load_caches(tmp_path)
    save_caches(tmp_path, [second], 1, keeps_statistics=True)
    caches, kept_mean, kept_std = load_caches(tmp_path)
    assert torch.equal(caches[0].z, second.z)
    assert torch.equal(kept_mean, mean) and torch.equal(kept_std, std)
    save_caches(tmp_path, [second], 1)
    assert float((load_caches(tmp_path)[1] - mean).min()) > 3


def test_held_latents_are_told_from_those_of_another_tokenizer_or_another_rule() -> None:
    held = torch.randn(6, 12, 4)
    assert is_same_encoding(held.half(), held[:2] + 0.01 * torch.randn(2, 12, 4))
    assert not is_same_encoding(held, held[2:4])
    assert not is_same_encoding(held, torch.randn(2, 24, 4))


PLAIN = Sticker(concept="1f34e", style="noto", cx=0.52, cy=0.5, size=0.6, rotation_deg=0.0)


@pytest.mark.parametrize(
    ("sticker", "weight"),
    [
        (PLAIN, 4.0),
        (replace(PLAIN, size=0.7), 8.0),
        (replace(PLAIN, rotation_deg=10.0), 1.0),
        (replace(PLAIN, cx=0.7), 1.0),
        (replace(PLAIN, cy=0.3), 1.0),
        (replace(PLAIN, style="streamline-emojis"), 1.2),
        (replace(PLAIN, style="noto-v1", cx=0.7), 0.5),
    ],
)
def test_upright_centred_things_weigh_more_and_styles_unlike_the_rest_less(sticker: Sticker, weight: float) -> None:
    white = (1.0, 1.0, 1.0)
    scene = Scene(Background("solid", "white", white, white), (sticker,), 8, 8, 0)
    assert scene_weight(scene, 4.0) == pytest.approx(weight)
    assert scene_weight(Scene(scene.background, (sticker, sticker), 8, 8, 0), 4.0) <= 1.0


@pytest.mark.parametrize(
    ("kind", "sticker", "weight"),
    [
        ("bounce", PLAIN, 1.0),
        ("spin", PLAIN, 2.0),
        ("grow", replace(PLAIN, size=0.7), 4.0),
        ("slide right", replace(PLAIN, size=0.8), 1.0),  # encoded at the one size of slides
        ("slide left", replace(PLAIN, cx=0.9, style="fxemoji"), 0.5),
    ],
)
def test_clips_of_large_things_and_of_changes_in_place_weigh_more(kind: MotionKind, sticker: Sticker, weight: float) -> None:
    white = (1.0, 1.0, 1.0)
    scene = Scene(Background("solid", "white", white, white), (sticker,), 8, 8, 0)
    assert clip_weight(Clip(scene, Motion(kind, 1.0, 0.0))) == pytest.approx(weight)


def test_the_clips_that_are_cached_are_plain() -> None:
    tok, size, table = small_tok(k=8), PatchSize(2, 4), load_concepts()
    grid = Grid(tok.config.kt, tok.config.k, tok.config.k)
    pairs = {(concept.id, style): 0 for concept in table.concepts for style in table.train_styles}
    atlas = SpriteAtlas(Path("memory"), pairs, {32: torch.rand(1, 32, 32, 4).mul(255).byte().numpy()})
    clips = [sample_clip(200, i) for i in range(4)]

    def encoded(several: list[Clip]) -> torch.Tensor:
        times_s = segment_times(grid.t, size.pt, tok.config.kt)
        x = render_clips(several, times_s, grid.h * size.p, grid.w * size.p, atlas, tok.config.coord_mode)
        with torch.no_grad():
            return tok.encode(x, size).half()

    found = encode_clips(tok, grid, 200, 0, 4, atlas, size)
    assert found.caption(0, table, 1) == clip_caption(clips[0], table, 1)
    assert torch.equal(found.z, encoded([plain_clip(clip, 1.0) for clip in clips]))
    assert not torch.equal(found.z, encoded(clips))


def test_the_grids_of_training_steps_follow_their_shares() -> None:
    train_dit = load_script("train_dit")
    shapes = {Grid(1, 8, 8): 100, Grid(4, 8, 8): 40, Grid(8, 8, 8): 20}
    caches = [CachedLatents(grid, 0, 0, torch.zeros(count, 1, 1)) for grid, count in shapes.items()]

    def shares(clip_share: float, long_weight: float) -> list[float]:
        rng = random.Random(1)
        drawn = [train_dit.draw_grid(caches, clip_share, long_weight, rng) for _ in range(4000)]
        return [drawn.count(i) / len(drawn) for i in range(3)]

    assert shares(0.75, 1.0) == pytest.approx([0.25, 0.5, 0.25], abs=0.03)
    assert shares(0.75, 4.0) == pytest.approx([0.25, 0.25, 0.5], abs=0.03)
