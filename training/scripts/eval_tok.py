"""Measure a trained DCS-Tok: quality per level, the same latent at five sizes, what a classifier still recognises.

    python scripts/eval_tok.py --tok tok

Held-out pairs are drawings that training never saw, in styles it saw; OpenMoji is a whole style that it never saw.
Writes tok.json, reconstruction-64.png, reconstruction-128.png, photographs.png, sizes.png and psnr-levels.png to docs/figures.
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs.classifier import PictureClassifier, load_classifier
from dcs.evaluation import FIGURES_DIR, decode, decode_levels, encode, load_tok, share_right, write_json
from dcs.geometry import Grid
from dcs.metrics import psnr, reduced, ssim
from dcs.perceptual import load_backbone
from dcs.photographs import crop_concepts, default_photographs_path, photograph_scene
from dcs.plots import Block, Line, Panel, save_blocks, save_panels, save_sizes
from dcs.run import DEFAULT_ROOT
from dcs.scenes import Scene, Split, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

SEED = 9001
SPLITS: dict[Split, str] = {"heldout_pairs": "held-out drawings", "openmoji": "OpenMoji (style never seen)"}
QUALITY_PX = (64, 128)
SIZES_PX = (32, 64, 96, 128, 256)
ENCODED_PX = 64
SHOWN, SHOWN_COLUMNS = 12, 2


def quality(pictures: Tensor, levels: list[Tensor]) -> dict[str, Any]:
    """Mean PSNR in dB and SSIM of each level count, and by how much PSNR rises from the first to the last."""
    decibels = [float(psnr(level, pictures).mean()) for level in levels]
    return {
        "psnr": decibels,
        "ssim": [float(ssim(level, pictures).mean()) for level in levels],
        "gain": decibels[-1] - decibels[0],
        "isIncreasing": all(a < b for a, b in pairwise(decibels)),
    }


def agreement(pictures: dict[int, Tensor]) -> list[list[float | None]]:
    """Mean PSNR between pictures of different sizes, box-averaged to the smallest; None on the diagonal."""
    smallest = min(pictures)
    small = [reduced(picture.clamp(-1, 1), smallest) for picture in pictures.values()]
    return [[None if i == j else float(psnr(a, b).mean()) for j, b in enumerate(small)] for i, a in enumerate(small)]


def measure_sizes(tok: DCSTok, scenes: list[Scene], atlas: SpriteAtlas, out: Path) -> dict[str, Any]:
    """One latent, encoded at 64 px, decoded at five sizes; the agreement of the decodes beside that of real renderings."""
    grid = Grid(1, tok.config.k, tok.config.k)
    real = {px: render_scenes(scenes, px, px, atlas, tok.config.coord_mode) for px in SIZES_PX}
    z = encode(tok, real[ENCODED_PX], grid)
    decoded = {px: decode(tok, z, grid, px) for px in SIZES_PX}
    labels = [f"{px} px" for px in SIZES_PX] + ["real, 256 px"]
    rows = [[*(decoded[px][i] for px in SIZES_PX), real[256][i]] for i in range(4)]
    save_sizes(out / "sizes.png", rows, labels)
    return {
        "sizes": list(SIZES_PX),
        "encodedPx": ENCODED_PX,
        "scenes": len(scenes),
        "agreement": agreement(decoded),
        "realAgreement": agreement(real),
        "psnr": {str(px): float(psnr(decoded[px], real[px]).mean()) for px in SIZES_PX},
        "agreement256to64": float(psnr(reduced(decoded[256], 64), decoded[64]).mean()),
    }


def recognition(classifier: PictureClassifier, scenes: list[Scene], pictures: Tensor, levels: list[Tensor]) -> dict[str, Any]:
    """What the classifier answers to real pictures and to their reconstructions, on the scenes with one sticker."""
    rows = [i for i, scene in enumerate(scenes) if len(scene.stickers) == 1]
    wanted = [{scenes[i].stickers[0].concept} for i in rows]
    colors = [scenes[i].background.color for i in rows]
    return {
        "real": share_right(classifier, pictures[rows], wanted, colors),
        "levels": [share_right(classifier, level[rows], wanted, colors) for level in levels],
    }


def measure_photographs(tok: DCSTok, count: int, out: Path) -> dict[str, Any]:
    """Quality on crops of photographs that training never saw, by size; nothing if their atlas was not built."""
    path = default_photographs_path()
    if not path.exists():
        print("no photographs: scripts/build_photographs.py collects them", flush=True)
        return {}
    atlas, grid, found = SpriteAtlas.open(path), Grid(1, tok.config.k, tok.config.k), {}
    concepts = crop_concepts(atlas, "eval")
    scenes = [photograph_scene(SEED, i, concepts) for i in range(count)]
    for px in QUALITY_PX:
        pictures = render_scenes(scenes, px, px, atlas, tok.config.coord_mode)
        levels = decode_levels(tok, encode(tok, pictures, grid), grid, px)
        found[str(px)] = quality(pictures, levels)
        if px == max(QUALITY_PX):
            what = "photographs never trained on"
            draw_reconstructions(out / "photographs.png", px, pictures[:SHOWN], [level[:SHOWN] for level in levels], what)
    return {"photographs": found}


def draw_reconstructions(path: Path, px: int, pictures: Tensor, levels: list[Tensor], what: str = "held-out drawings") -> None:
    """The real picture, then one to n levels. OpenMoji's licence keeps it off the figures."""
    rows = zip(pictures, *levels, strict=True)
    caption = f"real, then 1 to {len(levels)} levels"
    blocks = [Block(caption if i < SHOWN_COLUMNS else "", row) for i, row in enumerate(rows)]
    save_blocks(path, blocks, SHOWN_COLUMNS, cell_px=96, heading=f"{what}, read and written at {px} px")


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--classifier", default="classifier", help="run of the classifier")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    parser.add_argument("--scenes", type=int, default=200, help="scenes of each split")
    parser.add_argument("--size-scenes", type=int, default=48, help="scenes decoded at five sizes")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started = time.process_time()
    tok, weights = load_tok(args.tok)
    classifier = load_classifier(DEFAULT_ROOT / args.classifier / "classifier.pt", load_backbone())
    grid, atlas = Grid(1, tok.config.k, tok.config.k), SpriteAtlas.open()
    scenes = {split: [sample_scene(SEED, i, split) for i in range(args.scenes)] for split in SPLITS}
    report: dict[str, Any] = {
        "command": f"python scripts/eval_tok.py --tok {args.tok} --scenes {args.scenes}",
        "weights": weights, "seed": SEED, "scenes": args.scenes, "quality": {}, "recognition": {}, "latentStd": {},
    }  # fmt: skip
    for px in QUALITY_PX:
        for split in SPLITS:
            pictures = render_scenes(scenes[split], px, px, atlas, tok.config.coord_mode)
            z = encode(tok, pictures, grid)
            levels = decode_levels(tok, z, grid, px)
            report["quality"].setdefault(split, {})[str(px)] = quality(pictures, levels)
            print(split, px, report["quality"][split][str(px)], flush=True)
            if split == "heldout_pairs":
                shown = [level[:SHOWN] for level in levels]
                draw_reconstructions(args.out / f"reconstruction-{px}.png", px, pictures[:SHOWN], shown)
            if px == ENCODED_PX:
                report["recognition"][split] = recognition(classifier, scenes[split], pictures, levels)
                by_level = z.unflatten(1, (tok.config.levels, -1))
                report["latentStd"][split] = [float(by_level[:, level].std()) for level in range(tok.config.levels)]
    report["quality"] |= measure_photographs(tok, args.scenes, args.out)
    report["sizes"] = measure_sizes(tok, scenes["heldout_pairs"][: args.size_scenes], atlas, args.out)
    counts = list(range(1, tok.config.levels + 1))
    save_panels(args.out / "psnr-levels.png", [
        Panel(f"{name}, by levels decoded", "levels", unit,
              {f"{SPLITS[split]}, {px} px": Line(counts, report["quality"][split][str(px)][key])
               for split in SPLITS for px in QUALITY_PX}, marks=True)
        for name, unit, key in (("PSNR", "dB", "psnr"), ("SSIM", "", "ssim"))
    ])  # fmt: skip
    report["cpuSeconds"] = round(time.process_time() - started)
    write_json(args.out / "tok.json", report)


if __name__ == "__main__":
    main()
