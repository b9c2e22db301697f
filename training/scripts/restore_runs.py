"""Make runs of the weights of a bundle, so that the trainers go on from what is shipped.

    python scripts/restore_runs.py nano --tok tok --dit dit
    python scripts/restore_runs.py --tok-weights weights/tok.safetensors --tok wide

Writes `last.pt` of both runs (weights and average alike; the optimizers start afresh, the step counts on from the
manifest's) and statistics.pt of the latents, and gives each run the log rows that `plot_curves.py` kept of it. A run
that is there already is left alone. Weights that are not shipped yet travel in a file of `keep_weights.py`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import nn

from dcs import config
from dcs.dit import DCSDiT
from dcs.evaluation import FIGURES_DIR
from dcs.graphs import Models
from dcs.optim import OptimConfig, Optimizers, WeightAverage
from dcs.restore import restore
from dcs.run import DEFAULT_ROOT, Run
from dcs.text import build_text_encoder, load_weights
from dcs.tok import DCSTok

TRAINING = Path(__file__).resolve().parent.parent


def main() -> None:
    """Parse, restore, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("id", nargs="?", default="nano", help="name of the bundle's folder")
    parser.add_argument("--bundles", type=Path, default=TRAINING.parent / "public" / "models")
    parser.add_argument("--tok", default="tok", help="run of the tokenizer to make")
    parser.add_argument("--dit", default="dit", help="run of the diffusion transformer to make")
    parser.add_argument("--latents", type=Path, default=DEFAULT_ROOT.parent / "latents", help="folder of statistics.pt")
    parser.add_argument("--tok-weights", type=Path, help="file of scripts/keep_weights.py, in place of a bundle")
    args = parser.parse_args()
    if args.tok_weights:
        tok, step = read_tok(args.tok_weights)
        write_run(args.tok, "tok", tok, dataclasses.asdict(tok.config), {"tok": {"step": step}})
        return
    folder = args.bundles / args.id
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tok_config, dit_config = tok_config_of(manifest), dit_config_of(manifest)
    shape = (tok_config.levels, tok_config.latent_dim)
    text = build_text_encoder(load_weights(TRAINING / "sources"))
    models = Models(text, DCSTok(tok_config), DCSDiT(dit_config), torch.zeros(shape), torch.zeros(shape))
    restore(folder, models)
    steps = manifest["evaluation"].get("weights", {})
    write_run(args.tok, "tok", models.tok, dataclasses.asdict(tok_config), steps)
    write_run(args.dit, "dit", models.dit, dataclasses.asdict(dit_config), steps)
    args.latents.mkdir(parents=True, exist_ok=True)
    torch.save({"mean": models.z_mean, "std": models.z_std}, args.latents / "statistics.pt")


def tok_config_of(manifest: dict[str, Any]) -> config.TokConfig:
    """The configuration that a bundle of nano was exported with."""
    sizes = manifest["config"]
    patch_width, carries_latents = sizes["patch"]["width"], sizes.get("latentReadout", False)
    if carries_latents:  # one of the heads in the manifest is theirs (TokConfig.patch_cache)
        patch_width -= patch_width // sizes["patch"]["heads"]
    return config.nano_tok(
        sizes["latentDim"],
        level_mix=sizes.get("levelMix", False),
        patch_width=patch_width,
        patch_moments=sizes.get("patchMoments", False),
        latent_readout=carries_latents,
    )


def dit_config_of(manifest: dict[str, Any]) -> config.DiTConfig:
    """The same of its diffusion transformer."""
    sizes = manifest["config"]
    return config.nano_dit(
        sizes["latentDim"],
        sizes["textWidth"],
        absolute_positions=sizes.get("absolutePositions", False),
        temporal_causal=sizes.get("video", {}).get("temporalCausal", True),
    )


def read_tok(path: Path) -> tuple[DCSTok, int]:
    """A tokenizer and its step out of a file of scripts/keep_weights.py."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        tok = DCSTok(config.from_dict(config.TokConfig, json.loads(metadata["config"])))
        tok.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118  # not a dict
    return tok, int(metadata["step"])


def write_run(name: str, kind: str, model: nn.Module, sizes: dict[str, Any], steps: dict[str, Any]) -> None:
    """One run directory with a checkpoint, unless there is one."""
    if (DEFAULT_ROOT / name / "last.pt").exists():
        print(f"{name}: has a checkpoint already, left alone")
        return
    step = int(steps.get(kind, {}).get("step", 0))
    Run(name, {kind: sizes}).save(step, model, WeightAverage(model, 0.999), Optimizers(model, OptimConfig()))
    give_log(kind, DEFAULT_ROOT / name)
    print(f"{name}: step {step}")


def give_log(kind: str, run: Path, figures: Path = FIGURES_DIR) -> None:
    """The rows of a training log that were kept beside its curves, if any, as the log of a run."""
    kept = figures / f"log-{kind}.csv"
    if kept.exists():
        shutil.copy(kept, run / "train.csv")


if __name__ == "__main__":
    main()
