"""Draw a picture with the files of a random-weight bundle of dcs.paper and with PyTorch, and compare them.

    python scripts/export_bundle.py paper --out ~/.cache/dcs-studio/bundles
    python scripts/draw_paper.py ~/.cache/dcs-studio/bundles/paper --label 207

The picture is noise: the weights are random. Prints times, the peak of memory and the relative differences; fails when
one is above 1e-3 (28 layers of random weights amplify rounding).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import torch

from dcs import paper
from dcs.export import round_models
from dcs.parity import relative_difference

TOLERANCE = 1e-3


def main() -> None:
    """Parse, draw twice, compare."""
    args = parse()
    torch.set_num_threads(args.threads)
    size = args.bundle.name
    if size not in paper.SIZES:
        sys.exit(f"{args.bundle} is not a bundle of dcs.paper: its folder must be named {' or '.join(paper.SIZES)}.")
    request = paper.Request(args.label, args.levels, args.steps, args.px, args.seed)
    started = time.monotonic()
    files = paper.draw_with_files(args.bundle, size, request)
    report("onnxruntime", started)
    started = time.monotonic()
    models = round_models(paper.random_models(size))
    report("making the models", started)
    started = time.monotonic()
    own = paper.draw_with_pytorch(models, request)
    report("PyTorch", started)
    differences = [relative_difference(files.zn, own.zn), relative_difference(files.picture, own.picture)]
    print(f"latents {tuple(own.zn.shape)}: relative difference {differences[0]:.1e}")
    print(f"picture {tuple(own.picture.shape)}: relative difference {differences[1]:.1e}")
    if max(differences) > TOLERANCE:
        sys.exit(f"The files are further than {TOLERANCE} from PyTorch: export the bundle again.")


def report(what: str, started: float) -> None:
    """Seconds since `started`, and the largest memory of the process so far."""
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{what:18} {time.monotonic() - started:6.1f} s   peak {peak_gb:.1f} GB", flush=True)


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path, help="folder of the bundle, named paper or paper-small")
    parser.add_argument("--label", type=int, default=0)
    parser.add_argument("--levels", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--px", type=int, default=64, help="short side of the picture")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
