"""Photographs for texture: square opaque crops in an atlas of the sprites' format.

`SpriteAtlas.open(default_photographs_path())` reads it; the style of every row is "photograph" and
the concept is "<split>/<photograph>/<crop>". Whole photographs are held out ("eval"), not crops.
`scripts/build_photographs.py` collects the photographs and writes the atlas.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dcs.scenes import Aspect, Scene, Sticker, sample_scene
from dcs.sprites import SUPPORTED_VERSION, SpriteAtlas, default_atlas_path

PhotographSplit = Literal["train", "eval"]

STYLE = "photograph"
CROP_PX = 256
LEVELS_PX = (256, 128, 64, 32)
# A crop is drawn this much larger than the canvas: sampling at the very edge of a sprite would mix
# in half a texel (1/64 of the side at level 32) of the transparency around it.
OVERSCAN = 1.04


@dataclass(frozen=True)
class Photograph:
    """One file of `sources/photographs.json`: a picture inside a package, and its terms."""

    name: str
    package: str
    file: str
    author: str
    licence: str
    is_held_out: bool

    @property
    def split(self) -> PhotographSplit:
        """The split all crops of this photograph belong to."""
        return "eval" if self.is_held_out else "train"


@dataclass(frozen=True)
class Crop:
    """A square of a photograph, in its pixels, mirrored left to right or not."""

    left: float
    top: float
    side: float
    is_mirrored: bool


def load_photographs(path: Path) -> tuple[Photograph, ...]:
    """Read the table of photographs."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Photograph(row["name"], row["package"], row["file"], row["author"], row["licence"], row.get("heldOut", False))
        for row in rows
    )


def share_crops(sizes: Sequence[tuple[int, int]], total: int) -> list[int]:
    """How many of about `total` crops each photograph of (width, height) pixels gives.

    Proportional to the square root of its area: a large photograph holds more different crops, but
    its neighbouring crops look alike.
    """
    weights = [math.sqrt(width * height) for width, height in sizes]
    return [max(1, round(total * weight / sum(weights))) for weight in weights]


def plan_crops(name: str, width: int, height: int, count: int) -> list[Crop]:
    """`count` crops of a photograph, the same for the same arguments.

    Sides lie between `CROP_PX`, so that no crop is enlarged, and the short side; large ones are more
    frequent, for a close-up of a photograph that is a little out of focus is nearly flat.

    Raises:
        ValueError: the photograph is smaller than one crop.
    """
    short = min(width, height)
    if short < CROP_PX:
        raise ValueError(f"photograph {name} is {width}x{height}; crops need at least {CROP_PX} px a side.")
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    rng = np.random.Generator(np.random.Philox(seed))
    crops: list[Crop] = []
    for _ in range(count):
        side = min(CROP_PX * (short / CROP_PX) ** math.sqrt(float(rng.random())), short)
        left, top = float(rng.random()) * (width - side), float(rng.random()) * (height - side)
        crops.append(Crop(left, top, side, is_mirrored=bool(rng.integers(2))))
    return crops


def cut(image: Image.Image, crop: Crop) -> NDArray[np.uint8]:
    """The crop at `CROP_PX`, Lanczos-filtered over its own area: (CROP_PX, CROP_PX, 4), opaque."""
    # The box may pass the border by a rounding error of the side.
    right, bottom = min(crop.left + crop.side, image.width), min(crop.top + crop.side, image.height)
    box = (crop.left, crop.top, right, bottom)
    rgb = np.asarray(image.resize((CROP_PX, CROP_PX), Image.Resampling.LANCZOS, box=box), np.uint8)
    if crop.is_mirrored:
        rgb = rgb[:, ::-1]
    return np.concatenate([rgb, np.full_like(rgb[..., :1], 255)], axis=-1)


def box_reduce(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Exact box average of (S, S, 4) by an integer factor, rounded as in `rasterize.mjs`."""
    side = pixels.shape[0] // factor
    cells = pixels.reshape(side, factor, side, factor, 4).astype(np.uint32)
    return ((cells.sum(axis=(1, 3)) + factor * factor // 2) // (factor * factor)).astype(np.uint8)


def write_atlas(folder: Path, crops: Iterable[tuple[str, NDArray[np.uint8]]]) -> int:
    """Write (concept, (CROP_PX, CROP_PX, 4) premultiplied RGBA) rows as an atlas; returns their number."""
    folder.mkdir(parents=True, exist_ok=True)
    index_path = folder / "index.json"
    index_path.unlink(missing_ok=True)  # its presence means complete
    rows: list[tuple[str, str]] = []
    with ExitStack() as stack:
        files = {px: stack.enter_context((folder / f"level-{px}.rgba").open("wb")) for px in LEVELS_PX}
        for concept, pixels in crops:
            rows.append((concept, STYLE))
            for px, file in files.items():
                file.write(box_reduce(pixels, CROP_PX // px).tobytes())
    index = {
        "version": SUPPORTED_VERSION,
        "margin": 0,
        "rows": rows,
        "levels": {px: len(rows) for px in LEVELS_PX},
        "skipped": [],
    }
    index_path.write_text(json.dumps(index), encoding="utf-8")
    return len(rows)


def default_photographs_path() -> Path:
    """Where the atlas of photographs is by default: beside the sprites."""
    return default_atlas_path().with_name("photographs")


def crop_concepts(atlas: SpriteAtlas, split: PhotographSplit) -> tuple[str, ...]:
    """Concepts of the atlas that belong to `split`, in row order.

    Raises:
        ValueError: there are none, as when `atlas` is not one of photographs.
    """
    found = tuple(concept for concept, style in atlas.rows if style == STYLE and concept.startswith(f"{split}/"))
    if not found:
        raise ValueError(f"{atlas.path} has no photographs of the split {split}. Run `python scripts/build_photographs.py`.")
    return found


def photograph_scene(seed: int, index: int, concepts: Sequence[str], aspect: Aspect = "square") -> Scene:
    """Scene number `index` of the stream `seed`: one of `concepts` over the whole canvas.

    `dcs.scenes.render_scenes` renders it exactly at any size. The crop is square: on a canvas that
    is not, it covers the long side and is cut on the short one. The scene has no caption.
    """
    # A stream of its own beside those of `scenes.SPLIT_STREAMS`.
    rng = np.random.Generator(np.random.Philox(key=[seed, index], counter=[0, 0, 0, 16]))
    canvas = sample_scene(seed, index, aspect=aspect)
    height, width = canvas.height, canvas.width
    side = max(height, width) * OVERSCAN
    slack_x, slack_y = (side / OVERSCAN - width) / 2, (side / OVERSCAN - height) / 2
    dx, dy = rng.uniform(-1, 1, 2) * (slack_x, slack_y)
    sticker = Sticker(
        concepts[int(rng.integers(len(concepts)))],
        STYLE,
        cx=width / 2 + float(dx),
        cy=height / 2 + float(dy),
        size=side,
        rotation_deg=0.0,
    )
    return replace(canvas, stickers=(sticker,))
