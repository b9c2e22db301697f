"""Train the classifier of motions on real clips and say how good it is.

    python scripts/train_motion_classifier.py

Clips of the training split, one second each, softened at random. It never sees a held-out drawing or a clip of the
tokenizer. Writes <run>/motion.pt and <out>/motion-classifier.json.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from dcs.classifier import soften
from dcs.evaluation import FIGURES_DIR, write_json
from dcs.fitting import fit
from dcs.motion import Clip, render_clips, sample_clip, segment_times
from dcs.motion_classifier import FRAMES, KINDS, PX, MotionClassifier, save_motion_classifier
from dcs.run import DEFAULT_ROOT
from dcs.sprites import SpriteAtlas

TRAIN_SEED, CHECK_SEED = 7101, 7102


def read_clips(clips: list[Clip], atlas: SpriteAtlas) -> tuple[Tensor, Tensor]:
    """Clips (R,8,32,32,3) as half floats and the numbers of their motions (R,)."""
    times_s, started, parts = segment_times(1, FRAMES, 1), time.monotonic(), []
    for start in range(0, len(clips), 32):
        parts.append(render_clips(clips[start : start + 32], times_s, PX, PX, atlas).half())
        if start % 1024 == 0:
            print(f"{start} of {len(clips)} clips drawn, {time.monotonic() - started:.0f} s", flush=True)
    return torch.cat(parts), torch.tensor([KINDS.index(clip.motion.kind) for clip in clips])


def train(classifier: MotionClassifier, clips: Tensor, kinds: Tensor, epochs: int, peak_rate: float) -> None:
    """Cross-entropy, AdamW with a linearly falling rate; clips are softened anew every time."""
    generator = torch.Generator().manual_seed(TRAIN_SEED)

    def loss_of(rows: Tensor) -> Tensor:
        batch = clips[rows].float()
        soft = soften(batch.flatten(0, 1), generator).unflatten(0, batch.shape[:2])
        return F.cross_entropy(classifier(soft), kinds[rows], label_smoothing=0.05)

    classifier.train()
    fit(classifier.parameters(), loss_of, len(kinds), epochs, peak_rate, generator=generator)
    classifier.eval()


def main() -> None:
    """Parse, train, check, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="classifier", help="name of the run directory")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR, help="folder of motion-classifier.json")
    parser.add_argument("--count", type=int, default=6_000, help="training clips")
    parser.add_argument("--check", type=int, default=400, help="clips of each check")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    started, atlas = time.process_time(), SpriteAtlas.open()
    classifier = MotionClassifier()
    clips, kinds = read_clips([sample_clip(TRAIN_SEED, i) for i in range(args.count)], atlas)
    train(classifier, clips, kinds, args.epochs, args.rate)
    save_motion_classifier(DEFAULT_ROOT / args.name / "motion.pt", classifier)
    checks = {}
    for split in ("train", "heldout_pairs", "openmoji"):
        real, wanted = read_clips([sample_clip(CHECK_SEED, i, split) for i in range(args.check)], atlas)
        right = [KINDS[i] == kind for i, kind in zip(wanted.tolist(), classifier.kinds(real.float()), strict=True)]
        checks[split] = sum(right) / len(right)
        print(split, checks[split], flush=True)
    report = {
        "command": f"python scripts/train_motion_classifier.py --count {args.count} --epochs {args.epochs}",
        "kinds": list(KINDS),
        "clips": args.count,
        "trainSeed": TRAIN_SEED,
        "checkSeed": CHECK_SEED,
        "checkClips": args.check,
        "parameters": sum(p.numel() for p in classifier.parameters()),
        "checks": checks,
        "cpuSeconds": round(time.process_time() - started),
    }
    write_json(args.out / "motion-classifier.json", report)


if __name__ == "__main__":
    main()
