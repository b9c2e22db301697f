"""The sprite atlas: every drawing of every concept as premultiplied RGBA at several sizes.

The files are written by `training/sources/rasterize.mjs`. Level `px` holds one `px` x `px` picture
a row; smaller levels are box averages of the largest. Rows with 256 px art come first.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SUPPORTED_VERSION = 1


def default_atlas_path() -> Path:
    """Where `rasterize.mjs` writes without `--out`: under `$DCS_CACHE` or the user's cache."""
    cache = os.environ.get("DCS_CACHE")
    return (Path(cache) if cache else Path.home() / ".cache" / "dcs-studio") / "sprites"


def read_index(folder: Path, version: int, command: str) -> dict[str, Any]:
    """`index.json` of a folder of rendered art; `command`, run in training/sources, makes it.

    Raises:
        FileNotFoundError: there is no complete store in the folder.
        ValueError: it was written by another version of the command.
    """
    path = folder / "index.json"
    if not path.exists():
        raise FileNotFoundError(f"no art at {folder} (index.json is missing). Run `npm ci && {command}` in training/sources.")
    index = json.loads(path.read_text(encoding="utf-8"))
    if index["version"] != version:
        raise ValueError(
            f"{path} has version {index['version']}, expected {version}. Run `{command}` in training/sources again."
        )
    return index


def map_levels(folder: Path, index: dict[str, Any]) -> dict[int, NDArray[np.uint8]]:
    """Its pictures by side in pixels, smallest first: memory-mapped uint8 (rows, px, px, 4)."""
    levels = {
        int(px): np.memmap(folder / f"level-{px}.rgba", np.uint8, "r", shape=(count, int(px), int(px), 4))
        for px, count in index["levels"].items()
        if count > 0
    }
    return dict(sorted(levels.items()))


@dataclass(frozen=True)
class SpriteAtlas:
    """Memory-mapped sprites, addressed by (concept id, style).

    `levels[px]` is uint8 of shape (rows, px, px, 4), premultiplied RGBA. A level may have fewer
    rows than the next smaller one (only recommended concepts have 256 px art).
    """

    path: Path
    rows: dict[tuple[str, str], int]
    levels: dict[int, NDArray[np.uint8]]

    @staticmethod
    def open(path: Path | str | None = None) -> SpriteAtlas:
        """Map the atlas at `path` (default: `default_atlas_path()`), reading no pixels yet.

        Raises:
            FileNotFoundError: there is no complete atlas at `path`.
            ValueError: it was written by another version of `rasterize.mjs`.
        """
        folder = Path(path) if path is not None else default_atlas_path()
        index = read_index(folder, SUPPORTED_VERSION, f"node rasterize.mjs --out {folder}")
        skipped = {entry["row"] for entry in index["skipped"]}
        rows = {(concept, style): row for row, (concept, style) in enumerate(index["rows"]) if row not in skipped}
        return SpriteAtlas(folder, rows, map_levels(folder, index))

    def row(self, concept: str, style: str) -> int:
        """Row of a drawing.

        Raises:
            KeyError: the atlas has no such drawing.
        """
        row = self.rows.get((concept, style))
        if row is None:
            raise KeyError(
                f"{self.path} has no drawing of concept {concept} in style {style}; it was made "
                f"from another concepts.json. Run `node rasterize.mjs` in training/sources again."
            )
        return row

    def level_for(self, row: int, density_px: float) -> int:
        """Smallest level of `row` with at least `density_px` pixels a side, or its largest."""
        largest = 0
        for px, pixels in self.levels.items():
            if row >= len(pixels):
                break
            largest = px
            if px >= density_px:
                break
        return largest
