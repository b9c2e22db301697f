"""Sticker world: the same scene everywhere, the same picture at every size, no leaks between splits."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from dcs.concepts import CONCEPTS_PATH, load_concepts
from dcs.scenes import (
    BACKGROUND_COLORS,
    Background,
    Scene,
    Split,
    Sticker,
    is_held_out,
    render_scenes,
    sample_scene,
)
from dcs.sprites import SpriteAtlas

SOURCES = Path(__file__).resolve().parents[1] / "sources"
SMALL_ATLAS_NAMES = (
    "red apple",
    "green apple",
    "rocket",
    "cat",
    "pizza",
    "house",
    "fish",
    "guitar",
    "red square",
    "blue square",
    "grinning face",
    "rainbow",
)
SMALL_ATLAS = tuple(c.id for c in load_concepts().concepts if c.name in SMALL_ATLAS_NAMES)
IDS = {concept.name: concept.id for concept in load_concepts().concepts}
SPLITS: tuple[Split, ...] = ("train", "heldout_pairs", "openmoji")


def rasterize(*arguments: str) -> str:
    node = shutil.which("node")
    assert node, "node is not on PATH; sticker world needs Node 20"
    packages = SOURCES / "node_modules" / "@resvg"
    assert packages.exists(), "the art is not installed; run `npm ci` in training/sources"
    command = [node, "rasterize.mjs", *arguments]
    run = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="session")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> SpriteAtlas:
    folder = tmp_path_factory.mktemp("sprites")
    rasterize("--out", str(folder), "--concepts", ",".join(SMALL_ATLAS))
    return SpriteAtlas.open(folder)


def small_scenes(count: int, **options: object) -> list[Scene]:
    arguments = {"seed": 5, "concepts": SMALL_ATLAS, **options}
    return [sample_scene(index=i, **arguments) for i in range(count)]  # pyright: ignore[reportArgumentType] # plain keywords


def one_sticker(name: str, style: str = "twemoji", **placement: float) -> Scene:
    white = Background("solid", "white", (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    where = {"cx": 0.5, "cy": 0.5, "size": 0.7, "rotation_deg": 0.0, **placement}
    return Scene(white, (Sticker(IDS[name], style, **where),), 8, 8, caption_seed=0)


def empty_scene(background: Background, gh: int = 8, gw: int = 8) -> Scene:
    return Scene(background, (), gh, gw, caption_seed=0)


def box_reduced(pictures: Tensor, factor: int) -> Tensor:
    b, h, w, c = pictures.shape
    return pictures.view(b, h // factor, factor, w // factor, factor, c).mean((2, 4))


def psnr(a: Tensor, b: Tensor) -> Tensor:
    """Per picture, in dB; pictures span [-1, 1]."""
    return -10 * torch.log10(((a - b) / 2).square().mean((1, 2, 3)))


@given(seed=st.integers(0, 2**63), index=st.integers(0, 2**63), split=st.sampled_from(SPLITS))
@settings(max_examples=50, deadline=None)
def test_the_same_arguments_give_the_same_scene(seed: int, index: int, split: Split):
    assert sample_scene(seed, index, split, "any") == sample_scene(seed, index, split, "any")


def test_another_process_gives_the_same_scenes():
    code = "from dcs.scenes import sample_scene; print([sample_scene(3, i, aspect='any') for i in range(40)])"
    command = [sys.executable, "-W", "error", "-c", code]
    other = subprocess.run(command, cwd=SOURCES.parent, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str([sample_scene(3, i, aspect="any") for i in range(40)])


def test_scenes_differ_by_index_by_seed_and_by_split():
    base = sample_scene(1, 1)
    assert base not in (sample_scene(1, 2), sample_scene(2, 1), sample_scene(1, 1, "heldout_pairs"))


@given(seed=st.integers(0, 2**32), index=st.integers(0, 2**32), aspect=st.sampled_from(("square", "any")))
@settings(max_examples=200, deadline=None)
def test_every_scene_stays_in_its_ranges(seed: int, index: int, aspect):
    scene = sample_scene(seed, index, aspect=aspect)
    assert min(scene.gh, scene.gw) == 8
    assert max(scene.gh, scene.gw) <= (8 if aspect == "square" else 16)
    assert 1 <= len(scene.stickers) <= 2
    low, high = (0.5, 0.95) if len(scene.stickers) == 1 else (0.4, 0.55)
    for sticker in scene.stickers:
        assert low <= sticker.size <= high
        assert abs(sticker.rotation_deg) <= 30
        # Two stickers on a square canvas may reach over the edge by their own empty margin.
        assert sticker.cx - sticker.size / 2 >= -0.05
        assert sticker.cx + sticker.size / 2 <= scene.width + 0.05
        assert sticker.cy - sticker.size / 2 >= -0.05
        assert sticker.cy + sticker.size / 2 <= scene.height + 0.05
    assert len({sticker.concept for sticker in scene.stickers}) == len(scene.stickers)


def test_most_scenes_hold_one_upright_sticker_and_core_concepts_come_twice_as_often():
    scenes = [sample_scene(7, i) for i in range(6000)]
    stickers = [sticker for scene in scenes for sticker in scene.stickers]
    assert np.mean([len(scene.stickers) == 1 for scene in scenes]) == pytest.approx(0.8, abs=0.03)
    assert np.mean([s.rotation_deg == 0 for s in stickers]) == pytest.approx(0.8, abs=0.03)
    tiers = {concept.id: concept.tier for concept in load_concepts().recommended()}
    counts = {tier: list(tiers.values()).count(tier) for tier in ("core", "extended")}
    drawn = {tier: sum(tiers[s.concept] == tier for s in stickers) for tier in counts}
    ratio = (drawn["core"] / counts["core"]) / (drawn["extended"] / counts["extended"])
    assert ratio == pytest.approx(2.0, rel=0.15)


def test_a_grid_gives_its_aspect_ratio():
    scene = sample_scene(1, 1, aspect=(8, 12))
    assert (scene.height, scene.width) == (1.0, 1.5)
    scene = sample_scene(1, 1, aspect=(16, 8))
    assert (scene.height, scene.width) == (2.0, 1.0)


@pytest.mark.parametrize("aspect", [(7, 8), (8, 17), (16, 16)])
def test_a_grid_out_of_range_is_refused(aspect: tuple[int, int]):
    with pytest.raises(ValueError, match="short side"):
        sample_scene(1, 1, aspect=aspect)


def test_unknown_or_too_few_concepts_are_refused():
    with pytest.raises(ValueError, match="no concept with the id"):
        sample_scene(1, 1, concepts=("nonsense", "1f680"))
    with pytest.raises(ValueError, match="at least two concepts"):
        sample_scene(1, 1, concepts=("1f680",))


def test_splits_share_no_drawing():
    table = load_concepts()
    pairs = {
        split: {
            (sticker.concept, sticker.style)
            for i in range(4000)
            for sticker in sample_scene(11, i, split, concepts="all").stickers
        }
        for split in SPLITS
    }
    assert not pairs["train"] & pairs["heldout_pairs"]
    assert {style for _, style in pairs["train"]} == set(table.train_styles)
    assert {style for _, style in pairs["openmoji"]} == {"openmoji"}
    assert all(is_held_out(*pair) for pair in pairs["heldout_pairs"])
    assert not any(is_held_out(*pair) for pair in pairs["train"])


def test_one_drawing_in_ten_is_held_out_and_no_recommended_concept_loses_all_of_them():
    table = load_concepts()
    held_out = []
    for concept in table.recommended():
        flags = [is_held_out(concept.id, style) for style in concept.styles if style in table.train_styles]
        assert not all(flags), concept.name
        held_out += flags
    assert np.mean(held_out) == pytest.approx(0.1, abs=0.02)


def test_pictures_have_the_asked_shape_and_range(atlas: SpriteAtlas):
    pictures = render_scenes(small_scenes(8), 24, 40, atlas)
    assert pictures.shape == (8, 24, 40, 3)
    assert pictures.dtype == torch.float32
    assert pictures.is_contiguous()
    assert pictures.min() >= -1 and pictures.max() <= 1
    assert render_scenes([], 24, 40, atlas).shape == (0, 24, 40, 3)


@pytest.mark.parametrize(("aspect", "height", "width"), [((8, 8), 64, 64), ((8, 12), 64, 96)])
@pytest.mark.parametrize("factor", [2, 4])
def test_a_small_picture_is_the_reduced_large_one(atlas, aspect, height, width, factor):
    scenes = small_scenes(48, aspect=aspect)
    large = box_reduced(render_scenes(scenes, height * factor, width * factor, atlas), factor)
    agreement = psnr(large, render_scenes(scenes, height, width, atlas))
    assert agreement.mean() > 32
    assert agreement.min() > 22


def test_a_picture_does_not_depend_on_its_batch(atlas: SpriteAtlas):
    scenes = small_scenes(12)
    alone = torch.cat([render_scenes([scene], 32, 32, atlas) for scene in scenes])
    torch.testing.assert_close(render_scenes(scenes, 32, 32, atlas), alone, atol=1e-5, rtol=0)


def test_corner_pixels_show_the_colour_the_background_is_named_after(atlas: SpriteAtlas):
    shades = [(color, hexcode) for color, row in BACKGROUND_COLORS.items() for hexcode in row]
    table = torch.tensor([list(bytes.fromhex(hexcode)) for _, hexcode in shades]) / 255
    scenes = small_scenes(300, aspect=(8, 10))
    pictures = render_scenes(scenes, 64, 80, atlas).add(1).div(2)
    for scene, picture in zip(scenes, pictures, strict=True):
        for corner in (picture[0, 0], picture[0, -1], picture[-1, 0], picture[-1, -1]):
            nearest = int((table - corner).square().sum(1).argmin())
            assert shades[nearest][0] == scene.background.color


def test_a_gradient_is_sampled_at_pixel_centres_or_at_the_corners(atlas: SpriteAtlas):
    scene = empty_scene(Background("vertical", "grey", (0.0, 0.0, 0.0), (1.0, 0.5, 0.25)))
    share = {"center": (torch.arange(5) + 0.5) / 5, "corner": torch.arange(5) / 4}
    for mode, mix in share.items():
        picture = render_scenes([scene], 5, 5, atlas, coord_mode=mode)[0, :, 2]  # pyright: ignore[reportArgumentType] # dict keys are str
        expected = mix[:, None] * torch.tensor([1.0, 0.5, 0.25]) * 2 - 1
        torch.testing.assert_close(picture, expected)


def test_corner_and_centre_pictures_sample_the_same_points_where_they_meet(atlas: SpriteAtlas):
    # i / 400 are the points of a 401 px corner picture: the even ones those of a 201 px corner
    # picture, the odd ones those of a 200 px centre picture. All three use the 256 px sprites.
    scenes = [one_sticker("guitar"), one_sticker("cat", rotation_deg=20.0, cx=0.4)]
    fine = render_scenes(scenes, 401, 401, atlas, coord_mode="corner")
    corner = render_scenes(scenes, 201, 201, atlas, coord_mode="corner")
    center = render_scenes(scenes, 200, 200, atlas, coord_mode="center")
    torch.testing.assert_close(fine[:, ::2, ::2], corner, atol=1e-3, rtol=0)
    torch.testing.assert_close(fine[:, 1::2, 1::2], center, atol=1e-3, rtol=0)


def test_rotation_is_clockwise_and_does_not_clip(atlas: SpriteAtlas):
    upright = render_scenes([one_sticker("guitar")], 64, 64, atlas)[0]
    turned = render_scenes([one_sticker("guitar", rotation_deg=90.0)], 64, 64, atlas)[0]
    torch.testing.assert_close(turned, torch.rot90(upright, k=-1), atol=1e-3, rtol=0)


def test_a_sticker_lies_where_the_scene_puts_it(atlas: SpriteAtlas):
    scene = one_sticker("red square", cx=0.3, cy=0.6, size=0.4)
    is_ink = render_scenes([scene], 100, 100, atlas)[0].sub(1).abs().sum(-1) > 0.2
    rows, columns = torch.nonzero(is_ink, as_tuple=True)
    assert rows.float().mean().item() + 0.5 == pytest.approx(60, abs=0.6)
    assert columns.float().mean().item() + 0.5 == pytest.approx(30, abs=0.6)
    side = math.sqrt(is_ink.sum().item())
    assert 0.8 * 40 < side < 0.97 * 40  # the sprite's margin is empty


def test_the_second_sticker_covers_the_first(atlas: SpriteAtlas):
    red, blue = one_sticker("red square").stickers[0], one_sticker("blue square", size=0.3).stickers[0]
    scene = replace(one_sticker("red square"), stickers=(red, blue))
    picture = render_scenes([scene], 64, 64, atlas)[0]
    middle, ring = picture[32, 32], picture[32, 16]
    assert middle[2] > middle[0] and ring[0] > ring[2]


def test_sprites_are_premultiplied_and_levels_agree(atlas: SpriteAtlas):
    assert sorted(atlas.levels) == [16, 32, 64, 128, 256]
    for pixels in atlas.levels.values():
        assert (pixels[..., :3] <= pixels[..., 3:]).all()
    largest = atlas.levels[256].astype(np.float64)
    for px in (16, 128):
        factor = 256 // px
        reduced = largest.reshape(-1, px, factor, px, factor, 4).mean((2, 4))
        assert np.abs(reduced - atlas.levels[px]).max() <= 0.5


def test_the_level_is_the_smallest_that_is_dense_enough(atlas: SpriteAtlas):
    assert [atlas.level_for(0, density) for density in (3, 16, 16.1, 128, 200, 400)] == [
        16,
        16,
        32,
        128,
        256,
        256,
    ]


def test_a_drawing_that_is_not_in_the_atlas_is_named(atlas: SpriteAtlas):
    with pytest.raises(KeyError, match=IDS["bomb"]):
        render_scenes([one_sticker("bomb")], 32, 32, atlas)


def test_a_missing_or_outdated_atlas_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"rasterize\.mjs"):
        SpriteAtlas.open(tmp_path)
    (tmp_path / "index.json").write_text('{"version": 0}')
    with pytest.raises(ValueError, match="version 0"):
        SpriteAtlas.open(tmp_path)


def test_an_icon_that_aborts_the_rasterizer_is_skipped_and_the_rest_is_drawn(tmp_path: Path):
    table = json.loads(CONCEPTS_PATH.read_text(encoding="utf-8"))
    unrenderable = json.loads((SOURCES / "unrenderable.json").read_text(encoding="utf-8"))
    column = table["styles"].index("noto")
    rows = [row for row in table["concepts"] if row["name"] in ("package", "rocket")]
    for row in rows:
        row["icons"] = [
            (unrenderable["noto"][0] if row["name"] == "package" else "rocket") if i == column else ""
            for i in range(len(table["styles"]))
        ]
    (tmp_path / "table.json").write_text(json.dumps({**table, "concepts": rows}))
    rasterize("--out", str(tmp_path), "--table", str(tmp_path / "table.json"))
    small = SpriteAtlas.open(tmp_path)
    assert set(small.rows) == {(IDS["rocket"], "noto")}
    assert small.levels[64][small.row(IDS["rocket"], "noto")].max() > 0


def test_the_committed_concept_table_is_what_the_packages_give(tmp_path: Path):
    node = shutil.which("node")
    assert node, "node is not on PATH; sticker world needs Node 20"
    rebuilt = tmp_path / "concepts.json"
    subprocess.run([node, "build-concepts.mjs", "--out", str(rebuilt)], cwd=SOURCES, check=True)
    assert rebuilt.read_text(encoding="utf-8") == CONCEPTS_PATH.read_text(encoding="utf-8")


def test_the_concept_table_holds_the_recommended_concepts():
    tiers = [concept.tier for concept in load_concepts().recommended()]
    assert tiers == ["core"] * 290 + ["extended"] * 121
