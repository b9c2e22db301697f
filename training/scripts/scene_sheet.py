"""Write a contact sheet of sampled scenes, to look at what training sees.

Run: python -m scripts.scene_sheet --out sheet.png [--split heldout_pairs] [--aspect 8x12] [--px 128]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from PIL import Image, ImageDraw

from dcs.captions import caption
from dcs.concepts import load_concepts
from dcs.scenes import Aspect, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas

CAPTION_HEIGHT_PX = 30
CAPTION_COLUMNS = 6  # PIL's default font is about 6 px a character


def _parse_aspect(text: str) -> Aspect:
    if text == "square":
        return "square"
    gh, gw = text.split("x")
    return int(gh), int(gw)


def _wrapped(text: str, width_px: int) -> str:
    per_line = max(width_px // CAPTION_COLUMNS, 1)
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) > per_line:
            lines.append(word)
        else:
            lines[-1] = joined
    return "\n".join(lines)


def main() -> None:
    """Parse the command line, sample, render, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--atlas", type=Path, default=None, help="default: the user's cache")
    parser.add_argument("--split", choices=("train", "heldout_pairs", "openmoji"), default="train")
    parser.add_argument("--concepts", choices=("recommended", "all"), default="recommended")
    parser.add_argument("--aspect", type=_parse_aspect, default="square", help="square or GHxGW")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=6)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--px", type=int, default=128, help="pixels on the short side")
    arguments = parser.parse_args()

    count = arguments.rows * arguments.columns
    scenes = [sample_scene(arguments.seed, i, arguments.split, arguments.aspect, arguments.concepts) for i in range(count)]
    height = round(arguments.px * scenes[0].height)
    width = round(arguments.px * scenes[0].width)
    pictures = render_scenes(scenes, height, width, SpriteAtlas.open(arguments.atlas))
    pixels = pictures.add(1).mul(127.5).round().to(torch.uint8).numpy()
    cell_height = height + CAPTION_HEIGHT_PX
    size = (arguments.columns * (width + 4), arguments.rows * cell_height)
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    concepts = load_concepts()
    for i, scene in enumerate(scenes):
        x, y = i % arguments.columns * (width + 4), i // arguments.columns * cell_height
        sheet.paste(Image.fromarray(pixels[i]), (x, y))
        text = _wrapped(caption(scene, concepts), width)
        draw.text((x + 1, y + height), text, fill="black", spacing=0)
    sheet.save(arguments.out)
    print(f"{count} scenes -> {arguments.out}")


if __name__ == "__main__":
    main()
