"""Cached latents: what DCS-DiT trains on (spec 4.2). The tokenizer encodes scenes and clips once; the cache keeps (seed,
index) of each so that captions can be written anew every time.

A cache directory holds `<gh>x<gw>.pt` per aspect of pictures and `<gt>x<gh>x<gw>.pt` per grid of clips: z (R, n*P, d)
float16, first index, seed; and `statistics.pt`: mean and standard deviation per level and channel (n, d) over everything
cached.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from dcs.captions import caption, horizontal_place, vertical_place
from dcs.clip_captions import clip_caption
from dcs.concepts import ConceptTable
from dcs.geometry import Grid, PatchSize
from dcs.motion import PLAIN_SIZES, Clip, MotionKind, plain_clip, render_clips, sample_clip, segment_times
from dcs.scenes import Scene, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok


@dataclass(frozen=True)
class CachedLatents:
    """Latents of consecutive scenes of one aspect, or of clips if the grid has several segments."""

    grid: Grid
    seed: int
    first_index: int
    z: Tensor  # (R, n*P, d) float16

    def scene(self, row: int) -> Scene:
        """The scene that was encoded as `row`; of a clip, the scene of `clip`."""
        if self.grid.t > 1:
            return self.clip(row).scene
        return sample_scene(self.seed, self.first_index + row, "train", (self.grid.h, self.grid.w), "recommended")

    def clip(self, row: int) -> Clip:
        """The clip whose `plain_clip` was encoded as `row`: the same thing, motion and background."""
        return sample_clip(self.seed, self.first_index + row, "train", (self.grid.h, self.grid.w), "recommended")

    def caption(self, row: int, concepts: ConceptTable, seed: int) -> str:
        """A caption of what was encoded as `row`; `seed` chooses among the ways to say it."""
        if self.grid.t > 1:
            return clip_caption(self.clip(row), concepts, seed)
        return caption(self.scene(row), concepts, seed)

    def weight(self, row: int, plain_weight: float) -> float:
        """Odds of `row` in training."""
        if self.grid.t > 1:
            return clip_weight(self.clip(row))
        return scene_weight(self.scene(row), plain_weight)

    @property
    def file_name(self) -> str:
        """Name of its file in a cache directory."""
        sides = self.grid if self.grid.t > 1 else self.grid[1:]
        return f"{'x'.join(map(str, sides))}.pt"


STYLE_WEIGHTS = {"streamline-emojis": 0.3, "noto-v1": 0.5, "fxemoji": 0.5}  # far from the other four, which agree

LARGE_FROM, LARGE_WEIGHT = 0.7, 2.0  # side in scene units; a large thing covers more tokens, so its parts are larger


def scene_weight(scene: Scene, plain_weight: float) -> float:
    """Odds of a scene in training: `plain_weight` if it shows one upright thing in the middle, twice that if the thing
    is large, 1 otherwise, and less for the styles unlike the rest.

    A prompt that says nothing of place, size, tilt and style leaves them to chance; a small model draws a shape that it
    has seen in fewer ways sooner (LOG.md).
    """
    first = scene.stickers[0]
    is_in_the_middle = not horizontal_place(first, scene) and not vertical_place(first, scene)
    is_plain = len(scene.stickers) == 1 and first.rotation_deg == 0 and is_in_the_middle
    plain_odds = plain_weight * (LARGE_WEIGHT if first.size >= LARGE_FROM else 1.0)
    return (plain_odds if is_plain else 1.0) * STYLE_WEIGHTS.get(first.style, 1.0)


IN_PLACE_WEIGHT = 2.0  # what crosses the picture moves tokens from cell to cell: its motion is learnt sooner, its shape later
IN_PLACE: tuple[MotionKind, ...] = ("spin", "pulse", "wobble", "grow", "shrink")


def clip_weight(clip: Clip) -> float:
    """Odds of a clip in training: more if its thing is large or changes in place, less for the styles unlike the rest.

    The motion decides where a thing is, so plain scenes do not count more here.
    """
    first = clip.scene.stickers[0]
    size = PLAIN_SIZES.get(clip.motion.kind, first.size)
    size_odds = LARGE_WEIGHT if size >= LARGE_FROM else 1.0
    motion_odds = IN_PLACE_WEIGHT if clip.motion.kind in IN_PLACE else 1.0
    return size_odds * motion_odds * STYLE_WEIGHTS.get(first.style, 1.0)


@torch.no_grad()
def encode_scenes(
    tok: DCSTok, grid: Grid, seed: int, first_index: int, count: int, atlas: SpriteAtlas, p: int, batch: int = 16
) -> CachedLatents:
    """Encode `count` training scenes of an aspect at patch side p."""
    rows, size = [], PatchSize(1, p)
    for start in range(first_index, first_index + count, batch):
        stop = min(start + batch, first_index + count)
        scenes = [sample_scene(seed, i, "train", (grid.h, grid.w), "recommended") for i in range(start, stop)]
        x = render_scenes(scenes, grid.h * p, grid.w * p, atlas, tok.config.coord_mode)[:, None]
        rows.append(tok.encode(x, size).half())
    return CachedLatents(grid, seed, first_index, torch.cat(rows))


@torch.no_grad()
def encode_clips(
    tok: DCSTok, grid: Grid, seed: int, first_index: int, count: int, atlas: SpriteAtlas, size: PatchSize, batch: int = 4
) -> CachedLatents:
    """Encode `count` training clips of a grid at a patch size; clips are plain, as their captions tell them."""
    rows, config = [], tok.config
    duration_s = grid.t / config.kt
    times_s = segment_times(grid.t, size.pt, config.kt)
    for start in range(first_index, first_index + count, batch):
        stop = min(start + batch, first_index + count)
        clips = [sample_clip(seed, i, "train", (grid.h, grid.w), "recommended") for i in range(start, stop)]
        clips = [plain_clip(clip, duration_s) for clip in clips]
        x = render_clips(clips, times_s, grid.h * size.p, grid.w * size.p, atlas, config.coord_mode)
        rows.append(tok.encode(x, size).half())
    return CachedLatents(grid, seed, first_index, torch.cat(rows))


def is_same_encoding(held: Tensor, fresh: Tensor) -> bool:
    """Whether latents (R,L,d) that are held are what the first rows would be now, up to the rounding of bfloat16.

    That is 0.02% of the variance; scenes at another size differ by 0.5% and more.
    """
    first = held[: len(fresh)].float()
    return first.shape == fresh.shape and bool((first - fresh.float()).square().mean() < 0.002 * fresh.float().var())


def level_statistics(caches: list[CachedLatents], levels: int) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation per level and channel over all cached tokens, (n, d) each, float32."""
    tokens = [c.z.float().unflatten(1, (levels, -1)).transpose(0, 1).flatten(1, 2) for c in caches]  # (n, R*P, d)
    joined = torch.cat(tokens, dim=1)
    return joined.mean(1), joined.std(1).clamp_min(1e-3)


def normalise(z: Tensor, mean: Tensor, std: Tensor, levels: int) -> Tensor:
    """z (B, m*P, d) of the first m = `levels` levels -> zn, with statistics (n, d)."""
    x = z.unflatten(1, (levels, -1))
    return ((x - mean[:levels, None]) / std[:levels, None]).flatten(1, 2)


def denormalise(zn: Tensor, mean: Tensor, std: Tensor, levels: int) -> Tensor:
    """Inverse of `normalise`."""
    x = zn.unflatten(1, (levels, -1))
    return (x * std[:levels, None] + mean[:levels, None]).flatten(1, 2)


def save_caches(directory: Path, caches: list[CachedLatents], levels: int, keeps_statistics: bool = False) -> None:
    """Write one file per aspect, and the statistics unless those that are there are to be kept."""
    directory.mkdir(parents=True, exist_ok=True)
    for c in caches:
        state = {"grid": list(c.grid), "seed": c.seed, "first_index": c.first_index, "z": c.z}
        torch.save(state, directory / c.file_name)
    if keeps_statistics:
        return
    mean, std = level_statistics(caches, levels)
    torch.save({"mean": mean, "std": std}, directory / "statistics.pt")


def load_statistics(directory: Path) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation per level and channel, (n,d) each.

    Raises:
        FileNotFoundError: the directory has none; scripts/cache_latents.py writes them.
    """
    path = directory / "statistics.pt"
    if not path.exists():
        raise FileNotFoundError(f"no {path}; run `python scripts/cache_latents.py --out {directory}`")
    saved = torch.load(path, weights_only=True)
    return saved["mean"], saved["std"]


def load_caches(directory: Path) -> tuple[list[CachedLatents], Tensor, Tensor]:
    """Caches, mean and std.

    Raises:
        ValueError: the directory holds none; make it with scripts/cache_latents.py.
    """
    paths = sorted(p for p in directory.glob("*x*.pt"))
    if not paths:
        raise ValueError(f"no cached latents in {directory}; run scripts/cache_latents.py --out {directory}")
    caches = []
    for path in paths:
        s = torch.load(path, weights_only=True)
        caches.append(CachedLatents(Grid(*s["grid"]), s["seed"], s["first_index"], s["z"]))
    return caches, *load_statistics(directory)
