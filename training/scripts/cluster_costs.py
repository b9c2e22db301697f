"""Print what training the paper's models takes, by arithmetic alone: the tables of docs/cluster.md.

    python scripts/cluster_costs.py

A multiply-add is 2 FLOP. A training step is 3 forward passes. Counted are the matrix products of weights and the scores
and sums of attention, dense (a mask saves nothing by itself); not the losses' own networks, norms and optimizers.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from dcs.config import DiTConfig, StackConfig, TokConfig, paper_dit, paper_tok
from dcs.dit import DCSDiT
from dcs.tok import DCSTok

TERA = 1e12
GPUS = {"A100": 312 * TERA, "H100": 989 * TERA}  # dense bfloat16 peak, from NVIDIA's data sheets
USE = 0.4  # of the peak: what good transformer training reaches
PAPER_GPUS = 32  # four nodes of eight, kind unknown
SIDE_PATCHES = 16


@dataclass(frozen=True)
class Stage:
    """A row of Table 4 or 5. `batch` is in pictures of 256 px: larger ones come in proportionally smaller batches."""

    name: str
    steps: int
    batch: int
    flop_per_sample: float


def block_weights(stack: StackConfig) -> int:
    """Weights of a block that every token meets: attention 4 D^2, SwiGLU 3 D H."""
    return 4 * stack.width**2 + 3 * stack.width * stack.mlp_hidden


def stack_flop(stack: StackConfig, tokens: float, keys: float) -> float:
    """Forward FLOP of a stack on `tokens` tokens that look at `keys` each."""
    return stack.layers * tokens * (2 * block_weights(stack) + 4 * keys * stack.width)


def dit_flop(config: DiTConfig, patches: int) -> float:
    """Forward FLOP of a sample, mean over m levels with odds m (Table 5)."""
    odds = range(1, config.levels + 1)
    costs = [stack_flop(config.blocks, m * patches, m * patches) for m in odds]
    return sum(m * cost for m, cost in zip(odds, costs, strict=True)) / sum(odds)


def tok_flop(config: TokConfig, levels: int, patches: int, patch_pixels: float) -> float:
    """Forward FLOP of a sample: both pixel stacks (each pixel a token) and both autoencoder halves, tails only masked."""
    pixels = patches * patch_pixels
    of_pixels = stack_flop(config.patch, pixels + levels * patches, patch_pixels + levels)
    return 2 * of_pixels + 2 * stack_flop(config.autoencoder, levels * patches, levels * patches)


def stages() -> list[Stage]:
    """All training of the paper; clips of 16 frames at 24 fps, that is 4 segments of 4 frames."""
    tok, dit, patches = paper_tok(), paper_dit(), SIDE_PATCHES**2
    image, clip = (256 / SIDE_PATCHES) ** 2, 4 * (256 / SIDE_PATCHES) ** 2  # pixels of a patch
    return [
        Stage("DCS-Tok, image pretraining", 100_000, 128, tok_flop(tok, 4, patches, image)),
        Stage("DCS-Tok, image asymmetric", 200_000, 256, tok_flop(tok, 8, patches, image)),
        Stage("DCS-Tok, video asymmetric", 150_000, 256, tok_flop(tok, 8, 4 * patches, clip)),
        Stage("DCS-DiT, latents cached", 200_000, 512, dit_flop(dit, patches)),
    ]


def millions(module: torch.nn.Module) -> float:
    """Parameters."""
    return sum(p.numel() for p in module.parameters()) / 1e6


def main() -> None:
    """Print the tables."""
    with torch.device("meta"):
        tok, dit, text = DCSTok(paper_tok()), DCSDiT(paper_dit()), DCSDiT(paper_dit(text_width=1152, classes=0))
    print("| part | million parameters |\n|---|---|")
    for name, part in (
        ("patchifier", tok.patchifier), ("encoder", tok.encoder), ("decoder", tok.decoder), ("depatchifier", tok.depatchifier),
        ("DiT, 1000 labels", dit), ("DiT, text of width 1152", text),
    ):  # fmt: skip
        print(f"| {name} | {millions(part):.1f} |")
    print("\n| stage | TFLOP a sample, forward | PFLOP a step | steps | EFLOP |", *(f"{gpu} hours |" for gpu in GPUS))
    print("|---|---|---|---|---|" + "---|" * len(GPUS))
    for stage in stages():
        step = 3 * stage.flop_per_sample * stage.batch
        total = step * stage.steps
        hours = " | ".join(f"{total / (peak * USE) / 3600:,.0f}" for peak in GPUS.values())
        print(f"| {stage.name} | {stage.flop_per_sample / TERA:.2f} | {step / 1e15:.2f} | {stage.steps // 1000}K | "
              f"{total / 1e18:,.0f} | {hours} |")  # fmt: skip
    print("\n| the paper | GPU hours |\n|---|---|")
    print(f"| DCS-Tok, about a week on {PAPER_GPUS} | {7 * 24 * PAPER_GPUS:,} |")
    print(f"| DCS-DiT, about four days on {PAPER_GPUS} | {4 * 24 * PAPER_GPUS:,} |")
    one = {px: tok_flop(paper_tok(), 8, SIDE_PATCHES**2, (px / SIDE_PATCHES) ** 2) / TERA for px in (128, 256, 512, 720)}
    print("\n| picture, DCS-Tok forward, 8 levels | TFLOP |\n|---|---|")
    for px, flop in one.items():
        print(f"| {px} px | {flop:.2f} |")


if __name__ == "__main__":
    main()
