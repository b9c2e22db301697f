"""Encode training scenes and clips with a trained DCS-Tok for the DiT.

    python scripts/cache_latents.py --tok tok --out ~/.cache/dcs-studio/latents --count 24000 --clips 4000

With --extend, what the directory holds stays and only what is missing of the counts is encoded; the first scenes and
clips are encoded again and compared, so that nothing of another tokenizer, size or way of clips is continued.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

from dcs.bfloat16 import multiply_in_bfloat16
from dcs.evaluation import load_tok
from dcs.geometry import Grid, PatchSize
from dcs.latents import CachedLatents, encode_clips, encode_scenes, is_same_encoding, load_caches, save_caches
from dcs.sprites import SpriteAtlas

# share of each aspect of pictures: squares first, then the ends and the middle of 1:2 .. 2:1
ASPECTS = {(8, 8): 0.8, (8, 11): 0.06, (11, 8): 0.06, (8, 16): 0.04, (16, 8): 0.04}
# share of each grid of clips: one and two seconds at k_t = 4
CLIP_GRIDS = {(4, 8, 8): 0.7, (8, 8, 8): 0.2, (4, 8, 11): 0.05, (4, 11, 8): 0.05}
FIRST_SEED, FIRST_CLIP_SEED = 100, 200  # of the streams of each aspect and of each grid
CLIP_FRAMES = 3  # of a segment: 12 frames/s
CHECKED = 2  # rows of each grid that are encoded again before others are added
CHUNK = 128  # scenes a worker encodes at a time


@dataclass(frozen=True)
class Job:
    """One chunk for a worker process."""

    run: str
    grid: Grid
    seed: int
    first: int
    count: int
    p: int
    bfloat16: bool


def encode_chunk(job: Job) -> CachedLatents:
    """Encode the scenes or clips of a job."""
    torch.set_num_threads(1)
    (tok, _), atlas = load_tok(job.run), SpriteAtlas.open()
    if job.bfloat16:
        multiply_in_bfloat16(tok)
    if job.grid.t > 1:
        return encode_clips(tok, job.grid, job.seed, job.first, job.count, atlas, PatchSize(CLIP_FRAMES, job.p))
    return encode_scenes(tok, job.grid, job.seed, job.first, job.count, atlas, job.p)


def main() -> None:
    """Parse, encode in parallel, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", required=True, help="run name of the tokenizer")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=24_000)
    parser.add_argument("--clips", type=int, default=0, help="clips beside the scenes")
    parser.add_argument("--px", type=int, default=64, help="short side at which scenes are encoded")
    parser.add_argument("--keep-statistics", action="store_true",
                        help="leave statistics.pt, which a restored DiT was trained with, as it is")  # fmt: skip
    parser.add_argument("--bfloat16", action="store_true",
                        help="matrix products in bfloat16 (AVX512-BF16 or AMX): 0.02%% of the variance off")  # fmt: skip
    parser.add_argument("--extend", action="store_true",
                        help="encode only what --out lacks")  # fmt: skip
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    if args.keep_statistics and not (args.out / "statistics.pt").exists():
        parser.error(f"{args.out} has no statistics.pt to keep; scripts/restore_runs.py makes it of a bundle")
    tok, _ = load_tok(args.tok)
    started, caches = time.monotonic(), []
    held = {(c.grid, c.seed): c.z for c in load_caches(args.out)[0] if c.first_index == 0} if args.extend else {}
    wanted = [(Grid(1, *aspect), FIRST_SEED + i, int(args.count * share)) for i, (aspect, share) in enumerate(ASPECTS.items())]
    for i, (sides, share) in enumerate(CLIP_GRIDS.items()):
        wanted.append((Grid(*sides), FIRST_CLIP_SEED + i, int(args.clips * share)))
    with get_context("spawn").Pool(args.processes) as pool:
        for grid, seed, total in wanted:
            chunk = max(1, CHUNK // grid.t)
            p = args.px // tok.config.k
            parts = [held[grid, seed]] if (grid, seed) in held else []
            first = sum(len(part) for part in parts)
            again = Job(args.tok, grid, seed, 0, min(CHECKED, first), p, args.bfloat16)
            if parts and not is_same_encoding(parts[0], pool.apply(encode_chunk, (again,)).z):
                parser.error(f"{args.out} holds others of {tuple(grid)}: of another tokenizer, size or way of clips. "
                             "Give another --out, or leave --extend out to encode all anew")  # fmt: skip
            jobs = [Job(args.tok, grid, seed, s, min(chunk, total - s), p, args.bfloat16) for s in range(first, total, chunk)]
            parts += [part.z for part in pool.imap(encode_chunk, jobs)]
            print(f"{tuple(grid)}: {max(first, total)}, {time.monotonic() - started:.0f} s", flush=True)
            if parts:
                caches.append(CachedLatents(grid, seed, 0, torch.cat(parts)))
                save_caches(args.out, caches[-1:], tok.config.levels, keeps_statistics=True)
    if not args.keep_statistics:
        save_caches(args.out, caches, tok.config.levels)


if __name__ == "__main__":
    main()
