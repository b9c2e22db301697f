"""Prompts ask for things the models know, and art can be drawn for each of them."""

from __future__ import annotations

import pytest

from dcs.concepts import load_concepts
from dcs.prompts import accepted_concepts, concepts_named, drawn_prompts, scene_of, sheet_prompts
from dcs.scenes import BACKGROUND_COLORS, is_held_out

SHEET = sheet_prompts()


def test_the_sheet_has_sixty_different_prompts_over_all_colours():
    assert len(SHEET) == 60
    assert len({prompt.text for prompt in SHEET}) == 60
    assert {prompt.color for prompt in SHEET} - {None} == set(BACKGROUND_COLORS)
    assert sum(len(prompt.objects) == 2 for prompt in SHEET) == 2


def test_every_object_and_colour_of_the_sheet_is_named_in_its_text_and_known():
    for prompt in SHEET:
        for name in prompt.objects:
            assert concepts_named(name)
            assert name.split()[0] in prompt.text
        assert prompt.color is None or prompt.color in prompt.text


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="flying carpet"):
        concepts_named("flying carpet")


def test_a_name_is_answered_by_its_own_concept_first():
    assert concepts_named("cat")[0].name == "cat"
    assert [concept.name for concept in concepts_named("burger")] == ["hamburger"]


def test_drawn_prompts_are_the_same_for_a_seed_and_speak_of_core_concepts():
    prompts = drawn_prompts(300, 3)
    assert prompts == drawn_prompts(300, 3)
    assert prompts[:50] == drawn_prompts(50, 3)
    assert prompts != drawn_prompts(300, 4)
    core = {concept.id for concept in load_concepts().recommended() if concept.tier == "core"}
    assert all(accepted_concepts(prompt) & core for prompt in prompts)
    assert {prompt.color for prompt in prompts} == set(BACKGROUND_COLORS)
    assert len({prompt.objects for prompt in prompts}) > 150


def test_art_of_a_prompt_shows_it_in_a_style_that_training_saw():
    table = load_concepts()
    for index, prompt in enumerate([*SHEET, *drawn_prompts(60, 5)]):
        scene = scene_of(prompt, 8, index)
        (sticker,) = scene.stickers
        assert sticker.concept in accepted_concepts(prompt)
        assert sticker.style in table.train_styles
        assert not is_held_out(sticker.concept, sticker.style)
        assert prompt.color is None or scene.background.color == prompt.color
        assert scene == scene_of(prompt, 8, index)
        assert scene != scene_of(prompt, 9, index)
