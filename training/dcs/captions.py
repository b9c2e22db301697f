"""Captions of sticker-world scenes, and the words the studio may suggest.

A caption says what the scene holds in one of many ways: other names, the style, size or place
spoken or left out, the background before or after. It never says anything false. Captions are lower
case. The empty caption of classifier-free guidance is the trainer's business, not this module's.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict, TypeVar

from dcs.concepts import Concept, ConceptTable
from dcs.scenes import BACKGROUND_COLORS, Background, Scene, Sticker

Item = TypeVar("Item")

SYNONYMS_PATH = Path(__file__).resolve().parents[1] / "data" / "synonyms.json"

EVERYDAY_NAME_RATE = 0.5  # "car" for "automobile"
KEYWORD_RATE = 0.2
STYLE_DROP_RATE = 0.6
BACKGROUND_DROP_RATE = 0.2
ARTICLE_DROP_RATE = 0.4
MEDIUM_RATE = 0.15  # "a picture of ...", when no style is spoken
SIZE_RATE = 0.35
TILT_RATE = 0.25
OFF_CENTER_PLACE_RATE = 0.5
CENTER_PLACE_RATE = 0.08

SMALL_BELOW, BIG_ABOVE = 0.62, 0.85  # sticker side in scene units
OFF_CENTER = 0.08  # of the canvas side
TILTED_DEG = 12.0

COLOR_SYNONYMS: dict[str, tuple[str, ...]] = {
    "grey": ("gray",),
    "light blue": ("sky blue", "pale blue"),
    "purple": ("violet",),
}
SIZE_WORDS = {"small": ("small", "little", "tiny"), "big": ("big", "large")}
MEDIA = ("drawing", "picture", "emoji", "sticker", "icon")


@dataclass(frozen=True)
class StyleWords:
    """How a caption speaks of an icon set: before the noun, and as a phrase of its own."""

    adjectives: tuple[str, ...]
    phrases: tuple[str, ...]


STYLES: dict[str, StyleWords] = {
    "noto": StyleWords(("noto style",), ("noto style",)),
    "noto-v1": StyleWords(("blob style",), ("blob style",)),
    "fxemoji": StyleWords(("firefox style",), ("firefox style",)),
    "fluent-emoji-flat": StyleWords(("flat", "fluent style"), ("flat style", "fluent style")),
    "twemoji": StyleWords(("twemoji style",), ("twemoji style",)),
    "emojione": StyleWords(("emojione style",), ("emojione style",)),
    "streamline-emojis": StyleWords(("outlined", "line art"), ("line drawing", "outlined")),
    # Never trained on: described by the nearest style that is.
    "openmoji": StyleWords(("outlined", "line art"), ("line drawing", "outlined")),
}

# Nouns that take no article although they do not end in a plural s.
_UNCOUNTED_WORDS = """
    applause beer bowling bread broccoli cheese chocolate coffee confetti cooking corn fire garlic
    honey hundred lightning mail maize milk poo poop popcorn ramen saturn soap sushi tempura tennis
    wine wool yarn 100
"""
UNCOUNTED = frozenset(_UNCOUNTED_WORDS.split())
SINGULAR_IN_S = frozenset(
    {
        "ananas",
        "brachiosaurus",
        "brontosaurus",
        "bus",
        "cactus",
        "hibiscus",
        "octopus",
        "tyrannosaurus",
        "xmas",
    }
)
PREPOSITION = re.compile(r" (?:of|with|in|on|from|and|at|behind|without|its) ")
CONSONANT_SOUND = re.compile(r"(?:uni|ufo|euro|one )")


@dataclass(frozen=True)
class Synonyms:
    """Other names of a concept: `everyday` ones people type, and `keywords` from emojibase."""

    everyday: tuple[str, ...]
    keywords: tuple[str, ...]


@cache
def load_synonyms(path: Path = SYNONYMS_PATH) -> dict[str, Synonyms]:
    """Synonyms by concept name, for the recommended concepts."""
    table = json.loads(path.read_text(encoding="utf-8"))
    return {name: Synonyms(tuple(row["aka"]), tuple(row["tags"])) for name, row in table.items()}


def spoken_name(concept: Concept) -> str:
    """The concept's own name as captions write it: lower case, plain punctuation."""
    name = concept.name.lower().replace("\u2019", "'")
    return re.sub(r"[^a-z0-9' +-]+", " ", name).strip().replace("  ", " ")


def spoken_names(concept: Concept) -> tuple[str, ...]:
    """Every name a caption may use for the concept, its own first."""
    other = load_synonyms().get(concept.name, Synonyms((), ()))
    return (spoken_name(concept), *other.everyday, *other.keywords)


def is_article_free(noun: str) -> bool:
    """Whether a noun phrase is plural or uncounted, so that "a" would be wrong before it."""
    head = PREPOSITION.split(noun, maxsplit=1)[0].split()[-1]
    is_plural = head.endswith("s") and not head.endswith(("ss", "'s")) and head not in SINGULAR_IN_S
    return is_plural or head in UNCOUNTED


def with_article(phrase: str, noun: str) -> str:
    """`phrase` with "a" or "an" before it, if the `noun` it ends in takes an article."""
    if is_article_free(noun):
        return phrase
    is_vowel = phrase[0] in "aeiou8" or phrase.startswith("hourglass")
    return f"{'an' if is_vowel and not CONSONANT_SOUND.match(phrase) else 'a'} {phrase}"


class CaptionWriter:
    """Random choices of one caption. `random.Random.random` is stable across Python versions."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def chance(self, rate: float) -> bool:
        """True with probability `rate`."""
        return self._random.random() < rate

    def pick(self, items: Sequence[Item]) -> Item:
        """One of `items`, all equally likely."""
        return items[int(self._random.random() * len(items))]


def _name(writer: CaptionWriter, concept: Concept) -> str:
    other = load_synonyms().get(concept.name, Synonyms((), ()))
    if other.everyday and writer.chance(EVERYDAY_NAME_RATE):
        return writer.pick(other.everyday)
    if other.keywords and writer.chance(KEYWORD_RATE):
        return writer.pick(other.keywords)
    return spoken_name(concept)


def _color(writer: CaptionWriter, background: Background) -> str:
    synonyms = COLOR_SYNONYMS.get(background.color, ())
    color = writer.pick(synonyms) if synonyms and writer.chance(0.2) else background.color
    is_gradient = background.kind != "solid"
    return f"{color} gradient" if is_gradient and writer.chance(0.5) else color


def horizontal_place(sticker: Sticker, scene: Scene) -> str:
    """ "left", "right" or "" (near the middle)."""
    offset = sticker.cx / scene.width - 0.5
    return "left" if offset < -OFF_CENTER else "right" if offset > OFF_CENTER else ""


def vertical_place(sticker: Sticker, scene: Scene) -> str:
    """ "top", "bottom" or "" (near the middle)."""
    offset = sticker.cy / scene.height - 0.5
    return "top" if offset < -OFF_CENTER else "bottom" if offset > OFF_CENTER else ""


def _place(writer: CaptionWriter, sticker: Sticker, scene: Scene) -> str:
    across, down = horizontal_place(sticker, scene), vertical_place(sticker, scene)
    if not across and not down:
        middle = ("in the middle", "in the center", "in the centre")
        return writer.pick(middle) if writer.chance(CENTER_PLACE_RATE) else ""
    if not writer.chance(OFF_CENTER_PLACE_RATE):
        return ""
    if across and down:
        return f"{writer.pick(('in', 'at'))} the {down} {across}"
    return f"on the {across}" if across else f"at the {down}"


def _adjectives(writer: CaptionWriter, sticker: Sticker, is_alone: bool) -> list[str]:
    words: list[str] = []
    if is_alone and sticker.size < SMALL_BELOW and writer.chance(SIZE_RATE):
        words.append(writer.pick(SIZE_WORDS["small"]))
    if is_alone and sticker.size > BIG_ABOVE and writer.chance(SIZE_RATE):
        words.append(writer.pick(SIZE_WORDS["big"]))
    if abs(sticker.rotation_deg) > TILTED_DEG and writer.chance(TILT_RATE):
        words.append("tilted")
    return words


def _nominal(writer: CaptionWriter, sticker: Sticker, concept: Concept, adjectives: list[str]) -> str:
    """A noun phrase such as "a small car"; the article may be missing."""
    noun = _name(writer, concept)
    phrase = " ".join([*adjectives, noun])
    return phrase if writer.chance(ARTICLE_DROP_RATE) else with_article(phrase, noun)


def _subject_alone(writer: CaptionWriter, scene: Scene, concept: Concept) -> tuple[str, str]:
    """The only sticker of a scene: its phrase and a style phrase to append, or ""."""
    sticker = scene.stickers[0]
    adjectives = _adjectives(writer, sticker, is_alone=True)
    place = _place(writer, sticker, scene)
    style, tail = STYLES[sticker.style], ""
    subject = ""
    if not writer.chance(STYLE_DROP_RATE):
        form = writer.pick(("adjective", "drawing", "tail"))
        if form == "adjective":
            adjectives.append(writer.pick(style.adjectives))
        elif form == "tail":
            tail = writer.pick(style.phrases)
        else:
            drawn = f"{writer.pick(style.adjectives)} {writer.pick(('drawing', 'picture'))}"
            subject = f"{with_article(drawn, 'drawing')} of "
    elif writer.chance(MEDIUM_RATE):
        subject = f"{with_article(medium := writer.pick(MEDIA), medium)} of "
    subject += _nominal(writer, sticker, concept, adjectives)
    return f"{subject} {place}".strip(), tail


def _subject_pair(writer: CaptionWriter, scene: Scene, pair: Sequence[Concept]) -> tuple[str, str]:
    """Two stickers: a phrase that may say which is where, and a shared style phrase or ""."""
    first, second = scene.stickers
    phrases = [
        _nominal(writer, sticker, concept, _adjectives(writer, sticker, is_alone=False))
        for sticker, concept in zip(scene.stickers, pair, strict=True)
    ]
    is_shared_style = first.style == second.style
    says_style = is_shared_style and not writer.chance(STYLE_DROP_RATE)
    tail = writer.pick(STYLES[first.style].phrases) if says_style else ""
    is_row = abs(first.cx - second.cx) > abs(first.cy - second.cy)
    is_first_before = first.cx < second.cx if is_row else first.cy < second.cy
    before, after = phrases if is_first_before else phrases[::-1]
    form = writer.pick(("and", "and", "places", "relation", "reverse"))
    if form == "places":
        sides = ("on the left", "on the right") if is_row else ("at the top", "at the bottom")
        return f"{before} {sides[0]} and {after} {sides[1]}", tail
    if form == "relation":
        relation = writer.pick(("left of", "to the left of") if is_row else ("above", "over"))
        return f"{before} {relation} {after}", tail
    if form == "reverse":
        relation = writer.pick(("right of", "to the right of") if is_row else ("below", "under"))
        return f"{after} {relation} {before}", tail
    link = "next to" if is_row and writer.chance(0.25) else "and"
    one, other = (before, after) if writer.chance(0.7) else (after, before)
    return f"{one} {link} {other}", tail


def with_background(writer: CaptionWriter, subject: str, background: Background) -> str:
    """`subject` and the colour behind it, in one of several ways to say it."""
    color = _color(writer, background)
    if writer.chance(0.25):
        return f"{color} background, {subject}"
    article = "" if writer.chance(ARTICLE_DROP_RATE) else "a "
    endings = (
        f" on {article}{color} background",
        f" on {article}{color} background",
        f", {color} background",
        f" against {article}{color} background",
        f" on {color}",
    )
    ending = writer.pick(endings)
    return subject + ending.replace(" a orange", " an orange")


def caption(scene: Scene, concepts: ConceptTable, seed: int | None = None) -> str:
    """One caption of `scene`; `seed` (default: the scene's own) chooses among the ways to say it."""
    writer = CaptionWriter(scene.caption_seed if seed is None else seed)
    by_id = concepts.by_id
    shown = [by_id[sticker.concept] for sticker in scene.stickers]
    if len(shown) == 1:
        subject, tail = _subject_alone(writer, scene, shown[0])
    else:
        subject, tail = _subject_pair(writer, scene, shown)
    if not writer.chance(BACKGROUND_DROP_RATE):
        subject = with_background(writer, subject, scene.background)
    return f"{subject}, {tail}" if tail else subject


class ConceptWords(TypedDict):
    """A concept in the manifest's vocabulary."""

    name: str
    synonyms: list[str]
    category: str
    tier: str


class Vocabulary(TypedDict):
    """What a prompt may speak of, for suggestions; concepts are ordered, core ones first."""

    concepts: list[ConceptWords]
    colors: list[str]
    colorSynonyms: dict[str, list[str]]
    styles: list[str]
    sizes: list[str]
    positions: list[str]


def vocabulary(concepts: ConceptTable) -> Vocabulary:
    """The words captions are made of, JSON-ready, for the manifest."""
    trained = [STYLES[style].phrases for style in concepts.train_styles]
    return {
        "concepts": [
            {
                "name": spoken_name(concept),
                "synonyms": list(spoken_names(concept)[1:]),
                "category": concept.category,
                "tier": concept.tier or "extended",
            }
            for concept in concepts.recommended()
        ],
        "colors": list(BACKGROUND_COLORS),
        "colorSynonyms": {color: list(words) for color, words in COLOR_SYNONYMS.items()},
        "styles": [phrase for phrases in trained for phrase in phrases],
        "sizes": [word for words in SIZE_WORDS.values() for word in words],
        "positions": [
            "in the middle",
            "on the left",
            "on the right",
            "at the top",
            "at the bottom",
            "next to",
            "above",
            "below",
        ],
    }
