"""Write a model bundle and hold its files to PyTorch.

python scripts/export_bundle.py tiny
"""

from __future__ import annotations

import argparse
from pathlib import Path

from dcs.export import write_bundle
from dcs.tiny import tiny_description, tiny_models, tiny_tokenizer_from

TRAINING = Path(__file__).resolve().parent.parent
BUNDLES = TRAINING.parent / "public" / "models"


def main() -> None:
    """Parse, export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", choices=["tiny"])
    args = parser.parse_args()
    folder = BUNDLES / args.bundle
    write_bundle(folder, tiny_models(), tiny_tokenizer_from(TRAINING / "sources"), tiny_description())


if __name__ == "__main__":
    main()
