"""Contact sheets: tensors of pictures to one labelled PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor


def save_sheet(path: Path, rows: Sequence[Sequence[Tensor]], labels: Sequence[str] = (), cell_px: int = 96) -> None:
    """Write rows of pictures (h,w,3) in [-1,1], each scaled to `cell_px`, an optional label above each row's start."""
    label_px = 12 if labels else 0
    width = max(len(r) for r in rows) * (cell_px + 2)
    sheet = Image.new("RGB", (width, len(rows) * (cell_px + 2 + label_px)), "white")
    draw = ImageDraw.Draw(sheet)
    for y, row in enumerate(rows):
        top = y * (cell_px + 2 + label_px)
        if labels:
            draw.text((2, top), labels[y][: width // 6], fill="black")
        for x, picture in enumerate(row):
            sheet.paste(to_image(picture).resize((cell_px, cell_px)), (x * (cell_px + 2), top + label_px))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def to_image(picture: Tensor) -> Image.Image:
    """(h,w,3) in [-1,1] -> 8-bit image."""
    values = ((picture.detach().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return Image.fromarray(np.asarray(values))
