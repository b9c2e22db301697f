"""A training loop in small, as the trainers write it, on made-up data: run it in this process or under torchrun.

torchrun --nproc-per-node 2 tests/tiny_training.py --root DIR --steps 6 --kind muon
"""

from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path

import torch
from small_models import small_tok

from dcs.geometry import Grid, PatchSize
from dcs.losses import margin_loss, noisy_latents, sample_levels
from dcs.optim import OptimConfig, Optimizers, WeightAverage, rate_scale
from dcs.run import Processes, Run
from dcs.tok import DCSTok

BATCH, TOTAL_STEPS = 4, 12
GRID, SIZE = Grid(1, 4, 6), PatchSize(1, 3)


def train(
    root: Path,
    name: str,
    steps: int,
    tok: DCSTok,
    kind: str = "muon",
    freeze_encoder: bool = False,
    noise: bool = False,
    signal_rank: int | None = None,
) -> tuple[WeightAverage, Optimizers, int]:
    """Train `tok` until `steps`, from the checkpoint of the run if there is one; returns what it ended with.

    Every batch is a function of the step. `noise` draws from both generators; `signal_rank` gets a SIGTERM in step 2.
    """
    processes = Processes()
    optim_config = OptimConfig(kind="adamw" if kind == "adamw" else "muon", warmup_steps=4, decay_steps=6)
    average, optimizers = WeightAverage(tok, optim_config.ema_decay), Optimizers(tok, optim_config)
    if freeze_encoder:
        tok.patchifier.requires_grad_(False)
        tok.encoder.requires_grad_(False)
    run = Run(name, {"kind": kind}, root, processes.rank)
    step = run.load(tok, average, optimizers)
    share = BATCH // processes.count
    mine = slice(processes.rank * share, (processes.rank + 1) * share)
    while step < steps and not processes.any(run.stopping):
        if signal_rank == processes.rank and step == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        generator = torch.Generator().manual_seed(step)
        levels = int(sample_levels(1, tok.config.levels, generator))
        video = torch.rand(BATCH, 1, GRID.h * SIZE.p, GRID.w * SIZE.p, 3, generator=generator)[mine] * 2 - 1
        z = tok.encode(video, SIZE, levels)
        if noise:
            z = noisy_latents(z, 1.0, 0.5, 0.5, generator) + 1e-3 * torch.randn(())  # the global generator as well
        loss = (tok.decode(z, GRID, SIZE) - video).square().mean() + 0.01 * margin_loss(z)
        loss.backward()
        processes.average_gradients(tok)
        norm = optimizers.step(rate_scale(step, TOTAL_STEPS, optim_config))
        average.update(tok, step)
        step += 1
        run.log("train", step, {"loss": processes.mean(float(loss.detach())), "grad_norm": norm})
    run.save(step, tok, average, optimizers)
    return average, optimizers, step


def main() -> None:
    """Train a small tokenizer as one of several processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--kind", required=True)
    parser.add_argument("--signal-rank", type=int)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    train(args.root, "run", args.steps, small_tok(), args.kind, signal_rank=args.signal_rank)


if __name__ == "__main__":
    main()
