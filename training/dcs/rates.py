"""One clip at several frame rates: decoding a latent at any rate, and comparing the frames that rates share.

Frames lie at the tail of their interval: frame j of a clip at f fps shows the time (j + 1) / f seconds (spec 2.2). A
`Video` is anything that is drawn exactly at any time. Letters: T frames, P patches, m levels, d latent channels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from torch import Tensor

from dcs.geometry import Grid, PatchSize
from dcs.metrics import psnr
from dcs.motion import frame_times
from dcs.tok import DCSTok

Video = Callable[[Tensor], Tensor]  # times in seconds (T,) -> frames (T,h,w,3) in [-1, 1]


def encode_clip(tok: DCSTok, video: Video, fps: int, seconds: int) -> tuple[Tensor, Grid]:
    """Latents z (1,n*P,d) of a clip, and its grid.

    Raises:
        ValueError: `kt` of the tokenizer does not divide the rate.
    """
    kt = tok.config.kt
    if fps % kt:
        raise ValueError(f"the tokenizer has {kt} segments a second, encode at a multiple of that, not at {fps} fps")
    frames = video(frame_times(fps * seconds, fps))
    side = frames.shape[1] // tok.config.k
    grid = Grid(seconds * kt, frames.shape[1] // side, frames.shape[2] // side)
    return tok.encode(frames[None], PatchSize(fps // kt, side)), grid


def decode_clip(tok: DCSTok, z: Tensor, grid: Grid, px: int, fps: int) -> Tensor:
    """Frames (T,px,px',3) at a rate, clamped.

    Rates that the segments do not divide are decoded at the lowest common multiple, of which every so many frames are kept.
    """
    full = math.lcm(fps, tok.config.kt)
    size = PatchSize(full // tok.config.kt, px // tok.config.k)
    every = full // fps
    return tok.decode(z, grid, size)[0, every - 1 :: every].clamp(-1, 1)


def shared_frames(fps: int, other: int, seconds: int) -> list[tuple[int, int]]:
    """Pairs (frame at `fps`, frame at `other`) that show the same time."""
    step = math.gcd(fps, other)  # common times are multiples of 1 / gcd
    return [(i * fps // step - 1, i * other // step - 1) for i in range(1, seconds * step + 1)]


def rate_agreement(clips: dict[int, Tensor], seconds: int) -> list[list[float | None]]:
    """Mean PSNR in dB of shared frames between rates; None on the diagonal."""

    def between(fps: int, other: int) -> float | None:
        if fps == other:
            return None
        mine, theirs = zip(*shared_frames(fps, other, seconds), strict=True)
        return float(psnr(clips[fps][list(mine)], clips[other][list(theirs)]).mean())

    return [[between(fps, other) for other in clips] for fps in clips]


def mean_table(tables: Sequence[list[list[float | None]]]) -> list[list[float | None]]:
    """Mean of equal tables, cell by cell; None stays."""

    def mean(cells: tuple[float | None, ...]) -> float | None:
        known = [cell for cell in cells if cell is not None]
        return sum(known) / len(known) if known else None

    return [[mean(cells) for cells in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]
