"""What DCS-Tok trains on: one sample at two scales, bounded work, nothing held out, doodles that are the same every time."""

from __future__ import annotations

import random
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from dcs.batches import (
    STAGES,
    Atlases,
    Scale,
    decoded_patches,
    draw_batch,
    draw_picture,
    draw_scale,
    sample_count,
)
from dcs.config import nano_tok
from dcs.geometry import Grid, PatchSize, resize
from dcs.scenes import is_held_out, sample_scene
from dcs.sprites import SpriteAtlas

SOURCES = Path(__file__).resolve().parents[1] / "sources"
CONFIG = nano_tok()


def draw_doodles(out: Path, seed: int = 1) -> SpriteAtlas:
    node = shutil.which("node")
    assert node, "node is not on PATH; doodles need Node 20"
    command = [node, "doodles.mjs", "--count", "12", "--px", "64", "--seed", str(seed), "--out", str(out)]
    subprocess.run(command, cwd=SOURCES, check=True, capture_output=True)
    return SpriteAtlas.open(out)


@pytest.fixture(scope="module")
def atlases(tmp_path_factory: pytest.TempPathFactory) -> Atlases:
    """Every drawing is a doodle under another name, so that no sticker atlas has to be built."""
    doodles = draw_doodles(tmp_path_factory.mktemp("doodles"))
    everything = _AnyAtlas(doodles.path, doodles.rows, doodles.levels)
    rows = {("train/0", "photograph"): 3, ("eval/1", "photograph"): 4}
    photographs = SpriteAtlas(doodles.path, rows, doodles.levels)
    return Atlases(everything, doodles, photographs)


class _AnyAtlas(SpriteAtlas):
    def row(self, concept: str, style: str) -> int:
        assert not is_held_out(concept, style)
        return (len(concept) + len(style)) % len(self.rows)


def test_doodles_of_a_seed_are_always_the_same_and_leave_a_margin(tmp_path: Path) -> None:
    first, again, other = (draw_doodles(tmp_path / str(i), seed).levels[64] for i, seed in enumerate((1, 1, 2)))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len({picture.tobytes() for picture in first}) == 12
    assert first[..., 3].any(axis=(1, 2)).all()
    assert bool((first[..., :3] <= first[..., 3:]).all())  # premultiplied


@pytest.mark.parametrize("name", STAGES)
def test_the_work_of_a_batch_is_bounded(name: str) -> None:
    stage = STAGES[name]
    for seed in range(200):
        scale = draw_scale(stage, CONFIG, random.Random(seed))
        count = sample_count(scale, 16)
        pixels = count * scale.grid.patches * scale.source.pt * scale.source.p**2
        assert 2 <= count <= 16
        assert pixels <= 2 * 16 * 64 * 64 or count == 2
        assert max(scale.grid.h, scale.grid.w) <= 2 * CONFIG.k == 2 * min(scale.grid.h, scale.grid.w)
        assert scale.is_clip or (scale.grid.t == scale.source.pt == scale.target.pt == 1)


def test_pictures_and_clips_show_the_same_at_both_scales(atlases: Atlases) -> None:
    seen = set()
    for seed in range(40):
        rng = random.Random(seed)
        scale = draw_scale(STAGES["video"], CONFIG, rng)
        batch = draw_batch(STAGES["video"], scale, atlases, CONFIG, 0, range(4), rng)
        seen.add(scale.is_clip)
        for video, size in ((batch.source, scale.source), (batch.target, scale.target)):
            frames = scale.grid.t * size.pt
            assert video.shape[1:] == (frames, scale.grid.h * size.p, scale.grid.w * size.p, 3)
        last = [v[:, size.pt - 1 :: size.pt] for v, size in ((batch.source, scale.source), (batch.target, scale.target))]
        small = [resize(v, scale.grid.h * 2, scale.grid.w * 2, "center") for v in last]
        assert float((small[0] - small[1]).square().mean()) < 0.02
        assert 4 <= decoded_patches(STAGES["video"], batch, 16) <= scale.grid.patches or scale.grid.patches < 4
    assert seen == {True, False}


def test_a_batch_is_a_function_of_the_seed(atlases: Atlases) -> None:
    scale = Scale(Grid(1, 8, 8), PatchSize(1, 4), PatchSize(1, 6), False)
    first, again, other = (
        draw_batch(STAGES["image"], scale, atlases, CONFIG, 0, range(4), random.Random(seed)) for seed in (5, 5, 6)
    )
    assert torch.equal(first.target, again.target)
    assert not torch.equal(first.target, other.target)


def test_held_out_photographs_are_not_trained_on(atlases: Atlases) -> None:
    stage, rng = replace(STAGES["image"], photographs=1.0, doodles=0.0), random.Random(0)
    scenes = [draw_picture(stage, atlases, 0, i, Grid(1, 8, 11), rng) for i in range(20)]
    assert {(s.stickers[0].concept, s.stickers[0].style) for s in scenes} == {("train/0", "photograph")}


def test_without_other_atlases_only_stickers_are_drawn(atlases: Atlases) -> None:
    scale = Scale(Grid(1, 8, 8), PatchSize(1, 4), PatchSize(1, 4), False)
    alone = Atlases(atlases.stickers, None, None)
    batch = draw_batch(STAGES["image"], scale, alone, CONFIG, 0, range(4), random.Random(1))
    assert batch.source.shape == (4, 1, 32, 32, 3)
    assert sample_scene(0, 0, "train", "square", "all").stickers[0].style != "doodle"
