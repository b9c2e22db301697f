"""Measures: of pictures (PSNR, SSIM), of answers (top-k), of sets of features (kernel distance), of levels (ridge R2).

Pictures are (B, ..., 3) in [-1, 1]; both are clamped first. Pure functions of tensors; no model and no file is read here.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

PEAK_TO_PEAK = 2.0


def psnr(a: Tensor, b: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB of each sample, peak-to-peak 2; both are clamped to [-1, 1] first."""
    mse = (a.clamp(-1, 1) - b.clamp(-1, 1)).square().flatten(1).mean(1)
    return 10 * torch.log10(4 / mse.clamp_min(1e-10))


def ssim(a: Tensor, b: Tensor, window: int = 11, sigma: float = 1.5) -> Tensor:
    """Structural similarity (Wang et al. 2004: Gaussian window, K = 0.01, 0.03), mean over places and colours.

    (B,h,w,3) twice -> (B,). Only windows that lie inside the picture count.

    Raises:
        ValueError: the pictures are smaller than the window.
    """
    if min(a.shape[1:3]) < window:
        raise ValueError(f"SSIM looks through {window} x {window} pixels, got pictures of {a.shape[1]} x {a.shape[2]}")
    steps = torch.arange(window, dtype=a.dtype) - (window - 1) / 2
    bell = torch.exp(-(steps**2) / (2 * sigma**2))
    bell = bell / bell.sum()

    def local_mean(x: Tensor) -> Tensor:  # (B,C,h,w)
        rows = F.conv2d(x, bell.view(1, 1, -1, 1).expand(x.shape[1], 1, -1, 1), groups=x.shape[1])
        return F.conv2d(rows, bell.view(1, 1, 1, -1).expand(x.shape[1], 1, 1, -1), groups=x.shape[1])

    x, y = a.clamp(-1, 1).permute(0, 3, 1, 2), b.clamp(-1, 1).permute(0, 3, 1, 2)
    mean_x, mean_y = local_mean(x), local_mean(y)
    var_x = local_mean(x * x) - mean_x**2
    var_y = local_mean(y * y) - mean_y**2
    covariance = local_mean(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * PEAK_TO_PEAK) ** 2, (0.03 * PEAK_TO_PEAK) ** 2
    structure = (2 * covariance + c2) / (var_x + var_y + c2)
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    return (luminance * structure).flatten(1).mean(1)


def reduced(pictures: Tensor, px: int) -> Tensor:
    """Pictures (B,h,h,3) as their box averages at `px` a side.

    Raises:
        ValueError: the side is no whole multiple of `px`.
    """
    side = pictures.shape[1]
    if side % px:
        raise ValueError(f"a box average needs a whole factor, got {side} px to {px} px")
    return F.avg_pool2d(pictures.permute(0, 3, 1, 2), side // px).permute(0, 2, 3, 1)


def is_in_top(scores: Tensor, accepted: Tensor, k: int) -> Tensor:
    """Whether one of the k best of `scores` (B,N) is among the `accepted` (B,N) bool: (B,) bool."""
    best = scores.topk(k, dim=1).indices
    return accepted.gather(1, best).any(1)


def kernel_distance(x: Tensor, y: Tensor) -> float:
    """Unbiased squared MMD of features (R,F) and (S,F) with the kernel (x.y/F + 1)^3: the KID of Binkowski et al. 2018.

    0 in the mean for two samples of one distribution; single values may be below 0.
    """
    x, y = x.double(), y.double()

    def kernel(p: Tensor, q: Tensor) -> Tensor:
        return (p @ q.T / p.shape[1] + 1) ** 3

    def mean_off_diagonal(k: Tensor) -> Tensor:
        return (k.sum() - k.diagonal().sum()) / (len(k) * (len(k) - 1))

    within = mean_off_diagonal(kernel(x, x)) + mean_off_diagonal(kernel(y, y))
    return float(within - 2 * kernel(x, y).mean())


def frechet_distance(x: Tensor, y: Tensor) -> float:
    """Frechet distance of two sets of features (R,F) and (S,F), taken for Gaussian (Dowson & Landau 1982; Heusel et al. 2017).

    |mean x - mean y|^2 + tr(X + Y - 2 (X Y)^1/2) of their covariances X, Y. It grows as the sets get smaller, so it is
    read beside the distance of two halves of real pictures of the same count.
    """
    x, y = x.double(), y.double()
    cov_x, cov_y = torch.cov(x.T), torch.cov(y.T)
    values, vectors = torch.linalg.eigh(cov_x)
    root_x = vectors * values.clamp_min(0).sqrt() @ vectors.T
    # (X Y)^1/2 has the trace of (X^1/2 Y X^1/2)^1/2, which is symmetric
    shared = torch.linalg.eigvalsh(root_x @ cov_y @ root_x).clamp_min(0).sqrt().sum()
    return float((x.mean(0) - y.mean(0)).square().sum() + cov_x.trace() + cov_y.trace() - 2 * shared)


def mean_pairwise_distance(features: Tensor) -> float:
    """Mean distance between two different rows of (R,F), per square root of F: how unlike each other pictures are."""
    return float(torch.pdist(features.double()).mean() / features.shape[1] ** 0.5)


def nearest(queries: Tensor, pool: Tensor) -> tuple[Tensor, Tensor]:
    """Root mean square difference of each row of (R,F) to its nearest row of the pool (S,F), and that row's number."""
    distance, index = torch.cdist(queries.double(), pool.double()).min(1)
    return distance / queries.shape[1] ** 0.5, index


def ridge_r2(inputs: Tensor, targets: Tensor, test: Tensor, strength: float = 1.0) -> float:
    """Share of the variance of `targets` (R,D) that a ridge regression on `inputs` (R,F) explains on rows `test` (R,) bool.

    The other rows fit it; all is centred by their means. `strength` is the penalty in rows.
    """
    fit_x, fit_y = inputs[~test].double(), targets[~test].double()
    mean_x, mean_y = fit_x.mean(0), fit_y.mean(0)
    x, y = fit_x - mean_x, fit_y - mean_y
    gram = x.T @ x + strength * torch.eye(x.shape[1], dtype=torch.float64)
    weights = torch.linalg.solve(gram, x.T @ y)
    held_y = targets[test].double() - mean_y
    left = held_y - (inputs[test].double() - mean_x) @ weights
    return float(1 - left.square().sum() / held_y.square().sum())
