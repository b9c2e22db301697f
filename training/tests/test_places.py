"""Places of prompts, measured in real pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from test_scenes import rasterize

from dcs.captions import OFF_CENTER
from dcs.places import AWAY, DIRECTIONS, WORDS, Place, centroids, place_prompts, scene_at, share_in_place
from dcs.prompts import accepted_concepts
from dcs.scenes import render_scenes
from dcs.sprites import SpriteAtlas

MEASURED, MOVED = place_prompts(60, 8), place_prompts(12, 10)
OPPOSITE: dict[Place, Place] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> SpriteAtlas:
    """The drawings that the prompts of this file may show."""
    folder = tmp_path_factory.mktemp("sprites")
    shown = {concept for asked in (*MEASURED, *MOVED) for concept in accepted_concepts(asked.prompt)}
    rasterize("--out", str(folder), "--concepts", ",".join(sorted(shown)))
    return SpriteAtlas.open(folder)


def test_the_centroid_of_a_square_is_its_middle_wherever_it_is():
    pictures = torch.full((3, 64, 64, 3), 0.2)
    for i, (top, left) in enumerate(((24, 24), (10, 32), (40, 8))):
        pictures[i, top : top + 16, left : left + 16] = -0.7
    assert centroids(pictures).flatten().tolist() == pytest.approx(
        [0, 0, 40 / 64 - 0.5, 18 / 64 - 0.5, 16 / 64 - 0.5, 48 / 64 - 0.5], abs=1e-6
    )


def test_an_empty_picture_has_its_centroid_in_the_middle():
    assert centroids(torch.full((1, 64, 64, 3), 0.3)).tolist() == [[0.0, 0.0]]


def test_places_are_asked_in_turn_and_said_before_the_background():
    asked = place_prompts(8, 5)
    assert [prompt.place for prompt in asked] == list(WORDS) * 2
    for prompt in asked:
        assert WORDS[prompt.place] in prompt.prompt.text
        assert prompt.prompt.text.endswith("background")


def test_art_of_a_place_is_where_captions_would_say_it_is_and_inside_the_picture():
    for i, asked in enumerate(place_prompts(40, 6)):
        sticker = scene_at(asked, 7, i).stickers[0]
        right, down = DIRECTIONS[asked.place]
        assert (sticker.cx - 0.5) * right + (sticker.cy - 0.5) * down >= OFF_CENTER
        assert max(abs(sticker.cx - 0.5), abs(sticker.cy - 0.5)) + sticker.size / 2 <= 0.5 + 1e-9


def test_the_place_of_real_art_is_found_and_the_opposite_is_not(atlas: SpriteAtlas):
    pictures = render_scenes([scene_at(prompt, 9, i) for i, prompt in enumerate(MEASURED)], 64, 64, atlas)
    found = share_in_place(pictures, [prompt.place for prompt in MEASURED])
    assert found["right"] >= 0.95 and found["offset"] > 2 * AWAY
    assert share_in_place(pictures, [OPPOSITE[prompt.place] for prompt in MEASURED])["right"] == 0


def test_a_drawing_that_moves_takes_its_centroid_with_it(atlas: SpriteAtlas):
    scenes = [scene_at(prompt, 11, i) for i, prompt in enumerate(MOVED)]
    plain = [replace(s, background=replace(s.background, kind="solid", rgb2=s.background.rgb)) for s in scenes]

    def at(dx: float, dy: float) -> torch.Tensor:
        moved = [
            replace(s, stickers=(replace(s.stickers[0], cx=0.5 + dx, cy=0.5 + dy, size=0.5, rotation_deg=0.0),)) for s in plain
        ]
        return centroids(render_scenes(moved, 64, 64, atlas))

    shift = at(0.125, -0.1875) - at(-0.125, 0.125)  # whole pixels: the drawings are the same, moved
    torch.testing.assert_close(shift, torch.tensor([0.25, -0.3125]).expand_as(shift), atol=2e-3, rtol=0)
