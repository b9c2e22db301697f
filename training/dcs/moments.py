"""Cosine moments of a patch (`patch_moments`, an extension): what a level can carry and show past the attention.

A few attention heads see few moments of a patch, always the largest, and paint few. With moments each level has a linear
way of its own from all of them to its latents, and from what pixels look at back to a picture (training/LOG.md has why).
The basis is a product of cosines over column, time and row, each of mean square 1. It is made of the RoPE tables, so a
file that has those needs no other input, and it is defined at any coordinate.

Letters: P patches, Q pixels of a patch, F functions of the basis. Moments are ordered by colour, column, time, row.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from dcs import onnx_ops
from dcs.config import RopeFrequencies
from dcs.layers import KV, Rope

SIDE, TIME = 6, 2  # cosines along a side of a patch and along its time
FUNCTIONS = SIDE * TIME * SIDE
MOMENTS = 3 * FUNCTIONS


def cosines(cos: Tensor, sin: Tensor, count: int) -> list[Tensor]:
    """cos(pi k u) for k < count, scaled to mean square 1, from tables of the angle pi/2 u."""
    c = cos * cos - sin * sin
    waves = [torch.ones_like(c), c]
    while len(waves) < count:
        waves.append(2 * c * waves[-1] - waves[-2])  # Chebyshev
    return [waves[0], *(math.sqrt(2) * wave for wave in waves[1:count])]


def moment_basis(rope: Rope, frequencies: RopeFrequencies) -> Tensor:
    """The basis at the pixels of tables (1 or P,Q,K/2), (1 or P,Q,F); the first is 1. The first pair of an axis turns pi/2."""
    first = (0, len(frequencies.t), len(frequencies.t) + len(frequencies.y))
    t, y, x = (
        cosines(rope[0][..., i : i + 1], rope[1][..., i : i + 1], count)
        for i, count in zip(first, (TIME, SIDE, SIDE), strict=True)
    )
    time_and_row = torch.cat([a * b for a in t for b in y], dim=-1)
    return torch.cat([time_and_row * c for c in x], dim=-1)


def read_moments(pixels: Tensor, basis: Tensor, is_centred: bool = False) -> Tensor:
    """Means of pixels (P,Q,3) times the basis, (P,3*F); centred: `without_standstill`."""
    sums = pixels.transpose(1, 2) @ basis  # (P, 3, F)
    count = basis[..., :1].sum(dim=1, keepdim=True)  # (1 or P, 1, 1): Q, which an exported file does not know before it runs
    moments = onnx_ops.reshape(sums / count, [0, MOMENTS], (pixels.shape[0], MOMENTS))
    return without_standstill(moments, basis) if is_centred else moments


def without_standstill(moments: Tensor, basis: Tensor) -> Tensor:
    """Moments (P,3*F) whose second cosine of time has no mean over the patch's frames: only what moves has any.

    A picture is then the same as a clip that stands still, at every frame rate; as they come, its one frame at the end of the
    segment gives it as much of the second cosine as of the first.
    """
    patches = moments.shape[0]
    mean = basis[..., SIDE : SIDE + 1].sum(dim=1) / basis[..., :1].sum(dim=1)  # (1 or P, 1): of time's second cosine
    by_time = onnx_ops.reshape(moments, [0, 3 * SIDE, TIME, SIDE], (patches, 3 * SIDE, TIME, SIDE))
    still, moving = onnx_ops.keep(by_time, 2, 0, 1), onnx_ops.keep(by_time, 2, 1, 2)
    both = torch.cat([still, moving - mean.unsqueeze(-1).unsqueeze(-1) * still], dim=2)
    return onnx_ops.reshape(both, [0, MOMENTS], (patches, MOMENTS))


def paint_moments(moments: Tensor, basis: Tensor) -> Tensor:
    """The picture (P,Q,3) of moments (P,3*F)."""
    by_color = onnx_ops.reshape(moments, [0, 3, FUNCTIONS], (moments.shape[0], 3, FUNCTIONS))
    return basis @ by_color.transpose(1, 2)


def with_latents(kv: KV, z: Tensor | None) -> KV:
    """K/V (P,H,T,K) with one more head, whose values are z (P,T,d), d <= K, or nothing: a way for latents to the readout."""
    k, v = kv
    none = onnx_ops.keep(v, 1, 0, 1) * 0
    carried = none if z is None else onnx_ops.pad_to(z.unsqueeze(1), 3, v.shape[3])
    return torch.cat([k, none], dim=1), torch.cat([v, carried], dim=1)


def first_heads(kv: KV, heads: int) -> KV:
    """K/V of the first `heads` heads."""
    return onnx_ops.keep(kv[0], 1, 0, heads), onnx_ops.keep(kv[1], 1, 0, heads)
