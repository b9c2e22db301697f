"""Encode training scenes with a trained DCS-Tok for the DiT.

    python scripts/cache_latents.py --tok tok --out ~/.cache/dcs-studio/latents --count 24000
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from dcs import config
from dcs.geometry import Grid
from dcs.latents import encode_scenes, save_caches
from dcs.run import DEFAULT_ROOT
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

# share of each aspect: squares first, then the ends and the middle of 1:2 .. 2:1
ASPECTS = {(8, 8): 0.8, (8, 11): 0.06, (11, 8): 0.06, (8, 16): 0.04, (16, 8): 0.04}


def main() -> None:
    """Parse, encode, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", required=True, help="run name of the tokenizer")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=24_000)
    parser.add_argument("--px", type=int, default=64, help="short side at which scenes are encoded")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    tok = DCSTok(config.nano_tok())
    tok.load_state_dict(torch.load(DEFAULT_ROOT / args.tok / "last.pt", weights_only=True)["average"])
    tok.eval()
    atlas, caches, started = SpriteAtlas.open(), [], time.monotonic()
    for i, ((gh, gw), share) in enumerate(ASPECTS.items()):
        grid = Grid(1, gh, gw)
        caches.append(encode_scenes(tok, grid, 100 + i, 0, int(args.count * share), atlas, args.px // tok.config.k))
        print(f"{gh}x{gw}: {len(caches[-1].z)} scenes, {time.monotonic() - started:.0f} s", flush=True)
    save_caches(args.out, caches, tok.config.levels)


if __name__ == "__main__":
    main()
