"""Train DCS-Tok on sticker world; resumes by itself.

    python scripts/train_tok.py --name tok --stage 32 --steps 3000
    torchrun --nproc-per-node 2 scripts/train_tok.py --name tok2 --stage 32 --steps 100

A stage says at which sizes pictures are read and written (asymmetric scales, paper 3.1) and how many patches are
decoded.
`--freeze-encoder` is the decoder fine-tune of 6.3: no gradient to the encoder, no latent noise.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import time
from dataclasses import dataclass

import torch

from dcs import config, geometry, losses, masks
from dcs.geometry import Grid, PatchSize
from dcs.metrics import psnr
from dcs.optim import OptimConfig, Optimizers, WeightAverage, rate_scale
from dcs.run import Processes, Run, averaged
from dcs.scenes import Split, render_scenes, sample_scene
from dcs.sheets import save_sheet
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok


@dataclass(frozen=True)
class Stage:
    """Short sides in pixels, probability of a non-square picture, patches decoded per picture at 64 px (None: all)."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    any_aspect: float
    patches: int


STAGES = {
    "32": Stage((32,), (32,), 0.0, 64),
    "64": Stage((32, 48, 64, 64), (32, 48, 64, 64), 0.3, 32),
    "128": Stage((48, 64, 96, 128), (48, 64, 96, 128, 128), 0.3, 24),
}


def draw_scale(stage: Stage, rng: random.Random, k: int) -> tuple[Grid, int, int]:
    """Grid, input patch side and output patch side of a batch."""
    grid = Grid(1, k, k)
    if rng.random() < stage.any_aspect:
        long = rng.randint(k + 1, 2 * k)
        grid = Grid(1, k, long) if rng.random() < 0.5 else Grid(1, long, k)
    return grid, rng.choice(stage.inputs) // k, rng.choice(stage.outputs) // k


def main() -> None:
    """Parse, train, save."""
    args = parse()
    processes = Processes()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    tok_config, optim_config = config.nano_tok(), OptimConfig(decay_steps=args.decay_steps)
    stage, atlas = STAGES[args.stage], SpriteAtlas.open()
    model = DCSTok(tok_config)
    evaluation = DCSTok(tok_config)
    if args.freeze_encoder:
        model.patchifier.requires_grad_(False)
        model.encoder.requires_grad_(False)
    average = WeightAverage(model, optim_config.ema_decay)
    optimizers = Optimizers(model, optim_config)
    run = Run(args.name, {"tok": dataclasses.asdict(tok_config), **vars(args)}, rank=processes.rank)
    step = run.load(model, average, optimizers)
    print(f"{args.name}: from step {step} to {args.steps}", flush=True)
    seen, started, total = 0, time.monotonic(), {"loss": 0.0, "margin": 0.0}
    while step < args.steps and not processes.any(run.stopping):
        seed = (args.seed * 1_000_003 + step) * 64 + processes.rank
        rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
        grid, p_in, p_out = draw_scale(stage, rng, tok_config.k)
        aspect = (grid.h, grid.w) if grid.h != grid.w else "square"
        first = (step * processes.count + processes.rank) * args.batch
        scenes = [sample_scene(args.seed, first + i, "train", aspect, "all") for i in range(args.batch)]
        source = render_scenes(scenes, grid.h * p_in, grid.w * p_in, atlas, tok_config.coord_mode)[:, None]
        same = p_in == p_out
        target = source if same else render_scenes(
            scenes, grid.h * p_out, grid.w * p_out, atlas, tok_config.coord_mode
        )[:, None]
        counts, levels = None, int(losses.sample_levels(1, tok_config.levels, generator))
        if rng.random() < args.per_patch:
            counts = losses.sample_levels(args.batch * grid.patches, tok_config.levels, generator)
            counts = counts.view(args.batch, grid.patches)
            levels = int(counts.max())
        z = model.encode(source, PatchSize(1, p_in), levels, counts)
        active = None if counts is None else masks.active_tokens(counts.clamp(max=levels), levels)
        margin = losses.margin_loss(z, active=active)
        if not args.freeze_encoder:
            z = losses.noisy_latents(z, 1.0, args.lambda_min, 0.5, generator)
        budget = max(4, stage.patches * 64 // max(16, p_out**2))
        chosen = torch.stack([torch.randperm(grid.patches, generator=generator)[:budget] for _ in range(args.batch)])
        rgb = model.decode_patches(z, grid, PatchSize(1, p_out), counts, chosen)
        wanted = geometry.patchify(target, PatchSize(1, p_out))[torch.arange(args.batch)[:, None], chosen]
        reconstruction = (rgb - wanted).square().mean()
        (reconstruction + args.margin_weight * margin).backward()
        processes.average_gradients(model)
        norm = optimizers.step(rate_scale(step, args.steps, optim_config))
        average.update(model, step)
        step, seen = step + 1, seen + args.batch
        total["loss"] += float(reconstruction.detach())
        total["margin"] += float(margin.detach())
        if step % 25 == 0:
            rate = seen * processes.count / (time.monotonic() - started)
            row = {k: v * args.batch / seen for k, v in total.items()} | {"grad_norm": norm, "images_per_s": rate}
            run.log("train", step, row)
            if processes.rank == 0:
                print(step, " ".join(f"{k} {v:.4g}" for k, v in row.items()), flush=True)
            total, seen, started = dict.fromkeys(total, 0.0), 0, time.monotonic()
        if step % args.eval_every == 0 and processes.rank == 0:
            evaluate(averaged(evaluation, average), run, step, atlas, tok_config)
            started = time.monotonic()
        if run.due(600):
            run.save(step, model, average, optimizers)
    run.save(step, model, average, optimizers)


@torch.no_grad()
def evaluate(model: torch.nn.Module, run: Run, step: int, atlas: SpriteAtlas, tok_config: config.TokConfig) -> None:
    """PSNR per level of held-out pairs and of the held-out style at 64 and 128 px; one sheet."""
    assert isinstance(model, DCSTok)
    splits: tuple[Split, ...] = ("heldout_pairs", "openmoji")
    grid, row, pictures = Grid(1, tok_config.k, tok_config.k), {}, []
    for split in splits:
        scenes = [sample_scene(1, i, split, "square", "recommended") for i in range(16)]
        for px in (64, 128):
            size = PatchSize(1, px // tok_config.k)
            x = render_scenes(scenes, px, px, atlas, tok_config.coord_mode)[:, None]
            z = model.encode(x, size)
            if px == 64:
                row[f"{split}_std"] = float(z.std())
            levels = []
            for m in range(1, tok_config.levels + 1):
                y = model.decode(z[:, : m * grid.patches], grid, size)
                row[f"{split}_{px}_{m}"] = float(psnr(y, x).mean())
                levels.append(y)
            if px == 64:
                pictures += [[x[i, 0], *(y[i, 0] for y in levels)] for i in range(8)]
    run.log("psnr", step, row)
    print(step, " ".join(f"{k} {v:.2f}" for k, v in row.items()), flush=True)
    wide = [pictures[i] + pictures[i + 8] for i in range(8)]
    save_sheet(run.directory / "sheets" / f"{step:06d}.png", wide)


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="name of the run directory")
    parser.add_argument("--stage", choices=STAGES, default="32")
    parser.add_argument("--steps", type=int, default=100_000, help="last step of the run, earlier stages included")
    parser.add_argument("--decay-steps", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16, help="pictures per process")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--per-patch", type=float, default=0.3, help="share of batches with a count per patch (2.8)")
    parser.add_argument("--margin-weight", type=float, default=0.001)
    parser.add_argument("--lambda-min", type=float, default=0.85, help="strongest latent noise (Eq. 7)")
    parser.add_argument("--freeze-encoder", action="store_true")
    parser.add_argument("--eval-every", type=int, default=250)
    return parser.parse_args()


if __name__ == "__main__":
    main()
