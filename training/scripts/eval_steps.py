"""Measure how few steps are enough: 8, 12, 25, 50 Euler steps, and Heun's second-order steps at as many evaluations.

    python scripts/eval_steps.py --dit dit --tok tok

The same prompts and noise for every solver, so that its latents can also be compared with those of the most Euler steps.
What was sampled once is kept (dcs.sampled): the command goes on where it was stopped. Writes steps.json and steps.png to
docs/figures.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs.classifier import load_classifier
from dcs.evaluation import (
    Sampling,
    decode_normalised,
    load_dit,
    load_tok,
    picture_features,
    share_right,
    write_json,
)
from dcs.flow import Solver
from dcs.geometry import Grid
from dcs.latents import load_statistics
from dcs.metrics import kernel_distance
from dcs.options import generation_parser
from dcs.perceptual import SOURCES_DIR, load_backbone
from dcs.plots import Line, Panel, save_panels
from dcs.prompts import accepted_concepts, judged_prompts, scene_of
from dcs.run import DEFAULT_ROOT
from dcs.sampled import SAMPLED_DIR, Painter, Sampled, Wish
from dcs.scenes import render_scenes
from dcs.sprites import SpriteAtlas
from dcs.text import load_text_encoder

PX = 64
PROMPT_SEED, ART_SEED = 9101, 9102  # those of eval_dit.py
REFERENCE_STEPS = 50


@dataclass(frozen=True)
class Way:
    """A solver and its steps."""

    solver: Solver
    steps: int

    @property
    def evaluations(self) -> int:
        """Times that the network is asked for a velocity, for each level; guidance asks twice each time."""
        return self.steps if self.solver == "euler" else 2 * self.steps - 1


# Heun's evaluations are those of the Euler steps beside them, or one less
WAYS = (Way("euler", 8), Way("euler", 12), Way("heun", 6), Way("euler", 25), Way("heun", 13), Way("euler", REFERENCE_STEPS))


def latent_error(found: Tensor, reference: Tensor, levels: int) -> list[float]:
    """Root mean square difference of normalised latents (R,n*P,d), of each level."""
    error = (found - reference).square().unflatten(1, (levels, -1))
    return error.mean((0, 2, 3)).sqrt().tolist()


def draw(path: Path, rows: list[dict[str, Any]]) -> None:
    """Accuracy and error by evaluations, with level 1 and with all levels."""

    def lines(value: str, first: str, last: str) -> dict[str, Line]:
        found = {}
        for solver in ("euler", "heun"):
            chosen = [row for row in rows if row["solver"] == solver]
            for name, level in ((first, 0), (last, -1)):
                evaluations = [row["evaluations"] for row in chosen]
                found[f"{solver.capitalize()}, {name}"] = Line(evaluations, [row[value][level] for row in chosen])
        return found

    drawn = [{**row, "top5": [100 * answer["top5"] for answer in row["accuracy"]]} for row in rows]
    rows = drawn
    save_panels(path, [
        Panel("Object among the first five", "evaluations a level", "% of prompts",
              lines("top5", "1 level", "all levels"), marks=True, starts_at_zero=True),
        Panel(f"Latents against {REFERENCE_STEPS} Euler steps", "evaluations a level", "RMS difference",
              lines("latentError", "first level", "last level"), marks=True, starts_at_zero=True),
    ])  # fmt: skip


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = generation_parser(__doc__, prompts=60)
    parser.add_argument("--sampled", type=Path, default=SAMPLED_DIR, help="folder of what was sampled before")
    return parser.parse_args()


def main() -> None:
    """Sample, measure, write."""
    args = parse()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started = time.process_time()
    (tok, tok_weights), (dit, dit_weights) = load_tok(args.tok), load_dit(args.dit)
    statistics, backbone, atlas = load_statistics(args.latents), load_backbone(), SpriteAtlas.open()
    grid, levels = Grid(1, tok.config.k, tok.config.k), dit.config.levels
    classifier = load_classifier(DEFAULT_ROOT / args.classifier / "classifier.pt", backbone)
    painter = Painter(dit, dit_weights, *load_text_encoder(SOURCES_DIR), args.sampled, args.batch)

    judged = judged_prompts(args.prompts, PROMPT_SEED)
    prompts = [prompt for prompt, _ in judged]
    wishes = [Wish(prompt.text, seed) for prompt, seed in judged]
    wanted, colors = [accepted_concepts(prompt) for prompt in prompts], [prompt.color for prompt in prompts]
    scenes = [scene_of(prompt, ART_SEED, i) for i, prompt in enumerate(prompts)]
    art = picture_features(backbone, render_scenes(scenes, PX, PX, atlas, tok.config.coord_mode))
    mean, std = art.mean(0), art.std(0) + 1e-6

    sampled: dict[Way, Sampled] = {}
    for way in WAYS:
        how = Sampling(way.steps, args.guidance, args.mode, 1, args.time_shift, way.solver)
        sampled[way] = painter.sample(wishes, how)
    reference = sampled[Way("euler", REFERENCE_STEPS)].zn
    rows = []
    for way, found in sampled.items():
        decoded = decode_normalised(tok, found.zn, grid, statistics, PX)
        features = [picture_features(backbone, pictures) for pictures in decoded]
        rows.append({
            "solver": way.solver, "steps": way.steps, "evaluations": way.evaluations,
            "accuracy": [share_right(classifier, pictures, wanted, colors) for pictures in decoded],
            "kernelDistance": [kernel_distance((x - mean) / std, (art - mean) / std) for x in features],
            "latentError": latent_error(found.zn, reference, levels),
            "cpuSecondsPerPicture": found.cpu_s.mean(0).cumsum(0).tolist(),
        })  # fmt: skip
        print(rows[-1], flush=True)
    draw(args.out / "steps.png", rows)
    write_json(args.out / "steps.json", {
        "command": f"python scripts/eval_steps.py --dit {args.dit} --tok {args.tok} --mode {args.mode} "
        f"--guidance {args.guidance:g} --time-shift {args.time_shift:g} --prompts {args.prompts}",
        "weights": {"tok": tok_weights, "dit": dit_weights},
        "mode": args.mode, "guidance": args.guidance, "timeShift": args.time_shift, "prompts": len(prompts),
        "seeds": {"prompts": PROMPT_SEED, "art": ART_SEED}, "referenceSteps": REFERENCE_STEPS, "rows": rows,
        "cpuSeconds": round(time.process_time() - started),
    })  # fmt: skip


if __name__ == "__main__":
    main()
