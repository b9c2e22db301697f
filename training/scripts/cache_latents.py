"""Encode training scenes with a trained DCS-Tok for the DiT.

    python scripts/cache_latents.py --tok tok --out ~/.cache/dcs-studio/latents --count 24000
"""

from __future__ import annotations

import argparse
import time
from multiprocessing import get_context
from pathlib import Path

import torch

from dcs import config
from dcs.geometry import Grid
from dcs.latents import CachedLatents, encode_scenes, save_caches
from dcs.run import DEFAULT_ROOT
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

# share of each aspect: squares first, then the ends and the middle of 1:2 .. 2:1
ASPECTS = {(8, 8): 0.8, (8, 11): 0.06, (11, 8): 0.06, (8, 16): 0.04, (16, 8): 0.04}


CHUNK = 128  # scenes a worker encodes at a time


def load_tok(run: str) -> DCSTok:
    """The averaged weights of a run."""
    tok = DCSTok(config.nano_tok())
    tok.load_state_dict(torch.load(DEFAULT_ROOT / run / "last.pt", weights_only=True)["average"])
    return tok.eval()


def encode_chunk(job: tuple[str, Grid, int, int, int, int]) -> CachedLatents:
    """One chunk in a worker process: (run, grid, seed, first index, count, patch side)."""
    run, grid, seed, first, count, p = job
    torch.set_num_threads(1)
    return encode_scenes(load_tok(run), grid, seed, first, count, SpriteAtlas.open(), p)


def main() -> None:
    """Parse, encode in parallel, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", required=True, help="run name of the tokenizer")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=24_000)
    parser.add_argument("--px", type=int, default=64, help="short side at which scenes are encoded")
    parser.add_argument("--keep-statistics", action="store_true",
                        help="leave statistics.pt, which a restored DiT was trained with, as it is")  # fmt: skip
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    if args.keep_statistics and not (args.out / "statistics.pt").exists():
        parser.error(f"{args.out} has no statistics.pt to keep; scripts/restore_runs.py makes it of a bundle")
    tok_config, caches, started = config.nano_tok(), [], time.monotonic()
    with get_context("spawn").Pool(args.processes) as pool:
        for i, ((gh, gw), share) in enumerate(ASPECTS.items()):
            grid, total = Grid(1, gh, gw), int(args.count * share)
            p = args.px // tok_config.k
            jobs = [(args.tok, grid, 100 + i, s, min(CHUNK, total - s), p) for s in range(0, total, CHUNK)]
            parts = []
            for part in pool.imap(encode_chunk, jobs):
                parts.append(part.z)
                done = sum(len(z) for z in parts)
                print(f"{gh}x{gw}: {done}/{total}, {time.monotonic() - started:.0f} s", flush=True)
            caches.append(CachedLatents(grid, 100 + i, 0, torch.cat(parts)))
    save_caches(args.out, caches, tok_config.levels, args.keep_statistics)


if __name__ == "__main__":
    main()
