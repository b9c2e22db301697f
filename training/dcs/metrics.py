"""Image metrics on pixels in [-1, 1]. Shapes: (B, ..., 3) -> (B,)."""

from __future__ import annotations

import torch
from torch import Tensor


def psnr(a: Tensor, b: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB of each sample, peak-to-peak 2; both are clamped to [-1, 1] first."""
    mse = (a.clamp(-1, 1) - b.clamp(-1, 1)).square().flatten(1).mean(1)
    return 10 * torch.log10(4 / mse.clamp_min(1e-10))
