"""Clips of sticker world: a scene whose stickers move by a rule, exact at any time, so exact at any frame rate.

A clip is geometry like a scene. Nothing is stored but numbers: `scene_at` gives the scene of a time, and rendering it is
the business of `dcs.scenes`. Every motion repeats, so a clip goes on for ever; how long it is shown is the caller's choice.
Letters: B clips, T frames, H W pixels. Times are seconds. Frames are tail-aligned (spec 2.3): frame j of segment g shows
the time (g + (j+1)/pt)/kt, so the last frame of a segment is the same at every frame rate.
Not here: captions (dcs.clip_captions), drawn animations (dcs.animations).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from dcs.scenes import Aspect, ConceptSet, CoordMode, Scene, Split, Sticker, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas

MotionKind = Literal[
    "bounce", "spin", "slide left", "slide right", "pulse", "wobble", "fade", "grow", "shrink", "orbit", "rain", "still"
]
MOTION_WEIGHTS: dict[MotionKind, float] = {
    "bounce": 1.0, "spin": 1.0, "slide left": 0.7, "slide right": 0.7, "pulse": 1.0, "wobble": 1.0, "fade": 0.8,
    "grow": 0.7, "shrink": 0.7, "orbit": 1.0, "rain": 1.0, "still": 0.4,
}  # fmt: skip
# Shortest and longest time of one repetition. What repeats within a second can be told from one second of a clip.
PERIODS_S: dict[MotionKind, tuple[float, float]] = {
    "bounce": (0.6, 1.2), "spin": (0.8, 2.0), "slide left": (1.5, 3.0), "slide right": (1.5, 3.0), "pulse": (0.6, 1.2),
    "wobble": (0.5, 1.0), "fade": (0.8, 1.6), "grow": (1.0, 2.0), "shrink": (1.0, 2.0), "orbit": (1.0, 2.0),
    "rain": (0.8, 1.6), "still": (1.0, 1.0),
}  # fmt: skip
RAIN_STICKERS = (4, 7)  # fewest and most


@dataclass(frozen=True)
class Motion:
    """What moves a clip: one of the kinds, seconds of a repetition, where in it the clip begins (in repetitions)."""

    kind: MotionKind
    period_s: float
    phase: float


@dataclass(frozen=True)
class Clip:
    """A scene at rest and how it moves; of a rain, `scene` holds all stickers where they are at the phase 0."""

    scene: Scene
    motion: Motion


def _bounce(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    floor = scene.height - sticker.size * 0.52
    height = floor - sticker.size * 0.52
    return replace(sticker, cy=floor - height * abs(math.sin(math.pi * turn)))


def _spin(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    return replace(sticker, rotation_deg=sticker.rotation_deg + 360 * turn)


def _slide(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    """From outside to outside; a whole turn brings it back where it was."""
    way = scene.width + sticker.size
    start = (sticker.cx + sticker.size / 2) / way
    return replace(sticker, cx=(start + turn) % 1 * way - sticker.size / 2)


def _pulse(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    return replace(sticker, size=sticker.size * (1 + 0.25 * math.sin(2 * math.pi * turn)))


def _wobble(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    return replace(sticker, rotation_deg=sticker.rotation_deg + 22 * math.sin(2 * math.pi * turn))


def _fade(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    return replace(sticker, opacity=0.5 - 0.5 * math.cos(2 * math.pi * turn))


def _grow(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    return replace(sticker, size=sticker.size * (0.25 + 0.75 * (turn % 1)))


def _orbit(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    angle, radius = 2 * math.pi * turn, 0.5 - sticker.size * 0.45
    return replace(sticker, cx=scene.width / 2 + radius * math.cos(angle), cy=scene.height / 2 + radius * math.sin(angle))


def _fall(sticker: Sticker, turn: float, scene: Scene) -> Sticker:
    way = scene.height + sticker.size
    start = (sticker.cy + sticker.size / 2) / way
    return replace(sticker, cy=(start + turn) % 1 * way - sticker.size / 2)


Rule = Callable[[Sticker, float, Scene], Sticker]
RULES: dict[MotionKind, Rule] = {
    "bounce": _bounce, "spin": _spin, "slide left": lambda s, turn, scene: _slide(s, -turn, scene), "slide right": _slide,
    "pulse": _pulse, "wobble": _wobble, "fade": _fade, "grow": _grow,
    "shrink": lambda s, turn, scene: _grow(s, -turn, scene), "orbit": _orbit, "rain": _fall,
    "still": lambda s, turn, scene: s,
}  # fmt: skip


def scene_at(clip: Clip, time_s: float) -> Scene:
    """The scene at a time."""
    turn = clip.motion.phase + time_s / clip.motion.period_s
    rule = RULES[clip.motion.kind]
    return replace(clip.scene, stickers=tuple(rule(sticker, turn, clip.scene) for sticker in clip.scene.stickers))


# Side of the sticker in scene units, so that the motion fits the canvas.
_SIZES: dict[MotionKind, tuple[float, float]] = {"bounce": (0.35, 0.6), "orbit": (0.35, 0.5), "rain": (0.22, 0.34)}


def sample_clip(
    seed: int, index: int, split: Split = "train", aspect: Aspect = "square", concepts: ConceptSet = "recommended"
) -> Clip:
    """Clip number `index` of the stream `seed`; its drawing and background are those of a scene with one sticker.

    The same arguments always give the same clip. Splits are those of `dcs.scenes.sample_scene`.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, index], counter=[0, 0, 1, 0]))
    scene = sample_scene(seed, index, split, aspect, concepts)
    kinds = list(MOTION_WEIGHTS)
    weights = np.array(list(MOTION_WEIGHTS.values()))
    kind = kinds[rng.choice(len(kinds), p=weights / weights.sum())]
    motion = Motion(kind, float(rng.uniform(*PERIODS_S[kind])), float(rng.uniform()))
    sticker = scene.stickers[0]
    if kind == "rain":
        return Clip(replace(scene, stickers=_scatter(rng, sticker, scene)), motion)
    size = float(rng.uniform(*_SIZES.get(kind, (0.45, 0.8))))
    upright = replace(sticker, size=size, rotation_deg=0.0)
    if kind not in ("slide left", "slide right"):
        upright = replace(upright, cx=scene.width / 2)
    return Clip(replace(scene, stickers=(replace(upright, cy=scene.height / 2),)), motion)


# One pace of every word, in seconds of a repetition: what comes back is back after a second or two, so a clip can loop.
PLAIN_PERIODS_S: dict[MotionKind, float] = {
    "bounce": 1.0, "spin": 2.0, "pulse": 1.0, "wobble": 1.0, "fade": 1.0, "orbit": 2.0, "rain": 2.0, "still": 1.0,
}  # fmt: skip
# Sides in scene units of what moves through the picture: large, for its way is then short.
PLAIN_SIZES: dict[MotionKind, float] = {
    "bounce": 0.66, "slide left": 0.56, "slide right": 0.56, "orbit": 0.56, "rain": 0.3
}  # fmt: skip
PLAIN_WAY = 0.5  # of a slide during the whole clip, in scene units: one patch a segment in a clip of a second
PLAIN_RAIN = (0.0, 0.5, 0.25, 0.75)  # heights of the columns, as shares of the way
# What fades shows itself first; everything else begins at its own 0.
PLAIN_PHASES: dict[MotionKind, float] = {"fade": 0.5}


def plain_clip(clip: Clip, duration_s: float) -> Clip:
    """The same thing, motion and background as the caption alone tells them: one start, one pace and one way of a kind.

    A caption says nothing of phase, pace and way. Where they vary, a model learns their mean: a thing that stands still,
    or is everywhere at once. What grows, shrinks or slides takes the whole clip of `duration_s` for it.
    """
    kind, scene, sticker = clip.motion.kind, clip.scene, clip.scene.stickers[0]
    sticker = replace(sticker, size=PLAIN_SIZES.get(kind, sticker.size))
    period_s = PLAIN_PERIODS_S.get(kind, 1.1 * duration_s)  # a little longer: the last frame does not jump back
    stickers: tuple[Sticker, ...] = (sticker,)
    if kind == "rain":
        way, count = scene.height + sticker.size, len(PLAIN_RAIN)
        places = [(scene.width * (i + 0.5) / count, share * way - sticker.size / 2) for i, share in enumerate(PLAIN_RAIN)]
        stickers = tuple(replace(sticker, cx=cx, cy=cy) for cx, cy in places)
    elif kind in ("slide left", "slide right"):
        back = PLAIN_WAY / 2 if kind == "slide left" else -PLAIN_WAY / 2
        stickers = (replace(sticker, cx=scene.width / 2 + back),)
        period_s = duration_s * (scene.width + sticker.size) / PLAIN_WAY
    return Clip(replace(scene, stickers=stickers), Motion(kind, period_s, PLAIN_PHASES.get(kind, 0.0)))


def _scatter(rng: np.random.Generator, sticker: Sticker, scene: Scene) -> tuple[Sticker, ...]:
    """Copies of a sticker in columns, each at a height of its own."""
    count = int(rng.integers(RAIN_STICKERS[0], RAIN_STICKERS[1] + 1))
    size = float(rng.uniform(*_SIZES["rain"]))
    heights = (rng.permutation(count) + rng.uniform(0, 0.5, count)) / count * (scene.height + size)
    return tuple(
        replace(sticker, cx=scene.width * (i + 0.5) / count, cy=float(height) - size / 2, size=size, rotation_deg=0.0)
        for i, height in enumerate(heights)
    )


def frame_times(count: int, fps: int) -> Tensor:
    """Times in seconds of the first frames of a clip, (count,) float64, tail-aligned."""
    return torch.arange(1, count + 1, dtype=torch.float64) / fps


def segment_times(segments: int, pt: int, kt: int) -> Tensor:
    """Times in seconds of the frames of whole segments, (segments*pt,) float64."""
    return frame_times(segments * pt, pt * kt)


def render_clips(
    clips: Sequence[Clip], times_s: Tensor, height: int, width: int, atlas: SpriteAtlas, coord_mode: CoordMode = "center"
) -> Tensor:
    """Videos (B,T,height,width,3) in [-1,1] of clips at times (T,)."""
    scenes = [scene_at(clip, time_s) for clip in clips for time_s in times_s.tolist()]
    return render_scenes(scenes, height, width, atlas, coord_mode).unflatten(0, (len(clips), len(times_s)))
