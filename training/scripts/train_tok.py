"""Train DCS-Tok on sticker world; resumes by itself.

    python scripts/train_tok.py --name tok --stage 32 --steps 3000
    torchrun --nproc-per-node 2 scripts/train_tok.py --name tok2 --stage 32 --steps 100

A stage says what is drawn and at which sizes and frame rates it is read and written (dcs.batches).
`--freeze-encoder` is the decoder fine-tune of 6.3: no gradient to the encoder, no latent noise.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import time

import torch
from torch import Tensor

from dcs import config, geometry, losses, masks
from dcs.batches import STAGES, Atlases, Batch, decoded_patches, draw_batch, draw_scale
from dcs.discriminator import PatchDiscriminator, discriminator_loss
from dcs.geometry import Grid, PatchSize
from dcs.metrics import psnr
from dcs.motion import render_clips, sample_clip, segment_times
from dcs.optim import OptimConfig, Optimizers, WeightAverage, rate_scale
from dcs.perceptual import load_backbone
from dcs.run import Processes, Run, averaged
from dcs.scenes import Split, render_scenes, sample_scene
from dcs.sheets import save_sheet
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok
from dcs.windows import draw_windows, window_weights


def main() -> None:
    """Parse, train, save."""
    args = parse()
    processes = Processes()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    tok_config = config.nano_tok(
        level_mix=args.level_mix,
        patch_width=args.patch_width,
        patch_moments=args.patch_moments or args.latent_readout,
        latent_readout=args.latent_readout,
    )
    optim_config = OptimConfig(
        muon_lr=args.muon_lr, adamw_lr=args.adamw_lr, decay_steps=args.decay_steps, ema_decay=args.ema_decay
    )
    stage, atlases = STAGES[args.stage], Atlases.open()
    model = DCSTok(tok_config)
    evaluation = DCSTok(tok_config)
    if args.freeze_encoder:
        model.freeze_encoder()
    average = WeightAverage(model, optim_config.ema_decay)
    optimizers = Optimizers(model, optim_config)
    run = Run(args.name, {"tok": dataclasses.asdict(tok_config), **vars(args)}, rank=processes.rank)
    step = run.load(model, average, optimizers)
    weights = losses.LossWeights(args.perceptual, args.adversarial, args.margin_weight)
    backbone = load_backbone() if weights.perceptual else None
    judge = PatchDiscriminator() if weights.adversarial else None
    judge_path = run.directory / "discriminator.pt"
    judge_optimizer = None
    if judge is not None:
        if judge_path.exists():
            judge.load_state_dict(torch.load(judge_path, weights_only=True))
        judge_optimizer = torch.optim.AdamW(judge.parameters(), lr=args.discriminator_lr, betas=(0.5, 0.95))

    def save() -> None:
        run.save(step, model, average, optimizers)
        if judge is not None and processes.rank == 0:
            torch.save(judge.state_dict(), judge_path)

    print(f"{args.name}: from step {step} to {args.steps}", flush=True)
    seen, started, total, drawn = 0, time.monotonic(), {"loss": 0.0, "clip_loss": 0.0}, {"loss": 0, "clip_loss": 0}
    sums = {"margin": 0.0, "perceptual": 0.0, "discriminator": 0.0}
    while step < args.steps and not processes.any(run.stopping):
        shared = random.Random(args.seed * 1_000_003 + step)  # every process waits for the slowest: equal work for all
        scale = draw_scale(stage, tok_config, shared)
        is_per_patch = shared.random() < args.per_patch
        levels = shared.choices(range(1, tok_config.levels + 1), range(1, tok_config.levels + 1))[0]
        seed = (args.seed * 1_000_003 + step) * 64 + processes.rank
        rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
        first = (step * processes.count + processes.rank) * args.batch
        batch = draw_batch(stage, scale, atlases, tok_config, args.seed, range(first, first + args.batch), rng)
        grid, rows, counts = batch.grid, len(batch.source), None
        if is_per_patch:
            counts = losses.sample_levels(rows * grid.patches, tok_config.levels, generator)
            counts = counts.view(rows, grid.patches)
            levels = int(counts.max())
        z = model.encode(batch.source, batch.source_size, levels, counts)
        active = None if counts is None else masks.active_tokens(counts.clamp(max=levels), levels)
        margin = losses.margin_loss(z, active=active)
        if not args.freeze_encoder:
            z = losses.noisy_latents(z, 1.0, args.lambda_min, 0.5, generator)
        chosen, window = draw_chosen(batch, decoded_patches(stage, batch, args.batch), weights, generator)
        rgb = model.decode_patches(z, grid, batch.target_size, counts, chosen)
        wanted = geometry.patchify(batch.target, batch.target_size)[torch.arange(rows)[:, None], chosen]
        if window is None:
            by_sample = (rgb - wanted).square().flatten(1).mean(1)
            reconstruction = by_sample.mean()
            error = losses.log_error(by_sample) if args.log_error else reconstruction
            (error + weights.margin * margin).backward()
        else:
            decoded = losses.Decoded(rgb, wanted, window, batch.target_size, window_weights(grid, window)[chosen])
            terms = losses.tok_losses(decoded, margin, model.depatchifier.rgb.weight, weights, backbone, judge)
            terms.total.backward()
            reconstruction, sums["perceptual"] = terms.reconstruction, sums["perceptual"] + float(terms.perceptual.detach())
            if judge is not None and judge_optimizer is not None:
                fake, real = decoded.pictures()
                judged = discriminator_loss(judge, real, fake)
                judged.backward()
                processes.average_gradients(judge)
                judge_optimizer.step()
                judge_optimizer.zero_grad()
                sums["discriminator"] += float(judged.detach())
        processes.average_gradients(model)
        norm = optimizers.step(rate_scale(step, args.steps, optim_config))
        average.update(model, step)
        step, seen = step + 1, seen + 1
        kind = "clip_loss" if scale.is_clip else "loss"
        total[kind] += float(reconstruction.detach())
        drawn[kind] += 1
        sums["margin"] += float(margin.detach())
        if step % 25 == 0:
            row = {k: total[k] / drawn[k] if drawn[k] else float("nan") for k in drawn}
            row |= {name: value / seen for name, value in sums.items()}
            row |= {"grad_norm": norm, "steps_per_s": seen / (time.monotonic() - started)}
            run.log("train", step, row)
            if processes.rank == 0:
                print(step, " ".join(f"{k} {v:.4g}" for k, v in row.items()), flush=True)
            total, drawn, seen, started = dict.fromkeys(total, 0.0), dict.fromkeys(drawn, 0), 0, time.monotonic()
            sums = dict.fromkeys(sums, 0.0)
        if step % args.eval_every == 0 and processes.rank == 0:
            evaluate(averaged(evaluation, average), run, step, atlases.stickers, tok_config)
            started = time.monotonic()
        if run.due(600):
            save()
    save()


def draw_chosen(
    batch: Batch, patches: int, weights: losses.LossWeights, generator: torch.Generator
) -> tuple[Tensor, Grid | None]:
    """Which patches of each sample are decoded, (B,C): any, or a window of them for losses that look at pictures."""
    rows, grid, size = len(batch.source), batch.grid, batch.target_size
    if not weights.perceptual and not weights.adversarial:
        return torch.stack([torch.randperm(grid.patches, generator=generator)[:patches] for _ in range(rows)]), None
    # 16 px is the least that the discriminator can judge
    side = min(min(grid.h, grid.w), max(int((patches // grid.t) ** 0.5), -(-16 // size.p)))
    window = Grid(grid.t, side, side)
    return draw_windows(grid, window, rows, generator), window


@torch.no_grad()
def evaluate(model: torch.nn.Module, run: Run, step: int, atlas: SpriteAtlas, tok_config: config.TokConfig) -> None:
    """PSNR per level of held-out pairs, of the held-out style at 64 and 128 px, of held-out clips; one sheet."""
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
    clips, size = [sample_clip(1, i, "heldout_pairs") for i in range(8)], PatchSize(3, 8)
    grid = Grid(4, tok_config.k, tok_config.k)  # a second at 12 frames/s for k_t = 4
    x = render_clips(clips, segment_times(grid.t, size.pt, tok_config.kt), 64, 64, atlas, tok_config.coord_mode)
    z = model.encode(x, size)
    for m in range(1, tok_config.levels + 1):
        row[f"clips_64_{m}"] = float(psnr(model.decode(z[:, : m * grid.patches], grid, size), x).mean())
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
    parser.add_argument("--muon-lr", type=float, default=OptimConfig.muon_lr)
    parser.add_argument("--adamw-lr", type=float, default=OptimConfig.adamw_lr)
    parser.add_argument("--ema-decay", type=float, default=0.999, help="of the averaged weights, a step")
    parser.add_argument("--batch", type=int, default=16, help="pictures per process")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--per-patch", type=float, default=0.3, help="share of batches with a count per patch (2.8)")
    parser.add_argument("--margin-weight", type=float, default=0.001)
    parser.add_argument("--log-error", action="store_true", help="the logarithm of each sample's squared error, as PSNR has it")
    parser.add_argument("--perceptual", type=float, default=0.0, help="factor of the perceptual term (Eq. 6 has 1)")
    parser.add_argument("--adversarial", type=float, default=0.0, help="factor of the adversarial term (Eq. 6 has 0.2)")
    parser.add_argument("--discriminator-lr", type=float, default=2e-4)
    parser.add_argument("--lambda-min", type=float, default=0.85, help="strongest latent noise (Eq. 7)")
    parser.add_argument("--freeze-encoder", action="store_true")
    parser.add_argument("--patch-width", type=int, default=48, help="of patchifier and depatchifier")
    parser.add_argument("--level-mix", action="store_true", help="level-causal linear map after the encoder (dcs.tok.LevelMix)")
    parser.add_argument("--patch-moments", action="store_true", help="start the patchifier's latents from moments of the patch")
    parser.add_argument("--latent-readout", action="store_true", help="moments, and a readout linear in the latents themselves")
    parser.add_argument("--eval-every", type=int, default=250)
    return parser.parse_args()


if __name__ == "__main__":
    main()
