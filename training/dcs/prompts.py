"""The prompts that generated pictures are judged by: sixty fixed ones, and any number drawn from the vocabulary.

Real art of the same prompts is drawn by `scene_of`, so that an accuracy can be read against the same measurement on
pictures that are right. Legend: a concept id is that of `dcs.concepts`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from dcs.captions import COLOR_SYNONYMS, load_synonyms, spoken_name, spoken_names, with_article
from dcs.concepts import Concept, load_concepts
from dcs.scenes import BACKGROUND_COLORS, Background, Scene, is_held_out, sample_scene

# Text, objects by a name they are known by, background colour if one is asked for.
_SHEET: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("red apple on a light blue background", ("red apple",), "light blue"),
    ("a rocket on a black background", ("rocket",), "black"),
    ("a panda on a pink background", ("panda",), "pink"),
    ("slice of pizza on a white background", ("pizza",), "white"),
    ("a cute cat face, purple background", ("cat face",), "purple"),
    ("ghost on a purple background", ("ghost",), "purple"),
    ("a cup of coffee on a brown background", ("cup of coffee",), "brown"),
    ("sunflower on a blue background", ("sunflower",), "blue"),
    ("a red heart on a white background", ("red heart",), "white"),
    ("a snowman on a light blue background", ("snowman",), "light blue"),
    ("a frog on an orange background", ("frog",), "orange"),
    ("an octopus on a blue background", ("octopus",), "blue"),
    ("strawberry on a green background", ("strawberry",), "green"),
    ("a lemon on a black background", ("lemon",), "black"),
    ("a crown on a red background", ("crown",), "red"),
    ("a skull on a black background", ("skull",), "black"),
    ("a penguin on a light blue background", ("penguin",), "light blue"),
    ("a fox on a green background", ("fox",), "green"),
    ("a car on a grey background", ("car",), "grey"),
    ("a sailboat on a blue background", ("sailboat",), "blue"),
    ("an airplane on a light blue background", ("airplane",), "light blue"),
    ("a house on a green background", ("house",), "green"),
    ("a guitar on a yellow background", ("guitar",), "yellow"),
    ("soccer ball on a green background", ("soccer ball",), "green"),
    ("a burger on a yellow background", ("burger",), "yellow"),
    ("an ice cream cone on a pink background", ("ice cream cone",), "pink"),
    ("a donut on a light blue background", ("donut",), "light blue"),
    ("a birthday cake on a purple background", ("birthday cake",), "purple"),
    ("a christmas tree on a red background", ("christmas tree",), "red"),
    ("a pumpkin on a black background", ("pumpkin",), "black"),
    ("a ladybug on a white background", ("ladybug",), "white"),
    ("a light bulb on a grey background", ("light bulb",), "grey"),
    ("a gold trophy on a brown background", ("trophy",), "brown"),
    ("a cactus on an orange background", ("cactus",), "orange"),
    ("smiling face with sunglasses on a blue background", ("smiling face with sunglasses",), "blue"),
    ("an umbrella", ("umbrella",), None),
    ("crescent moon on a black background", ("crescent moon",), "black"),
    ("a flat drawing of a tulip on a yellow background", ("tulip",), "yellow"),
    ("a pizza and a beer mug on a white background", ("pizza", "beer mug"), "white"),
    ("a banana to the left of a green apple, pink background", ("banana", "green apple"), "pink"),
    ("watermelon on a light blue background", ("watermelon",), "light blue"),
    ("a carrot on a white background", ("carrot",), "white"),
    ("an avocado on a pink background", ("avocado",), "pink"),
    ("a tomato on a black background", ("tomato",), "black"),
    ("cherries on a yellow background", ("cherries",), "yellow"),
    ("a mushroom on a green background", ("mushroom",), "green"),
    ("a rose on a grey background", ("rose",), "grey"),
    ("the sun on a blue background", ("sun",), "blue"),
    ("a snowflake on a purple background", ("snowflake",), "purple"),
    ("a rainbow on a black background", ("rainbow",), "black"),
    ("a koala on a green background", ("koala",), "green"),
    ("a turtle on an orange background", ("turtle",), "orange"),
    ("an owl on a brown background", ("owl",), "brown"),
    ("a butterfly on a white background", ("butterfly",), "white"),
    ("a whale on a light blue background", ("whale",), "light blue"),
    ("basketball on a red background", ("basketball",), "red"),
    ("an alarm clock on a purple background", ("alarm clock",), "purple"),
    ("a bus on a yellow background", ("bus",), "yellow"),
    ("a key on a pink background", ("key",), "pink"),
    ("fire on a black background", ("fire",), "black"),
)


@dataclass(frozen=True)
class Prompt:
    """What somebody types, the names of what should be seen, and the colour behind it (None: any)."""

    text: str
    objects: tuple[str, ...]
    color: str | None


def sheet_prompts() -> tuple[Prompt, ...]:
    """The sixty prompts of docs/figures/prompts.png."""
    return tuple(Prompt(*row) for row in _SHEET)


def concepts_named(name: str) -> tuple[Concept, ...]:
    """Recommended concepts that carry a name: those whose own name it is first, then those it is another name of.

    Raises:
        ValueError: no concept carries it.
    """
    everything = load_concepts().recommended()
    own = tuple(concept for concept in everything if spoken_name(concept) == name)
    other = tuple(concept for concept in everything if concept not in own and name in spoken_names(concept))
    if not own and not other:
        raise ValueError(f"no recommended concept is called {name!r}; captions.spoken_names lists the names")
    return own + other


def accepted_concepts(prompt: Prompt) -> set[str]:
    """Ids of the concepts that would be a right answer for the first object: all that carry its name."""
    return {concept.id for concept in concepts_named(prompt.objects[0])}


def drawn_prompts(count: int, seed: int) -> list[Prompt]:
    """Random prompts of one core concept, by its own or an everyday name, on a random colour."""
    core = [concept for concept in load_concepts().recommended() if concept.tier == "core"]
    writer, colors = random.Random(seed), list(BACKGROUND_COLORS)
    prompts = []
    for _ in range(count):
        concept, color = writer.choice(core), writer.choice(colors)
        synonyms = load_synonyms().get(concept.name)
        everyday = synonyms.everyday if synonyms else ()
        name = writer.choice(everyday) if everyday and writer.random() < 0.5 else spoken_name(concept)
        spoken_color = writer.choice((color, *COLOR_SYNONYMS.get(color, ())))
        text = f"{with_article(name, name)} on {with_article(f'{spoken_color} background', 'background')}"
        prompts.append(Prompt(text, (name,), color))
    return prompts


def judged_prompts(count: int, seed: int) -> list[tuple[Prompt, int]]:
    """Prompts of one object with noise seeds: those of the sheet, then drawn ones; the pictures that eval_dit.py judges."""
    everything = [*sheet_prompts(), *drawn_prompts(max(count, 0), seed)]
    alone = [(prompt, i) for i, prompt in enumerate(everything, start=1) if len(prompt.objects) == 1]
    return alone[:count]


def scene_of(prompt: Prompt, seed: int, index: int) -> Scene:
    """A training scene that shows the first object of a prompt: place, size and style from scene stream `seed`."""
    table = load_concepts()
    concept = concepts_named(prompt.objects[0])[0]
    base = single_sticker_scene(seed, index)
    styles = [s for s in concept.styles if s in table.train_styles and not is_held_out(concept.id, s)]
    choose = random.Random(f"{seed}/{index}/{prompt.text}")
    sticker = replace(base.stickers[0], concept=concept.id, style=choose.choice(styles))
    if prompt.color is None:
        return replace(base, stickers=(sticker,))
    first, second, _ = (_shade(code) for code in choose.sample(BACKGROUND_COLORS[prompt.color], 3))
    is_solid = base.background.kind == "solid"
    background = Background(base.background.kind, prompt.color, first, first if is_solid else second)
    return replace(base, background=background, stickers=(sticker,))


def single_sticker_scene(seed: int, index: int) -> Scene:
    """The first training scene with one sticker from number 1000 * `index` of stream `seed` on."""
    scenes = (sample_scene(seed, 1000 * index + i, "train") for i in range(1000))
    return next(scene for scene in scenes if len(scene.stickers) == 1)


def _shade(code: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(code)
    return red / 255, green / 255, blue / 255
