"""Draw the training curves of runs from their CSV files.

    python scripts/plot_curves.py --tok tok --dit dit

Writes curves-tok.png, curves-dit.png and training.json (steps and hours of each run) to docs/figures, and the rows
themselves as log-tok.csv and log-dit.csv, from which `restore_runs.py` lets a restored run go on. A run without a log
keeps what training.json says of it. Where a log starts after the last step told there, the rows before are lost: their
hours stay counted, their picture stays as curves-<run>-to-<step>.png.
"""

from __future__ import annotations

import argparse
import csv
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from dcs.evaluation import FIGURES_DIR, write_json
from dcs.plots import Line, Panel, save_panels
from dcs.run import DEFAULT_ROOT

Table = dict[str, list[float]]
PAUSE_S = 600.0  # a longer gap between two rows is a pause, not training
SMOOTHED = 9  # points averaged in a curve


def read_table(path: Path) -> Table:
    """Columns by name; a header in the middle starts other columns, rows repeated after a restart replace older ones.

    Raises:
        ValueError: a row has another number of values than its header.
    """
    rows: dict[int, dict[str, float]] = {}
    names: list[str] = []
    with path.open(newline="") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if row and row[0] == "step":
                names = row
                continue
            if len(row) != len(names):
                raise ValueError(
                    f"{path.name}, line {number}: {len(row)} values under {len(names)} names. "
                    "The columns changed; put a line with the new names before this one."
                )
            values = dict(zip(names, map(float, row), strict=True))
            step = int(values["step"])
            rows = {s: v for s, v in rows.items() if s < step}
            rows[step] = values
    columns = dict.fromkeys(name for values in rows.values() for name in values)
    return {name: [values.get(name, float("nan")) for values in rows.values()] for name in columns}


def trained_hours(table: Table) -> float:
    """Time between rows, pauses left out."""
    return sum(b - a for a, b in pairwise(table["time_s"]) if 0 < b - a < PAUSE_S) / 3600


def smoothed(values: list[float], width: int = SMOOTHED) -> list[float]:
    """Mean of the `width` values around each; gaps (nan) are left out of the mean."""
    filled, half = np.array(values), width // 2
    window = [filled[max(0, i - half) : i + half + 1] for i in range(len(filled))]
    return [float(np.nanmean(part)) if np.isfinite(part).any() else float("nan") for part in window]


def curve(table: Table, name: str, width: int = SMOOTHED) -> Line:
    """A column over the step, smoothed, without gaps."""
    pairs = [(s, v) for s, v in zip(table["step"], smoothed(table[name], width), strict=True) if np.isfinite(v)]
    return Line([s for s, _ in pairs], [v for _, v in pairs])


def tok_panels(train: Table, psnr: Table) -> list[Panel]:
    """Loss, and PSNR by level on held-out drawings and OpenMoji at 64 and 128 px."""
    panels = [Panel("Tokenizer: training loss", "step", "squared error", {"loss": curve(train, "loss")}, is_logarithmic=True)]
    for px in (64, 128):
        for split, title in (("heldout_pairs", "held-out drawings"), ("openmoji", "OpenMoji")):
            lines = {f"level {m}": curve(psnr, f"{split}_{px}_{m}", 1) for m in range(1, 9) if f"{split}_{px}_{m}" in psnr}
            if lines:
                panels.append(Panel(f"PSNR, {title}, {px} px", "step", "dB", lines))
    return panels


def dit_panels(train: Table) -> list[Panel]:
    """Loss of each level."""
    lines = {f"level {m}": curve(train, f"level{m}") for m in range(1, 9) if f"level{m}" in train}
    return [
        Panel("DiT: velocity loss by level", "step", "squared error + 1 - cosine", lines),
        Panel("DiT: gradient norm", "step", "", {"norm": curve(train, "grad_norm")}, is_logarithmic=True),
    ]


def summary(train: Table, before: dict[str, Any] | None) -> dict[str, Any]:
    """Steps and hours of a run. `before` is its last summary: counted in if it tells of steps whose rows are lost."""
    told = {"steps": int(train["step"][-1]), "hours": trained_hours(train)}
    lost = before
    while lost and lost["steps"] >= train["step"][0]:
        lost = lost.get("lost")
    return told | {"hours": told["hours"] + lost["hours"], "lost": lost} if lost else told


def write_rows(path: Path, table: Table) -> None:
    """A table as CSV; a value that a row lacks is nan."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(
            [f"{value:.6g}" if abs(value) < 1e5 else f"{value:.0f}" for value in row]
            for row in zip(*table.values(), strict=True)
        )


def main() -> None:
    """Parse, read, draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", default="tok", help="run of the tokenizer")
    parser.add_argument("--dit", default="dit", help="run of the diffusion transformer")
    parser.add_argument("--runs", type=Path, default=DEFAULT_ROOT)
    parser.add_argument("--out", type=Path, default=FIGURES_DIR)
    args = parser.parse_args()
    told = args.out / "training.json"
    previous: dict[str, Any] = json.loads(told.read_text()) if told.exists() else {}
    report: dict[str, Any] = {"command": f"python scripts/plot_curves.py --tok {args.tok} --dit {args.dit}"}
    for kind, run in (("tok", args.runs / args.tok), ("dit", args.runs / args.dit)):
        if not (run / "train.csv").exists():
            print(f"{run.name}: no train.csv, left as it is")
            report |= {kind: previous[kind]} if kind in previous else {}
            continue
        train = read_table(run / "train.csv")
        psnr = read_table(run / "psnr.csv") if (run / "psnr.csv").exists() else {}
        panels = tok_panels(train, psnr) if kind == "tok" else dit_panels(train)
        report[kind] = summary(train, previous.get(kind))
        picture, lost = args.out / f"curves-{kind}.png", report[kind].get("lost")
        if lost and lost == previous.get(kind):
            picture.rename(args.out / f"curves-{kind}-to-{lost['steps']}.png")
        save_panels(picture, panels, columns=min(len(panels), 3))
        write_rows(args.out / f"log-{kind}.csv", train)
        print(f"{run.name}: {report[kind]}")
    write_json(told, report)


if __name__ == "__main__":
    main()
