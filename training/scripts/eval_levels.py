"""Measure what levels are for: quality by levels, size and complexity (Fig. 6), rate and distortion, residuals (Fig. 15).

    python scripts/eval_levels.py --tok tok

Complexity is the mean luma entropy of a picture's patches; scenes fall into quarters by it. Pictures are read and written at
the same size. Rates count 8 bits a latent value, and the latents are rounded to that. Writes levels.json,
levels-complexity.png, rate-distortion.png and residuals.png to docs/figures.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs.allocation import patch_entropy
from dcs.evaluation import FIGURES_DIR, decode_levels, encode, load_tok, write_json
from dcs.geometry import Grid
from dcs.metrics import psnr, ssim
from dcs.plots import Block, HeatMap, Line, Panel, save_blocks, save_heat_maps, save_panels
from dcs.scenes import Scene, Split, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

SEED = 9001  # the scenes of eval_tok.py
SPLITS: tuple[Split, ...] = ("heldout_pairs", "openmoji")
SIZES_PX = (64, 128, 256)
QUARTERS = ("simplest quarter", "second", "third", "most complex quarter")
BITS = 8
SHOWN, SHOWN_PX, GAIN = 8, 128, 3.0


def quarters(complexity: Tensor) -> Tensor:
    """Quarter (R,) 0 to 3 of each value (R,), as equal as their count allows."""
    rank = complexity.argsort(stable=True).argsort(stable=True)
    return rank * len(QUARTERS) // len(complexity)


def to_bits(z: Tensor, levels: int, bits: int = BITS) -> Tensor:
    """Latents z (R,n*P,d) rounded to 2^bits values between the extremes of each level and channel of all pictures."""
    by_level = z.unflatten(1, (levels, -1))
    low, high = by_level.amin((0, 2), keepdim=True), by_level.amax((0, 2), keepdim=True)
    step = (high - low).clamp_min(1e-8) / (2**bits - 1)
    return (low + ((by_level - low) / step).round() * step).flatten(1, 2)


def levels_needed(by_level: Sequence[float], target_db: float) -> float | None:
    """Levels, between whole numbers by a straight line, at which PSNR reaches a target; None if it never does."""
    if target_db <= by_level[0]:
        return 1.0
    for m, (below, above) in enumerate(pairwise(by_level), start=1):
        if below < target_db <= above:
            return m + (target_db - below) / (above - below)
    return None


def growth(quality: dict[str, Any]) -> list[dict[str, Any]]:
    """Levels for equal PSNR at each size: what one level gives at the smallest size. Linear growth would need 4 times more."""
    smallest = str(min(SIZES_PX))
    return [
        {
            "complexity": name,
            "targetDb": quality[smallest]["psnr"][i][0],
            "levels": {px: levels_needed(sizes["psnr"][i], quality[smallest]["psnr"][i][0]) for px, sizes in quality.items()},
        }
        for i, name in enumerate(QUARTERS)
    ]


def by_quarter(values: list[Tensor], quarter: Tensor) -> list[list[float]]:
    """Per level (R,) values -> mean by [quarter][level]."""
    return [[float(level[quarter == i].mean()) for level in values] for i in range(len(QUARTERS))]


def measure_split(tok: DCSTok, scenes: list[Scene], atlas: SpriteAtlas) -> dict[str, Any]:
    """Quality by size, quarter and level; rate and distortion of each picture at 128 px, rounded latents."""
    grid, levels = Grid(1, tok.config.k, tok.config.k), tok.config.levels
    pictures = {px: render_scenes(scenes, px, px, atlas, tok.config.coord_mode) for px in SIZES_PX}
    complexity = patch_entropy(pictures[SHOWN_PX][:, None], grid).mean(1)
    quarter = quarters(complexity)
    report: dict[str, Any] = {"scenes": len(scenes), "quality": {}}
    for px, real in pictures.items():
        z = encode(tok, real, grid)
        decoded = decode_levels(tok, z, grid, px)
        report["quality"][str(px)] = {
            "psnr": by_quarter([psnr(level, real) for level in decoded], quarter),
            "ssim": by_quarter([ssim(level, real) for level in decoded], quarter),
        }
        if px == SHOWN_PX:
            rounded = [psnr(level, real) for level in decode_levels(tok, to_bits(z, levels), grid, px)]
            report["rateDistortion"] = {
                "px": px,
                "bitsPerLevel": grid.patches * tok.config.latent_dim * BITS,
                "entropy": complexity.tolist(),
                "psnr": torch.stack(rounded, dim=1).tolist(),  # [picture][level]
                "lostByRounding": [
                    float((psnr(level, real) - lossy).mean()) for level, lossy in zip(decoded, rounded, strict=True)
                ],
            }
        print(px, report["quality"][str(px)], flush=True)
    report["growth"] = growth(report["quality"])
    return report


def draw_residuals(path: Path, tok: DCSTok, scenes: list[Scene], atlas: SpriteAtlas) -> dict[str, Any]:
    """What each level adds and what is still wrong, as pictures; returns the energy of both (mean square, [-1, 1])."""
    grid = Grid(1, tok.config.k, tok.config.k)
    real = render_scenes(scenes, SHOWN_PX, SHOWN_PX, atlas, tok.config.coord_mode)
    decoded = decode_levels(tok, encode(tok, real, grid), grid, SHOWN_PX)
    added = [b - a for a, b in pairwise(decoded)]
    wrong = [real - level for level in decoded]
    levels = len(decoded)
    names = (f"real, 1 to {levels} levels", f"levels 2 to {levels} add", f"wrong after 1 to {levels}")
    shown = ([real, *decoded], [GAIN * x for x in added], [GAIN * x for x in wrong])
    blocks = [
        Block(name if row == 0 else "", [kind[row] for kind in kinds])
        for row in range(len(scenes))
        for name, kinds in zip(names, shown, strict=True)
    ]
    heading = f"held-out drawings, {SHOWN_PX} px; differences are {GAIN:g} times as strong, grey is none"
    save_blocks(path, blocks, len(names), cell_px=72, heading=heading)
    return {
        "added": [float(x.square().mean()) for x in added],
        "wrong": [float(x.square().mean()) for x in wrong],
    }


def draw_quality(path: Path, report: dict[str, Any]) -> None:
    """Fig. 6: levels by size for each quarter of held-out drawings."""
    quality = report["quality"]
    levels = len(next(iter(quality.values()))["psnr"][0])
    columns = [str(m) for m in range(1, levels + 1)]
    rows = [f"{px} px" for px in quality]
    maps = [HeatMap(name, rows, columns, [sizes["psnr"][i] for sizes in quality.values()]) for i, name in enumerate(QUARTERS)]
    save_heat_maps(path, maps, "levels", "dB")


def draw_rates(path: Path, splits: dict[str, Any]) -> None:
    """PSNR of each picture by its rate; and PSNR of one and of all levels by the picture's entropy."""
    panels = []
    for split, report in splits.items():
        rates = report["rateDistortion"]
        order = sorted(range(len(rates["entropy"])), key=lambda i: rates["entropy"][i])
        entropy = [rates["entropy"][i] for i in order]
        levels = len(rates["psnr"][0])
        lines = {f"level {m}": Line(entropy, [rates["psnr"][i][m - 1] for i in order]) for m in range(1, levels + 1)}
        name = "held-out drawings" if split == "heldout_pairs" else "OpenMoji"
        kilobytes = rates["bitsPerLevel"] / 8 / 1024
        title = f"{name}, {rates['px']} px, {kilobytes:g} kB a level"
        panels.append(Panel(title, "mean luma entropy of patches, bits", "PSNR, dB", lines))
    save_panels(path, panels)


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    parser.add_argument("--scenes", type=int, default=80, help="scenes of each split, at least 4")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started = time.process_time()
    (tok, weights), atlas = load_tok(args.tok), SpriteAtlas.open()
    scenes = {split: [sample_scene(SEED, i, split) for i in range(args.scenes)] for split in SPLITS}
    splits = {split: measure_split(tok, scenes[split], atlas) for split in SPLITS}
    draw_quality(args.out / "levels-complexity.png", splits["heldout_pairs"])
    draw_rates(args.out / "rate-distortion.png", splits)
    write_json(args.out / "levels.json", {
        "command": f"python scripts/eval_levels.py --tok {args.tok} --scenes {args.scenes}",
        "weights": weights, "seed": SEED, "scenes": args.scenes, "quarters": QUARTERS, "bits": BITS, "splits": splits,
        "energy": draw_residuals(args.out / "residuals.png", tok, scenes["heldout_pairs"][:SHOWN], atlas),
        "cpuSeconds": round(time.process_time() - started),
    })  # fmt: skip


if __name__ == "__main__":
    main()
