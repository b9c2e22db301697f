"""Collect the permissively licensed photographs and write the atlas that `dcs.photographs` reads.

  python scripts/build_photographs.py        (about a minute; needs pip, and apt-get for the larger ones)

sources/photographs.json lists every photograph with its package, author and licence. Two packages are
wheels (not installed, only unpacked), one is a Debian package; one that cannot be fetched here is
skipped, and said so. A photograph is as its package has it: the versions are pinned below.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dcs.photographs import (
    Photograph,
    crop_concepts,
    cut,
    default_photographs_path,
    load_photographs,
    plan_crops,
    share_crops,
    write_atlas,
)
from dcs.sprites import SpriteAtlas

TABLE = Path(__file__).resolve().parents[1] / "sources" / "photographs.json"
WHEELS = {"scikit-image": "0.26.0", "scikit-learn": "1.9.1"}


def unpack_wheel(package: str, downloads: Path, unpacked: Path) -> None:
    """Download a wheel, unless `downloads` has it, and unpack it."""
    pattern = f"{package.replace('-', '_')}-{WHEELS[package]}-*.whl"
    if not list(downloads.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(downloads)]
        command += ["--only-binary=:all:", "--quiet", f"{package}=={WHEELS[package]}"]
        run(command, env={**os.environ, "PIP_RETRIES": "0"})
    with zipfile.ZipFile(next(downloads.glob(pattern))) as wheel:
        wheel.extractall(unpacked)


def unpack_debian_package(package: str, downloads: Path, unpacked: Path) -> None:
    """Download a Debian package, unless `downloads` has it, and unpack it."""
    pattern = f"{package}_*.deb"
    if not list(downloads.glob(pattern)):
        run(["apt-get", "download", "-qq", package], cwd=downloads)
    run(["dpkg-deb", "-x", str(next(downloads.glob(pattern))), str(unpacked)])


def run(command: list[str], **options: object) -> None:
    """Run a command.

    Raises:
        OSError: it is not on this machine, or it failed.
    """
    if shutil.which(command[0]) is None:
        raise OSError(f"{command[0]} is not on this machine")
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # pyright: ignore[reportCallIssue, reportArgumentType] # plain keywords
    if done.returncode != 0:
        raise OSError(f"`{' '.join(command)}` failed: {done.stderr.strip()}")


def collect(photographs: tuple[Photograph, ...], downloads: Path) -> Iterator[tuple[Photograph, Path]]:
    """Photographs that can be had here, with their files."""
    for package in dict.fromkeys(photograph.package for photograph in photographs):
        unpack: Callable[[str, Path, Path], None] = unpack_wheel if package in WHEELS else unpack_debian_package
        unpacked = downloads / f"{package}.unpacked"
        try:
            if not unpacked.exists():
                unpack(package, downloads, unpacked)
        except OSError as error:
            print(f"skipped {package}: {error}")
            continue
        for photograph in photographs:
            if photograph.package == package:
                yield photograph, unpacked / photograph.file


def all_crops(found: list[tuple[Photograph, Path]], total: int) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Crops of every photograph, as (concept, pixels)."""
    sizes: list[tuple[int, int]] = []
    for _, path in found:
        with Image.open(path) as image:
            sizes.append(image.size)
    counts = share_crops(sizes, total)
    for (photograph, path), count in zip(found, counts, strict=True):
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        print(f"{photograph.split:5} {photograph.name:14} {image.width}x{image.height} {count} crops")
        for i, crop in enumerate(plan_crops(photograph.name, image.width, image.height, count)):
            yield f"{photograph.split}/{photograph.name}/{i:03}", cut(image, crop)


def main() -> None:
    """Build the atlas."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=default_photographs_path(), help="folder of the atlas")
    parser.add_argument("--crops", type=int, default=2000, help="crops in all, about")
    parser.add_argument("--downloads", type=Path, help="folder that has or keeps the packages")
    args = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        downloads = args.downloads or Path(temporary)
        downloads.mkdir(parents=True, exist_ok=True)
        found = list(collect(load_photographs(TABLE), downloads))
        if not found:
            raise SystemExit("no photograph could be had; no atlas was written.")
        count = write_atlas(args.out, all_crops(found, args.crops))
    atlas = SpriteAtlas.open(args.out)
    digest = hashlib.sha256(atlas.levels[32].tobytes()).hexdigest()[:16]
    held_out = len(crop_concepts(atlas, "eval"))
    print(f"{count} crops of {len(found)} photographs, {held_out} crops held out, level 32 sha256 {digest}")
    print(f"{time.monotonic() - started:.1f} s, {args.out}")


if __name__ == "__main__":
    main()
