"""Options that the evaluation commands of a diffusion transformer share, with the values that nano is measured with."""

from __future__ import annotations

import argparse
from pathlib import Path

from dcs.config import NANO_GUIDANCE, NANO_TIME_SHIFT
from dcs.evaluation import FIGURES_DIR
from dcs.run import DEFAULT_ROOT


def generation_parser(about: str | None, prompts: int, dit: str = "dit") -> argparse.ArgumentParser:
    """A parser that knows the runs, where to read and write, how to sample (but for the steps), and how many prompts."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dit", default=dit, help="run of the diffusion transformer")
    parser.add_argument("--tok", default="tok", help="run of the tokenizer that made its latents")
    parser.add_argument("--classifier", default="classifier", help="run of the classifier")
    parser.add_argument("--latents", type=Path, default=DEFAULT_ROOT.parent / "latents", help="folder of statistics.pt")
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    parser.add_argument("--mode", choices=("clean-context", "sync"), default="clean-context")
    parser.add_argument("--guidance", type=float, default=NANO_GUIDANCE)
    parser.add_argument("--time-shift", type=float, default=NANO_TIME_SHIFT)
    parser.add_argument("--prompts", type=int, default=prompts, help="prompts of one object")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    return parser
