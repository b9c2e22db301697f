"""Moments of a patch over a cosine basis, scaled to mean square 1: what the readout of dcs.tok.Depatchifier can paint.

dcs.tok has the same basis from its RoPE tables, which is how it is exported; here it is from the number of samples, with
cosines past what they hold at 0, so that squares of moments add up to a mean square.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from dcs.geometry import PatchSize
from dcs.tok import MOMENTS, MOMENTS_TIME


def cosine_basis(samples: int, functions: int) -> Tensor:
    """sqrt(2) cos(pi i u) at the centres u of `samples` cells, (functions,samples); mean square 1 each; 0 past Nyquist."""
    u = (torch.arange(samples) + 0.5) / samples
    i = torch.arange(functions)[:, None]
    basis = torch.where(i == 0, 1.0, math.sqrt(2)) * torch.cos(math.pi * i * u)
    return basis * (i < samples)


def patch_moments(pixels: Tensor, size: PatchSize) -> Tensor:
    """Pixel tokens (...,pt*p*p,3) -> (...,time*row*column*3); their squares sum to at most 3 times the mean square."""
    x = pixels.unflatten(-2, (size.pt, size.p, size.p))
    time, space = cosine_basis(size.pt, MOMENTS_TIME), cosine_basis(size.p, MOMENTS)
    moments = torch.einsum("...tyxc,at,by,dx->...abdc", x, time, space, space) / (size.pt * size.p**2)
    return moments.flatten(-4)
