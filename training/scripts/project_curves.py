"""Where the learning curves of DCS-Tok point, by doublings of its steps.

    python scripts/project_curves.py

Reads docs/figures/curves-tok.csv and writes curves-projection.json beside it. The CSV holds the PSNR of run `tok` on
OpenMoji scenes at 1000, 2000, 4000 and 8000 steps of one stage and a constant rate. The log of that run is lost: the
last row of each size is in LOG.md, the others were read off curves-tok.png, to about 0.05 dB.
"""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from typing import Any

from dcs.evaluation import FIGURES_DIR, write_json

GOALS = {128: (23.0, 25.5, 27.5, 29.0), 64: (24.0, 26.5, 28.5, 30.0)}  # dB of levels 1 to 4 on OpenMoji scenes


def projected(values: list[float], goal: float) -> dict[str, Any]:
    """What follows from PSNRs (dB) at steps that double each time.

    `limit`: where the curve ends if every further doubling gains as much less as the doublings did so far; infinite
    unless they gained less. `doublings`: how many more would reach the goal if each gained as much as the last one.
    """
    gains = [after - before for before, after in pairwise(values)]
    ratio = (gains[-1] / gains[0]) ** (1 / (len(gains) - 1))
    limit = values[-1] + gains[-1] * ratio / (1 - ratio) if ratio < 1 else math.inf
    return {
        "psnr": values,
        "gains": [round(gain, 2) for gain in gains],
        "goal": goal,
        "limit": round(limit, 2),
        "doublings": round(max(0.0, (goal - values[-1]) / gains[-1]), 1),
    }


def main() -> None:
    """Read, project, write."""
    with (FIGURES_DIR / "curves-tok.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    sizes: dict[str, Any] = {}
    for px, goals in GOALS.items():
        of_size = [row for row in rows if row["px"] == str(px)]
        sizes[str(px)] = {
            "steps": [int(row["step"]) for row in of_size],
            "levels": [projected([float(row[f"level{m}"]) for row in of_size], goal) for m, goal in enumerate(goals, 1)],
        }
    write_json(FIGURES_DIR / "curves-projection.json", {"command": "python scripts/project_curves.py", "sizes": sizes})


if __name__ == "__main__":
    main()
