"""Losses of DCS-Tok (paper Eq. 6, 7, Table 4; spec 2.8, 3)."""

from __future__ import annotations

import torch
from torch import Tensor


def sample_levels(count: int, levels: int, generator: torch.Generator) -> Tensor:
    """`count` draws of m from P(m) = m / sum(i), m = 1..n (Table 4). (count,) int64."""
    weights = torch.arange(1, levels + 1, dtype=torch.float64)
    return torch.multinomial(weights, count, replacement=True, generator=generator) + 1


def level_shares(levels: int) -> Tensor:
    """Probability a_l = P(m >= l) that level l is active, 1 - l(l-1)/(n(n+1)) for l = 1..n (spec 2.8). (n,) float64."""
    level = torch.arange(1, levels + 1, dtype=torch.float64)
    return 1 - level * (level - 1) / (levels * (levels + 1))


def margin_loss(z: Tensor, margin: float = 1.0, active: Tensor | None = None) -> Tensor:
    """L2 regularisation with a margin: mean of relu(|z| - margin)^2 over the active tokens of z (B,S,d) (7.2)."""
    excess = (z.abs() - margin).clamp_min(0).square()
    return excess.mean() if active is None else excess[active].mean()


def noisy_latents(z: Tensor, sigma: float, lambda_min: float, share: float, generator: torch.Generator) -> Tensor:
    """Eq. 7: lambda z + (1 - lambda) eps, eps ~ N(0, sigma^2), one lambda ~ U(lambda_min, 1) a sample, on a share of them."""
    b = len(z)
    lam = lambda_min + (1 - lambda_min) * torch.rand(b, 1, 1, generator=generator)
    lam = torch.where(torch.rand(b, 1, 1, generator=generator) < share, lam, 1.0)
    return lam * z + (1 - lam) * sigma * torch.randn(z.shape, generator=generator)
