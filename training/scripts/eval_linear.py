"""Measure what a linear map rebuilds from as many numbers a patch as DCS-Tok has: the yardstick of its levels.

    python scripts/eval_linear.py

Principal components of patches (the same 8 x 8 grid), fitted to training scenes and, as the best that any linear map of a
patch can do, to the measured pictures themselves. m levels of d channels stand against m x d components.
Writes linear.json to docs/figures.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs import geometry
from dcs.config import nano_tok
from dcs.evaluation import FIGURES_DIR, write_json
from dcs.geometry import Grid, PatchSize
from dcs.metrics import psnr
from dcs.scenes import Split, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas

SEED, TRAIN_SEED = 9001, 9401  # the scenes of eval_tok.py; a stream of its own
SPLITS: tuple[Split, ...] = ("heldout_pairs", "openmoji")
QUALITY_PX = (64, 128)
BATCH = 50


def components(patches: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (1,V) and principal components (V,V) of rows (R,V), largest first."""
    mean = patches.mean(0, keepdim=True)
    centred = (patches - mean).double()
    _, vectors = torch.linalg.eigh(centred.T @ centred)
    return mean, vectors.flip(1).to(patches.dtype)


def rebuilt(patches: Tensor, mean: Tensor, vectors: Tensor, count: int) -> Tensor:
    """Rows (R,V) from their first `count` components."""
    basis = vectors[:, :count]
    return mean + (patches - mean) @ basis @ basis.T


def quality(pictures: Tensor, grid: Grid, fitted: tuple[Tensor, Tensor], counts: list[int]) -> list[float]:
    """Mean PSNR in dB of pictures (R,px,px,3) rebuilt from each number of components."""
    size = PatchSize(1, pictures.shape[1] // grid.h)
    patches = geometry.patchify(pictures[:, None], size)  # (R, P, Q, 3)
    rows = patches.flatten(0, 1).flatten(1)
    decibels = []
    for count in counts:
        picture = geometry.unpatchify(rebuilt(rows, *fitted, count).view_as(patches), grid, size)[:, 0]
        decibels.append(float(psnr(picture.clamp(-1, 1), pictures).mean()))
    return decibels


def main() -> None:
    """Fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=200, help="scenes of each split")
    parser.add_argument("--train-scenes", type=int, default=600, help="training scenes that the components are fitted to")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started, tok, atlas = time.process_time(), nano_tok(), SpriteAtlas.open()
    grid, counts = Grid(1, tok.k, tok.k), [m * tok.latent_dim for m in range(1, tok.levels + 1)]
    report: dict[str, Any] = {
        "command": f"python scripts/eval_linear.py --scenes {args.scenes} --train-scenes {args.train_scenes}",
        "scenes": args.scenes, "trainScenes": args.train_scenes, "seed": SEED, "trainSeed": TRAIN_SEED,
        "components": counts, "psnr": {split: {} for split in SPLITS},
    }  # fmt: skip

    def drawn(seed: int, count: int, split: Split, px: int) -> Tensor:
        scenes = [sample_scene(seed, i, split) for i in range(count)]
        parts = [scenes[i : i + BATCH] for i in range(0, count, BATCH)]
        return torch.cat([render_scenes(part, px, px, atlas, tok.coord_mode) for part in parts])

    for px in QUALITY_PX:
        size = PatchSize(1, px // tok.k)
        training = geometry.patchify(drawn(TRAIN_SEED, args.train_scenes, "train", px)[:, None], size)
        learned = components(training.flatten(0, 1).flatten(1))
        for split in SPLITS:
            real = drawn(SEED, args.scenes, split, px)
            own = components(geometry.patchify(real[:, None], size).flatten(0, 1).flatten(1))
            found = {"learned": quality(real, grid, learned, counts), "own": quality(real, grid, own, counts)}
            report["psnr"][split][str(px)] = found
            print(split, px, found, flush=True)
    report["cpuSeconds"] = round(time.process_time() - started)
    write_json(args.out / "linear.json", report)


if __name__ == "__main__":
    main()
