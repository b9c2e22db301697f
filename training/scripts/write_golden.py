"""Write the golden vectors that TypeScript is held to, tests/golden/*.json, and a graph beside the tiny bundle's.

Needs the tiny bundle.

python scripts/write_golden.py
"""

from __future__ import annotations

import json
from pathlib import Path

from dcs.golden import all_golden, write_full_graph

TRAINING = Path(__file__).resolve().parent.parent
GOLDEN = TRAINING / "tests" / "golden"
TINY_TOKENIZER = TRAINING.parent / "public" / "models" / "tiny" / "tokenizer.json"


def main() -> None:
    """Write every file."""
    for name, content in all_golden(json.loads(TINY_TOKENIZER.read_text(encoding="utf-8"))).items():
        path = GOLDEN / name
        path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="ascii")
        print(f"{path.relative_to(TRAINING)}: {path.stat().st_size} bytes")
    write_full_graph(GOLDEN / "tiny-full")


if __name__ == "__main__":
    main()
