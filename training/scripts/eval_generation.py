"""Measure what a DCS-DiT generates, without and with guidance: each attribute of prompts, Frechet distance, diversity, copies.

    python scripts/eval_generation.py --dit dit --tok tok

FD-MobileNetV2-OIDv4 is the Frechet distance of the features of the kernel distance (dcs.evaluation.picture_features). Every
measure has real art beside it. What was sampled once is kept (dcs.sampled), so the command goes on where it was stopped.
Writes generation.json, diversity.png and neighbours.png to docs/figures.
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
    load_dit,
    load_tok,
    picture_features,
    share_right,
    single_sticker_scenes,
    write_json,
)
from dcs.geometry import Grid
from dcs.latents import load_statistics
from dcs.memorisation import SPACES, Neighbours, TrainingDrawings, report_distances
from dcs.metrics import frechet_distance, kernel_distance, mean_pairwise_distance
from dcs.options import generation_parser
from dcs.perceptual import SOURCES_DIR, MobileNetV2, load_backbone
from dcs.places import Place, PlacePrompt, place_prompts, scene_at, share_in_place
from dcs.plots import Block, save_blocks
from dcs.prompts import Prompt, accepted_concepts, judged_prompts, scene_of
from dcs.run import DEFAULT_ROOT
from dcs.sampled import SAMPLED_DIR, Painter, Wish
from dcs.scenes import Scene, render_scenes
from dcs.sprites import SpriteAtlas
from dcs.text import load_text_encoder

PX = 64
PROMPT_SEED, ART_SEED, OTHER_ART_SEED = 9101, 9102, 9103  # those of eval_dit.py
PLACE_SEED, PLACE_ART_SEED, HELD_OUT_SEED = 9201, 9202, 9203
PLACE_NOISE_SEED, DIVERSITY_NOISE_SEED = 2000, 3000
REPEATED = (
    Prompt("a rocket on a black background", ("rocket",), "black"),
    Prompt("a house on a green background", ("house",), "green"),
    Prompt("a car on a grey background", ("car",), "grey"),
    Prompt("a cat face on a purple background", ("cat face",), "purple"),
)
SHOWN_PAIRS = 8
PICTURES_OF_ONE_PROMPT = "training art, then generated: pictures of one prompt each"


@dataclass(frozen=True)
class Asked:
    """All prompts, and the pictures wanted of them: judged ones, then those with a place, then repeated ones."""

    judged: list[Prompt]
    seeds: list[int]
    placed: list[PlacePrompt]
    repeated: tuple[Prompt, ...]
    repeats: int

    @staticmethod
    def of(prompts: int, places: int, repeats: int) -> Asked:
        """Counts of prompts with one object, of prompts with a place, and of seeds for each repeated prompt."""
        judged = judged_prompts(prompts, PROMPT_SEED)
        placed = place_prompts(places, PLACE_SEED)
        return Asked([p for p, _ in judged], [seed for _, seed in judged], placed, REPEATED, repeats)

    def wishes(self) -> list[Wish]:
        """In the order of `split`."""
        judged = [Wish(prompt.text, seed) for prompt, seed in zip(self.judged, self.seeds, strict=True)]
        placed = [Wish(asked.prompt.text, PLACE_NOISE_SEED + i) for i, asked in enumerate(self.placed)]
        repeated = [
            Wish(prompt.text, DIVERSITY_NOISE_SEED + 10 * i + j)
            for i, prompt in enumerate(self.repeated)
            for j in range(self.repeats)
        ]
        return [*judged, *placed, *repeated]

    def split(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures of all wishes -> judged, placed, repeated (prompts, repeats, h, w, 3)."""
        repeated = len(self.repeated) * self.repeats
        judged, placed, rest = pictures.split([len(self.judged), len(self.placed), repeated])
        return judged, placed, rest.unflatten(0, (len(self.repeated), self.repeats))


@dataclass(frozen=True)
class Judge:
    """What pictures are measured with: classifier, features of real art of the judged prompts, training drawings."""

    asked: Asked
    classifier: PictureClassifier
    backbone: MobileNetV2
    art: Tensor  # features (R, 160)
    drawings: TrainingDrawings
    copies: Neighbours

    def measured(self, judged: Tensor, placed: Tensor, repeated: Tensor) -> dict[str, Any]:
        """Every number of a set of pictures."""
        prompts = self.asked.judged
        places: list[Place] = [asked.place for asked in self.asked.placed]
        features = picture_features(self.backbone, judged)
        unasked: list[Place] = [places[i % len(places)] for i in range(len(judged))]
        return {
            "accuracy": share_right(
                self.classifier, judged, [accepted_concepts(p) for p in prompts], [p.color for p in prompts]
            ),
            "place": share_in_place(placed, places),
            "placeNotAsked": share_in_place(judged, unasked),
            "frechetDistance": frechet_distance(features, self.art),
            "kernelDistance": kernel_distance(self.standard(features), self.standard(self.art)),
            "diversity": [mean_pairwise_distance(self.standard(picture_features(self.backbone, x))) for x in repeated],
            "neighbours": report_distances(self.drawings.nearest(judged), self.copies),
        }

    def standard(self, features: Tensor) -> Tensor:
        """In units of their spread over the real art."""
        return (features - self.art.mean(0)) / (self.art.std(0) + 1e-6)


def real_scenes(asked: Asked) -> list[Scene]:
    """Training art of every wish, in its order: the place asked for, another drawing for each repeat."""
    judged = [scene_of(prompt, OTHER_ART_SEED, i) for i, prompt in enumerate(asked.judged)]
    placed = [scene_at(prompt, PLACE_ART_SEED, i) for i, prompt in enumerate(asked.placed)]
    repeated = [scene_of(prompt, OTHER_ART_SEED, 500 + j) for prompt in asked.repeated for j in range(asked.repeats)]
    return [*judged, *placed, *repeated]


def draw_diversity(path: Path, asked: Asked, sets: dict[str, Tensor]) -> None:
    """Each repeated prompt: real training art, then generated with each guidance. Sets are (prompts, repeats, h, w, 3)."""
    blocks = [
        Block(f"{prompt.objects[0]}: {name}", list(pictures[i]))
        for i, prompt in enumerate(asked.repeated)
        for name, pictures in sets.items()
    ]
    save_blocks(path, blocks, columns=len(sets), cell_px=64, heading=PICTURES_OF_ONE_PROMPT)


def draw_neighbours(path: Path, judge: Judge, judged: Tensor, guidance: float) -> None:
    """The generated pictures that come nearest to a training drawing, each beside that drawing, in both spaces."""
    found, blocks = judge.drawings.nearest(judged), []
    for space in SPACES:
        for i in found.distance[space].argsort()[:SHOWN_PAIRS].tolist():
            caption = f"{space} {float(found.distance[space][i]):.2f}: {judge.asked.judged[i].objects[0]}"
            blocks.append(Block(caption, [judged[i], judge.drawings.pictures[found.index[space][i]]]))
    heading = f"generated (guidance {guidance:g}) and its nearest training drawing: {SHOWN_PAIRS} nearest pairs a space"
    save_blocks(path, blocks, columns=4, cell_px=96, heading=heading, lines=2)


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = generation_parser(__doc__, prompts=100)
    parser.add_argument("--steps", type=int, default=NANO_STEPS)
    parser.add_argument("--sampled", type=Path, default=SAMPLED_DIR, help="folder of what was sampled before")
    parser.add_argument("--places", type=int, default=60, help="prompts that ask for a place")
    parser.add_argument("--repeats", type=int, default=8, help="pictures of each of the four repeated prompts")
    return parser.parse_args()


def main() -> None:
    """Sample, measure, write."""
    args = parse()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started = time.process_time()
    (tok, tok_weights), (dit, dit_weights) = load_tok(args.tok), load_dit(args.dit)
    statistics, backbone, atlas = load_statistics(args.latents), load_backbone(), SpriteAtlas.open()
    grid = Grid(1, tok.config.k, tok.config.k)
    painter = Painter(dit, dit_weights, *load_text_encoder(SOURCES_DIR), args.sampled, args.batch)
    asked = Asked.of(args.prompts, args.places, args.repeats)

    def rendered(scenes: list[Scene]) -> Tensor:
        return render_scenes(scenes, PX, PX, atlas, tok.config.coord_mode)

    art = rendered([scene_of(prompt, ART_SEED, i) for i, prompt in enumerate(asked.judged)])
    real = rendered(real_scenes(asked))
    through_tok = decode_levels(tok, encode(tok, real, grid), grid, PX)[-1]
    drawings = TrainingDrawings.draw(backbone, atlas)
    classifier = load_classifier(DEFAULT_ROOT / args.classifier / "classifier.pt", backbone)
    copies = drawings.nearest(asked.split(through_tok)[0])
    judge = Judge(asked, classifier, backbone, picture_features(backbone, art), drawings, copies)
    held_out = rendered(single_sticker_scenes(HELD_OUT_SEED, len(asked.judged), "heldout_pairs"))

    sets = {"real art": real, "real art through DCS-Tok": through_tok}
    for guidance in (1.0, args.guidance):
        how = Sampling(args.steps, guidance, args.mode, 1, args.time_shift)
        zn = painter.sample(asked.wishes(), how).zn
        sets[f"guidance {guidance:g}"] = decode_normalised(tok, zn, grid, statistics, PX)[-1]
    report: dict[str, Any] = {
        "command": f"python scripts/eval_generation.py --dit {args.dit} --tok {args.tok} --mode {args.mode} "
        f"--steps {args.steps} --guidance {args.guidance:g} --time-shift {args.time_shift:g} "
        f"--prompts {args.prompts} --places {args.places} --repeats {args.repeats}",
        "weights": {"tok": tok_weights, "dit": dit_weights},
        "mode": args.mode, "steps": args.steps, "guidance": args.guidance, "timeShift": args.time_shift,
        "prompts": len(asked.judged), "places": len(asked.placed), "repeats": asked.repeats,
        "repeated": [prompt.text for prompt in asked.repeated],
        "trainingDrawings": len(drawings.names),
        "heldOutNeighbours": report_distances(drawings.nearest(held_out), copies),
        "sets": {name: judge.measured(*asked.split(pictures)) for name, pictures in sets.items()},
    }  # fmt: skip
    shown = {name: asked.split(pictures)[2] for name, pictures in sets.items() if "Tok" not in name}
    draw_diversity(args.out / "diversity.png", asked, shown)
    draw_neighbours(args.out / "neighbours.png", judge, asked.split(sets[f"guidance {args.guidance:g}"])[0], args.guidance)
    report["cpuSeconds"] = round(time.process_time() - started)
    write_json(args.out / "generation.json", report)
    print({name: {k: v for k, v in found.items() if k != "neighbours"} for name, found in report["sets"].items()})


if __name__ == "__main__":
    main()
