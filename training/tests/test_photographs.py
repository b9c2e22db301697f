"""Photographs: read as sprites are, cut without enlarging, opaque to the edge, held out whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dcs.photographs import (
    CROP_PX,
    STYLE,
    Crop,
    box_reduce,
    crop_concepts,
    cut,
    load_photographs,
    photograph_scene,
    plan_crops,
    share_crops,
    write_atlas,
)
from dcs.scenes import Aspect, render_scenes
from dcs.sprites import SpriteAtlas

TRAINING = Path(__file__).resolve().parents[1]
PERMISSIVE = {"CC-BY-4.0", "CC-BY-2.0", "CC0-1.0", "public domain"}
CONCEPTS = ("train/a/000", "train/a/001", "eval/b/000")


def ramp_image(width: int, height: int) -> Image.Image:
    """Red grows by 1 every 2 pixels to the right, green by 1 every 2 pixels down."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0] = np.arange(width) // 2
    rgb[..., 1] = (np.arange(height) // 2)[:, None]
    return Image.fromarray(rgb)


def tiny_atlas(folder: Path, concepts: Sequence[str] = CONCEPTS) -> SpriteAtlas:
    colors = ((200, 10, 30, 255), (10, 220, 40, 255), (20, 30, 240, 255))
    pixels = (np.full((CROP_PX, CROP_PX, 4), color, np.uint8) for color in colors)
    assert write_atlas(folder, zip(concepts, pixels, strict=False)) == len(concepts)
    return SpriteAtlas.open(folder)


def test_the_atlas_reads_as_one_of_sprites(tmp_path: Path) -> None:
    atlas = tiny_atlas(tmp_path)
    assert {px: pixels.shape for px, pixels in atlas.levels.items()} == {px: (3, px, px, 4) for px in (32, 64, 128, 256)}
    row = atlas.row("train/a/001", STYLE)
    assert atlas.levels[32][row, 5, 7].tolist() == [10, 220, 40, 255]
    assert atlas.level_for(row, 100) == 128


def test_splits_are_told_apart_by_name(tmp_path: Path) -> None:
    atlas = tiny_atlas(tmp_path)
    assert crop_concepts(atlas, "train") == CONCEPTS[:2]
    assert crop_concepts(atlas, "eval") == CONCEPTS[2:]
    with pytest.raises(ValueError, match="no photographs of the split eval"):
        crop_concepts(tiny_atlas(tmp_path / "train-only", CONCEPTS[:2]), "eval")


@pytest.mark.parametrize("aspect", ["square", (8, 16), (16, 8)])
@pytest.mark.parametrize("px", [32, 48, 128])
@pytest.mark.parametrize("mode", ["center", "corner"])
def test_a_photograph_covers_the_whole_canvas(tmp_path: Path, aspect: Aspect, px: int, mode: str) -> None:
    atlas = tiny_atlas(tmp_path)
    for index in range(4):
        scene = photograph_scene(3, index, CONCEPTS[:1], aspect)
        picture = render_scenes([scene], scene.gh * px // 8, scene.gw * px // 8, atlas, mode)  # pyright: ignore[reportArgumentType] # parametrized
        flat = torch.tensor([200, 10, 30]) / 127.5 - 1
        torch.testing.assert_close(picture, flat.expand_as(picture), atol=1e-5, rtol=0)


def test_a_scene_is_the_same_for_the_same_numbers() -> None:
    scenes = [photograph_scene(3, index, CONCEPTS, "any") for index in range(20)]
    assert scenes == [photograph_scene(3, index, CONCEPTS, "any") for index in range(20)]
    assert len({scene.stickers[0].concept for scene in scenes}) == len(CONCEPTS)


@given(width=st.integers(CROP_PX, 6000), height=st.integers(CROP_PX, 6000), name=st.text("ab-", min_size=1))
def test_crops_lie_inside_and_are_never_enlarged(width: int, height: int, name: str) -> None:
    crops = plan_crops(name, width, height, 20)
    assert crops == plan_crops(name, width, height, 20)
    for crop in crops:
        assert CROP_PX <= crop.side <= min(width, height)
        assert crop.left >= 0 and crop.left + crop.side <= width + 1e-6
        assert crop.top >= 0 and crop.top + crop.side <= height + 1e-6


def test_a_photograph_smaller_than_a_crop_is_refused() -> None:
    with pytest.raises(ValueError, match="photograph tiny is 300x200"):
        plan_crops("tiny", 300, 200, 1)


def test_a_crop_shows_its_place_and_its_mirror() -> None:
    image = ramp_image(512, 512)
    plain = cut(image, Crop(100, 40, 256, is_mirrored=False))
    assert plain.shape == (CROP_PX, CROP_PX, 4) and (plain[..., 3] == 255).all()
    assert plain[0, 0].tolist() == [50, 20, 0, 255]
    assert plain[-1, -1].tolist() == [177, 147, 0, 255]
    np.testing.assert_array_equal(cut(image, Crop(100, 40, 256, is_mirrored=True)), plain[:, ::-1])


def test_a_large_crop_is_averaged_and_not_picked() -> None:
    stripes = np.zeros((1024, 1024, 3), np.uint8)
    stripes[:, ::2] = 255
    grey = cut(Image.fromarray(stripes), Crop(0, 0, 1024, is_mirrored=False))[..., :3]
    assert grey.min() >= 115 and grey.max() <= 140  # the filter is cut off at the border


def test_smaller_levels_are_exact_averages() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[0, 0] = (10, 20, 30, 40)
    assert box_reduce(pixels, 2)[0, 0].tolist() == [3, 5, 8, 10]  # 2.5 and 7.5 round up
    assert box_reduce(np.full((4, 4, 4), 255, np.uint8), 4).tolist() == [[[255, 255, 255, 255]]]


@given(st.lists(st.tuples(st.integers(256, 6000), st.integers(256, 6000)), min_size=1, max_size=30))
def test_every_photograph_gives_crops_and_large_ones_more(sizes: list[tuple[int, int]]) -> None:
    counts = share_crops(sizes, 2000)
    assert min(counts) >= 1 and abs(sum(counts) - 2000) <= len(sizes)
    by_area = [count for _, count in sorted(zip((w * h for w, h in sizes), counts, strict=True))]
    assert by_area == sorted(by_area)


def test_only_permissive_photographs_are_listed_and_all_are_credited() -> None:
    photographs = load_photographs(TRAINING / "sources" / "photographs.json")
    assert {photograph.licence for photograph in photographs} <= PERMISSIVE
    assert len({photograph.name for photograph in photographs}) == len(photographs)
    notice = (TRAINING.parent / "NOTICE").read_text(encoding="utf-8")
    assert [p.author for p in photographs if p.author not in notice] == []
    held_out = [photograph for photograph in photographs if photograph.split == "eval"]
    assert len(photographs) / 15 < len(held_out) < len(photographs) / 5
