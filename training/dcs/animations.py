"""Animated art: a store of rendered frames, and clips over sticker-world backgrounds at any time and size.

The files are written by `training/sources/render-clips.mjs`. A clip is drawn by the renderer of still
stickers, one scene a frame, so that size, place and antialiasing are the same for both.
Legend: B clips, T frames, H and W pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from dcs.captions import (
    ARTICLE_DROP_RATE,
    BACKGROUND_DROP_RATE,
    STYLE_DROP_RATE,
    CaptionWriter,
    load_synonyms,
    spoken_name,
    with_article,
    with_background,
)
from dcs.concepts import ConceptTable
from dcs.scenes import Aspect, CoordMode, Scene, Sticker, is_held_out, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas, default_atlas_path, map_levels, read_index

AnimationSplit = Literal["train", "heldout"]

SUPPORTED_VERSION = 1
# A time such as 7/30 s must find frame 14 of 60 a second although 7/30 * 60 < 14 in floating point.
FRAME_TOLERANCE = 1e-6
ANIMATION_STREAM = 17  # beside those of `scenes.SPLIT_STREAMS`

# Words for a style, as an adjective before "animated" or before the noun "icon".
STYLE_ADJECTIVES = {"noto-animated": "noto style", "meteocons": "flat", "meteocons-line": "outlined"}
ICON_STYLES = ("meteocons", "meteocons-line")  # named after weather, not things: "a rain icon"
MOVING_WORDS = ("animated", "animated", "moving")


@dataclass(frozen=True)
class Animation:
    """One animated drawing. `rows[i]` is the frame at i / fps seconds.

    `concept` is a concept id, or the file name of a weather icon. A clip that does not loop was cut
    and keeps its last frame.
    """

    concept: str
    style: str
    name: str
    fps: float
    loops: bool
    rows: NDArray[np.int64]

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.rows) / self.fps

    def frames_at(self, times_s: ArrayLike) -> NDArray[np.int64]:
        """Frame numbers (T,) shown at `times_s` (T,): the last one at or before each time.

        Raises:
            ValueError: a time is negative.
        """
        times = np.asarray(times_s, np.float64)
        if (times < 0).any():
            raise ValueError(f"clip times start at 0 s, got {times.min():g} s.")
        frames = np.floor(times * self.fps + FRAME_TOLERANCE).astype(np.int64)
        return frames % len(self.rows) if self.loops else np.minimum(frames, len(self.rows) - 1)


def default_animations_path() -> Path:
    """Where `render-clips.mjs` writes without `--out`: beside the sprites."""
    return default_atlas_path().with_name("clips")


def _frame_concept(row: int) -> str:
    return f"frame {row}"


@dataclass(frozen=True)
class AnimationAtlas:
    """Memory-mapped clips. `frames` holds every frame as a sprite, for `dcs.scenes.render_scenes`."""

    clips: tuple[Animation, ...]
    frames: SpriteAtlas

    @staticmethod
    def open(path: Path | str | None = None) -> AnimationAtlas:
        """Map the store at `path` (default: `default_animations_path()`), reading no pixels yet.

        Raises:
            FileNotFoundError: there is no complete store at `path`.
            ValueError: it was written by another version of `render-clips.mjs`.
        """
        folder = Path(path) if path is not None else default_animations_path()
        index = read_index(folder, SUPPORTED_VERSION, f"node render-clips.mjs --out {folder}")
        clips = tuple(
            Animation(c["concept"], c["style"], c["name"], c["fps"], c["loops"], np.asarray(c["rows"], np.int64))
            for c in index["clips"]
        )
        rows = {(_frame_concept(row), clip.style): int(row) for clip in clips for row in clip.rows}
        return AnimationAtlas(clips, SpriteAtlas(folder, rows, map_levels(folder, index)))

    def clip(self, concept: str, style: str) -> Animation:
        """The clip of a concept in a style.

        Raises:
            KeyError: there is no such clip.
        """
        for clip in self.clips:
            if (clip.concept, clip.style) == (concept, style):
                return clip
        raise KeyError(f"{self.frames.path} has no clip of {concept} in style {style}.")

    def frames_at(self, clip: Animation, times_s: ArrayLike, px: int) -> NDArray[np.uint8]:
        """Premultiplied RGBA (T, px, px, 4) of `clip` at `times_s` (T,), px being a stored level.

        Raises:
            KeyError: `px` is not stored.
        """
        if px not in self.frames.levels:
            raise KeyError(f"clips are stored at {list(self.frames.levels)} px, not at {px}.")
        return self.frames.levels[px][clip.rows[clip.frames_at(times_s)]]

    def of_split(self, split: AnimationSplit) -> tuple[Animation, ...]:
        """Clips of `split`: one concept in ten is held out, in all styles."""
        return tuple(clip for clip in self.clips if is_held_out(clip.concept, "clips") == (split == "heldout"))


@dataclass(frozen=True)
class AnimatedScene:
    """A clip on a canvas: `scene` has one sticker, whose concept and style name the clip.

    Time 0 of the video is `start_s` seconds into the clip.
    """

    scene: Scene
    start_s: float


def sample_animated_scene(
    seed: int, index: int, atlas: AnimationAtlas, split: AnimationSplit = "train", aspect: Aspect = "square"
) -> AnimatedScene:
    """Animation scene number `index` of the stream `seed`; the same arguments always give the same.

    Canvas and background are those of the sticker scene of the same number. A clip that loops starts
    anywhere, another one at its beginning.

    Raises:
        ValueError: the split has no clips.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, index], counter=[0, 0, 0, ANIMATION_STREAM]))
    clips = atlas.of_split(split)
    if not clips:
        raise ValueError(f"{atlas.frames.path} has no clips of the split {split}. Render more concepts.")
    clip = clips[int(rng.integers(len(clips)))]
    canvas = sample_scene(seed, index, aspect=aspect)
    size = float(rng.uniform(0.5, 0.98))
    reach = 1.0 if rng.random() < 0.3 else 0.1
    dx, dy = rng.uniform(-reach, reach, 2) * ((canvas.width - size) / 2, (canvas.height - size) / 2)
    cx, cy = canvas.width / 2 + float(dx), canvas.height / 2 + float(dy)
    sticker = Sticker(clip.concept, clip.style, cx=cx, cy=cy, size=size, rotation_deg=0.0)
    start_s = int(rng.integers(len(clip.rows))) / clip.fps if clip.loops else 0.0
    return AnimatedScene(replace(canvas, stickers=(sticker,)), start_s)


def render_animations(
    scenes: Sequence[AnimatedScene],
    times_s: Tensor,
    height: int,
    width: int,
    atlas: AnimationAtlas,
    coord_mode: CoordMode = "center",
) -> Tensor:
    """Videos (B,T,height,width,3) in [-1,1] at times (T,), such as `dcs.motion.segment_times`.

    Raises:
        KeyError: the atlas lacks a clip of these scenes.
    """
    stills: list[Scene] = []
    for animated in scenes:
        sticker = animated.scene.stickers[0]
        clip = atlas.clip(sticker.concept, sticker.style)
        for row in clip.rows[clip.frames_at(times_s + animated.start_s)]:
            still = replace(sticker, concept=_frame_concept(int(row)))
            stills.append(replace(animated.scene, stickers=(still,)))
    frames = render_scenes(stills, height, width, atlas.frames, coord_mode)
    return torch.unflatten(frames, 0, (len(scenes), len(times_s)))


def animation_caption(animated: AnimatedScene, atlas: AnimationAtlas, concepts: ConceptTable, seed: int | None = None) -> str:
    """One caption, such as "an animated rocket on a blue background"; `seed` as in `captions.caption`.

    Raises:
        KeyError: the atlas lacks the clip.
    """
    scene = animated.scene
    writer = CaptionWriter(scene.caption_seed if seed is None else seed)
    sticker = scene.stickers[0]
    clip = atlas.clip(sticker.concept, sticker.style)
    if clip.style in ICON_STYLES:
        noun = f"{clip.name} {writer.pick(('icon', 'weather icon'))}"
    else:
        concept = concepts.by_id[clip.concept]
        synonyms = load_synonyms().get(concept.name)
        noun = writer.pick((spoken_name(concept), *(synonyms.everyday if synonyms else ())))
    words = [writer.pick(MOVING_WORDS), noun]
    if not writer.chance(STYLE_DROP_RATE):
        words.insert(0, STYLE_ADJECTIVES[clip.style])
    phrase = " ".join(words)
    subject = phrase if writer.chance(ARTICLE_DROP_RATE) else with_article(phrase, noun)
    return subject if writer.chance(BACKGROUND_DROP_RATE) else with_background(writer, subject, scene.background)
