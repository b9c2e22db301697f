"""Measure everything and write docs/results.md: one command after training.

    python scripts/evaluate_all.py [--tok tok] [--dit dit] [--quick]

Needs the runs `tok` and `dit`, the latents' statistics, and trains the classifier if it has none. Also writes
docs/figures/evaluation.json, the summary that scripts/export_bundle.py puts into the manifest (`--evaluation`).
`--quick` takes a quarter of the pictures, to see that everything runs. `--sync` adds the paper's sampler. `--short` leaves
out all but reconstruction and prompts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from dcs.config import NANO_GUIDANCE, NANO_STEPS, NANO_TIME_SHIFT
from dcs.evaluation import FIGURES_DIR, write_json
from dcs.run import DEFAULT_ROOT

SCRIPTS = Path(__file__).resolve().parent
# glibc gives big buffers back to the system after every use and takes them again; that cost a third of the CPU time
KEEP_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "8000000000", "MALLOC_TOP_PAD_": "100000000"}


def run(script: str, *options: str) -> None:
    """Run one script of this folder; its failure ends this one.

    Raises:
        SystemExit: the script failed; its message is above.
    """
    started = time.monotonic()
    print(f"\n== {script} {' '.join(options)}", flush=True)
    command = [sys.executable, str(SCRIPTS / script), *options]
    if subprocess.run(command, check=False, env={**os.environ, **KEEP_MEMORY}).returncode:
        sys.exit(f"{script} failed; its message is above, nothing after it was run")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = used.ru_utime + used.ru_stime
    print(f"== {script}: {time.monotonic() - started:.0f} s; {cpu_s:.0f} s of CPU so far", flush=True)


def summary(folder: Path) -> dict[str, Any]:
    """What a manifest says about its weights: quality by level, accuracy by level, and whose numbers these are."""
    tok, dit = (json.loads((folder / name).read_text()) for name in ("tok.json", "dit-clean-context.json"))
    return {
        "weights": dit["weights"],
        "heldOutScenes": tok["scenes"],
        "psnrByLevel": {px: measured["psnr"] for px, measured in tok["quality"]["heldout_pairs"].items()},
        "ssimByLevel": {px: measured["ssim"] for px, measured in tok["quality"]["heldout_pairs"].items()},
        "prompts": dit["prompts"],
        "promptAccuracyByLevel": dit["generated"]["accuracy"],
        "promptAccuracyOfRealArt": dit["real"]["accuracy"][0],
        "sampling": {key: dit[key] for key in ("mode", "steps", "guidance")} | {"timeShift": dit["time_shift"]},
    }


def run_suite(args: argparse.Namespace) -> None:
    """Levels, allocation, frame rates of the tokenizer; attributes, copies and steps of the diffusion transformer."""
    threads, share = ("--threads", args.threads), 4 if args.quick else 1
    run("eval_linear.py", "--scenes", str(200 // share), *threads)
    run("eval_levels.py", "--tok", args.tok, "--scenes", str(80 // share), *threads)
    run("eval_allocation.py", "--tok", args.tok, "--scenes", str(40 // share), *threads)
    run("eval_rates.py", "--tok", args.tok, "--clips", str(12 // share), *threads)
    of_clips = ("--dit", args.dit, "--latents", str(args.latents)) if args.clips else ()
    run("eval_clips.py", "--tok", args.tok, *of_clips, "--clips", str(64 // share), *threads)
    models = ("--dit", args.dit, "--tok", args.tok, "--latents", str(args.latents))
    sampling = ("--guidance", args.guidance, "--time-shift", args.time_shift)
    run("eval_generation.py", *models, *sampling, "--steps", args.steps, "--prompts", str(100 // share),
        "--places", str(60 // share), "--repeats", str(8 // share), *threads)  # fmt: skip
    run("eval_steps.py", *models, *sampling, "--prompts", str(60 // share), *threads)


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--dit", default="dit", help="run of the diffusion transformer")
    parser.add_argument("--latents", type=Path, default=DEFAULT_ROOT.parent / "latents", help="folder of statistics.pt")
    parser.add_argument("--steps", default=str(NANO_STEPS))
    parser.add_argument("--time-shift", default=f"{NANO_TIME_SHIFT:g}")
    parser.add_argument("--guidance", default=f"{NANO_GUIDANCE:g}")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sync", action="store_true")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--clips", action="store_true", help="the diffusion transformer was trained on clips: measure them")
    args = parser.parse_args()
    if not (DEFAULT_ROOT / "classifier" / "classifier.pt").exists():
        run("train_classifier.py", "--threads", args.threads)
    if not (DEFAULT_ROOT / "classifier" / "motion.pt").exists():
        run("train_motion_classifier.py", "--threads", args.threads)
    run("plot_curves.py", "--tok", args.tok, "--dit", args.dit)
    threads = ("--threads", args.threads)
    run("eval_tok.py", "--tok", args.tok, "--scenes", "50" if args.quick else "200", *threads)
    for mode in ("clean-context", "sync") if args.sync else ("clean-context",):
        run("eval_dit.py", "--dit", args.dit, "--tok", args.tok, "--latents", str(args.latents), "--mode", mode,
            "--steps", args.steps, "--guidance", args.guidance, "--time-shift", args.time_shift,
            "--prompts", "60" if args.quick else "200",
            *(("--sheet",) if mode == "clean-context" else ()), *threads)  # fmt: skip
    if not args.short:
        run_suite(args)
    write_json(FIGURES_DIR / "evaluation.json", summary(FIGURES_DIR))
    run("write_results.py")


if __name__ == "__main__":
    main()
