"""Widening the patch stacks of a trained tokenizer without changing what it computes.

New channels of the token stream start at zero: what writes to the stream gets zero rows, what reads from it random columns.
New heads and hidden units read at random and write zero. So the wider model gives the same pictures, and every new weight
has a gradient (what reads is random) or gets one as soon as those have moved.
RMS norms see twice the channels with the same sum of squares, so their old weights shrink by the root of that factor.
"""

from __future__ import annotations

import torch
from torch import Tensor

from dcs.config import StackConfig
from dcs.tok import DCSTok

WRITES = ("embed.weight", "embed.bias", "coord.weight", "coord.bias", "pixel_token", "project_out.weight", "project_out.bias")


@torch.no_grad()
def widen(narrow: DCSTok, wide: DCSTok) -> None:
    """Give a new tokenizer with wider patch stacks the function of a trained one.

    Raises:
        ValueError: they differ in more than the patch stacks' widths, heads and hidden units, or the head width differs.
    """
    old, new = narrow.config.patch, wide.config.patch
    if old.head_width != new.head_width or old.layers != new.layers or old.width > new.width:
        raise ValueError(f"patch stacks can only grow in heads and hidden units, got {old} and {new}")
    state, fresh = narrow.state_dict(), wide.state_dict()
    for name, value in fresh.items():
        if name not in state:
            raise ValueError(f"the trained tokenizer has no {name}: the configurations differ in more than the width")
        if value.shape == state[name].shape:
            value.copy_(state[name])
        else:
            _grow(name, state[name], value, old, new)


def _grow(name: str, old: Tensor, new: Tensor, narrow: StackConfig, wide: StackConfig) -> None:
    if name.endswith(("norm1.weight", "norm2.weight", "norm.weight")):
        new[: len(old)] = old * (narrow.width / wide.width) ** 0.5
    elif name.endswith(("level_query", *WRITES)):  # the stream, its channels on the last axis of a query
        new.zero_()
        new[tuple(slice(length) for length in old.shape)] = old
    elif name.endswith(("attention.out.weight", "mlp.out.weight")):
        new.zero_()
        new[: old.shape[0], : old.shape[1]] = old
    elif name.endswith("gate_up.weight"):
        gate, up = old.chunk(2)
        new[: len(gate), : old.shape[1]] = gate
        new[wide.mlp_hidden : wide.mlp_hidden + len(up), : old.shape[1]] = up
    elif name.endswith("from_moments"):  # writes to the stream, level by level
        new.zero_()
        new.unflatten(1, (-1, wide.width))[..., : narrow.width] = old.unflatten(1, (-1, narrow.width))
    elif name.endswith("to_moments"):  # reads values of heads, level by level; new ones are random, so 0 starts them
        new.zero_()
        new.unflatten(0, (-1, wide.width))[:, : narrow.width] = old.unflatten(0, (-1, narrow.width))
    else:  # reads from the stream: queries, keys, values, colours, the encoder's projection
        new[: old.shape[0], : old.shape[1]] = old
