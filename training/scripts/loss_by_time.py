"""Where along the path from noise to data the words matter: error of level 1 by time, with the caption and without.

    python scripts/loss_by_time.py --dit dit

Prints, for each t, the mean squared error of the predicted latent zn of cached training scenes under their caption and
under the empty one. Where the two are equal, a caption has nothing left to decide (LOG.md, "Time shift").
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from dcs import flow
from dcs.captions import caption
from dcs.concepts import load_concepts
from dcs.dit import time_features
from dcs.evaluation import load_dit, text_conditions
from dcs.latents import load_caches, normalise
from dcs.perceptual import SOURCES_DIR
from dcs.run import DEFAULT_ROOT
from dcs.text import load_text_encoder

TIMES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 0.9)
NOISE_SEED = 9105


@torch.no_grad()
def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dit", default="dit", help="run of the diffusion transformer")
    parser.add_argument("--latents", type=Path, default=DEFAULT_ROOT.parent / "latents")
    parser.add_argument("--scenes", type=int, default=192)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    dit, weights = load_dit(args.dit)
    caches, mean, std = load_caches(args.latents)
    square = max(caches, key=lambda cache: len(cache.z))
    table = load_concepts()
    texts = [caption(square.scene(row), table) for row in range(args.scenes)]
    conditions = text_conditions(*load_text_encoder(SOURCES_DIR), texts)
    zn = normalise(square.z[: args.scenes, : square.grid.patches].float(), mean, std, 1)
    eps = torch.randn(zn.shape, generator=torch.Generator().manual_seed(NOISE_SEED))
    onehot, rope = dit.level_onehot(square.grid, 1, 1), dit.rope(square.grid, 1, 1)
    print(f"run {weights.run}, step {weights.step}, digest {weights.digest}; level 1, {args.scenes} scenes")
    print("    t  caption    empty")
    for t in TIMES:
        x = flow.interpolate(zn, eps, torch.tensor(t))
        features = time_features(torch.tensor([[t]], dtype=torch.float64), dit.config.time_width)
        errors = []
        for condition in conditions:
            v, _ = dit(x, features.expand(len(x), -1, -1), onehot, rope, None, condition)
            errors.append(float((x + (1 - t) * v - zn).square().mean()))
        print(f"{t:5.2f}  {errors[0]:7.3f}  {errors[1]:7.3f}", flush=True)


if __name__ == "__main__":
    main()
