"""Small random models and grids that show mistakes: sides differ, no layer is zero, nothing is symmetric by chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from dcs.config import RopeFrequencies, TokConfig, tiny_dit, tiny_tok
from dcs.dit import Condition, DCSDiT
from dcs.geometry import Grid, PatchSize
from dcs.tok import DCSTok, LevelMix

EXTENDED = {"level_mix": True, "patch_moments": True}  # options of small_tok
LINEAR = {"patch_moments": True, "latent_readout": True}
PICTURE, PICTURE_SIZE = Grid(1, 4, 6), PatchSize(1, 5)
CLIP, CLIP_SIZE = Grid(3, 2, 3), PatchSize(2, 4)


def awaken(module: nn.Module) -> nn.Module:
    """Make every parameter count: zeros become random, norms leave 1."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if not bool(parameter.any()):
                nn.init.normal_(parameter, std=0.5 * parameter.shape[-1] ** -0.5)
            elif "norm" in name:
                parameter.mul_(1 + 0.3 * torch.randn_like(parameter))
        for part in module.modules():
            if isinstance(part, LevelMix):
                part.weight.add_(0.3 * torch.randn_like(part.weight) * part.causal)
    return module


def small_tok_config(**changes: Any) -> TokConfig:
    """The tiny tokenizer with changes."""
    return replace(tiny_tok(), **changes)


def small_tok(**changes: Any) -> DCSTok:
    """A random tokenizer whose every parameter matters."""
    tok = DCSTok(small_tok_config(**changes))
    awaken(tok)
    return tok.eval()


def small_dit(text_width: int = 16, classes: int = 0, **changes: Any) -> DCSDiT:
    """A random diffusion transformer whose every parameter matters."""
    dit = DCSDiT(replace(tiny_dit(text_width, classes), **changes))
    awaken(dit)
    return dit.eval()


def picture(batch: int = 1) -> Tensor:
    """(B,1,20,30,3) in [-1, 1]."""
    return torch.rand(batch, 1, PICTURE.h * PICTURE_SIZE.p, PICTURE.w * PICTURE_SIZE.p, 3) * 2 - 1


def clip(batch: int = 1) -> Tensor:
    """(B,6,8,12,3) in [-1, 1]."""
    return torch.rand(batch, CLIP.t * CLIP_SIZE.pt, CLIP.h * CLIP_SIZE.p, CLIP.w * CLIP_SIZE.p, 3) * 2 - 1


def text_condition(batch: int = 1, tokens: int = 5, width: int = 16) -> Condition:
    """Random text; the last token of the first row is padding."""
    bias = torch.zeros(batch, 1, 1, tokens)
    bias[0, ..., -1] = -1e4
    return Condition(torch.randn(batch, tokens, width), bias, torch.randn(batch, width) * width**-0.5)


def random_counts(batch: int, grid: Grid, levels: int) -> Tensor:
    """Active levels of each patch (B,P), with both extremes in every row."""
    counts = torch.randint(1, levels + 1, (batch, grid.patches))
    counts[:, 0], counts[:, -1] = 1, levels
    return counts


def relative_error(a: Tensor, b: Tensor) -> float:
    """Largest difference over the largest value."""
    return float((a - b).detach().abs().max() / b.detach().abs().max())


def swap_axes(stack: nn.Module, frequencies: RopeFrequencies, heads: int) -> None:
    """Exchange the channels that turn with y and with x in queries, keys and coordinate embeddings of a stack."""
    t, y, x = len(frequencies.t), len(frequencies.y), len(frequencies.x)
    pairs = list(range(frequencies.pairs))
    pairs[t : t + y], pairs[t + y : t + y + x] = pairs[t + y : t + y + x], pairs[t : t + y]
    channels = torch.tensor([2 * p + i for p in pairs for i in (0, 1)])
    rows = torch.cat([head * 2 * frequencies.pairs + channels for head in range(heads)])
    with torch.no_grad():
        for name, parameter in stack.named_parameters():
            if "text_attention" in name:
                continue
            if name.endswith(("attention.q.weight", "attention.k.weight")):
                parameter.copy_(parameter[rows])
            elif name.endswith(("q_norm.weight", "k_norm.weight")):
                parameter.copy_(parameter[channels])
            elif name == "coord.weight":
                both = torch.cat([torch.tensor(pairs), frequencies.pairs + torch.tensor(pairs)])
                parameter.copy_(parameter[:, both])
