"""Figures of the results page: sheets of pictures with captions (Pillow), curves and bars (matplotlib).

Pictures are (h,w,3) in [-1, 1]. Only draws; every number comes from the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # before pyplot: no window is ever opened

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from dcs.sheets import to_image

GAP_PX = 4
TEXT_PX = 13
INK, PAPER, QUIET = "#1f2328", "#ffffff", "#6e7781"
LEVEL_COLORS = ("#9ecae1", "#4292c6", "#08519c", "#08306b", "#041c3d", "#02101f", "#000000", "#000000")
LINE_COLORS = ("#08519c", "#d9480f", "#2b8a3e", "#862e9c", "#495057", "#c2255c")


@dataclass(frozen=True)
class Block:
    """A row of pictures under one caption."""

    caption: str
    pictures: Sequence[Tensor]


def _font(px: int = TEXT_PX) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(px)


def _wrapped(draw: ImageDraw.ImageDraw, text: str, width_px: int, font: ImageFont.ImageFont | ImageFont.FreeTypeFont) -> str:
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if draw.textlength(joined, font=font) > width_px and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = joined
    return "\n".join(lines)


def save_blocks(path: Path, blocks: Sequence[Block], columns: int, cell_px: int, heading: str = "", lines: int = 1) -> None:
    """Blocks side by side, `columns` of them a row, each a caption of up to `lines` lines over its pictures."""
    per_block = max(len(block.pictures) for block in blocks)
    block_w = per_block * (cell_px + GAP_PX) + 3 * GAP_PX
    rows = [blocks[i : i + columns] for i in range(0, len(blocks), columns)]
    caption_hs = [lines * (TEXT_PX + 4) + GAP_PX if any(block.caption for block in row) else 0 for row in rows]
    top = TEXT_PX + 4 * GAP_PX if heading else GAP_PX
    height = top + sum(caption_hs) + len(rows) * (cell_px + 2 * GAP_PX)
    sheet = Image.new("RGB", (columns * block_w + GAP_PX, height), PAPER)
    draw, font = ImageDraw.Draw(sheet), _font()
    if heading:
        draw.text((2 * GAP_PX, GAP_PX), heading, fill=QUIET, font=font)
    y = top
    for row, caption_h in zip(rows, caption_hs, strict=True):
        for i, block in enumerate(row):
            left = 2 * GAP_PX + i * block_w
            text = _wrapped(draw, block.caption, block_w - 4 * GAP_PX, font)
            draw.multiline_text((left, y), text, fill=INK, font=font, spacing=2)
            for j, picture in enumerate(block.pictures):
                cell = to_image(picture)
                if cell.size != (cell_px, cell_px):
                    cell = cell.resize((cell_px, cell_px), Image.Resampling.BICUBIC)
                sheet.paste(cell, (left + j * (cell_px + GAP_PX), y + caption_h))
        y += caption_h + cell_px + 2 * GAP_PX
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, optimize=True)


def save_sizes(path: Path, rows: Sequence[Sequence[Tensor]], labels: Sequence[str]) -> None:
    """Rows of pictures at their own sizes, one pixel a pixel, standing on a common line; a label over each column."""
    widths = [max(row[i].shape[1] for row in rows) for i in range(len(labels))]
    heights = [max(picture.shape[0] for picture in row) + 2 * GAP_PX for row in rows]
    draw_font, top = _font(), TEXT_PX + 3 * GAP_PX
    columns = [max(width, 48) + 3 * GAP_PX for width in widths]
    sheet = Image.new("RGB", (sum(columns) + 2 * GAP_PX, top + sum(heights)), PAPER)
    draw = ImageDraw.Draw(sheet)
    lefts = [2 * GAP_PX + sum(columns[:i]) for i in range(len(columns))]
    for left, label in zip(lefts, labels, strict=True):
        draw.text((left, GAP_PX), label, fill=INK, font=draw_font)
    foot = top
    for row, height in zip(rows, heights, strict=True):
        foot += height
        for left, picture in zip(lefts, row, strict=True):
            sheet.paste(to_image(picture), (left, foot - 2 * GAP_PX - picture.shape[0]))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, optimize=True)


@dataclass(frozen=True)
class Line:
    """One curve."""

    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """One chart: curves by their name in the legend."""

    title: str
    x_label: str
    y_label: str
    lines: Mapping[str, Line]
    is_logarithmic: bool = False
    marks: bool = False
    starts_at_zero: bool = False


def save_panels(path: Path, panels: Sequence[Panel], columns: int = 2) -> None:
    """Charts side by side in one picture."""
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5.2 * columns, 3.4 * rows), squeeze=False)
    for axis in list(axes.flat)[len(panels) :]:
        axis.set_axis_off()
    for axis, panel in zip(axes.flat, panels, strict=False):
        _draw_panel(axis, panel)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


@dataclass(frozen=True)
class HeatMap:
    """One table of numbers as colours: `values` [row][column]; the rows' names downwards."""

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float]]


def save_heat_maps(path: Path, maps: Sequence[HeatMap], x_label: str, unit: str) -> None:
    """Tables side by side under one colour scale, each number in its cell."""
    every = [value for one in maps for row in one.values for value in row]
    low, high = min(every), max(every)
    width = 0.9 * max(len(one.columns) for one in maps) + 1.3
    figure, axes = plt.subplots(1, len(maps), figsize=(width * len(maps), 0.55 * len(maps[0].rows) + 1.2), squeeze=False)
    for axis, one in zip(axes.flat, maps, strict=True):
        axis.imshow(one.values, cmap="viridis", vmin=low, vmax=high, aspect="auto")
        for y, row in enumerate(one.values):
            for x, value in enumerate(row):
                ink = PAPER if value < (low + high) / 2 else INK
                axis.text(x, y, f"{value:.1f}", ha="center", va="center", fontsize=9, color=ink)
        axis.set_xticks(range(len(one.columns)), one.columns, fontsize=8)
        axis.set_yticks(range(len(one.rows)), one.rows, fontsize=8)
        axis.set_xlabel(x_label, fontsize=9)
        axis.set_title(f"{one.title}, {unit}", fontsize=10, color=INK, loc="left")
        axis.spines[:].set_visible(False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _draw_panel(axis: Axes, panel: Panel) -> None:
    is_levels = all(name.startswith("level ") for name in panel.lines)
    colors = LEVEL_COLORS if is_levels else LINE_COLORS
    for i, (name, line) in enumerate(panel.lines.items()):
        axis.plot(line.x, line.y, label=name, color=colors[i % len(colors)], linewidth=1.6, marker="o" if panel.marks else None)
    axis.set_title(panel.title, fontsize=11, color=INK, loc="left")
    axis.set_xlabel(panel.x_label, fontsize=9)
    axis.set_ylabel(panel.y_label, fontsize=9)
    axis.tick_params(labelsize=8)
    if panel.is_logarithmic:
        axis.set_yscale("log")
    if panel.starts_at_zero:
        axis.set_ylim(bottom=0)
    if panel.marks:
        axis.set_xticks(sorted({x for line in panel.lines.values() for x in line.x}))
    axis.grid(color="#d0d7de", linewidth=0.6)
    axis.spines[["top", "right"]].set_visible(False)
    if len(panel.lines) > 1:
        axis.legend(fontsize=8, frameon=False)
