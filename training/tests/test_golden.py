"""The golden files are what the code gives now."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dcs import golden
from dcs.parity import SIZES

GOLDEN = Path(__file__).parent / "golden"
TINY_TOKENIZER = Path(__file__).resolve().parents[2] / "public" / "models" / "tiny" / "tokenizer.json"
# Another processor sums in another order; anything else would be a change.
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def current() -> dict[str, Any]:
    content = golden.all_golden(json.loads(TINY_TOKENIZER.read_text(encoding="utf-8")))
    return json.loads(json.dumps(content))


def assert_same(found: Any, expected: Any, place: str) -> None:
    """Equal, numbers and tensors within the tolerance."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), place
        if "data" in expected and "dims" in expected:
            kind = "<i8" if expected.get("type") == "int64" else "<f4"
            a, b = (np.frombuffer(base64.b64decode(x["data"]), kind) for x in (found, expected))
            assert found["dims"] == expected["dims"], place
            assert math.prod(expected["dims"]) == len(b), place
            scale = float(np.abs(b).max()) if len(b) else 1.0
            assert np.allclose(a, b, rtol=0, atol=TOLERANCE * scale), place
            return
        for name in expected:
            assert_same(found[name], expected[name], f"{place}.{name}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), place
        for i, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_same(one, other, f"{place}[{i}]")
    elif isinstance(expected, float):
        assert math.isclose(found, expected, rel_tol=1e-12), place
    else:
        assert found == expected, place


@pytest.mark.parametrize(
    "name",
    [
        "noise.json",
        "rope.json",
        "time-features.json",
        "schedule.json",
        "masks.json",
        "grids.json",
        "tiny-graphs.json",
        "tiny-chain.json",
        "tiny-full.json",
        "clip-frames.json",
        "tiny-clip.json",
        "allocation.json",
        "tiny-counts.json",
    ],
)
def test_a_golden_file_is_what_the_code_gives(current: dict[str, Any], name: str) -> None:
    stored = json.loads((GOLDEN / name).read_text(encoding="ascii"))
    assert_same(stored, current[name], name)


def test_every_graph_has_a_golden_run_of_32_or_more_queries_and_both_batch_sizes() -> None:
    for name, letter in (("dit_step", "N"), ("decoder_trunk", "P"), ("depatchify", "Q"), ("attention_test", "S")):
        assert any(sizes[letter] >= 32 for sizes in SIZES[name])
    assert {sizes["B"] for sizes in SIZES["dit_step"]} == {1, 2}
    assert {sizes["Nlow"] == 0 for sizes in SIZES["dit_step"]} == {True, False}
