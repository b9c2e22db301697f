"""Sticker world: scenes of one or two stickers on a background, sampled and rendered exactly.

A scene is geometry, not pixels: the short side of the canvas is 1 scene unit and the origin is its
top-left corner, so one scene renders at any size and any two renderings show the same picture.
Legend: B scenes, H and W pixels, N stickers drawn in one pass, S sprite side in pixels.

Captions are written from a scene by `captions`, not here.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from dcs.concepts import Concept, ConceptTable, load_concepts
from dcs.sprites import SpriteAtlas

Rgb = tuple[float, float, float]
Split = Literal["train", "heldout_pairs", "openmoji"]
ConceptSet = Literal["recommended", "all"] | tuple[str, ...]  # a tuple names concepts by id
Aspect = Literal["square", "any"] | tuple[int, int]
CoordMode = Literal["center", "corner"]
BackgroundKind = Literal["solid", "vertical", "diagonal", "radial"]

GRID_SHORT_SIDE = 8  # cells on the short side of the latent grid
GRID_LONG_SIDE_MAX = 16
HELD_OUT_ONE_IN = 10  # style x concept pairs
TIER_WEIGHTS = {"core": 2.0, "extended": 1.0, None: 0.5}
SPLIT_STREAMS: dict[Split, int] = {"train": 0, "heldout_pairs": 1, "openmoji": 2}

# Three shades of every named colour, sRGB bytes; a caption may name any of them by the key.
BACKGROUND_COLORS: dict[str, tuple[str, str, str]] = {
    "red": ("e03131", "d62839", "f04a4a"),
    "orange": ("f77f00", "ff922b", "fb8b24"),
    "yellow": ("ffd43b", "ffe066", "fcc419"),
    "green": ("2f9e44", "40a85a", "55b93c"),
    "light blue": ("a5d8ff", "8ecae6", "bde0fe"),
    "blue": ("1c5fd4", "2f6fed", "1d4ed8"),
    "purple": ("7b2cbf", "8e44ad", "9d4edd"),
    "pink": ("ff8fab", "f783ac", "ffafcc"),
    "brown": ("7f5539", "8b5e34", "6f4e37"),
    "grey": ("868e96", "9a9fa5", "7c8288"),
    "white": ("ffffff", "f8f9fa", "fdfcf7"),
    "black": ("0b0b0d", "16161a", "1d1d22"),
}


@dataclass(frozen=True)
class Background:
    """A canvas filled with one colour or a gradient between two shades of it (sRGB in [0, 1])."""

    kind: BackgroundKind
    color: str
    rgb: Rgb
    rgb2: Rgb


@dataclass(frozen=True)
class Sticker:
    """One drawing: centre and side in scene units, rotation in degrees (positive: clockwise), opacity in [0, 1]."""

    concept: str
    style: str
    cx: float
    cy: float
    size: float
    rotation_deg: float
    opacity: float = 1.0


@dataclass(frozen=True)
class Scene:
    """A picture as geometry. (gh, gw) is the latent grid, which fixes the aspect ratio."""

    background: Background
    stickers: tuple[Sticker, ...]
    gh: int
    gw: int
    caption_seed: int

    @property
    def height(self) -> float:
        """Canvas height in scene units; the short side is 1."""
        return self.gh / min(self.gh, self.gw)

    @property
    def width(self) -> float:
        """Canvas width in scene units; the short side is 1."""
        return self.gw / min(self.gh, self.gw)


def is_held_out(concept: str, style: str) -> bool:
    """Whether this drawing is kept out of training: a stable hash picks one pair in ten."""
    digest = hashlib.sha256(f"{style}/{concept}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % HELD_OUT_ONE_IN == 0


@dataclass(frozen=True)
class _Population:
    """Concepts a split may draw, the cumulative weight of each, and the styles allowed for each."""

    concepts: tuple[Concept, ...]
    cumulative: np.ndarray
    styles: tuple[tuple[str, ...], ...]


def _allowed_styles(concept: Concept, table: ConceptTable, split: Split) -> tuple[str, ...]:
    if split == "openmoji":
        return tuple(style for style in concept.styles if style in table.evaluation_styles)
    want_held_out = split == "heldout_pairs"
    return tuple(
        style for style in concept.styles if style in table.train_styles and is_held_out(concept.id, style) == want_held_out
    )


def _concept_named(table: ConceptTable, concept: str) -> Concept:
    if concept not in table.by_id:
        raise ValueError(f"there is no concept with the id {concept!r}; ids are code points such as 1f680.")
    return table.by_id[concept]


@cache
def _population(split: Split, concepts: ConceptSet) -> _Population:
    table = load_concepts()
    if concepts == "recommended":
        candidates = table.recommended()
    elif concepts == "all":
        candidates = table.concepts
    else:
        candidates = tuple(_concept_named(table, concept) for concept in concepts)
    pairs = [(concept, _allowed_styles(concept, table, split)) for concept in candidates]
    pairs = [(concept, styles) for concept, styles in pairs if styles]
    if len(pairs) < 2:
        raise ValueError(
            f"split {split} needs at least two concepts it may draw, found {len(pairs)} in {concepts!r}. Name more concepts."
        )
    weights = np.array([TIER_WEIGHTS[concept.tier] for concept, _ in pairs])
    return _Population(
        concepts=tuple(concept for concept, _ in pairs),
        cumulative=np.cumsum(weights) / weights.sum(),
        styles=tuple(styles for _, styles in pairs),
    )


def _rgb(hexcode: str) -> Rgb:
    red, green, blue = bytes.fromhex(hexcode)
    return red / 255, green / 255, blue / 255


def _sample_background(rng: np.random.Generator) -> Background:
    color = list(BACKGROUND_COLORS)[rng.integers(len(BACKGROUND_COLORS))]
    first, second = rng.permutation(3)[:2]
    rgb, rgb2 = (_rgb(BACKGROUND_COLORS[color][i]) for i in (first, second))
    kinds: tuple[BackgroundKind, ...] = ("solid", "vertical", "diagonal", "radial")
    kind = kinds[rng.choice(4, p=(0.7, 0.1, 0.1, 0.1))]
    return Background(kind, color, rgb, rgb if kind == "solid" else rgb2)


def _sample_grid(rng: np.random.Generator, aspect: Aspect) -> tuple[int, int]:
    if aspect == "square":
        return GRID_SHORT_SIDE, GRID_SHORT_SIDE
    if aspect == "any":
        long_side = int(rng.integers(GRID_SHORT_SIDE, GRID_LONG_SIDE_MAX + 1))
        is_wide = bool(rng.integers(2))
        return (GRID_SHORT_SIDE, long_side) if is_wide else (long_side, GRID_SHORT_SIDE)
    gh, gw = aspect
    if min(gh, gw) != GRID_SHORT_SIDE or max(gh, gw) > GRID_LONG_SIDE_MAX:
        raise ValueError(
            f"aspect is a grid (gh, gw) with {GRID_SHORT_SIDE} on the short side and at most "
            f"{GRID_LONG_SIDE_MAX} on the long one, got {aspect}."
        )
    return gh, gw


def _sample_drawing(rng: np.random.Generator, population: _Population) -> tuple[str, str]:
    i = int(np.searchsorted(population.cumulative, rng.random(), side="right"))
    i = min(i, len(population.concepts) - 1)
    styles = population.styles[i]
    return population.concepts[i].id, styles[rng.integers(len(styles))]


def _sample_rotation(rng: np.random.Generator) -> float:
    return 0.0 if rng.random() < 0.8 else float(rng.uniform(-30.0, 30.0))


def _place_one(rng: np.random.Generator, drawing: tuple[str, str], height: float, width: float) -> Sticker:
    rotation_deg = _sample_rotation(rng)
    size = float(rng.uniform(0.5, 0.95))
    slack_x, slack_y = (width - size) / 2, (height - size) / 2
    if rng.random() < 0.3:  # anywhere on the canvas; a caption may then say where
        dx, dy = rng.uniform(-1, 1, 2) * (slack_x, slack_y)
    else:
        dx, dy = np.clip(rng.normal(0, 0.03, 2), (-slack_x, -slack_y), (slack_x, slack_y))
    cx, cy = width / 2 + float(dx), height / 2 + float(dy)
    return Sticker(*drawing, cx=cx, cy=cy, size=size, rotation_deg=rotation_deg)


def _place_two(
    rng: np.random.Generator, drawings: Sequence[tuple[str, str]], height: float, width: float
) -> tuple[Sticker, Sticker]:
    # Along the long side; on a nearly square canvas either way.
    is_row = bool(rng.integers(2)) if max(height, width) < 1.3 else width > height
    long_side = width if is_row else height
    placed: list[Sticker] = []
    for i, drawing in enumerate(drawings):
        jitter = rng.uniform(-0.03, 0.03, 2)
        along = long_side * (0.26 if i == 0 else 0.74) + float(jitter[0])
        across = (height if is_row else width) / 2 + float(jitter[1])
        cx, cy = (along, across) if is_row else (across, along)
        size, rotation_deg = float(rng.uniform(0.4, 0.55)), _sample_rotation(rng)
        placed.append(Sticker(*drawing, cx=cx, cy=cy, size=size, rotation_deg=rotation_deg))
    return placed[0], placed[1]


def sample_scene(
    seed: int,
    index: int,
    split: Split = "train",
    aspect: Aspect = "square",
    concepts: ConceptSet = "recommended",
) -> Scene:
    """Scene number `index` of the stream `seed`; the same arguments always give the same scene.

    `train` and `heldout_pairs` share no style x concept pair, and `openmoji` uses only art that
    training never sees. Core concepts are drawn twice as often as extended ones, those four times
    as often as the rest. Every fifth scene or so has two stickers, of different concepts.

    Raises:
        ValueError: `aspect` is a grid outside 8x8 ... 8x16, 16x8, or `concepts` holds an unknown id
            or fewer than two concepts of the split.
    """
    bits = np.random.Philox(key=[seed, index], counter=[0, 0, 0, SPLIT_STREAMS[split]])
    rng = np.random.Generator(bits)
    population = _population(split, concepts)
    gh, gw = _sample_grid(rng, aspect)
    height, width = gh / min(gh, gw), gw / min(gh, gw)
    background = _sample_background(rng)
    first = _sample_drawing(rng, population)
    if rng.random() < 0.8:
        stickers: tuple[Sticker, ...] = (_place_one(rng, first, height, width),)
    else:
        second = _sample_drawing(rng, population)
        while second[0] == first[0]:
            second = _sample_drawing(rng, population)
        stickers = _place_two(rng, (first, second), height, width)
    return Scene(background, stickers, gh, gw, caption_seed=int(rng.integers(2**31)))


def _pixel_coordinates(count: int, extent: float, coord_mode: CoordMode) -> Tensor:
    """Positions in scene units sampled by `count` pixels along a side of length `extent`."""
    pixels = torch.arange(count, dtype=torch.float32)
    if coord_mode == "center":
        return (pixels + 0.5) / count * extent
    return pixels / max(count - 1, 1) * extent


def _background_mix(kind: BackgroundKind, u: Tensor, v: Tensor) -> Tensor:
    """Share of `rgb2` at relative positions u (W,) and v (H,): (H, W) in [0, 1]."""
    across, down = u[None, :], v[:, None]
    if kind == "vertical":
        return down.expand(len(v), len(u))
    if kind == "diagonal":
        return (across + down) / 2
    return torch.sqrt((across - 0.5) ** 2 + (down - 0.5) ** 2) * math.sqrt(2)


def _paint_backgrounds(scenes: Sequence[Scene], u: Tensor, v: Tensor) -> Tensor:
    rgb = torch.tensor([scene.background.rgb for scene in scenes])  # (B, 3)
    canvas = rgb[:, :, None, None].expand(-1, -1, len(v), len(u)).clone()  # (B, 3, H, W)
    for kind in ("vertical", "diagonal", "radial"):
        chosen = [i for i, scene in enumerate(scenes) if scene.background.kind == kind]
        if chosen:
            rgb2 = torch.tensor([scenes[i].background.rgb2 for i in chosen])
            mix = _background_mix(kind, u, v)
            step = (rgb2 - rgb[chosen])[:, :, None, None]
            canvas[chosen] += step * mix
    return canvas


def _sampling_matrix(sticker: Sticker, extent: tuple[float, float], span: tuple[float, float]):
    """Rows of the affine map from canvas to sprite coordinates, both in grid_sample's [-1, 1].

    `extent` is the canvas (height, width) in scene units; `span` the relative (v, u) distance of
    the first and last pixel centre from the canvas centre, so that [-1, 1] are those two pixels.
    """
    angle = math.radians(sticker.rotation_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    half = sticker.size / 2
    height, width = extent
    reach_x, reach_y = width / 2 * span[1], height / 2 * span[0]
    off_x, off_y = width / 2 - sticker.cx, height / 2 - sticker.cy
    return (
        (cos * reach_x / half, sin * reach_y / half, (cos * off_x + sin * off_y) / half),
        (-sin * reach_x / half, cos * reach_y / half, (-sin * off_x + cos * off_y) / half),
    )


def _composite(
    canvas: Tensor,
    scenes: Sequence[Scene],
    layer: int,
    atlas: SpriteAtlas,
    coord_mode: CoordMode,
) -> None:
    """Draw sticker number `layer` of every scene that has one over `canvas` (B, 3, H, W)."""
    _, _, height, width = canvas.shape
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)  # level -> (scene, row)
    for b, scene in enumerate(scenes):
        if layer < len(scene.stickers):
            sticker = scene.stickers[layer]
            row = atlas.row(sticker.concept, sticker.style)
            density = max(height / scene.height, width / scene.width) * sticker.size
            groups[atlas.level_for(row, density)].append((b, row))
    is_corner = coord_mode == "corner"
    span = (1.0, 1.0) if is_corner else (1 - 1 / height, 1 - 1 / width)
    for level, members in groups.items():
        chosen = [b for b, _ in members]
        pixels = atlas.levels[level][[row for _, row in members]]  # (N, S, S, 4) uint8
        sprites = torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div_(255)
        theta = torch.tensor(
            [_sampling_matrix(scenes[b].stickers[layer], (scenes[b].height, scenes[b].width), span) for b in chosen]
        )
        # affine_grid with align_corners=True spans the first to the last pixel.
        grid = functional.affine_grid(theta, [len(chosen), 4, height, width], align_corners=True)
        drawn = functional.grid_sample(sprites, grid, align_corners=False)  # (N, 4, H, W)
        opacity = [scenes[b].stickers[layer].opacity for b in chosen]
        if min(opacity) < 1:
            drawn *= torch.tensor(opacity)[:, None, None, None]
        canvas[chosen] = drawn[:, :3] + canvas[chosen] * (1 - drawn[:, 3:])


def render_scenes(
    scenes: Sequence[Scene],
    height: int,
    width: int,
    atlas: SpriteAtlas,
    coord_mode: CoordMode = "center",
) -> Tensor:
    """Render scenes to (B, height, width, 3), float32 in [-1, 1].

    Pixel j samples x = (j + 0.5) / width * scene.width in mode "center" and
    x = j / (width - 1) * scene.width in mode "corner"; rows likewise.

    Raises:
        KeyError: the atlas lacks a drawing of these scenes.
    """
    if not scenes:
        return torch.empty(0, height, width, 3)
    u = _pixel_coordinates(width, 1.0, coord_mode)
    v = _pixel_coordinates(height, 1.0, coord_mode)
    canvas = _paint_backgrounds(scenes, u, v)
    for layer in range(max(len(scene.stickers) for scene in scenes)):
        _composite(canvas, scenes, layer, atlas, coord_mode)
    return canvas.mul_(2).sub_(1).clamp_(-1, 1).permute(0, 2, 3, 1).contiguous()
