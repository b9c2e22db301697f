"""Measure one clip's latent decoded at 6, 12, 24, 48 and 60 frames a second: do shared frames agree?

    python scripts/eval_rates.py --tok tok

Clips are held-out drawings that move (dcs.motion), drawn exactly at every time. They are encoded at one rate; frames of the
same time are compared between rates, and each with the real picture of its time. Writes rates.json and rates.png to
docs/figures.
"""

from __future__ import annotations

import argparse
import itertools
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs.config import CoordMode
from dcs.evaluation import FIGURES_DIR, load_tok, write_json
from dcs.metrics import psnr
from dcs.motion import Clip, frame_times, render_clips, sample_clip
from dcs.plots import Block, save_blocks
from dcs.rates import Video, decode_clip, encode_clip, mean_table, rate_agreement
from dcs.sprites import SpriteAtlas

SEED = 9301
RATES_FPS = (6, 12, 24, 48, 60)
ENCODED_FPS, SECONDS = 24, 1
PX = 64


def clips_of(count: int, atlas: SpriteAtlas, coord_mode: CoordMode) -> list[Video]:
    """Clips of held-out drawings, drawn exactly at every time; those that stand still are left out."""

    def video(clip: Clip) -> Video:
        return lambda times_s: render_clips([clip], times_s, PX, PX, atlas, coord_mode)[0]

    drawn = (sample_clip(SEED, i, "heldout_pairs") for i in itertools.count())
    return [video(clip) for clip in itertools.islice((c for c in drawn if c.motion.kind != "still"), count)]


def draw_clip(path: Path, real: Tensor, decoded: dict[int, Tensor]) -> None:
    """Real frames at the lowest rate, and the same times decoded at each rate."""
    lowest = min(decoded)
    blocks = [Block(f"real, {lowest} fps", list(real))]
    for fps, frames in decoded.items():
        if fps % lowest == 0:
            blocks.append(Block(f"decoded at {fps} fps, same times", list(frames[fps // lowest - 1 :: fps // lowest])))
    heading = f"one latent, encoded at {ENCODED_FPS} fps and {PX} px, all levels"
    save_blocks(path, blocks, columns=2, cell_px=72, heading=heading)


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started = time.process_time()
    (tok, weights), atlas = load_tok(args.tok), SpriteAtlas.open()
    levels = (1, tok.config.levels)
    quality: dict[str, dict[str, list[float]]] = {str(fps): {str(m): [] for m in levels} for fps in RATES_FPS}
    agreements: list[list[list[float | None]]] = []
    for i, video in enumerate(clips_of(args.clips, atlas, tok.config.coord_mode)):
        z, grid = encode_clip(tok, video, ENCODED_FPS, SECONDS)
        real = {fps: video(frame_times(fps * SECONDS, fps)) for fps in RATES_FPS}
        by_level = {m: {fps: decode_clip(tok, z[:, : m * grid.patches], grid, PX, fps) for fps in RATES_FPS} for m in levels}
        for m, decoded in by_level.items():
            for fps, frames in decoded.items():
                quality[str(fps)][str(m)].append(float(psnr(frames, real[fps]).mean()))
        agreements.append(rate_agreement(by_level[tok.config.levels], SECONDS))
        if i == 0:
            draw_clip(args.out / "rates.png", real[min(RATES_FPS)], by_level[tok.config.levels])
        print(f"clip {i + 1} of {args.clips}: {agreements[-1]}", flush=True)
    report: dict[str, Any] = {
        "command": f"python scripts/eval_rates.py --tok {args.tok} --clips {args.clips}",
        "weights": weights, "seed": SEED, "clips": args.clips, "rates": RATES_FPS, "encodedFps": ENCODED_FPS,
        "seconds": SECONDS, "px": PX, "kt": tok.config.kt,
        "pixelAttention": tok.config.pixel_attention, "agreement": mean_table(agreements),
        "psnr": {fps: {m: sum(db) / len(db) for m, db in by_level.items()} for fps, by_level in quality.items()},
        "cpuSeconds": round(time.process_time() - started),
    }  # fmt: skip
    write_json(args.out / "rates.json", report)


if __name__ == "__main__":
    main()
