"""Measure a trained DCS-DiT: prompts as pictures, prompt accuracy, and the statistics of what it samples.

    python scripts/eval_dit.py --dit dit --tok tok --mode clean-context --steps 25 --guidance 4

Forty fixed prompts make the sheet; those of them with one object and further drawn ones, 200 in all, make the accuracy.
The same measures of real art of the same prompts, and of that art through the tokenizer, stand beside every number.
Writes dit-<mode>.json and, with --sheet, prompts.png to docs/figures.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs.classifier import PictureClassifier, load_classifier
from dcs.config import NANO_STEPS
from dcs.evaluation import (
    Sampling,
    decode_levels,
    decode_normalised,
    encode,
    generate,
    level_statistics,
    levels_explained,
    load_dit,
    load_tok,
    picture_features,
    share_right,
    write_json,
)
from dcs.geometry import Grid
from dcs.latents import load_statistics, normalise
from dcs.metrics import is_in_top, kernel_distance
from dcs.options import generation_parser
from dcs.perceptual import SOURCES_DIR, MobileNetV2, load_backbone
from dcs.plots import Block, save_blocks
from dcs.prompts import Prompt, accepted_concepts, drawn_prompts, scene_of, sheet_prompts
from dcs.run import DEFAULT_ROOT
from dcs.scenes import render_scenes
from dcs.sprites import SpriteAtlas
from dcs.text import load_text_encoder

PX = 64
SHEET_PX = 96
NOISE_SEED, PROMPT_SEED, ART_SEED, OTHER_ART_SEED = 1, 9101, 9102, 9103


@dataclass(frozen=True)
class Judge:
    """What generated and real pictures are measured with, against the same prompts."""

    classifier: PictureClassifier
    backbone: MobileNetV2
    prompts: list[Prompt]
    art_features: Tensor

    def right(self, pictures: Tensor) -> dict[str, float]:
        """Shares of pictures that show what their prompt asks for."""
        wanted = [accepted_concepts(prompt) for prompt in self.prompts]
        return share_right(self.classifier, pictures, wanted, [prompt.color for prompt in self.prompts])

    def distance(self, pictures: Tensor) -> float:
        """Kernel distance of pictures to real art of the same prompts, each feature in units of its spread over the art."""
        mean, std = self.art_features.mean(0), self.art_features.std(0) + 1e-6
        features = picture_features(self.backbone, pictures)
        return kernel_distance((features - mean) / std, (self.art_features - mean) / std)

    def measured(self, levels: list[Tensor]) -> dict[str, Any]:
        """Both, for the pictures of each level count."""
        return {
            "accuracy": [self.right(pictures) for pictures in levels],
            "kernelDistance": [self.distance(pictures) for pictures in levels],
        }


def sheet_verdicts(judge: Judge, sheet: list[Prompt], pictures: Tensor) -> list[dict[str, Any]]:
    """What the classifier says of each picture of the sheet; prompts of two objects are left to the eye."""
    answer = judge.classifier.answer(pictures)
    verdicts = []
    for i, prompt in enumerate(sheet):
        verdict: dict[str, Any] = {"prompt": prompt.text}
        if len(prompt.objects) == 1:
            right = judge.classifier.accepted([accepted_concepts(prompt)])
            for k in (1, 5):
                verdict[f"top{k}"] = bool(is_in_top(answer.concepts[i : i + 1], right, k)[0])
        verdicts.append(verdict)
    return verdicts


def draw_sheet(path: Path, sheet: list[Prompt], levels: list[Tensor], how: Sampling) -> None:
    """The prompts of the sheet, each with its picture at 1 to n levels."""
    blocks = [Block(prompt.text, [level[i] for level in levels]) for i, prompt in enumerate(sheet)]
    heading = (
        f"1, 2, 3 and {len(levels)} levels of one picture each, unselected: seeds {how.first_seed} to "
        f"{how.first_seed + len(sheet) - 1}, {how.steps} steps, guidance {how.guidance:g}, {how.mode}"
    )
    save_blocks(path, blocks, columns=4, cell_px=SHEET_PX, heading=heading)


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = generation_parser(__doc__, prompts=200)
    parser.add_argument("--steps", type=int, default=NANO_STEPS)
    parser.add_argument("--sheet", action="store_true", help="also draw the sheet of prompts")
    return parser.parse_args()


def main() -> None:
    """Generate, measure, write."""
    args = parse()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started = time.process_time()
    (tok, tok_weights), (dit, dit_weights) = load_tok(args.tok), load_dit(args.dit)
    encoder, tokenizer = load_text_encoder(SOURCES_DIR)
    statistics = load_statistics(args.latents)
    backbone, atlas, grid = load_backbone(), SpriteAtlas.open(), Grid(1, tok.config.k, tok.config.k)
    classifier = load_classifier(DEFAULT_ROOT / args.classifier / "classifier.pt", backbone)

    sheet = list(sheet_prompts())
    alone = [i for i, prompt in enumerate(sheet) if len(prompt.objects) == 1]
    drawn = drawn_prompts(max(args.prompts - len(alone), 0), PROMPT_SEED)
    how = Sampling(args.steps, args.guidance, args.mode, NOISE_SEED, args.time_shift)
    everything = [*sheet, *drawn]
    zn = generate(dit, encoder, tokenizer, [prompt.text for prompt in everything], how, args.batch)
    chosen = [*alone, *range(len(sheet), len(everything))][: args.prompts]
    prompts = [everything[i] for i in chosen]

    art, other_art = (
        render_scenes([scene_of(p, seed, i) for i, p in enumerate(prompts)], PX, PX, atlas, tok.config.coord_mode)
        for seed in (ART_SEED, OTHER_ART_SEED)
    )
    judge = Judge(classifier, backbone, prompts, picture_features(backbone, art))
    z_art = encode(tok, other_art, grid)
    generated = decode_normalised(tok, zn, grid, statistics, PX)
    levels = dit.config.levels
    verdicts = sheet_verdicts(judge, sheet, generated[-1][: len(sheet)])
    report = {
        "command": f"python scripts/eval_dit.py --dit {args.dit} --tok {args.tok} --mode {args.mode} "
        f"--steps {args.steps} --guidance {args.guidance:g} --time-shift {args.time_shift:g} --prompts {args.prompts}",
        "weights": {"tok": tok_weights, "dit": dit_weights},
        "mode": args.mode, "steps": args.steps, "guidance": args.guidance, "time_shift": args.time_shift,
        "prompts": len(prompts),
        "seeds": {"noise": NOISE_SEED, "prompts": PROMPT_SEED, "art": [ART_SEED, OTHER_ART_SEED]},
        "generated": judge.measured([level[chosen] for level in generated]),
        "reconstructed": judge.measured(decode_levels(tok, z_art, grid, PX)),
        "real": judge.measured([other_art]),
        "levels": {
            name: level_statistics(latents, levels) | {"explained": levels_explained(latents, grid)}
            for name, latents in (("generated", zn[chosen]), ("real", normalise(z_art, *statistics, levels)))
        },
        "sheet": verdicts,
        "sheetRight": {k: sum(v.get(k, False) for v in verdicts) for k in ("top1", "top5")} | {"judged": len(alone)},
    }  # fmt: skip
    if args.sheet:
        draw_sheet(args.out / "prompts.png", sheet,
                   decode_normalised(tok, zn[: len(sheet)], grid, statistics, SHEET_PX), how)  # fmt: skip
    report["cpuSeconds"] = round(time.process_time() - started)
    write_json(args.out / f"dit-{args.mode}.json", report)
    print(report["generated"], flush=True)


if __name__ == "__main__":
    main()
