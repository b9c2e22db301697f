"""Contiguous windows of patches: what the perceptual and the adversarial term look at when not all is decoded (spec 2.3).

The decoder works on chosen patches. Random ones are enough for a squared error, but features need a connected picture:
a window is chosen instead, and its patches put together. Letters: B batch, P patches of the grid, C patches of a window.
"""

from __future__ import annotations

import torch
from torch import Tensor

from dcs.geometry import Grid, PatchSize, unpatchify


def fit_window(grid: Grid, window: Grid) -> Grid:
    """The window, no larger than the grid."""
    return Grid(min(grid.t, window.t), min(grid.h, window.h), min(grid.w, window.w))


def start_odds(patches: int, length: int) -> Tensor:
    """Odds of each first patch of a window of `length` on an axis, (patches - length + 1,) float64.

    Starts are even over the axis and half a window beyond either end, then pushed inside: patches at the border would
    otherwise be seen `length` times less than those in the middle.
    """
    over = length // 2
    drawn = torch.arange(-over, patches - length + over + 1).clamp(0, patches - length)
    return torch.bincount(drawn, minlength=patches - length + 1).double() / len(drawn)


def draw_windows(grid: Grid, window: Grid, batch: int, generator: torch.Generator) -> Tensor:
    """Patches of one window a sample, (B,C) int64 in the order of `unpatchify`; the window must fit the grid."""
    starts = [
        torch.multinomial(start_odds(n, length), batch, replacement=True, generator=generator)
        for n, length in zip(grid, window, strict=True)
    ]
    g, y, x = (
        (start[:, None] + torch.arange(length)).view(batch, *shape)
        for start, length, shape in zip(starts, window, ((-1, 1, 1), (1, -1, 1), (1, 1, -1)), strict=True)
    )
    return ((g * grid.h + y) * grid.w + x).flatten(1)


def window_weights(grid: Grid, window: Grid) -> Tensor:
    """Weight of each patch of the grid, (P,): a weighted mean over a drawn window is, in the mean, that over all patches."""
    chances = []
    for n, length in zip(grid, window, strict=True):
        odds, chance = start_odds(n, length), torch.zeros(n, dtype=torch.float64)
        for start, odd in enumerate(odds):
            chance[start : start + length] += odd
        chances.append(chance)
    seen = torch.einsum("g,y,x->gyx", *chances).flatten()  # probability that a window has the patch
    return (window.patches / (grid.patches * seen)).float()


def assemble(pixels: Tensor, window: Grid, size: PatchSize) -> Tensor:
    """Decoded patches of windows (B,C,pt*p*p,3) as videos (B,Wt*pt,Wh*p,Ww*p,3)."""
    return unpatchify(pixels, window, size)
