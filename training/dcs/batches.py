"""What DCS-Tok is trained on: batches of the same samples at two scales (asymmetric scales, paper 3.1, Table 4).

A batch is drawn from a stage: a grid common to its samples, an input scale and an output scale (size and, of clips, frame
rate), pictures or clips rendered at both. Pictures mix stickers, doodles and photographs as far as their atlases are
there. Everything follows from the seed.
Letters: B samples, T frames, h w pixels, C patches decoded.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dcs.animations import AnimationAtlas, default_animations_path, render_animations, sample_animated_scene
from dcs.config import TokConfig
from dcs.geometry import Grid, PatchSize
from dcs.motion import render_clips, sample_clip, segment_times
from dcs.photographs import crop_concepts, default_photographs_path, photograph_scene
from dcs.scenes import Scene, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas, default_atlas_path


@dataclass(frozen=True)
class Stage:
    """Short sides in pixels and frame rates read and written, and the shares of what is not a square sticker scene.

    `patches` are decoded per picture at 64 px; larger scales decode fewer, so that the number of pixels stays.
    """

    inputs_px: tuple[int, ...]
    outputs_px: tuple[int, ...]
    any_aspect: float
    patches: int
    doodles: float = 0.0
    photographs: float = 0.0
    clips: float = 0.0
    animations: float = 0.25  # of the clips: drawn animations instead of stickers that move
    inputs_fps: tuple[int, ...] = (8, 12, 16, 24)
    outputs_fps: tuple[int, ...] = (8, 12, 24, 36, 60)
    segments: tuple[int, ...] = (1, 2, 2, 3)
    clip_inputs_px: tuple[int, ...] = (32, 48, 64)
    clip_outputs_px: tuple[int, ...] = (32, 48, 64, 96)


STAGES = {
    "32": Stage((32,), (32,), 0.0, 64),
    "64": Stage((32, 48, 64, 64), (32, 48, 64, 64), 0.3, 32),
    "128": Stage((48, 64, 96, 128), (48, 64, 96, 128, 128), 0.3, 24),
    "image": Stage((32, 48, 64, 64), (32, 48, 64, 96, 128), 0.3, 32, 0.25, 0.15),
    "video": Stage((32, 48, 64, 64, 96), (32, 48, 64, 96, 128, 192), 0.3, 24, 0.2, 0.12, 0.4),
}


@dataclass(frozen=True)
class Batch:
    """Samples read at one scale, wanted at another: videos (B,T,h,w,3) in [-1,1], one frame of a picture."""

    grid: Grid
    source: Tensor
    source_size: PatchSize
    target: Tensor
    target_size: PatchSize


@dataclass(frozen=True)
class Atlases:
    """Drawings by style; those that were not built are absent."""

    stickers: SpriteAtlas
    doodles: SpriteAtlas | None
    photographs: SpriteAtlas | None
    animations: AnimationAtlas | None = None

    @staticmethod
    def open() -> Atlases:
        """The sticker atlas, and what else was built beside it (training/README.md).

        Raises:
            FileNotFoundError: there is no sticker atlas.
        """
        doodles, photographs = (
            SpriteAtlas.open(path) if (path / "index.json").exists() else None
            for path in (default_atlas_path().with_name("doodles"), default_photographs_path())
        )
        animations = AnimationAtlas.open() if (default_animations_path() / "index.json").exists() else None
        return Atlases(SpriteAtlas.open(), doodles, photographs, animations)

    def of_style(self, style: str) -> SpriteAtlas:
        """Where the drawings of a style are."""
        special = {"doodle": self.doodles, "photograph": self.photographs}
        return special.get(style) or self.stickers


def render_mixed(scenes: Sequence[Scene], height: int, width: int, atlases: Atlases, config: TokConfig) -> Tensor:
    """`render_scenes` of scenes whose drawings lie in different atlases, (B,height,width,3)."""
    styles = [scene.stickers[0].style if scene.stickers else "" for scene in scenes]
    canvas = torch.empty(len(scenes), height, width, 3)
    for atlas in {id(atlases.of_style(style)): atlases.of_style(style) for style in styles}.values():
        rows = [i for i, style in enumerate(styles) if atlases.of_style(style) is atlas]
        canvas[rows] = render_scenes([scenes[i] for i in rows], height, width, atlas, config.coord_mode)
    return canvas


def draw_picture(stage: Stage, atlases: Atlases, seed: int, index: int, grid: Grid, rng: random.Random) -> Scene:
    """A scene of stickers, of doodles instead, or a photograph that fills the canvas."""
    aspect = (grid.h, grid.w) if grid.h != grid.w else "square"
    scene, kind = sample_scene(seed, index, "train", aspect, "all"), rng.random()
    if atlases.doodles is not None and kind < stage.doodles:
        names = list(atlases.doodles.rows)
        drawn = tuple(
            replace(sticker, concept=rng.choice(names)[0], style="doodle", size=sticker.size * rng.uniform(0.9, 1.5))
            for sticker in scene.stickers
        )
        return replace(scene, stickers=drawn)
    if atlases.photographs is not None and kind > 1 - stage.photographs:
        scene = photograph_scene(seed, index, crop_concepts(atlases.photographs, "train"), aspect)
        zoomed = scene.stickers[0]
        return replace(scene, stickers=(replace(zoomed, size=zoomed.size * rng.uniform(1, 1.5)),))
    return scene


def draw_grid(stage: Stage, rng: random.Random, k: int) -> Grid:
    """k x k patches, or up to twice as many on one side."""
    if rng.random() >= stage.any_aspect:
        return Grid(1, k, k)
    long = rng.randint(k + 1, 2 * k)
    return Grid(1, k, long) if rng.random() < 0.5 else Grid(1, long, k)


@dataclass(frozen=True)
class Scale:
    """What the samples of a batch share; clips have several frames in a patch or several segments."""

    grid: Grid
    source: PatchSize
    target: PatchSize
    is_clip: bool


def draw_scale(stage: Stage, config: TokConfig, rng: random.Random) -> Scale:
    """Pictures or clips, their grid, the scales they are read and written at."""
    is_clip = rng.random() < stage.clips
    grid = draw_grid(stage, rng, config.k)
    if not is_clip:
        source, target = (PatchSize(1, rng.choice(sides) // config.k) for sides in (stage.inputs_px, stage.outputs_px))
        return Scale(grid, source, target, False)
    source, target = (
        PatchSize(rng.choice(rates) // config.kt, rng.choice(sides) // config.k)
        for rates, sides in ((stage.inputs_fps, stage.clip_inputs_px), (stage.outputs_fps, stage.clip_outputs_px))
    )
    return Scale(Grid(rng.choice(stage.segments), grid.h, grid.w), source, target, True)


def sample_count(scale: Scale, pictures: int) -> int:
    """Samples with about the latent tokens and pixels of `pictures` square pictures at 64 px, at least 2."""
    patches = scale.grid.patches / min(scale.grid.h, scale.grid.w) ** 2
    pixels = patches * scale.source.pt * scale.source.p**2 / 64
    return max(2, min(pictures, round(pictures / patches), round(1.5 * pictures / pixels)))


def draw_batch(
    stage: Stage, scale: Scale, atlases: Atlases, config: TokConfig, seed: int, samples: range, rng: random.Random
) -> Batch:
    """The first samples of the stream `seed` at a scale, as many as are not more work than `samples` pictures at 64 px."""
    grid = scale.grid
    samples = samples[: sample_count(scale, len(samples))]
    if scale.is_clip:
        aspect = (grid.h, grid.w) if grid.h != grid.w else "square"
        clips, start_s = [sample_clip(seed, i, "train", aspect, "all") for i in samples], rng.uniform(0, 2)
        animations = atlases.animations
        drawn = [] if animations is None else [sample_animated_scene(seed, i, animations, "train", aspect) for i in samples]
        is_drawn = [bool(drawn) and rng.random() < stage.animations for _ in samples]

        def render(size: PatchSize) -> Tensor:
            times_s, height, width = segment_times(grid.t, size.pt, config.kt), grid.h * size.p, grid.w * size.p
            moving = [clip for clip, is_other in zip(clips, is_drawn, strict=True) if not is_other]
            video = torch.empty(len(clips), len(times_s), height, width, 3)
            chosen = torch.tensor(is_drawn)
            if moving:
                video[~chosen] = render_clips(moving, start_s + times_s, height, width, atlases.stickers, config.coord_mode)
            if any(is_drawn):
                assert animations is not None
                others = [clip for clip, is_other in zip(drawn, is_drawn, strict=True) if is_other]
                video[chosen] = render_animations(others, times_s, height, width, animations, config.coord_mode)
            return video
    else:
        scenes = [draw_picture(stage, atlases, seed, i, grid, rng) for i in samples]

        def render(size: PatchSize) -> Tensor:
            return render_mixed(scenes, grid.h * size.p, grid.w * size.p, atlases, config)[:, None]

    source = render(scale.source)
    target = source if scale.source == scale.target else render(scale.target)
    return Batch(grid, source, scale.source, target, scale.target)


def decoded_patches(stage: Stage, batch: Batch, count: int) -> int:
    """Patches decoded of each sample: as many pixels in all as `count` pictures at 64 px have, at least 4 patches."""
    pixels = stage.patches * 64 * count // len(batch.source)
    return min(batch.grid.patches, max(4, pixels // max(16, batch.target_size.pt * batch.target_size.p**2)))
