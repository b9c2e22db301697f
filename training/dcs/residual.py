"""Residual readout: what a level should carry is what the levels below it leave out (an extension, training only).

With Eq. 6 alone, the tokens of one patch learn the same large thing first: level 4 of an early model was 98% linear in
levels 1 to 3, while 16 linear numbers of a patch could have explained 1.8 dB of what those levels missed. So a linear map
of its own, thrown away after training, reads from the latents of level m the error of a decode at level m - 1:

    residual = || basis(x - D(z_1..m-1)) - W_m z_m ||^2

The error is stopped (no gradient to lower levels) and is read in a cosine basis of the patch, so its scale is free.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from dcs.config import TokConfig
from dcs.geometry import PatchSize

FREQUENCIES = 6
FREQUENCIES_TIME = 2


def cosine_basis(samples: int, functions: int) -> Tensor:
    """sqrt(2) cos(pi i u) at the centres u of `samples` cells, (functions,samples); mean square 1 each; 0 past Nyquist."""
    u = (torch.arange(samples) + 0.5) / samples
    i = torch.arange(functions)[:, None]
    basis = torch.where(i == 0, 1.0, math.sqrt(2)) * torch.cos(math.pi * i * u)
    return basis * (i < samples)


def patch_moments(pixels: Tensor, size: PatchSize) -> Tensor:
    """Pixel tokens (...,pt*p*p,3) -> coefficients (...,2*6*6*3); their squares sum to at most 3 times the mean square."""
    x = pixels.unflatten(-2, (size.pt, size.p, size.p))
    time, space = cosine_basis(size.pt, FREQUENCIES_TIME), cosine_basis(size.p, FREQUENCIES)
    moments = torch.einsum("...tyxc,at,by,dx->...abdc", x, time, space, space) / (size.pt * size.p**2)
    return moments.flatten(-4)


class ResidualReadout(nn.Module):
    """One linear map per level from its latents (...,d) to the moments of the error below it; starts at 0."""

    def __init__(self, config: TokConfig) -> None:
        super().__init__()
        width = FREQUENCIES_TIME * FREQUENCIES**2 * 3
        self.maps = nn.Parameter(torch.zeros(config.levels, width, config.latent_dim))

    def forward(self, latents: Tensor, level: int, error: Tensor, size: PatchSize) -> Tensor:
        """latents (B,C,d) of `level` (1-based), error (B,C,pt*p*p,3) one level below -> mean square per colour value."""
        wanted = patch_moments(error.detach(), size)
        return (wanted - latents @ self.maps[level - 1].T).square().sum(-1).mean() / 3
