"""Entropy-guided token allocation for reconstruction (paper Algorithm 1, 6.4; spec 6).

Patches with more to tell get more levels, at a given average. Letters: P patches, E entropy, G token grid (counts).
Rounding is floor(x + 0.5) everywhere. Encode with the counts (`DCSTok.encode(counts=...)`): they change the latents.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from dcs.geometry import Grid, PatchSize, patchify, resize

BINS = 32
REFERENCE_SIDE = 16  # entropy of a histogram grows with the number of pixels, so it is measured at one size
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


def patch_entropy(video: Tensor, grid: Grid) -> Tensor:
    """Shannon entropy in bits of the luma histogram of each patch: video (B,T,h,w,3) in [-1,1] -> (B,P) float64.

    Values are cut into 32 equal bins; all frames of a segment count together.
    """
    side = REFERENCE_SIDE
    at_reference = resize(video, grid.h * side, grid.w * side, "center").double()
    luma = (at_reference * at_reference.new_tensor(LUMA)).sum(-1, keepdim=True)
    pixels = patchify(luma, PatchSize(video.shape[1] // grid.t, side))[..., 0]  # (B, P, Q)
    bins = ((pixels + 1) / 2 * BINS).floor().clamp(0, BINS - 1).long()
    counts = torch.zeros(*bins.shape[:2], BINS, dtype=torch.float64).scatter_add_(2, bins, torch.ones_like(pixels))
    share = counts / pixels.shape[2]
    return -torch.special.xlogy(share, share).sum(-1) / math.log(2)


def patch_gradient(video: Tensor, grid: Grid) -> Tensor:
    """Mean length of the luma gradient in each patch, per side of a patch: (B,T,h,w,3) in [-1,1] -> (B,P) float64.

    Differences between neighbours at the size of `patch_entropy`, for the same reason; edges of the picture repeat.
    """
    side = REFERENCE_SIDE
    at_reference = resize(video, grid.h * side, grid.w * side, "center").double()
    luma = (at_reference * at_reference.new_tensor(LUMA)).sum(-1)  # (B, T, h, w)
    down = torch.diff(luma, dim=2, append=luma[:, :, -1:])
    across = torch.diff(luma, dim=3, append=luma[:, :, :, -1:])
    steps = torch.hypot(down, across)[..., None] * side
    return patchify(steps, PatchSize(video.shape[1] // grid.t, side)).mean((2, 3))


def patch_error(video: Tensor, decoded: Tensor, grid: Grid) -> Tensor:
    """Mean squared error of a decoded video in each patch: (B,T,h,w,3) twice -> (B,P) float64."""
    size = PatchSize(video.shape[1] // grid.t, video.shape[2] // grid.h)
    return patchify((decoded.clamp(-1, 1) - video).double().square(), size).mean((2, 3))


@dataclass(frozen=True)
class Measure:
    """How much a patch has to tell: a function of the video, what its first level decodes to, and the grid -> (B,P)."""

    about: str
    of: Callable[[Tensor, Tensor, Grid], Tensor]


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "entropy": Measure("luma entropy", lambda video, _, grid: patch_entropy(video, grid)),
        "gradient": Measure("mean gradient", lambda video, _, grid: patch_gradient(video, grid)),
        "error": Measure("squared error of level 1", patch_error),
    }
)


def allocate(
    entropy: Tensor,
    average: float,
    low: int,
    high: int,
    adjustments: int = 10,
    theta1: float = 0.995,
    theta2: float = 0.999,
    fill: bool = True,
) -> Tensor:
    """Algorithm 1: entropy (P,) -> counts G (P,) int64, low <= G <= high, mean(G) <= average.

    `fill` is our addition: the algorithm ignores its own clamp and may stay below the average; then the patches that
    were rounded down most get one level more until the budget floor(average P) is used.

    Raises:
        ValueError: the bounds are not 1 <= low <= high, or the average is below `low`, which no counts can meet.
    """
    if not 1 <= low <= high:
        raise ValueError(f"levels must satisfy 1 <= low <= high, got {low} and {high}")
    if average < low:
        raise ValueError(f"the average must be at least {low}, the least a patch gets, got {average}")
    wanted = _closest_scale(_normalise(entropy.double(), low, high), average, adjustments, theta1)
    budget = math.floor(average * len(entropy) + 1e-9)
    counts = _round(wanted).clamp(low, high)
    while int(counts.sum()) > budget:
        wanted = theta2 * wanted
        counts = _round(wanted).clamp(low, high)
    while fill and int(counts.sum()) < min(budget, high * len(counts)):
        shortfall = torch.where(counts < high, wanted - counts, -math.inf)
        counts[shortfall.argmax()] += 1
    return counts.long()


def _normalise(entropy: Tensor, low: int, high: int) -> Tensor:
    """To [low, high]; all `low` if every patch is equal, for `fill` to share out."""
    spread = entropy.max() - entropy.min()
    if float(spread) == 0:
        return torch.full_like(entropy, low)
    return low + (high - low) * (entropy - entropy.min()) / spread


def _closest_scale(weights: Tensor, average: float, adjustments: int, theta1: float) -> Tensor:
    """The multiple of the weights, among those tried, whose rounded mean is closest to the average."""
    best, best_error = weights, abs(float(_round(weights).mean()) - average)
    for _ in range(adjustments):
        estimate = float(_round(weights).mean())
        if estimate == 0:
            break
        weights = average / estimate * weights
        mean = float(_round(weights).mean())
        if abs(mean - average) < best_error:
            best, best_error = weights, abs(mean - average)
        if mean > average:
            weights = theta1 * weights
    return best


def _round(x: Tensor) -> Tensor:
    return (x + 0.5).floor()
