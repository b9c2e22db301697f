"""Is a generated drawing a copy of a training drawing? Its nearest one, beside how near new real drawings and copies come.

Drawings are compared without their place and background: cut out, filling the frame (dcs.classifier). Two spaces: features
of the cut-out, standardised over the training drawings, and its pixels at 24 x 24. Letters: R pictures, S training drawings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from dcs.classifier import cut_out, fit_background
from dcs.concepts import load_concepts
from dcs.evaluation import picture_features
from dcs.metrics import nearest
from dcs.perceptual import MobileNetV2
from dcs.scenes import BACKGROUND_COLORS, Background, Scene, Sticker, is_held_out, render_scenes
from dcs.sprites import SpriteAtlas

PX, PIXEL_SPACE_PX = 64, 24
SPACES = ("features", "pixels")
COPY_QUANTILE = 0.9


def training_drawings() -> list[tuple[str, str]]:
    """(concept, style) of every drawing that training scenes of the recommended concepts may show."""
    table = load_concepts()
    return [
        (concept.id, style)
        for concept in table.recommended()
        for style in concept.styles
        if style in table.train_styles and not is_held_out(concept.id, style)
    ]


def upright(concept: str, style: str) -> Scene:
    """A drawing in the middle of a plain scene."""
    red, green, blue = bytes.fromhex(BACKGROUND_COLORS["purple"][0])
    rgb = (red / 255, green / 255, blue / 255)
    return Scene(Background("solid", "purple", rgb, rgb), (Sticker(concept, style, 0.5, 0.5, 0.85, 0.0),), 8, 8, 0)


@dataclass(frozen=True)
class Compared:
    """Drawings in both spaces: features (R,160), pixels (R,24*24*3)."""

    features: Tensor
    pixels: Tensor

    @staticmethod
    def of(backbone: MobileNetV2, pictures: Tensor, batch: int = 16) -> Compared:
        """Cut out the drawings of pictures (R,n,n,3)."""
        features, pixels = [], []
        for part in pictures.split(batch):
            drawing = cut_out(part, fit_background(part))
            features.append(picture_features(backbone, drawing))
            small = F.interpolate(drawing.permute(0, 3, 1, 2), size=PIXEL_SPACE_PX, mode="area")
            pixels.append(small.flatten(1))
        return Compared(torch.cat(features), torch.cat(pixels))


@dataclass(frozen=True)
class Neighbours:
    """Of each picture, by space: distance to its nearest training drawing (R,), and which that is (R,)."""

    distance: dict[str, Tensor]
    index: dict[str, Tensor]


@dataclass(frozen=True)
class TrainingDrawings:
    """All training drawings, in the order of `training_drawings`, rendered small; to look neighbours up in."""

    backbone: MobileNetV2
    names: list[tuple[str, str]]
    pictures: Tensor  # (S, 64, 64, 3)
    compared: Compared

    @staticmethod
    def draw(backbone: MobileNetV2, atlas: SpriteAtlas) -> TrainingDrawings:
        """Render and compare them all: about half a minute."""
        names = training_drawings()
        pictures = render_scenes([upright(*name) for name in names], PX, PX, atlas)
        return TrainingDrawings(backbone, names, pictures, Compared.of(backbone, pictures))

    def nearest(self, pictures: Tensor) -> Neighbours:
        """The nearest training drawing of each picture (R,n,n,3) in both spaces."""
        found = Compared.of(self.backbone, pictures)
        mean, std = self.compared.features.mean(0), self.compared.features.std(0) + 1e-6
        by_space = {
            "features": nearest((found.features - mean) / std, (self.compared.features - mean) / std),
            "pixels": nearest(found.pixels, self.compared.pixels),
        }
        return Neighbours({k: d for k, (d, _) in by_space.items()}, {k: i for k, (_, i) in by_space.items()})


def report_distances(neighbours: Neighbours, copies: Neighbours) -> dict[str, Any]:
    """Median distance by space, and the share that comes as near as nine copies in ten do."""
    return {
        space: {
            "median": float(distance.median()),
            "asNearAsCopies": float((distance <= copies.distance[space].quantile(COPY_QUANTILE)).double().mean()),
        }
        for space, distance in neighbours.distance.items()
    }
