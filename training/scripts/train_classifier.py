"""Train the classifier of real art and say how good it is.

    python scripts/train_classifier.py --name classifier --count 14000

Scenes of one sticker from the training split, softened at random, are read once by the frozen network; then the two small
heads are trained. It never sees a held-out drawing, an OpenMoji drawing or a picture of the tokenizer.
Writes <run>/classifier.pt and <out>/classifier.json.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from dcs.classifier import COLORS, Features, PictureClassifier, save_classifier, soften
from dcs.concepts import load_concepts
from dcs.evaluation import FIGURES_DIR, share_right, single_sticker_scenes, write_json
from dcs.fitting import fit
from dcs.perceptual import load_backbone
from dcs.run import DEFAULT_ROOT
from dcs.scenes import Scene, render_scenes
from dcs.sprites import SpriteAtlas

PX = 64
TRAIN_SEED, CHECK_SEED = 7001, 7002


def read_features(
    classifier: PictureClassifier, scenes: list[Scene], atlas: SpriteAtlas, generator: torch.Generator
) -> tuple[Features, Tensor, Tensor]:
    """Features of softened scenes, their concepts (R,) and colours (R,)."""
    drawings, backgrounds, started = [], [], time.monotonic()
    for start in range(0, len(scenes), 16):
        part = classifier.features(soften(render_scenes(scenes[start : start + 16], PX, PX, atlas), generator))
        drawings.append(part.drawing.half())  # half: 70 MB instead of 140
        backgrounds.append(part.background)
        if start % 2000 == 0:
            print(f"{start} of {len(scenes)} scenes read, {time.monotonic() - started:.0f} s", flush=True)
    number = {concept: i for i, concept in enumerate(classifier.concepts)}
    concepts = torch.tensor([number[scene.stickers[0].concept] for scene in scenes])
    colors = torch.tensor([COLORS.index(scene.background.color) for scene in scenes])
    return Features(torch.cat(drawings), torch.cat(backgrounds)), concepts, colors


def train_heads(
    classifier: PictureClassifier, features: Features, concepts: Tensor, colors: Tensor, epochs: int, peak_rate: float
) -> None:
    """Cross-entropy on both answers, AdamW with a linearly falling rate."""
    classifier.concept_head.standardise_by(features.drawing.float())
    classifier.color_head.standardise_by(features.background)

    def loss_of(rows: Tensor) -> Tensor:
        batch = features.rows(rows)
        answer = classifier(Features(batch.drawing.float(), batch.background))
        loss = F.cross_entropy(answer.concepts, concepts[rows], label_smoothing=0.05)
        return loss + F.cross_entropy(answer.colors, colors[rows])

    classifier.concept_head.train()
    fit([p for p in classifier.parameters() if p.requires_grad], loss_of, len(concepts), epochs, peak_rate)
    classifier.eval()


def main() -> None:
    """Parse, train, check, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="classifier", help="name of the run directory")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR, help="folder of classifier.json")
    parser.add_argument("--count", type=int, default=14_000, help="training scenes")
    parser.add_argument("--check", type=int, default=600, help="scenes of each check")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    started, atlas = time.process_time(), SpriteAtlas.open()
    classifier = PictureClassifier(load_backbone(), tuple(c.id for c in load_concepts().recommended()))
    scenes = single_sticker_scenes(TRAIN_SEED, args.count, "train")
    features, concepts, colors = read_features(classifier, scenes, atlas, torch.Generator().manual_seed(TRAIN_SEED))
    train_heads(classifier, features, concepts, colors, args.epochs, args.rate)
    save_classifier(DEFAULT_ROOT / args.name / "classifier.pt", classifier)
    checks = {}
    for split in ("train", "heldout_pairs", "openmoji"):
        scenes = single_sticker_scenes(CHECK_SEED, args.check, split)
        pictures = render_scenes(scenes, PX, PX, atlas)
        wanted = [{scene.stickers[0].concept} for scene in scenes]
        shown = [scene.background.color for scene in scenes]
        checks[split] = share_right(classifier, pictures, wanted, shown)
        print(split, checks[split], flush=True)
    report = {
        "command": f"python scripts/train_classifier.py --count {args.count} --epochs {args.epochs}",
        "concepts": len(classifier.concepts),
        "colors": len(COLORS),
        "px": PX,
        "scenes": args.count,
        "trainSeed": TRAIN_SEED,
        "checkSeed": CHECK_SEED,
        "checkScenes": args.check,
        "headParameters": sum(p.numel() for p in classifier.parameters() if p.requires_grad),
        "checks": checks,
        "cpuSeconds": round(time.process_time() - started),
    }
    write_json(args.out / "classifier.json", report)


if __name__ == "__main__":
    main()
