"""Captions of clips: what is shown, what it does, on which background. Never anything false, lower case, like dcs.captions."""

from __future__ import annotations

from dcs.captions import (
    ARTICLE_DROP_RATE,
    BACKGROUND_DROP_RATE,
    STYLE_DROP_RATE,
    STYLES,
    CaptionWriter,
    choose_name,
    is_article_free,
    with_article,
    with_background,
)
from dcs.concepts import Concept, ConceptTable
from dcs.motion import Clip, MotionKind

# What the thing does, the plainest words first; those that are one word may also stand before the noun.
ACTIONS: dict[MotionKind, tuple[str, ...]] = {
    "bounce": ("bouncing", "bouncing up and down", "jumping", "hopping"),
    "spin": ("spinning", "rotating", "spinning around", "turning around"),
    "slide left": ("moving left", "sliding left", "moving to the left", "sliding to the left"),
    "slide right": ("moving right", "sliding right", "moving to the right", "sliding to the right"),
    "pulse": ("pulsing", "throbbing", "pulsing bigger and smaller"),
    "wobble": ("wobbling", "shaking", "swinging", "rocking"),
    "fade": ("fading", "fading in and out", "appearing and disappearing"),
    "grow": ("growing", "getting bigger", "zooming in"),
    "shrink": ("shrinking", "getting smaller", "zooming out"),
    "orbit": ("circling", "orbiting", "moving in a circle", "going around in a circle"),
    "rain": ("falling", "raining"),
    "still": ("standing still", "not moving"),
}
STILL_UNSAID_RATE = 0.5


def spoken_motions() -> list[str]:
    """All ways to say a motion, the plainest words of every motion first."""
    most = max(len(words) for words in ACTIONS.values())
    return [words[i] for i in range(most) for words in ACTIONS.values() if i < len(words)]


def plural(noun: str) -> str:
    """Several of a noun; one that takes no article stays as it is."""
    if is_article_free(noun):
        return noun
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def clip_caption(clip: Clip, concepts: ConceptTable, seed: int | None = None) -> str:
    """One caption of a clip; `seed` (default: its scene's own) chooses among the ways to say it."""
    scene = clip.scene
    writer = CaptionWriter(scene.caption_seed if seed is None else seed)
    sticker = scene.stickers[0]
    subject = _subject(writer, clip.motion.kind, concepts.by_id[sticker.concept])
    is_style_spoken = not writer.chance(STYLE_DROP_RATE + (1 - STYLE_DROP_RATE) / 2)
    if not writer.chance(BACKGROUND_DROP_RATE):
        subject = with_background(writer, subject, scene.background)
    return f"{subject}, {writer.pick(STYLES[sticker.style].phrases)}" if is_style_spoken else subject


def _subject(writer: CaptionWriter, kind: MotionKind, concept: Concept) -> str:
    noun = choose_name(writer, concept)
    if kind == "rain":
        return writer.pick(("rain of {}", "a rain of {}", "raining {}", "falling {}", "{} falling down")).format(plural(noun))
    action = writer.pick(ACTIONS[kind])
    if kind == "still" and writer.chance(STILL_UNSAID_RATE):
        action = ""
    is_before = bool(action) and " " not in action and writer.chance(0.4)
    phrase = f"{action} {noun}" if is_before else noun
    if not writer.chance(ARTICLE_DROP_RATE):
        phrase = with_article(phrase, noun)
    return phrase if is_before or not action else f"{phrase} {action}"
