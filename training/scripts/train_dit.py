"""Train DCS-DiT on cached latents; resumes by itself.

    python scripts/train_dit.py --name dit --latents ~/.cache/dcs-studio/latents --tok tok
    torchrun --nproc-per-node 2 scripts/train_dit.py --name dit --threads 1 --batch 32 ...

Each batch draws a number of levels m, then half of the batches are *sync* (one time for all levels, the paper) and
half *clean context* (packed [clean 1..m-1 | noisy 1..m], a time per level; half of those with slightly noised
context), so one checkpoint serves both samplers (spec 5.8).
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import time
from itertools import accumulate
from pathlib import Path

import torch
from torch import Tensor

from dcs import config, flow, masks
from dcs.bfloat16 import multiply_in_bfloat16
from dcs.concepts import load_concepts
from dcs.dit import Condition, DCSDiT, time_features
from dcs.evaluation import load_tok, text_conditions
from dcs.geometry import Grid, PatchSize
from dcs.latents import CachedLatents, denormalise, load_caches, normalise
from dcs.optim import OptimConfig, Optimizers, WeightAverage, rate_scale
from dcs.run import DEFAULT_ROOT, Processes, Run, averaged
from dcs.sheets import save_sheet
from dcs.text import TextEncoder, TextTokenizer, load_text_encoder

SOURCES = Path(__file__).resolve().parents[1] / "sources"
SHEET_PROMPTS = (
    "red apple on a light blue background", "a rocket on a black background", "a cat on a yellow background",
    "panda, green background", "a slice of pizza on a white background", "yellow sun on a blue background",
    "a red heart on a pink background", "sunflower", "a car on a grey background", "ghost on a purple background",
    "a cup of coffee", "soccer ball on a green background", "a house on a light blue background",
    "a frog on a brown background", "guitar on an orange background", "a cat and a pizza on a white background",
)  # fmt: skip


def level_losses(
    model: DCSDiT,
    zn: Tensor,
    grid: Grid,
    levels: int,
    condition: Condition,
    clean: bool,
    generator: torch.Generator,
    time_shift: float = 1.0,
) -> Tensor:
    """Mean loss of each level (m,) for zn (B, m*P, d) in one of the two training modes."""
    b, patches = len(zn), grid.patches
    eps = torch.randn(zn.shape, generator=generator)
    onehot, rope = model.level_onehot(grid, 1, levels), model.rope(grid, 1, levels)
    if not clean or levels == 1:
        t = flow.shift_time(torch.randn(b, 1, generator=generator).sigmoid(), time_shift)
        x = flow.interpolate(zn, eps, t[..., None])
        bias = (
            masks.to_bias(masks.level_causal(grid, levels, model.config.temporal_causal))[None, None]
            if levels > 1 or grid.t > 1
            else None
        )
        v, _ = model(x, time_features(t), onehot, rope, bias, condition)
    else:
        t = flow.shift_time(torch.randn(b, levels, generator=generator).sigmoid(), time_shift)  # (B, m)
        x = flow.interpolate(zn, eps, t.repeat_interleave(patches, 1)[..., None])
        context = zn[:, : (levels - 1) * patches]
        share = 0.2 * torch.rand(b, 1, generator=generator) * (torch.rand(b, 1, generator=generator) < 0.5)
        context_noise = torch.randn(context.shape, generator=generator)
        context = flow.interpolate(context, context_noise, 1 - share[..., None])
        tokens = (levels - 1) * patches
        times = torch.cat([(1 - share).expand(b, levels - 1), t], dim=1)  # (B, 2m-1)
        packed_rope = tuple(torch.cat([r[:, :tokens], r], dim=1) for r in rope)
        bias = masks.to_bias(masks.dual_stream(grid, levels, model.config.temporal_causal))[None, None]
        v, _ = model(
            torch.cat([context, x], dim=1), time_features(times), torch.cat([onehot[:, :tokens], onehot], dim=1),
            (packed_rope[0], packed_rope[1]), bias, condition,
        )  # fmt: skip
        v = v[:, tokens:]
    return flow.velocity_loss(v, zn, eps).unflatten(1, (levels, patches)).mean((0, 2))


def draw_grid(caches: list[CachedLatents], clip_share: float, long_weight: float, rng: random.Random) -> int:
    """Which grid: one of clips at odds `clip_share`, if there are any; then by its share of them, where clips longer than
    the shortest count `long_weight` times.
    """
    is_clip = rng.random() < clip_share
    shortest = min((c.grid.t for c in caches if c.grid.t > 1), default=1)
    odds = [long_weight if c.grid.t > shortest else 1.0 for c in caches]
    weights = [odd * len(c.z) if (c.grid.t > 1) == is_clip else 0 for odd, c in zip(odds, caches, strict=True)]
    return rng.choices(range(len(caches)), weights=weights if any(weights) else [len(c.z) for c in caches])[0]


def main() -> None:
    """Parse, train, save."""
    args = parse()
    processes = Processes()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    dit_config = config.nano_dit(absolute_positions=args.absolute_positions, temporal_causal=args.temporal_causal)
    optim_config = OptimConfig(
        muon_lr=args.muon_lr,
        adamw_lr=args.adamw_lr,
        decay_steps=args.decay_steps,
        ema_decay=args.ema_decay,
        bfloat16=args.bfloat16,
    )
    caches, mean, std = load_caches(args.latents)
    cumulative = [list(accumulate(c.weight(r, args.plain_weight) for r in range(len(c.z)))) for c in caches]
    table = load_concepts()
    encoder, tokenizer = load_text_encoder(SOURCES)
    model, evaluation = DCSDiT(dit_config), DCSDiT(dit_config)
    if args.bfloat16:
        multiply_in_bfloat16(model)
    average, optimizers = WeightAverage(model, optim_config.ema_decay), Optimizers(model, optim_config)
    run = Run(args.name, {"dit": dataclasses.asdict(dit_config), **{k: str(v) for k, v in vars(args).items()}},
              rank=processes.rank)  # fmt: skip
    step = run.load(model, average, optimizers)
    print(f"{args.name}: from step {step} to {args.steps}", flush=True)
    level_weights = [float(w) for w in args.level_weights.split(",")]
    seen, started, sums, counts = 0, time.monotonic(), [0.0] * 4, [0] * 4
    while step < args.steps and not processes.any(run.stopping):
        shared = random.Random(args.seed * 1_000_003 + step)  # every process waits for the slowest: equal work for all
        levels, clean = shared.choices(range(1, 5), weights=level_weights)[0], shared.random() < 0.5
        own = (args.seed * 1_000_003 + step) * 64 + processes.rank
        rng, generator = random.Random(own), torch.Generator().manual_seed(own)
        i = draw_grid(caches, args.clip_share, args.long_clip_weight, shared)
        cache = caches[i]
        patches = cache.grid.patches
        batch = max(1, args.batch * dit_config.k**2 // (levels * patches))  # about as many tokens in every step
        rows = rng.choices(range(len(cache.z)), cum_weights=cumulative[i], k=batch)
        zn = normalise(cache.z[rows].float()[:, : levels * patches], mean, std, levels)
        captions = [
            "" if rng.random() < 0.1 else cache.caption(r, table, rng.getrandbits(31)) for r in rows
        ]  # empty caption: classifier-free guidance
        condition, _ = text_conditions(encoder, tokenizer, captions)
        time_shift = args.clip_time_shift if cache.grid.t > 1 else args.time_shift
        losses = level_losses(model, zn, cache.grid, levels, condition, clean, generator, time_shift)
        (losses.sum() / dit_config.levels * args.loss_scale).backward()
        processes.average_gradients(model)
        norm = optimizers.step(rate_scale(step, args.steps, optim_config))
        average.update(model, step)
        step, seen = step + 1, seen + batch
        for level, value in enumerate(losses.tolist()):
            sums[level], counts[level] = sums[level] + value, counts[level] + 1
        if step % 25 == 0:
            means = [s / c if c else float("nan") for s, c in zip(sums, counts, strict=True)]
            row = {f"level{i + 1}": value for i, value in enumerate(means)}
            row |= {"grad_norm": norm, "images_per_s": seen * processes.count / (time.monotonic() - started)}
            run.log("train", step, row)
            if processes.rank == 0:
                print(step, " ".join(f"{k} {v:.4g}" for k, v in row.items()), flush=True)
            seen, started, sums, counts = 0, time.monotonic(), [0.0] * 4, [0] * 4
        if step % args.sheet_every == 0 and processes.rank == 0:
            sheet(averaged(evaluation, average), run, step, args.tok, encoder, tokenizer, mean, std)
            started = time.monotonic()
        if run.due(600):
            run.save(step, model, average, optimizers)
    run.save(step, model, average, optimizers)


@torch.no_grad()
def sheet(
    model: torch.nn.Module, run: Run, step: int, tok_run: str, encoder: TextEncoder, tokenizer: TextTokenizer,
    mean: Tensor, std: Tensor,
) -> None:  # fmt: skip
    """Sixteen prompts, levels 1 and 4, at 64 px."""
    assert isinstance(model, DCSDiT)
    tok, _ = load_tok(tok_run, run.directory.parent)
    grid, prompts = Grid(1, 8, 8), list(SHEET_PROMPTS)
    prompt, empty = text_conditions(encoder, tokenizer, prompts)
    sampler = flow.Sampler(model, grid, prompt, empty, list(range(len(prompts))), steps=16,
                           guidance=config.NANO_GUIDANCE, time_shift=config.NANO_TIME_SHIFT)  # fmt: skip
    pictures = []
    zn = sampler.advance(4)
    for m in (1, 4):
        z = denormalise(zn[:, : m * grid.patches], mean, std, m)
        pictures.append(tok.decode(z, grid, PatchSize(1, 8))[:, 0])
    save_sheet(run.directory / "sheets" / f"{step:06d}.png", [list(p[i : i + 8]) for i in (0, 8) for p in pictures])


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="name of the run directory")
    parser.add_argument("--tok", default="tok", help="run of the tokenizer that made the latents, for sheets")
    parser.add_argument("--latents", type=Path, default=DEFAULT_ROOT.parent / "latents")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--decay-steps", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64, help="pictures per process: square, one level")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--level-weights", default="1,2,3,4", help="odds of m = 1..4 (Table 5: linear)")
    parser.add_argument("--muon-lr", type=float, default=1e-2)
    parser.add_argument("--adamw-lr", type=float, default=1e-3)
    parser.add_argument("--ema-decay", type=float, default=0.999, help="of the averaged weights, a step")
    parser.add_argument("--time-shift", type=float, default=config.NANO_TIME_SHIFT, help="of the logit-normal times, to noise")
    parser.add_argument("--clip-time-shift", type=float, default=config.NANO_TIME_SHIFT, help="the same of clips")
    parser.add_argument("--plain-weight", type=float, default=4.0, help="odds of scenes of one upright, centred thing")
    parser.add_argument("--long-clip-weight", type=float, default=1.0,
                        help="odds of a clip that is longer than the shortest, against one that is not")  # fmt: skip
    parser.add_argument("--clip-share", type=float, default=0.4, help="share of the steps that see clips, if any are cached")
    parser.add_argument("--loss-scale", type=float, default=1.0)
    parser.add_argument("--absolute-positions", action="store_true", help="tell tokens their place and time (DiTConfig)")
    parser.add_argument("--no-temporal-causal", dest="temporal_causal", action="store_false",
                        help="draw all segments of a clip together (spec, decision 6)")  # fmt: skip
    parser.add_argument("--bfloat16", action="store_true", help="matrix products in bfloat16 (AVX512-BF16 or AMX)")
    parser.add_argument("--sheet-every", type=int, default=500)
    return parser.parse_args()


if __name__ == "__main__":
    main()
