"""The vocabulary of sticker world: what can be drawn, in which styles, under which names.

Read from `training/data/concepts.json`, written by `training/sources/build-concepts.mjs`. Reads no
pictures (see `sprites`) and writes no captions (see `captions`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

Tier = Literal["core", "extended"]

CONCEPTS_PATH = Path(__file__).resolve().parents[1] / "data" / "concepts.json"


@dataclass(frozen=True)
class Concept:
    """One Unicode emoji that several icon sets draw.

    `id` is its lower-case code points joined by "-", without U+FE0F. `styles` are the icon sets
    that draw it, evaluation-only sets included. `tier` is None outside the recommended 411.
    """

    id: str
    name: str
    keywords: tuple[str, ...]
    category: str
    styles: tuple[str, ...]
    tier: Tier | None


@dataclass(frozen=True)
class ConceptTable:
    """All concepts in emoji order, with the icon sets they come from."""

    concepts: tuple[Concept, ...]
    train_styles: tuple[str, ...]
    evaluation_styles: tuple[str, ...]

    def recommended(self) -> tuple[Concept, ...]:
        """Concepts of the core and extended tiers, core first."""
        chosen = [concept for concept in self.concepts if concept.tier is not None]
        return tuple(sorted(chosen, key=lambda concept: concept.tier != "core"))

    @cached_property
    def by_id(self) -> dict[str, Concept]:
        """Concepts by `id`."""
        return {concept.id: concept for concept in self.concepts}


@cache
def load_concepts(path: Path = CONCEPTS_PATH) -> ConceptTable:
    """Read the concept table.

    Raises:
        FileNotFoundError: the file is absent; it is rebuilt by `node build-concepts.mjs`.
    """
    if not path.exists():
        raise FileNotFoundError(f"no concept table at {path}. Run `node build-concepts.mjs` in training/sources.")
    table = json.loads(path.read_text(encoding="utf-8"))
    styles: list[str] = table["styles"]
    evaluation: list[str] = table["evaluationStyles"]
    concepts = tuple(
        Concept(
            id=row["id"],
            name=row["name"],
            keywords=tuple(row["keywords"]),
            category=row["category"],
            styles=tuple(s for s, icon in zip(styles, row["icons"], strict=True) if icon),
            tier=row.get("recommended"),
        )
        for row in table["concepts"]
    )
    train = tuple(style for style in styles if style not in evaluation)
    return ConceptTable(concepts, train_styles=train, evaluation_styles=tuple(evaluation))
