"""Markdown of the results page: tables, paragraphs, and how numbers are written."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

Report = dict[str, Any]
SPLIT_NAMES = {
    "train": "drawings of the training set, new scenes",
    "heldout_pairs": "held-out drawings",
    "openmoji": "OpenMoji",
    "photographs": "photographs never trained on",
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def prose(text: str) -> str:
    """A paragraph, filled."""
    return textwrap.fill(" ".join(text.split()), 118, break_on_hyphens=False, break_long_words=False) + "\n"


def db(value: float) -> str:
    """Decibels."""
    return f"{value:.2f}"


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{100 * share:.1f}%"


def yes(holds: bool) -> str:
    """Whether a promise holds."""
    return "yes" if holds else "**no**"


def level_names(count: int) -> list[str]:
    """Heads of the columns of levels."""
    return ["1 level", *(f"{m} levels" for m in range(2, count + 1))]


def weights_line(weights: Report) -> str:
    """Run, step and digest."""
    return f"run `{weights['run']}`, step {weights['step']}, digest `{weights['digest']}`"
