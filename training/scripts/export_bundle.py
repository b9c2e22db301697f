"""Write a model bundle to public/models/<id>/ and hold its files to PyTorch before they replace the old ones.

    python scripts/export_bundle.py tiny
    python scripts/export_bundle.py paper --out ~/.cache/dcs-studio/bundles    # random weights, 1.7 GB, 24 GB of memory
    python scripts/export_bundle.py nano --tok tok --dit dit --statistics ~/.cache/dcs-studio/latents/statistics.pt \
        --created-at 2026-11-24T00:00:00Z --evaluation evaluation.json

`tiny` is the bundle of random weights for tests. `paper` and `paper-small` are label models of the paper's sizes and of a
fraction of them, random too (dcs.paper); scripts/draw_paper.py runs them. Any other id is exported from the averaged
weights of two runs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from dcs import paper
from dcs.captions import vocabulary
from dcs.concepts import load_concepts
from dcs.config import NANO_GUIDANCE, NANO_STEPS, NANO_TIME_SHIFT, DiTConfig, TokConfig, from_dict
from dcs.dit import DCSDiT
from dcs.export import Description, Video, write_bundle
from dcs.graphs import Models
from dcs.parity import check_bundle
from dcs.run import DEFAULT_ROOT
from dcs.text import build_text_encoder, build_tokenizer_json, load_weights
from dcs.tiny import tiny_description, tiny_models, tiny_tokenizer_from
from dcs.tok import DCSTok

TRAINING = Path(__file__).resolve().parent.parent
SOURCES = TRAINING / "sources"
BUNDLES = TRAINING.parent / "public" / "models"
TOLERANCE = 1e-4


def averaged_weights(module: nn.Module, run: Path) -> None:
    """Put the averaged weights of a run into `module`, ready to run."""
    module.load_state_dict(torch.load(run / "last.pt", weights_only=True, map_location="cpu")["average"])
    module.eval().requires_grad_(False)


def trained_models(tok_run: Path, dit_run: Path, statistics: Path) -> Models:
    """The models of two runs, and the statistics of the latents that the DiT learned."""
    tok = DCSTok(from_dict(TokConfig, json.loads((tok_run / "config.json").read_text())["tok"]))
    dit = DCSDiT(from_dict(DiTConfig, json.loads((dit_run / "config.json").read_text())["dit"]))
    averaged_weights(tok, tok_run)
    averaged_weights(dit, dit_run)
    per_level = torch.load(statistics, weights_only=True)
    return Models(build_text_encoder(load_weights(SOURCES)), tok, dit, per_level["mean"], per_level["std"])


def credited(seen: Sequence[str]) -> list[dict[str, str]]:
    """Works that weights were made from: those of every model, and those of the further data that these have seen."""
    works: list[dict[str, str]] = json.loads((TRAINING / "data" / "credits.json").read_text(encoding="utf-8"))
    return [{k: v for k, v in work.items() if k != "in"} for work in works if work.get("in") in (None, *seen)]


def described(args: argparse.Namespace) -> Description:
    """What the manifest says about a trained model."""
    evaluation: dict[str, Any] = json.loads(args.evaluation.read_text()) if args.evaluation else {}
    return Description(
        id=args.id,
        name=args.title,
        description=args.description,
        licence="Apache-2.0",
        created_at=args.created_at,
        vocabulary=vocabulary(load_concepts()),
        credits=credited(args.seen),
        evaluation=evaluation,
        guidance=args.guidance,
        steps=args.steps,
        time_shift=args.time_shift,
        video=Video(args.max_seconds, args.fps) if args.max_seconds else None,
    )


def main() -> None:
    """Parse, export, check, replace."""
    args = parse()
    torch.set_num_threads(args.threads)
    if args.id == "tiny":
        models, about = tiny_models(), tiny_description()
        tokenizer_json: dict[str, Any] | None = tiny_tokenizer_from(SOURCES)
    elif args.id in paper.SIZES:
        models, about, tokenizer_json = paper.random_models(args.id), paper.description(args.id), None
    else:
        models = trained_models(args.runs / args.tok, args.runs / args.dit, args.statistics)
        about, tokenizer_json = described(args), build_tokenizer_json(SOURCES)
    folder = args.out / args.id
    partial = folder.with_name(f"{args.id}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    exported = write_bundle(partial, models, tokenizer_json, about)
    differences = check_bundle(partial, exported)
    for name, difference in differences.items():
        files = (path.stat().st_size for path in partial.glob(f"{name}.*"))
        print(f"{name:20} {sum(files) / 1e6:7.2f} MB   relative difference {difference:.1e}")
    print(f"{'all':20} {sum(path.stat().st_size for path in partial.iterdir()) / 1e6:7.2f} MB")
    if max(differences.values()) > TOLERANCE:
        sys.exit(f"A graph is further than {TOLERANCE} from PyTorch. {folder} is unchanged, see {partial}.")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("id", help="name of the bundle's folder")
    parser.add_argument("--out", type=Path, default=BUNDLES, help="folder of the bundles")
    parser.add_argument("--runs", type=Path, default=DEFAULT_ROOT, help="folder of the runs")
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--dit", default="dit", help="run of the diffusion transformer")
    parser.add_argument("--statistics", type=Path, help="statistics.pt of the latents that the DiT was trained on")
    parser.add_argument("--title", default="Sticker world nano")
    parser.add_argument("--description", default="One or two stickers on a plain or graded background, grown level by level.")
    parser.add_argument("--created-at", help="date for the manifest, as 2026-11-24T00:00:00Z")
    parser.add_argument("--seen", nargs="*", default=[], choices=("clips", "photographs"),
                        help="data beside scenes of drawings that the weights were trained on, for the credits")  # fmt: skip
    parser.add_argument("--evaluation", type=Path, help="JSON file of measurements of these weights")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=NANO_STEPS)
    parser.add_argument("--time-shift", type=float, default=NANO_TIME_SHIFT)
    parser.add_argument("--guidance", type=float, default=NANO_GUIDANCE)
    parser.add_argument("--max-seconds", type=float, help="longest clip, for a model trained on video; images only without it")
    parser.add_argument("--fps", type=int, default=Video.fps, help="frames per second of its clips unless asked for others")
    args = parser.parse_args()
    if args.id == "paper" and args.out == BUNDLES:
        parser.error("a paper bundle is too large for the repository: give another --out")
    if args.id not in ("tiny", *paper.SIZES) and not (args.statistics and args.created_at):
        parser.error("a trained bundle needs --statistics and --created-at")
    return args


if __name__ == "__main__":
    main()
