"""The prompts that generated clips are judged by: twelve fixed ones for the sheet, and any number drawn for the measures."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from dcs.captions import spoken_name, with_article
from dcs.clip_captions import ACTIONS, plural
from dcs.concepts import load_concepts
from dcs.motion import Clip, MotionKind, plain_clip, sample_clip
from dcs.prompts import Prompt, scene_of
from dcs.scenes import BACKGROUND_COLORS


@dataclass(frozen=True)
class ClipPrompt:
    """What somebody types, what should be seen in it, and how it should move."""

    picture: Prompt
    motion: MotionKind

    @property
    def text(self) -> str:
        """The words of the prompt."""
        return self.picture.text


def _fixed(text: str, thing: str, color: str, motion: MotionKind) -> ClipPrompt:
    return ClipPrompt(Prompt(text, (thing,), color), motion)


SHEET: tuple[ClipPrompt, ...] = (
    _fixed("a soccer ball bouncing on a green background", "soccer ball", "green", "bounce"),
    _fixed("a red heart pulsing on a white background", "red heart", "white", "pulse"),
    _fixed("a spinning sunflower on a blue background", "sunflower", "blue", "spin"),
    _fixed("a ghost fading in and out on a black background", "ghost", "black", "fade"),
    _fixed("a car moving right on a yellow background", "car", "yellow", "slide right"),
    _fixed("a fish moving left on a light blue background", "fish", "light blue", "slide left"),
    _fixed("a wobbling panda on a pink background", "panda", "pink", "wobble"),
    _fixed("a strawberry growing on a green background", "strawberry", "green", "grow"),
    _fixed("a full moon shrinking on a black background", "full moon", "black", "shrink"),
    _fixed("a rocket moving in a circle on a purple background", "rocket", "purple", "orbit"),
    _fixed("rain of lemons on a blue background", "lemon", "blue", "rain"),
    _fixed("falling snowflakes on a grey background", "snowflake", "grey", "rain"),
)


def drawn_clip_prompts(count: int, seed: int) -> list[ClipPrompt]:
    """Random prompts: every motion in turn, a core concept by its own name, a colour."""
    core = [concept for concept in load_concepts().recommended() if concept.tier == "core"]
    motions: list[MotionKind] = [motion for motion in ACTIONS if motion != "still"]
    writer, prompts = random.Random(seed), []
    for i in range(count):
        motion, name = motions[i % len(motions)], spoken_name(writer.choice(core))
        color = writer.choice(list(BACKGROUND_COLORS))
        action = writer.choice(ACTIONS[motion])
        if motion == "rain":
            subject = f"{writer.choice(('rain of', 'falling'))} {plural(name)}"
        else:
            subject = f"{with_article(name, name)} {action}"
        background = with_article(f"{color} background", "background")
        prompts.append(ClipPrompt(Prompt(f"{subject} on {background}", (name,), color), motion))
    return prompts


def clip_of(prompt: ClipPrompt, seed: int, index: int) -> Clip:
    """A training clip of what a prompt asks for: drawing and shade from `prompts.scene_of`, motion from stream `seed`,
    plain, as DCS-DiT learns clips of a second.
    """
    attempts = (sample_clip(seed, 1000 * index + i) for i in range(1000))
    base = next(clip for clip in attempts if clip.motion.kind == prompt.motion)
    scene = scene_of(prompt.picture, seed, index)
    drawn = scene.stickers[0]
    stickers = tuple(replace(s, concept=drawn.concept, style=drawn.style) for s in base.scene.stickers)
    return plain_clip(replace(base, scene=replace(base.scene, background=scene.background, stickers=stickers)), duration_s=1.0)
