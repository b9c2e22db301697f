"""What does a picture show, and on which colour? A classifier trained on real art alone, to measure generated pictures.

A picture is read in three steps: a smooth background is fitted to its border; what differs from it is cut out, put on
grey and enlarged to fill the frame; the cut-out goes through frozen MobileNetV2 features (dcs.perceptual) into a small
network over the concepts, the fitted background into another over the named colours.

Letters: B pictures of n x n pixels (any n; the networks are trained at n = 64), F features. Pictures are (B,n,n,3) in
[-1, 1]; places inside a picture are in [-1, 1] too. Not here: drawing training scenes (scripts/train_classifier.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dcs.perceptual import MobileNetV2
from dcs.scenes import BACKGROUND_COLORS

COLORS = tuple(BACKGROUND_COLORS)
CUT_OUT_PX = 96
RING = 3 / 64  # width of the border that shows background, as a share of the side
SURFACE_TERMS = 4  # 1, x, y, x^2 + y^2: exact for every gradient of sticker world but the radial one
OUTLIER = 0.1  # colour distance at which a border pixel counts half in the fit
SMALLEST_HALF = 0.15  # below this half side a cut-out is taken for noise and the whole picture is read
_TAPS = (13, 16)  # expanded_conv_12 (96 channels), expanded_conv_15 (160)


class Fit(NamedTuple):
    """A fitted background: coefficients (B,4,3), its picture (B,n,n,3), colour distance of each pixel to it (B,n,n)."""

    coefficients: Tensor
    background: Tensor
    distance: Tensor


class Answer(NamedTuple):
    """Scores before softmax: of the concepts (B,C) and of the colours (B,12)."""

    concepts: Tensor
    colors: Tensor


def fit_background(pictures: Tensor, rounds: int = 4) -> Fit:
    """Fit 1, x, y, x^2 + y^2 to the border of each picture; a drawing that crosses the border is weighed down."""
    side = pictures.shape[1]
    place = (torch.arange(side) + 0.5) / side * 2 - 1
    y, x = torch.meshgrid(place, place, indexing="ij")
    surface = torch.stack([torch.ones_like(x), x, y, x * x + y * y], dim=-1)  # (n, n, 4)
    is_inside = place.abs() < 1 - 2 * RING
    border = ~(is_inside[:, None] & is_inside[None, :])
    terms, colors = surface[border], pictures[:, border]  # (R, 4), (B, R, 3)
    weight = torch.ones(*colors.shape[:2], 1)
    coefficients = torch.zeros(len(pictures), SURFACE_TERMS, 3)
    for _ in range(rounds):
        weighted = (terms * weight).transpose(1, 2)  # (B, 4, R)
        coefficients = torch.linalg.solve(weighted @ terms + 1e-3 * torch.eye(SURFACE_TERMS), weighted @ colors)
        away = (colors - terms @ coefficients).norm(dim=-1, keepdim=True)
        weight = 1 / (1 + (away / OUTLIER) ** 2)
    background = torch.einsum("hwk,bkc->bhwc", surface, coefficients)
    return Fit(coefficients, background, (pictures - background).norm(dim=-1))


def find_boxes(distance: Tensor, threshold: float = 0.18, margin: float = 0.06) -> Tensor:
    """Square around what differs from the background: (B,n,n) -> centre x, centre y, half side (B,3).

    A picture in which nothing (or a speck) differs gets the whole frame.
    """
    side = distance.shape[1]
    # a pixel counts when most of its neighbourhood does: single noisy pixels do not stretch the box
    seen = F.avg_pool2d((distance > threshold).float()[:, None], 3, 1, 1)[:, 0] > 0.5
    index = torch.arange(side)

    def extent(has: Tensor) -> tuple[Tensor, Tensor]:  # (B, n) -> centre, half side
        first = torch.where(has, index, side).amin(1)
        last = torch.where(has, index + 1, 0).amax(1)
        return (first + last) / side - 1, (last - first) / side

    (x, half_x), (y, half_y) = extent(seen.any(1)), extent(seen.any(2))
    half = torch.maximum(half_x, half_y) * (1 + margin)
    is_nothing = half < SMALLEST_HALF
    box = torch.stack([x, y, half], dim=1)
    return torch.where(is_nothing[:, None], torch.tensor([0.0, 0.0, 1.0]), box)


def cut_out(pictures: Tensor, fit: Fit, px: int = CUT_OUT_PX) -> Tensor:
    """The drawing alone on mid grey, filling the frame: (B,px,px,3)."""
    near = F.avg_pool2d(fit.distance[:, None], 3, 1, 1)[:, 0]
    opacity = ((near - 0.1) / 0.2).clamp(0, 1)[..., None]
    x, y, half = find_boxes(fit.distance).unbind(1)
    none = torch.zeros_like(half)
    theta = torch.stack([torch.stack([half, none, x], 1), torch.stack([none, half, y], 1)], dim=1)
    grid = F.affine_grid(theta, [len(pictures), 3, px, px], align_corners=False)
    drawn = F.grid_sample((pictures * opacity).permute(0, 3, 1, 2), grid, padding_mode="border", align_corners=False)
    return drawn.permute(0, 2, 3, 1)


@dataclass(frozen=True)
class Features:
    """What the two heads read: of the cut-out (B,F), of the fitted background (B,12)."""

    drawing: Tensor
    background: Tensor

    def rows(self, chosen: Tensor) -> Features:
        """The features of some pictures."""
        return Features(self.drawing[chosen], self.background[chosen])


class Head(nn.Module):
    """Standardised features through one hidden layer to scores."""

    def __init__(self, width_in: int, hidden: int, classes: int, dropout: float) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(width_in))
        self.register_buffer("std", torch.ones(width_in))
        self.layers = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(width_in, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, classes)
        )

    def standardise_by(self, features: Tensor) -> None:
        """Take mean and standard deviation from the training features (R,F)."""
        self.mean, self.std = features.mean(0), features.std(0) + 1e-3

    def forward(self, features: Tensor) -> Tensor:
        """(B,F) -> (B,classes)."""
        return self.layers((features - self.mean) / self.std)


class PictureClassifier(nn.Module):
    """Concept and background colour of pictures. `concepts` are concept ids, in the order of the scores."""

    def __init__(self, backbone: MobileNetV2, concepts: tuple[str, ...], hidden: int = 512) -> None:
        super().__init__()
        self.concepts = concepts
        self.backbone = backbone.eval().requires_grad_(False)
        widths = (4 * 96, 9 * 160, 3 * 16 * 16)  # two taps, and the cut-out itself at 16 x 16
        self.concept_head = Head(sum(widths), hidden, len(concepts), dropout=0.3)
        self.color_head = Head(3 * SURFACE_TERMS, 64, len(COLORS), dropout=0.0)

    @torch.no_grad()
    def features(self, pictures: Tensor) -> Features:
        """Pictures (B,n,n,3), n >= 32 -> what the heads read."""
        fit = fit_background(pictures)
        drawing = cut_out(pictures, fit)
        middle, deep = self.backbone(drawing, _TAPS)  # (B, 96, 6, 6), (B, 160, 3, 3)
        thumbnail = F.adaptive_avg_pool2d(drawing.permute(0, 3, 1, 2), 16)
        parts = (F.adaptive_avg_pool2d(middle, 2), deep, thumbnail)
        return Features(torch.cat([part.flatten(1) for part in parts], dim=1), fit.coefficients.flatten(1))

    def forward(self, features: Features) -> Answer:
        """Scores of pictures by their features."""
        return Answer(self.concept_head(features.drawing), self.color_head(features.background))

    @torch.no_grad()
    def answer(self, pictures: Tensor, batch: int = 16) -> Answer:
        """Scores of any number of pictures (B,n,n,3)."""
        answers = [self(self.features(part.clamp(-1, 1))) for part in pictures.split(batch)]
        return Answer(torch.cat([a.concepts for a in answers]), torch.cat([a.colors for a in answers]))

    def accepted(self, ids: list[set[str]]) -> Tensor:
        """Sets of concept ids -> (B,C) bool, for `metrics.is_in_top`."""
        return torch.tensor([[concept in wanted for concept in self.concepts] for wanted in ids])


def save_classifier(path: Path, classifier: PictureClassifier) -> None:
    """Write the two heads and the concepts; the backbone is read from its package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    heads = {"concept_head": classifier.concept_head.state_dict(), "color_head": classifier.color_head.state_dict()}
    torch.save({"concepts": list(classifier.concepts), **heads}, path)


def load_classifier(path: Path, backbone: MobileNetV2) -> PictureClassifier:
    """Read what `save_classifier` wrote.

    Raises:
        FileNotFoundError: there is no such file; it is made by scripts/train_classifier.py.
    """
    if not path.exists():
        raise FileNotFoundError(f"no classifier at {path}; run `python scripts/train_classifier.py` first")
    state = torch.load(path, weights_only=True)
    hidden = len(state["concept_head"]["layers.1.bias"])
    classifier = PictureClassifier(backbone, tuple(state["concepts"]), hidden)
    classifier.concept_head.load_state_dict(state["concept_head"])
    classifier.color_head.load_state_dict(state["color_head"])
    return classifier.eval()


def soften(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Blur and noise by random amounts, so that the soft pictures of a decoder are nothing new. (B,n,n,3) -> same."""
    count, side = pictures.shape[:2]

    def some(share: float, most: float) -> Tensor:  # 0 for the others
        return most * torch.rand(count, generator=generator) * (torch.rand(count, generator=generator) < share)

    sigma = some(0.6, 1.3 / 64) * side + 0.05  # pixels
    steps = torch.arange(-3.0, 4.0)
    bell = torch.exp(-(steps**2) / (2 * sigma[:, None] ** 2))
    bell = (bell / bell.sum(1, keepdim=True)).repeat_interleave(3, 0)[:, None]  # (3B, 1, 7)
    x = pictures.permute(0, 3, 1, 2).reshape(1, 3 * count, side, side)
    x = F.conv2d(F.pad(x, (3, 3, 0, 0), "replicate"), bell[:, :, None, :], groups=3 * count)
    x = F.conv2d(F.pad(x, (0, 0, 3, 3), "replicate"), bell[:, :, :, None], groups=3 * count)
    blurred = x.view(count, 3, side, side).permute(0, 2, 3, 1)
    return blurred + some(0.5, 0.1)[:, None, None, None] * torch.randn(blurred.shape, generator=generator)
