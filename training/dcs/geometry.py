"""Grids, patches, coordinates and RoPE tables (paper Eq. 1, 3.1, 6.2; spec 2.1, 2.2, 2.7).

Letters: B batch, T frames, h w pixels, p patch side, pt frames of a segment, Gt Gh Gw patch grid, P = Gt*Gh*Gw patches,
n levels. Patch order is (g, y, x); pixel order inside a patch is (frame, row, column). Token order is level-major:
idx = ((l*Gt + g)*Gh + y)*Gw + x.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from dcs.config import CoordMode, RopeFrequencies

MAX_RATIO = 2.5


class Grid(NamedTuple):
    """Patches along time, height, width."""

    t: int
    h: int
    w: int

    @property
    def patches(self) -> int:
        """Patches of a level."""
        return self.t * self.h * self.w


class PatchSize(NamedTuple):
    """Frames and pixels (both axes) of a patch, Eq. 1."""

    pt: int
    p: int


def patch_size(h: int, w: int, fps: int | None, k: int, kt: int) -> PatchSize:
    """Eq. 1: p = min(h, w)/k, pt = fps/kt; an image (fps None) has pt = 1.

    Raises:
        ValueError: a size or rate is not a multiple; use `grid_for` and `fit_pixels` first.
    """
    if min(h, w) % k or (fps is not None and fps % kt):
        raise ValueError(f"short side {min(h, w)} must be a multiple of {k} and fps {fps} a multiple of {kt}")
    return PatchSize(1 if fps is None else fps // kt, min(h, w) // k)


def grid_for(h: int, w: int, k: int, segments: int = 1) -> Grid:
    """The grid of a picture of any size: k patches on the short side, rounded aspect on the long one (spec 2.1)."""
    if min(h, w) < 2:
        raise ValueError(f"a picture needs at least 2 x 2 pixels, got {h} x {w}")
    ratio = min(max(h, w) / min(h, w), MAX_RATIO)
    long = max(k, math.floor(k * ratio + 0.5))
    return Grid(segments, long, k) if h > w else Grid(segments, k, long)


def fit_pixels(h: int, w: int, k: int) -> tuple[int, int, int]:
    """Crop and patch side that make (h, w) fit its grid: (crop_h, crop_w, p). The crop is centred, at most half a patch."""
    grid = grid_for(h, w, k)
    crop_h = min(h, math.floor(w * grid.h / grid.w + 0.5))
    crop_w = min(w, math.floor(h * grid.w / grid.h + 0.5))
    return crop_h, crop_w, max(2, math.floor(min(crop_h, crop_w) / k + 0.5))


def patchify(video: Tensor, size: PatchSize) -> Tensor:
    """(B,T,h,w,C) -> pixel tokens (B,P,pt*p*p,C)."""
    b, t, h, w, c = video.shape
    pt, p = size
    x = video.reshape(b, t // pt, pt, h // p, p, w // p, p, c)
    return x.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(b, -1, pt * p * p, c)


def unpatchify(pixels: Tensor, grid: Grid, size: PatchSize) -> Tensor:
    """Inverse of `patchify`: (B,P,pt*p*p,C) -> (B,T,h,w,C)."""
    b, _, _, c = pixels.shape
    pt, p = size
    x = pixels.reshape(b, grid.t, grid.h, grid.w, pt, p, p, c)
    return x.permute(0, 1, 4, 2, 5, 3, 6, 7).reshape(b, grid.t * pt, grid.h * p, grid.w * p, c)


def pixel_coords(size: PatchSize, mode: CoordMode) -> Tensor:
    """Coordinates (v, uy, ux) of the pixels of a patch, (pt*p*p, 3): tail-aligned time, corner or centre aligned space."""
    if mode == "corner" and size.p < 2:
        raise ValueError(f"corner coordinates need p >= 2, got {size.p}")
    v = torch.arange(1, size.pt + 1, dtype=torch.float64) / size.pt
    i = torch.arange(size.p, dtype=torch.float64)
    u = i / (size.p - 1) if mode == "corner" else (i + 0.5) / size.p
    return torch.stack(torch.meshgrid(v, u, u, indexing="ij"), dim=-1).reshape(-1, 3)


def tail_frames(frames: int, ratio: float) -> Tensor:
    """Indices of the frames kept when the rate falls by `ratio`: ceil((j+1)*ratio) - 1; the last of a segment is kept."""
    count = round(frames / ratio)
    return torch.tensor([math.ceil((j + 1) * ratio - 1e-9) - 1 for j in range(count)])


def rope_table(positions: Tensor, frequencies: RopeFrequencies) -> tuple[Tensor, Tensor]:
    """cos and sin, each (S, pairs), of positions (S, 4) in order (t, y, x, level); computed in float64."""
    groups = (frequencies.t, frequencies.y, frequencies.x, frequencies.level)
    angles = torch.cat(
        [positions[:, i : i + 1].double() * torch.tensor(f, dtype=torch.float64) for i, f in enumerate(groups)], dim=1
    )
    return angles.cos().float(), angles.sin().float()


def pixel_positions(coords: Tensor) -> Tensor:
    """(Q,3) coordinates -> (Q,4) positions: pixels carry no level."""
    return torch.cat([coords.double(), torch.zeros(len(coords), 1, dtype=torch.float64)], dim=1)


def level_positions(levels: int) -> Tensor:
    """(n,4) positions of the latents of one patch: level 1..n, no place."""
    out = torch.zeros(levels, 4, dtype=torch.float64)
    out[:, 3] = torch.arange(1, levels + 1)
    return out


def grid_positions(grid: Grid, k: int, first_level: int, levels: int) -> Tensor:
    """(levels*P, 4) positions between patches, level-major: (g, y/k, x/k, level), `first_level` counted from 1."""
    axes = (
        torch.arange(first_level, first_level + levels, dtype=torch.float64),
        torch.arange(grid.t, dtype=torch.float64),
        torch.arange(grid.h, dtype=torch.float64) / k,
        torch.arange(grid.w, dtype=torch.float64) / k,
    )
    level, g, y, x = torch.meshgrid(*axes, indexing="ij")
    return torch.stack([g, y, x, level], dim=-1).reshape(-1, 4)
