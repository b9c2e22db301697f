"""Captions say what is in the scene, in many ways, and nothing that is not there."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pytest

from dcs.captions import (
    COLOR_SYNONYMS,
    SIZE_WORDS,
    STYLES,
    caption,
    horizontal_place,
    load_synonyms,
    spoken_name,
    spoken_names,
    vertical_place,
    vocabulary,
    with_article,
)
from dcs.concepts import load_concepts
from dcs.scenes import BACKGROUND_COLORS, Background, Scene, Sticker, sample_scene

TABLE = load_concepts()
SCENES = [sample_scene(21, i, aspect="any") for i in range(4000)]
CAPTIONS = [caption(scene, TABLE) for scene in SCENES]
IDS = {concept.name: concept.id for concept in TABLE.concepts}


def names_of(sticker: Sticker) -> tuple[str, ...]:
    return spoken_names(TABLE.by_id[sticker.concept])


def spoken_colors(color: str) -> tuple[str, ...]:
    return (color, *COLOR_SYNONYMS.get(color, ()))


def pair_scene(row: bool) -> Scene:
    sides = ((0.26, 0.5), (0.74, 0.5)) if row else ((0.5, 0.26), (0.5, 0.74))
    stickers = tuple(
        Sticker(IDS[name], "twemoji", cx, cy, 0.5, 0.0) for name, (cx, cy) in zip(("rocket", "bomb"), sides, strict=True)
    )
    return Scene(Background("solid", "blue", (0, 0, 1), (0, 0, 1)), stickers, 8, 8, 0)


def test_the_same_seed_gives_the_same_caption_and_others_differ():
    scene = SCENES[0]
    assert caption(scene, TABLE) == caption(scene, TABLE, seed=scene.caption_seed)
    assert len({caption(scene, TABLE, seed=seed) for seed in range(50)}) > 10


def test_every_sticker_is_named():
    for scene, text in zip(SCENES, CAPTIONS, strict=True):
        for sticker in scene.stickers:
            assert any(name.lower() in text for name in names_of(sticker)), (text, sticker)


def test_the_background_is_spoken_of_in_its_own_colour_or_not_at_all():
    spoken = 0
    colors = [word for color in BACKGROUND_COLORS for word in spoken_colors(color)]
    pattern = re.compile(rf"({'|'.join(sorted(colors, key=len, reverse=True))})(?: gradient)? background")
    for scene, text in zip(SCENES, CAPTIONS, strict=True):
        own = spoken_colors(scene.background.color)
        spoken += any(color in text for color in own)
        for found in pattern.findall(text):
            assert found in own, text
    assert spoken / len(SCENES) == pytest.approx(0.8, abs=0.05)


def test_a_gradient_is_said_only_of_gradients():
    for scene, text in zip(SCENES, CAPTIONS, strict=True):
        assert "gradient" not in text or scene.background.kind != "solid"


def test_place_and_size_words_are_true():
    said = Counter[str]()
    for scene, text in zip(SCENES, CAPTIONS, strict=True):
        if len(scene.stickers) != 1:
            continue
        sticker = scene.stickers[0]
        across, down = horizontal_place(sticker, scene), vertical_place(sticker, scene)
        place = re.search(r"(?:on|in|at) the (?:(top|bottom) ?)?(left|right)?\b", text)
        if place and any(place.groups()):
            said["place"] += 1
            assert (place.group(1) or "", place.group(2) or "") == (down, across), text
        name = max((name for name in names_of(sticker) if name.lower() in text), key=len)
        words = set(text.replace(name, "").split())
        if words & set(SIZE_WORDS["small"]):
            said["small"] += 1
            assert sticker.size < 0.7, text
        if words & set(SIZE_WORDS["big"]):
            said["big"] += 1
            assert sticker.size > 0.8, text
        if "tilted" in words:
            said["tilted"] += 1
            assert abs(sticker.rotation_deg) > 10, text
    assert min(said[word] for word in ("place", "small", "big", "tilted")) > 20


@pytest.mark.parametrize(
    ("row", "before", "after"),
    [
        (True, r"(?:left of|on the left and)", r"right of"),
        (False, r"(?:above|over|at the top and)", r"(?:below|under)"),
    ],
)
def test_relations_between_two_stickers_are_true(row: bool, before: str, after: str):
    rocket, bomb = (rf"(?:{'|'.join(spoken_names(TABLE.by_id[IDS[n]]))})" for n in ("rocket", "bomb"))
    texts = [caption(pair_scene(row), TABLE, seed=seed) for seed in range(600)]
    true_before = sum(bool(re.search(rf"{rocket} (?:to the )?{before} .*{bomb}", t)) for t in texts)
    true_after = sum(bool(re.search(rf"{bomb} (?:to the )?{after} .*{rocket}", t)) for t in texts)
    assert true_before > 100 and true_after > 50
    assert not any(re.search(rf"{bomb} (?:to the )?{before} ", t) for t in texts)
    assert not any(re.search(rf"{rocket} (?:to the )?{after} ", t) for t in texts)


def test_a_style_is_spoken_only_of_its_own_art_and_dropped_more_often_than_not():
    words = {style: {*known.adjectives, *known.phrases} for style, known in STYLES.items()}
    spoken = []
    for scene, text in zip(SCENES, CAPTIONS, strict=True):
        own = words[scene.stickers[0].style]
        others = set().union(*words.values()) - own
        assert not any(re.search(rf"\b{re.escape(word)}\b", text) for word in others), text
        if len(scene.stickers) == 1:
            spoken.append(any(word in text for word in own))
    assert np.mean(spoken) == pytest.approx(0.4, abs=0.05)


def test_captions_are_short_plain_lower_case_text():
    everything = [caption(sample_scene(2, i, concepts="all"), TABLE) for i in range(3000)]
    for text in [*CAPTIONS, *everything]:
        assert re.fullmatch(r"[a-z0-9][a-z0-9' ,+#*-]*", text), text
        assert text == text.strip() and "  " not in text and " ," not in text, text
        assert len(text) < 200


def test_names_are_mostly_the_emojis_own_or_an_everyday_one():
    own = sum(
        any(spoken_name(TABLE.by_id[s.concept]) in text for s in scene.stickers)
        for scene, text in zip(SCENES, CAPTIONS, strict=True)
    )
    assert 0.4 < own / len(SCENES) < 0.9


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("apple", "an apple"),
        ("rocket", "a rocket"),
        ("unicorn", "a unicorn"),
        ("ufo", "a ufo"),
        ("hourglass", "an hourglass"),
        ("8 ball", "an 8 ball"),
        ("grapes", "grapes"),
        ("bunch of grapes", "a bunch of grapes"),
        ("pair of glasses", "a pair of glasses"),
        ("bus", "a bus"),
        ("dress", "a dress"),
        ("popcorn", "popcorn"),
        ("house with flowers", "a house with flowers"),
    ],
)
def test_articles_fit_their_nouns(noun: str, expected: str):
    assert with_article(noun, noun) == expected


def test_keyword_synonyms_are_emojibase_tags_that_few_concepts_share():
    recommended = TABLE.recommended()
    shared = Counter(tag for concept in recommended for tag in set(concept.keywords))
    by_name = {concept.name: concept for concept in recommended}
    assert load_synonyms().keys() <= by_name.keys()
    for name, synonyms in load_synonyms().items():
        for tag in synonyms.keywords:
            assert tag in by_name[name].keywords, (name, tag)
            assert shared[tag] <= 6, (name, tag)


def test_no_name_means_two_concepts():
    meanings = Counter(name for concept in TABLE.recommended() for name in set(spoken_names(concept)))
    assert [name for name, count in meanings.items() if count > 1] == []


def test_the_vocabulary_is_json_with_core_concepts_first_and_all_colours():
    words = vocabulary(TABLE)
    assert json.loads(json.dumps(words)) == words
    assert [row["tier"] for row in words["concepts"]] == ["core"] * 290 + ["extended"] * 121
    assert words["colors"] == list(BACKGROUND_COLORS)
    assert len(words["colors"]) == 12
    assert "flat style" in words["styles"]
    rocket = next(row for row in words["concepts"] if row["name"] == "rocket")
    assert "spaceship" in rocket["synonyms"]


def test_faces_are_called_faces():
    faces = {"dog face": "face of a dog", "cat face": "face of a cat", "cow face": "face of a cow"}
    for name, phrase in faces.items():
        assert phrase in spoken_names(TABLE.by_id[IDS[name]])
