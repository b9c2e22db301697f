"""Measure token allocation (Algorithm 1, Fig. 11): levels where there is more to tell, against as many everywhere.

    python scripts/eval_allocation.py --tok tok

Each patch gets 1 to 3, or 1 to 4, levels at a given average; the encoder and the decoder both know the counts. What a
patch has to tell is measured in three ways: entropy of its luma (the paper's), its mean gradient, and the squared error
of its first level, which needs a decode. Writes allocation.json, allocation.png and allocation-pictures.png.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs.allocation import MEASURES, allocate
from dcs.evaluation import FIGURES_DIR, decode, encode, load_tok, write_json
from dcs.geometry import Grid, PatchSize
from dcs.metrics import psnr
from dcs.plots import Block, Line, Panel, save_blocks, save_panels
from dcs.scenes import Split, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

SEED = 9001  # the scenes of eval_tok.py
SPLITS: tuple[Split, ...] = ("heldout_pairs", "openmoji")
SIZES_PX = (64, 128)
LOW, HIGHS = 1, (3, 4)
AVERAGES = (1.5, 2.0, 2.5, 3.0)
HEADLINE = (2.0, 3)  # average and highest count of Fig. 11
TARGET_DB = 0.5
SHOWN = 5


@dataclass(frozen=True)
class Encoded:
    """Pictures (R,h,w,3) with what `DCSTok.patch_latents` gives of them, which does not depend on counts, and the grid."""

    tok: DCSTok
    grid: Grid
    size: PatchSize
    pictures: Tensor
    patch_latents: Tensor
    moments: Tensor | None

    @staticmethod
    def of(tok: DCSTok, pictures: Tensor, grid: Grid) -> Encoded:
        """Read pictures with all levels."""
        size = PatchSize(1, pictures.shape[1] // grid.h)
        parts = [tok.patch_latents(part[:, None], size, tok.config.levels) for part in pictures.split(4)]
        moments = [moments for _, moments in parts if moments is not None]
        latents = torch.cat([latents for latents, _ in parts])
        return Encoded(tok, grid, size, pictures, latents, torch.cat(moments) if moments else None)

    def first(self, rows: int) -> Encoded:
        """The same of the first pictures only."""
        moments = None if self.moments is None else self.moments[:rows]
        return replace(self, pictures=self.pictures[:rows], patch_latents=self.patch_latents[:rows], moments=moments)

    def decoded(self, counts: Tensor) -> Tensor:
        """Pictures (R,h,w,3) encoded and decoded with counts (R,P), like `DCSTok.encode` and `decode` with them."""
        tok, m, written = self.tok, int(counts.max()), []
        for rows in torch.arange(len(counts)).split(4):
            count, moments = counts[rows], None if self.moments is None else self.moments[rows]
            z = tok.latents_of(self.patch_latents[rows, : m * self.grid.patches], moments, self.grid, count)
            written.append(tok.decode(z, self.grid, self.size, count)[:, 0])
        return torch.cat(written).clamp(-1, 1)


def allocated(values: Tensor, average: float, high: int) -> Tensor:
    """Counts (R,P) of values (R,P)."""
    return torch.stack([allocate(row, average, LOW, high) for row in values])


def uniform_at(uniform: Sequence[float], average: float) -> float:
    """PSNR of as many levels everywhere; between two whole numbers of levels, on the line between them."""
    below = min(int(average), len(uniform) - 1)
    return uniform[below - 1] + (average - below) * (uniform[below] - uniform[below - 1])


def curve(uniform: Sequence[float], found: dict[float, float]) -> dict[str, Any]:
    """PSNR by average and what it gains over uniform levels."""
    return {
        "averages": list(found),
        "psnr": list(found.values()),
        "gain": [value - uniform_at(uniform, average) for average, value in found.items()],
    }


def measure(encoded: Encoded, values: dict[str, Tensor], uniform: list[float]) -> dict[str, Any]:
    """Curves of each measure and highest count; averages that the highest count leaves no choice at are left out."""
    report: dict[str, Any] = {}
    for name, value in values.items():
        report[name] = {}
        for high in HIGHS:
            found = {
                average: float(psnr(encoded.decoded(allocated(value, average, high)), encoded.pictures).mean())
                for average in AVERAGES
                if average < high
            }
            report[name][f"{LOW}-{high}"] = curve(uniform, found)
    return report


def best_measure(splits: dict[str, Any]) -> dict[str, Any]:
    """Of Fig. 11's setting: smallest gain of each measure over all pictures, and which measures reach the target everywhere."""
    average, high = HEADLINE

    def gain(measured: dict[str, Any], name: str) -> float:
        found = measured["measures"][name][f"{LOW}-{high}"]
        return found["gain"][found["averages"].index(average)]

    gains = {name: [gain(measured, name) for sizes in splits.values() for measured in sizes.values()] for name in MEASURES}
    return {
        "average": average, "high": high, "targetDb": TARGET_DB,
        "smallestGain": {name: min(values) for name, values in gains.items()},
        "reachesTarget": [name for name, values in gains.items() if min(values) >= TARGET_DB],
    }  # fmt: skip


def draw_counts(path: Path, encoded: Encoded, values: dict[str, Tensor]) -> None:
    """Real, uniform 2 levels, and each measure: the counts as a map (darker: more levels) and the picture."""
    few = encoded.first(SHOWN)
    average, high = HEADLINE
    even = few.decoded(torch.full((SHOWN, few.grid.patches), int(average)))
    names, shown = ["real, uniform"], [[few.pictures, even]]
    for name, value in values.items():
        counts = allocated(value[:SHOWN], average, high)
        shade = 1 - 2 * (counts - LOW) / (high - LOW) * 0.75
        cells = shade.view(SHOWN, few.grid.h, few.grid.w, 1).expand(-1, -1, -1, 3)
        cells = cells.repeat_interleave(few.size.p, 1).repeat_interleave(few.size.p, 2)
        names.append(MEASURES[name].about)
        shown.append([cells, few.decoded(counts)])
    blocks = [
        Block(names[column] if row == 0 else "", [pictures[row] for pictures in shown[column]])
        for row in range(SHOWN)
        for column in range(len(names))
    ]
    heading = f"{LOW} to {high} levels a patch, {average:g} on average; maps: darker patches have more levels"
    save_blocks(path, blocks, len(names), cell_px=96, heading=heading)


def draw_curves(path: Path, splits: dict[str, Any]) -> None:
    """PSNR by average levels, uniform and allocated."""
    panels = []
    for split, sizes in splits.items():
        for px, measured in sizes.items():
            uniform = measured["uniform"]
            lines = {"uniform": Line(list(range(1, len(uniform) + 1)), uniform)}
            for name, by_range in measured["measures"].items():
                found = by_range[f"{LOW}-{max(HIGHS)}"]
                lines[f"{MEASURES[name].about}, {LOW} to {max(HIGHS)}"] = Line(found["averages"], found["psnr"])
            title = f"{'held-out drawings' if split == 'heldout_pairs' else 'OpenMoji'}, {px} px"
            panels.append(Panel(title, "levels a patch, on average", "PSNR, dB", lines, marks=True))
    save_panels(path, panels)


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    parser.add_argument("--scenes", type=int, default=40, help="scenes of each split")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started = time.process_time()
    tok, weights = load_tok(args.tok)
    grid, atlas = Grid(1, tok.config.k, tok.config.k), SpriteAtlas.open()
    splits: dict[str, Any] = {split: {} for split in SPLITS}
    for split in SPLITS:
        scenes = [sample_scene(SEED, i, split) for i in range(args.scenes)]
        for px in SIZES_PX:
            pictures = render_scenes(scenes, px, px, atlas, tok.config.coord_mode)
            encoded = Encoded.of(tok, pictures, grid)
            uniform = [
                float(psnr(encoded.decoded(torch.full((args.scenes, grid.patches), m)), pictures).mean())
                for m in range(1, tok.config.levels + 1)
            ]
            first = decode(tok, encode(tok, pictures, grid)[:, : grid.patches], grid, px)
            values = {name: measure.of(pictures[:, None], first[:, None], grid) for name, measure in MEASURES.items()}
            splits[split][str(px)] = {"uniform": uniform, "measures": measure(encoded, values, uniform)}
            print(split, px, splits[split][str(px)], flush=True)
            if split == "heldout_pairs" and px == max(SIZES_PX):
                draw_counts(args.out / "allocation-pictures.png", encoded, values)
    draw_curves(args.out / "allocation.png", splits)
    write_json(args.out / "allocation.json", {
        "command": f"python scripts/eval_allocation.py --tok {args.tok} --scenes {args.scenes}",
        "weights": weights, "seed": SEED, "scenes": args.scenes, "low": LOW, "splits": splits,
        "names": {name: measure.about for name, measure in MEASURES.items()},
        "headline": best_measure(splits), "cpuSeconds": round(time.process_time() - started),
    })  # fmt: skip


if __name__ == "__main__":
    main()
