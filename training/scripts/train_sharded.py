"""Train the label DiT of any size with accelerate: one process, DDP, or FSDP2 with every weight split over the processes.

    python scripts/train_sharded.py --size tiny --steps 4
    torchrun --nproc-per-node 2 scripts/train_sharded.py --size tiny --steps 4 --shard fsdp
    torchrun --nnodes 4 --nproc-per-node 8 scripts/train_sharded.py --size paper --shard fsdp --batch 512 --bfloat16 \
        --latents LATENTS --labels labels.pt --statistics statistics.pt       # docs/cluster.md

The paper's recipe (Table 5): AdamW (0.9, 0.95) at 1e-4, m levels drawn with odds m, the same for all samples of a step,
one time for all levels, logit-normal, velocity direction loss. A step's batch is drawn from (seed, step) and cut over the
processes, so any number of them computes the same step. Without --latents the latents are random: that measures and
compares, it learns nothing. Not here: guidance dropout of labels beyond 10%, averaging, sheets (scripts/train_dit.py).
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin
from torch import Tensor, nn
from torch.distributed.tensor import DTensor

from dcs import config, flow, masks
from dcs.dit import Condition, DCSDiT, time_features
from dcs.geometry import Grid

SIZES: dict[str, Callable[[], config.DiTConfig]] = {
    "tiny": lambda: config.tiny_dit(text_width=0, classes=10),
    "paper-small": config.paper_small_dit,
    "paper": config.paper_dit,
}


class LevelLoss(nn.Module):
    """The loss of a batch, so that the wrapped forward is all that touches the weights."""

    def __init__(self, dit: DCSDiT) -> None:
        super().__init__()
        self.dit = dit

    def forward(self, zn: Tensor, eps: Tensor, t: Tensor, labels: Tensor, levels: int) -> Tensor:
        """Mean loss of zn (B,m*P,d) at times t (B,1) with noise eps, Table 5."""
        dit = self.dit
        grid = Grid(1, dit.config.k, zn.shape[1] // levels // dit.config.k)
        bias = masks.to_bias(masks.level_causal(grid, levels))[None, None].to(zn) if levels > 1 else None
        onehot = dit.level_onehot(grid, 1, levels).to(zn)
        cos, sin = (x.to(zn.device) for x in dit.rope(grid, 1, levels))
        x = flow.interpolate(zn, eps, t[..., None])
        v, _ = dit(x, time_features(t).to(zn), onehot, (cos, sin), bias, Condition(label=labels))
        return flow.velocity_loss(v.float(), zn.float(), eps.float()).mean()


def make_accelerator(shard: str, bfloat16: bool) -> Accelerator:
    """Accelerate over the processes of torchrun; on the CPU when there is no GPU."""
    plugin = None
    if shard == "fsdp":
        plugin = FullyShardedDataParallelPlugin(
            fsdp_version=2,
            auto_wrap_policy="transformer_based_wrap",
            transformer_cls_names_to_wrap=["DiTBlock"],
            reshard_after_forward=True,
        )
    has_gpu = torch.cuda.is_available()
    accelerator = Accelerator(mixed_precision="bf16" if bfloat16 else "no", fsdp_plugin=plugin, cpu=not has_gpu)
    if plugin is not None and accelerator.distributed_type == DistributedType.MULTI_CPU:
        # accelerate 1.15 leaves the plugin out on CPUs (AcceleratorState.__init__), though its FSDP2 code runs there
        accelerator.state.fsdp_plugin, accelerator.state.distributed_type = plugin, DistributedType.FSDP
    return accelerator


def batch_of_step(args: argparse.Namespace, dit_config: config.DiTConfig, step: int, data: Data) -> tuple[Tensor, ...]:
    """(zn, eps, t, labels) of the whole batch of a step, and its levels m by their second axis."""
    seed, odds = args.seed * 1_000_003 + step, range(1, dit_config.levels + 1)
    (levels,) = random.Random(seed).choices(odds, weights=odds)
    generator = torch.Generator().manual_seed(seed)
    patches = dit_config.k**2
    zn, labels = data(args.batch, levels * patches, generator)
    dropped = torch.rand(args.batch, generator=generator) < 0.1  # guidance
    labels = torch.where(dropped, dit_config.classes, labels)
    eps = torch.randn(zn.shape, generator=generator)
    t = torch.randn(args.batch, 1, generator=generator).sigmoid()
    return zn, eps, t, labels


Data = Callable[[int, int, torch.Generator], tuple[Tensor, Tensor]]


def random_data(dit_config: config.DiTConfig) -> Data:
    """Latents and labels of nothing."""

    def draw(batch: int, tokens: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        zn = torch.randn(batch, tokens, dit_config.latent_dim, generator=generator)
        return zn, torch.randint(dit_config.classes, (batch,), generator=generator)

    return draw


def cached_data(latents: Path, labels: Path, statistics: Path) -> Data:
    """A float16 file of normalisable latents (R,n*P,d), mapped into memory, and its labels (R,)."""
    z = torch.load(latents, weights_only=True, mmap=True)
    of_rows: Tensor = torch.load(labels, weights_only=True)
    per_level = torch.load(statistics, weights_only=True)
    if len(z) != len(of_rows):
        raise ValueError(f"{latents} holds {len(z)} pictures, {labels} {len(of_rows)} labels. Make both from one data set.")
    levels = len(per_level["mean"])

    def draw(batch: int, tokens: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        rows = torch.randint(len(z), (batch,), generator=generator)
        by_level = z[rows].float().unflatten(1, (levels, -1))  # (B, n, P, d)
        zn = (by_level - per_level["mean"][:, None]) / per_level["std"][:, None]
        return zn.flatten(1, 2)[:, :tokens], of_rows[rows]

    return draw


def main() -> None:
    """Parse, wrap, train."""
    args = parse()
    torch.set_num_threads(args.threads)
    accelerator = make_accelerator(args.shard, args.bfloat16)
    if args.batch % accelerator.num_processes:
        raise SystemExit(f"--batch must be a multiple of the {accelerator.num_processes} processes, got {args.batch}")
    torch.manual_seed(args.seed)
    dit_config = SIZES[args.size]()
    data = cached_data(args.latents, args.labels, args.statistics) if args.latents else random_data(dit_config)
    model = LevelLoss(DCSDiT(dit_config))
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.95), weight_decay=0.0)
    model, optimizer = accelerator.prepare(model, optimizer)
    own = slice(accelerator.process_index, None, accelerator.num_processes)
    for step in range(args.steps):
        started = time.monotonic()
        whole = batch_of_step(args, dit_config, step, data)
        zn, eps, t, labels = (x[own].to(accelerator.device) for x in whole)
        loss = model(zn, eps, t, labels, zn.shape[1] // dit_config.k**2)
        accelerator.backward(loss)
        norm = accelerator.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        mean = accelerator.reduce(loss.detach(), reduction="mean")
        assert isinstance(mean, Tensor)
        elapsed_s = time.monotonic() - started
        accelerator.print(f"{step} loss {float(mean):.6f} norm {as_number(norm):.5f} {elapsed_s:.2f} s", flush=True)
    held = sum(held_locally(p) for p in model.parameters())
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    accelerator.print(f"process 0 of {accelerator.num_processes} holds {held} weights, peak {peak_gb:.2f} GB", flush=True)
    accelerator.wait_for_everyone()  # gloo ends a process whose peer is gone before it
    accelerator.end_training()


def held_locally(parameter: Tensor) -> int:
    """Entries of a weight that this process keeps."""
    return (parameter.to_local() if isinstance(parameter, DTensor) else parameter).numel()


def as_number(norm: Tensor | float | None) -> float:
    """A gradient norm, put together where it is split over processes."""
    if isinstance(norm, DTensor):
        norm = norm.full_tensor()
    return float(norm) if norm is not None else float("nan")


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="tiny")
    parser.add_argument("--shard", choices=["ddp", "fsdp"], default="ddp", help="what several processes share")
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--batch", type=int, default=8, help="pictures of a step, over all processes")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--latents", type=Path, help="torch file of float16 latents (R,n*P,d); random ones without it")
    parser.add_argument("--labels", type=Path, help="torch file of class numbers (R,)")
    parser.add_argument("--statistics", type=Path, help="torch file with mean and std (n,d)")
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16, keep weights in float32")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    if args.latents and not (args.labels and args.statistics):
        parser.error("--latents needs --labels and --statistics")
    return args


if __name__ == "__main__":
    main()
