"""Keep the averaged weights of a tokenizer's run as float16, to go on from them on another machine.

    python scripts/keep_weights.py --tok wide

Writes weights/tok.safetensors; `restore_runs.py --tok-weights` makes a run of it. What is shipped is a bundle
(`export_bundle.py`): this is for the time between, when the diffusion model has not learned the new latents yet.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from safetensors.torch import save_file

from dcs.evaluation import load_tok
from dcs.run import DEFAULT_ROOT

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "tok.safetensors"


def main() -> None:
    """Read, round, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    keep(args.tok, args.out)


def keep(run: str, out: Path, root: Path = DEFAULT_ROOT) -> None:
    """Write the tokenizer of a run with its configuration, step and digest."""
    tok, weights = load_tok(run, root)
    metadata = {"config": json.dumps(dataclasses.asdict(tok.config)), "step": str(weights.step), "digest": weights.digest}
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in tok.state_dict().items()}, out, metadata)
    print(f"{out}: step {weights.step}, {out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
