"""Train and measure variants of the tokenizer side by side; finished ones are kept and skipped.

    python scripts/ablate_tok.py                        # all that are missing, the most important first
    python scripts/ablate_tok.py --only base full       # these

Results go to ablations.json in `--out` (docs/figures), a variant at a time; trained weights to `--weights`, so that a
variant that is trained is not trained again, and one that was stopped goes on. `scripts/write_ablations.py` writes the
page from the file. A variant takes 5 to 8 minutes of one CPU core that has nothing else to do.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from dcs import ablation
from dcs.ablation import Budget, Variant
from dcs.config import TokConfig
from dcs.evaluation import FIGURES_DIR, write_json
from dcs.plots import Block, save_blocks
from dcs.run import DEFAULT_ROOT
from dcs.scenes import render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

SHOWN_SCENES = 6
SHOWN_GAIN = 2.0  # residuals are small; they are shown twice as strong


def load_report(path: Path, budget: Budget) -> dict[str, Any]:
    """The file of earlier runs, or an empty one.

    Raises:
        ValueError: it was made with another budget, so that its numbers cannot stand beside new ones.
    """
    wanted = asdict(budget)
    if not path.exists():
        return {"budget": wanted, "trainSeed": ablation.TRAIN_SEED, "testSeed": ablation.TEST_SEED, "variants": {}}
    report = json.loads(path.read_text(encoding="utf-8"))
    if report["budget"] != wanted:
        raise ValueError(f"{path} was made with {report['budget']}, asked for {wanted}; choose another --out")
    return report


def trained(variant: Variant, budget: Budget, atlas: SpriteAtlas, path: Path) -> tuple[DCSTok, dict[str, Any]]:
    """The tokenizer of a variant: from its file if it was trained with this budget, else trained, from where it stopped."""
    made_by = {"tok": asdict(variant.tok), "steps": budget.steps, "batch": budget.batch}
    partial = path.with_suffix(".partial.pt")

    def store(target: Path, state: dict[str, Any]) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(".tmp")
        torch.save({"madeBy": made_by, **state}, temporary)
        temporary.rename(target)

    def stored(source: Path) -> dict[str, Any] | None:
        state = torch.load(source, weights_only=True) if source.exists() else None
        return state if state is not None and state["madeBy"] == made_by else None

    def keep(state: dict[str, Any]) -> None:
        store(partial, state)
        step, loss = state["loss"][-1]
        print(
            f"{variant.id}: step {step} of {budget.steps}, loss {loss:.4f}, {state['cpuSeconds']:.0f} CPU seconds", flush=True
        )

    done = stored(path)
    if done is not None:
        model = DCSTok(variant.tok)
        model.load_state_dict(done["model"])
        return model.eval().requires_grad_(False), done["report"]
    model, report = ablation.train(variant, budget, atlas, keep, stored(partial))
    store(path, {"model": model.state_dict(), "report": report})
    partial.unlink(missing_ok=True)
    return model, report


def draw_levels(model: DCSTok, variant: Variant, atlas: SpriteAtlas, path: Path) -> None:
    """Figure 15: pictures of 1 to n levels, under each what its level changed."""
    px = ablation.ENCODED_PX
    scenes = [sample_scene(ablation.TEST_SEED, i, "heldout_pairs") for i in range(SHOWN_SCENES)]
    real = render_scenes(scenes, px, px, atlas, variant.tok.coord_mode)
    z = ablation.encode(model, variant, real)
    levels = [ablation.decode(model, variant, z, px, m) for m in range(1, variant.tok.levels + 1)]
    blocks = []
    for i in range(SHOWN_SCENES):
        changes = [SHOWN_GAIN * (after[i] - before[i]) for before, after in pairwise(levels)]
        caption = f"real, 1 to {len(levels)} levels, change by each level after the first (x {SHOWN_GAIN:g})"
        blocks.append(Block(caption if i == 0 else "", [real[i], *(y[i] for y in levels), *changes]))
    save_blocks(path, blocks, 1, cell_px=px, heading=variant.title)


def config_differences(config: TokConfig) -> dict[str, Any]:
    """What the configuration of a variant has other than the base."""
    base = asdict(ablation.variants()[0].tok)
    return {key: value for key, value in asdict(config).items() if base[key] != value}


def main() -> None:
    """Parse; train and measure what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = {variant.id: variant for variant in ablation.variants()}
    parser.add_argument("--only", nargs="+", choices=known, default=list(known), help="variants to run")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    parser.add_argument("--weights", type=Path, default=DEFAULT_ROOT.parent / "ablations")
    parser.add_argument("--steps", type=int, default=Budget.steps)
    parser.add_argument("--batch", type=int, default=Budget.batch)
    parser.add_argument("--scenes", type=int, default=Budget.scenes, help="held-out scenes measured on")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    budget, path = Budget(args.steps, args.batch, args.scenes), args.out / "ablations.json"
    load_report(path, budget)  # a wrong budget is found before hours of training
    atlas = SpriteAtlas.open()
    for variant in (known[name] for name in args.only):
        if variant.id in load_report(path, budget)["variants"]:
            print(f"{variant.id}: kept", flush=True)
            continue
        model, training = trained(variant, budget, atlas, args.weights / f"{variant.id}.pt")
        with torch.no_grad():
            measured = ablation.measure(model, variant, budget, atlas)
            if variant.id in ("base", "no-drop"):
                draw_levels(model, variant, atlas, args.out / f"ablation-levels-{variant.id}.png")
        report = load_report(path, budget)  # again: another process may have added to it
        about = {"title": variant.title, "config": config_differences(variant.tok)}
        report["variants"][variant.id] = {**about, **training, **measured}
        write_json(path, report)
        print(f"{variant.id}: {measured['psnr']}", flush=True)


if __name__ == "__main__":
    main()
