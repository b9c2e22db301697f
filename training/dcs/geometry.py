"""Grids, patches, coordinates and RoPE tables (paper Eq. 1, 3.1, 6.2; spec 2.1, 2.2, 2.7).

Letters: B batch, T frames, h w pixels, p patch side, pt frames of a segment, Gt Gh Gw patch grid,
P = Gt*Gh*Gw patches, n levels. Patch order is (g, y, x); pixel order inside a patch is (frame, row, column).
Token order is level-major: idx = ((l*Gt + g)*Gh + y)*Gw + x.
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
    """Grid of a picture of any size: k patches on the short side, rounded aspect on the long (spec 2.1)."""
    if min(h, w) < 2:
        raise ValueError(f"a picture needs at least 2 x 2 pixels, got {h} x {w}")
    ratio = min(max(h, w) / min(h, w), MAX_RATIO)
    long = max(k, math.floor(k * ratio + 0.5))
    return Grid(segments, long, k) if h > w else Grid(segments, k, long)


def fit_pixels(h: int, w: int, k: int) -> tuple[int, int, int]:
    """Crop and patch side that make (h, w) fit its grid: (crop_h, crop_w, p).

    The crop is at most half a patch, unless the picture is longer than MAX_RATIO.
    """
    grid = grid_for(h, w, k)
    crop_h = min(h, math.floor(w * grid.h / grid.w + 0.5))
    crop_w = min(w, math.floor(h * grid.w / grid.h + 0.5))
    return crop_h, crop_w, max(2, math.floor(min(crop_h, crop_w) / k + 0.5))


def resize(video: Tensor, h: int, w: int, mode: CoordMode) -> Tensor:
    """(B,T,h0,w0,C) -> (B,T,h,w,C): bilinear, with an area filter when shrinking (spec 2.3)."""
    _, _, h0, w0, _ = video.shape
    rows, columns = resampling(h0, h, mode).to(video.dtype), resampling(w0, w, mode).to(video.dtype)
    planes = video.movedim(-1, 2)  # (B, T, C, h0, w0)
    return (rows @ planes @ columns.T).movedim(2, -1)


def resampling(n_in: int, n_out: int, mode: CoordMode) -> Tensor:
    """Weights (n_out, n_in) that resample a line; a ramp stays a ramp, in `corner` mode with its ends.

    A tent of whole half-width round(scale), narrower at the border so that it stays symmetric. F.interpolate
    will not do: antialias=True ignores where align_corners=True puts the samples, and shifts the picture by
    about half an output pixel.
    """
    if mode == "center":
        scale = n_in / n_out
        place = (torch.arange(n_out, dtype=torch.float64) + 0.5) * scale - 0.5
    else:
        scale = (n_in - 1) / max(1, n_out - 1)
        place = torch.arange(n_out, dtype=torch.float64) * scale
    room = torch.minimum(place + 1, n_in - place).floor()
    half_width = room.clamp(1, max(1, math.floor(scale + 0.5)))
    distance = (torch.arange(n_in, dtype=torch.float64) - place[:, None]).abs()
    weights = (1 - distance / half_width[:, None]).clamp_min(0)
    return weights / weights.sum(1, keepdim=True)


def fit_video(
    video: Tensor, fps: float | None, k: int, kt: int, mode: CoordMode, p: int | None = None
) -> tuple[Tensor, Grid, PatchSize]:
    """Crop and resize a picture (fps None, T = 1) or a clip of any size and rate onto a grid (spec 2.1).

    video (B,T,h0,w0,C) -> (B,Gt*pt,Gh*p,Gw*p,C), its grid, its size. `p` asks for a scale (nearest if None).

    Raises:
        ValueError: a picture with several frames, a clip shorter than a segment, a side below 2 pixels.
    """
    _, frames, h, w, _ = video.shape
    pt = 1
    if fps is not None:
        kept, pt = fit_frames(frames, fps, kt)
        video = video[:, kept]
    elif frames != 1:
        raise ValueError(f"a clip of {frames} frames needs its fps")
    grid = grid_for(h, w, k, video.shape[1] // pt)
    crop_h, crop_w, nearest = fit_pixels(h, w, k)
    size = PatchSize(pt, p or nearest)
    top, left = (h - crop_h) // 2, (w - crop_w) // 2
    cropped = video[:, :, top : top + crop_h, left : left + crop_w]
    return resize(cropped, grid.h * size.p, grid.w * size.p, mode), grid, size


def patch_side_for(h: int, w: int, grid: Grid) -> int:
    """The smallest patch side whose picture is at least h x w: decode at it, then `resize` (spec 2.1)."""
    return max(2, -(-h // grid.h), -(-w // grid.w))


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
    """Coordinates (v, uy, ux) of the pixels of a patch, (pt*p*p, 3): tail-aligned time, `mode` in space."""
    if mode == "corner" and size.p < 2:
        raise ValueError(f"corner coordinates need p >= 2, got {size.p}")
    v = torch.arange(1, size.pt + 1, dtype=torch.float64) / size.pt
    i = torch.arange(size.p, dtype=torch.float64)
    u = i / (size.p - 1) if mode == "corner" else (i + 0.5) / size.p
    return torch.stack(torch.meshgrid(v, u, u, indexing="ij"), dim=-1).reshape(-1, 3)


def tail_frames(frames: int, ratio: float) -> Tensor:
    """Frames kept when the rate falls by `ratio`: ceil((j+1)*ratio) - 1, so the last of a segment is kept."""
    return _ending_with_last(frames, ratio, math.floor(frames / ratio + 1e-9), head=0.0)


def fit_frames(frames: int, fps: float, kt: int) -> tuple[Tensor, int]:
    """Frames to keep of a clip of any rate, and pt: nearest rate kt divides, whole segments, cut at the head.

    Raises:
        ValueError: the clip is shorter than one segment.
    """
    segments = math.floor(frames * kt / fps + 1e-9)
    if segments < 1:
        raise ValueError(f"a clip needs {fps / kt:.3g} frames at {fps:g} fps (1/{kt} s), got {frames}")
    pt = max(1, math.floor(fps / kt + 0.5))
    return _ending_with_last(frames, fps / (kt * pt), segments * pt, head=frames - segments * fps / kt), pt


def _ending_with_last(frames: int, ratio: float, count: int, head: float) -> Tensor:
    # head: frames dropped before the first kept interval, maybe fractional
    kept = [math.ceil(head + (j + 1) * ratio - 1e-9) - 1 for j in range(count)]
    return torch.tensor(kept, dtype=torch.int64).clamp(0, frames - 1)


def rope_table(positions: Tensor, frequencies: RopeFrequencies) -> tuple[Tensor, Tensor]:
    """cos and sin, each (S, pairs), of positions (S, 4) in order (t, y, x, level); computed in float64."""
    groups = (frequencies.t, frequencies.y, frequencies.x, frequencies.level)
    columns = positions.double().split(1, dim=1)
    angles = torch.cat([c * c.new_tensor(f) for c, f in zip(columns, groups, strict=True)], dim=1)
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
    """(levels*P, 4) positions between patches, level-major: (g, y/k, x/k, level from `first_level` on)."""
    axes = (
        torch.arange(first_level, first_level + levels, dtype=torch.float64),
        torch.arange(grid.t, dtype=torch.float64),
        torch.arange(grid.h, dtype=torch.float64) / k,
        torch.arange(grid.w, dtype=torch.float64) / k,
    )
    level, g, y, x = torch.meshgrid(*axes, indexing="ij")
    return torch.stack([g, y, x, level], dim=-1).reshape(-1, 4)
