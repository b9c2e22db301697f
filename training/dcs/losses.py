"""Losses of DCS-Tok (paper Eq. 6, 7, Table 4; spec 2.8, 3).

Letters: B batch, C decoded patches, S tokens, d latent channels, h w pixels. `tok_losses` is what a trainer calls.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dcs.discriminator import PatchDiscriminator, adaptive_weight, adversarial_loss, frames_of
from dcs.geometry import Grid, PatchSize
from dcs.perceptual import MobileNetV2
from dcs.windows import assemble


def sample_levels(count: int, levels: int, generator: torch.Generator) -> Tensor:
    """`count` draws of m from P(m) = m / sum(i), m = 1..n (Table 4). (count,) int64."""
    weights = torch.arange(1, levels + 1, dtype=torch.float64)
    return torch.multinomial(weights, count, replacement=True, generator=generator) + 1


def level_shares(levels: int) -> Tensor:
    """Probability a_l = P(m >= l) that level l is active, 1 - l(l-1)/(n(n+1)) for l = 1..n (spec 2.8). (n,) float64."""
    level = torch.arange(1, levels + 1, dtype=torch.float64)
    return 1 - level * (level - 1) / (levels * (levels + 1))


LOG_FLOOR = 2e-4  # 43 dB: an empty patch is not worth more
LOG_WEIGHT = 0.01  # about what squared errors are, for the margin term and the clipping of gradients


def log_error(by_sample: Tensor) -> Tensor:
    """Mean logarithm of the squared errors (B,) of samples, as PSNR averages them (an extension of Eq. 6).

    In decibels no level, size or picture drowns the others: pictures of one level err ten times as much as those of four.
    """
    return LOG_WEIGHT * (by_sample + LOG_FLOOR).log().mean()


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


# The first convolution, then the last block at 1/4, 1/8 (64 px: 8 x 8) and the middle and last at 1/16 of the size
PERCEPTUAL_TAPS = (0, 3, 6, 10, 13)


def perceptual_distance(
    backbone: MobileNetV2, pictures: Tensor, wanted: Tensor, taps: tuple[int, ...] = PERCEPTUAL_TAPS
) -> Tensor:
    """How different two pictures look to a frozen network, (B,): LPIPS without its learned weights, on MobileNetV2.

    Features of each tap are scaled to length 1 over their channels; squared differences are summed over channels,
    averaged over places and taps: 0 for equal pictures, at most 4. Pictures (B,h,w,3) or videos (B,T,h,w,3), which are
    compared by frame. Gradient to `pictures` alone.
    """
    frames = wanted.shape[1] if wanted.ndim == 5 else 1
    with torch.no_grad():
        targets = [_directions(x) for x in backbone(frames_of(wanted), taps)]
    maps = [_directions(x) for x in backbone(frames_of(pictures), taps)]
    distances = [(a - b).square().sum(1).mean((1, 2)) for a, b in zip(maps, targets, strict=True)]
    return torch.stack(distances).mean(0).unflatten(0, (-1, frames)).mean(1)


def _directions(x: Tensor) -> Tensor:
    # the epsilon is inside the root: a plain colour may have no feature at all at a place, and its gradient stays finite
    return x * torch.rsqrt(x.square().sum(1, keepdim=True) + 1e-6)


@dataclass(frozen=True)
class LossWeights:
    """Factors of Eq. 6; 0 leaves a term out, and its network is not run."""

    perceptual: float = 1.0
    adversarial: float = 0.2
    margin: float = 0.001


@dataclass(frozen=True)
class TokLosses:
    """Terms of Eq. 6 before their factors, scalars with their graphs; `total` is what to call backward on."""

    total: Tensor
    reconstruction: Tensor
    perceptual: Tensor
    adversarial: Tensor
    margin: Tensor
    adaptive_weight: Tensor


@dataclass(frozen=True)
class Decoded:
    """Decoded windows of patches and what they should be: both (B,C,pt*p*p,3), C = window.patches.

    `weights` (B,C) are those of `dcs.windows.window_weights` at the chosen patches, or none.
    """

    rgb: Tensor
    wanted: Tensor
    window: Grid
    size: PatchSize
    weights: Tensor | None = None

    def pictures(self) -> tuple[Tensor, Tensor]:
        """Decoded and real windows as videos (B,Wt*pt,Wh*p,Ww*p,3)."""
        return assemble(self.rgb, self.window, self.size), assemble(self.wanted, self.window, self.size)


def tok_losses(
    decoded: Decoded,
    margin: Tensor,
    rgb_weight: Tensor,
    weights: LossWeights,
    backbone: MobileNetV2 | None = None,
    discriminator: PatchDiscriminator | None = None,
) -> TokLosses:
    """Eq. 6: L_rec + w1 L_perc + w2 lambda L_adv + w3 L_margin. Pure: no parameter and no gradient is changed.

    `margin` is `margin_loss` of the clean latents, `rgb_weight` the depatchifier's `rgb.weight`. A term without its
    network is left out: the paper has no adversarial term in its first stages. The discriminator's own step is
    `dcs.discriminator.discriminator_loss` on the same windows.
    """
    squared = (decoded.rgb - decoded.wanted).square()
    if decoded.weights is not None:
        squared = squared * decoded.weights[..., None, None]
    reconstruction = squared.mean()
    perceptual = adversarial = factor = reconstruction.new_zeros(())
    fake, real = decoded.pictures()
    if backbone is not None and weights.perceptual > 0:
        perceptual = perceptual_distance(backbone, fake, real).mean()
    matched = reconstruction + weights.perceptual * perceptual
    if discriminator is not None and weights.adversarial > 0:
        adversarial = adversarial_loss(discriminator, fake)
        factor = adaptive_weight(matched, adversarial, rgb_weight)
    total = matched + weights.adversarial * factor * adversarial + weights.margin * margin
    return TokLosses(total, reconstruction, perceptual, adversarial, margin, factor)
