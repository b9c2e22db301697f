"""Where a drawing is: prompts that ask for a place, real art of them, and the place measured in a picture.

The place is the centroid of what differs from the background. Letters: B pictures of n x n pixels, in [-1, 1]; offsets are
from the middle, in sides of the picture, to the right and down.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from dcs.captions import OFF_CENTER
from dcs.classifier import fit_background
from dcs.prompts import Prompt, drawn_prompts, scene_of
from dcs.scenes import Scene

Place = Literal["left", "right", "top", "bottom"]
# Words of the captions, and the direction (right, down) of each place
WORDS: dict[Place, str] = {"left": "on the left", "right": "on the right", "top": "at the top", "bottom": "at the bottom"}
DIRECTIONS: dict[Place, tuple[float, float]] = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}
AWAY = OFF_CENTER / 2  # half way from the middle to where captions begin to speak of a place
REAL_SIZES = (0.5, 0.62)  # what scenes have room to move, in scene units
SEEN = 0.18  # colour distance from the background, as in classifier.find_boxes


@dataclass(frozen=True)
class PlacePrompt:
    """A prompt that asks for a place."""

    prompt: Prompt
    place: Place


def place_prompts(count: int, seed: int) -> list[PlacePrompt]:
    """Prompts of `drawn_prompts` with a place said after the name, the four places in turn."""
    places = list(WORDS)
    asked = []
    for i, prompt in enumerate(drawn_prompts(count, seed)):
        place = places[i % len(places)]
        name, background = prompt.text.split(" on ", 1)
        asked.append(PlacePrompt(replace(prompt, text=f"{name} {WORDS[place]} on {background}"), place))
    return asked


def scene_at(asked: PlacePrompt, seed: int, index: int) -> Scene:
    """Training art of a prompt with the drawing where it is asked for: as far off as captions speak of, or farther."""
    scene = scene_of(asked.prompt, seed, index)
    choose = random.Random(f"{seed}/{index}/{asked.place}")
    size = choose.uniform(*REAL_SIZES)
    offset = choose.uniform(OFF_CENTER, (1 - size) / 2)
    right, down = DIRECTIONS[asked.place]
    sticker = replace(scene.stickers[0], size=size, cx=0.5 + right * offset, cy=0.5 + down * offset)
    return replace(scene, stickers=(sticker,))


def centroids(pictures: Tensor) -> Tensor:
    """Offset (right, down) of the drawing: (B,n,n,3) -> (B,2); the middle if nothing differs from the background."""
    seen = (fit_background(pictures).distance > SEEN).float()
    place = (torch.arange(pictures.shape[1]) + 0.5) / pictures.shape[1] - 0.5
    mass = seen.sum((1, 2)).clamp_min(1)
    return torch.stack([(seen.sum(1) * place).sum(1), (seen.sum(2) * place).sum(1)], dim=1) / mass[:, None]


def offsets_towards(pictures: Tensor, places: Sequence[Place]) -> Tensor:
    """How far each drawing is off in the direction of its place, (B,): negative is the wrong side."""
    directions = torch.tensor([DIRECTIONS[place] for place in places])
    return (centroids(pictures) * directions).sum(1)


def share_in_place(pictures: Tensor, places: Sequence[Place]) -> dict[str, float]:
    """Share of drawings that are off towards their place by more than `AWAY`, and their mean offset."""
    offsets = offsets_towards(pictures, places)
    return {"right": float((offsets > AWAY).float().mean()), "offset": float(offsets.mean()), "count": len(places)}
