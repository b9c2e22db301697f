"""Start a DiT on the latents of another tokenizer from one that was trained (dcs.carry).

    python scripts/carry_dit.py --dit dit --tok tok --latents LATENTS --to-tok linear --to-latents LATENTS --name dit-linear

`--latents` and `--to-latents` are folders of statistics.pt. Writes a run at step 0 with fresh optimizers.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import torch
from torch import Tensor

from dcs.carry import nearest_rotation, rotated
from dcs.dit import DCSDiT
from dcs.evaluation import encode, load_dit, load_tok
from dcs.geometry import Grid
from dcs.latents import load_statistics, normalise
from dcs.optim import OptimConfig, Optimizers, WeightAverage
from dcs.run import DEFAULT_ROOT, Run
from dcs.scenes import render_scenes, sample_scene
from dcs.sprites import SpriteAtlas

SEED, PX = 9601, 64


@torch.no_grad()
def first_level(tok_run: str, statistics: Path, scenes: int, atlas: SpriteAtlas) -> Tensor:
    """Normalised latents of level 1 of training scenes, (scenes*P,d)."""
    tok, _ = load_tok(tok_run)
    grid = Grid(1, tok.config.k, tok.config.k)
    drawn = [sample_scene(SEED, i, "train", "square", "recommended") for i in range(scenes)]
    z = encode(tok, render_scenes(drawn, PX, PX, atlas, tok.config.coord_mode), grid)[:, : grid.patches]
    return normalise(z, *load_statistics(statistics), 1).flatten(0, 1)


def main() -> None:
    """Compare, rotate, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dit", default="dit", help="run of the trained diffusion transformer")
    parser.add_argument("--tok", default="tok", help="run of its tokenizer")
    parser.add_argument("--latents", type=Path, required=True)
    parser.add_argument("--to-tok", required=True)
    parser.add_argument("--to-latents", type=Path, required=True)
    parser.add_argument("--name", required=True, help="run to write; it must not exist")
    parser.add_argument("--scenes", type=int, default=100)
    parser.add_argument("--absolute-positions", action="store_true", help="tell tokens their place and time from here on")
    args = parser.parse_args()
    if (DEFAULT_ROOT / args.name / "last.pt").exists():
        parser.error(f"run {args.name} has a checkpoint; choose another name or remove it")
    atlas = SpriteAtlas.open()
    old = first_level(args.tok, args.latents, args.scenes, atlas)
    q, correlation = nearest_rotation(old, first_level(args.to_tok, args.to_latents, args.scenes, atlas))
    print(f"level 1: correlation after the rotation {correlation:.3f}")
    dit = load_dit(args.dit)[0]
    carried = rotated(dit, q)
    if args.absolute_positions and not dit.config.absolute_positions:
        told = DCSDiT(dataclasses.replace(dit.config, absolute_positions=True))  # starts as the same function
        told.load_state_dict(carried.state_dict() | {"position_in.weight": told.state_dict()["position_in.weight"]})
        carried = told
    carried.requires_grad_(True)
    run = Run(args.name, {"dit": dataclasses.asdict(carried.config)})
    run.save(0, carried, WeightAverage(carried, 0.999), Optimizers(carried, OptimConfig()))
    print(f"{run.directory}: step 0")


if __name__ == "__main__":
    main()
