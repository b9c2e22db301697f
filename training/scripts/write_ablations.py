"""Write docs/ablations.md and its charts from docs/figures/ablations.json, so that no number is typed by hand.

    python scripts/write_ablations.py            # write the page and ablations.png
    python scripts/write_ablations.py --check    # fail if the page differs from its file

`scripts/ablate_tok.py` makes the file, a variant at a time; variants that are not in it yet are named on the page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dcs.ablation import (
    ASYMMETRIC_FROM,
    ASYMMETRIC_PX,
    BANDS,
    DECODER_ALONE_FROM,
    ENCODED_PX,
    FIRST_PX,
    FIXED_PX,
    NOISE_FROM,
    ZOOMED_SCENES,
    variants,
)
from dcs.evaluation import FIGURES_DIR
from dcs.markdown import prose, table
from dcs.plots import Line, Panel, save_panels

Report = dict[str, Any]
CHOICES = ("base", "base-seed-1", "full", "full-no-measure-bias", "corner", "no-coord-embed", "no-measure-bias", "d8")
REGULARISED = ("base", "denoise", "denoise-l2", "denoise-margin")
BASELINES = ("base", "vanilla", "fixed")
DROPPED = ("base", "no-drop")
SHORT = {"base": "none"}  # the base among the regularised


def kept(report: Report, ids: Sequence[str]) -> dict[str, Report]:
    """Those of the named variants that are measured, in order."""
    return {name: report["variants"][name] for name in ids if name in report["variants"]}


def head(report: Report) -> str:
    """What was run, and how small it is."""
    budget = report["budget"]
    steps, batch = budget["steps"], budget["batch"]
    how = f"""Each variant is the nano tokenizer trained from scratch for {steps} steps of {batch} pictures, {steps * batch}
        pictures in all, which is little: what shows here is what differs early. All see the same scenes in the same order
        with the same seeds: {FIRST_PX} px for the first {ASYMMETRIC_FROM:.0%} of the steps, then read and written at
        sizes drawn from {", ".join(map(str, ASYMMETRIC_PX))} px. The loss is the squared error alone unless said; the rate
        falls to nothing over the last third. Measured on {budget["scenes"]} scenes of held-out drawings (stream
        {report["testSeed"]}), PSNR in dB. One run each: a difference below that between the two rows of the base, which
        differ by their first weights only, says nothing."""
    return f"""# Ablations and baselines of the tokenizer

`python scripts/ablate_tok.py` trains and measures, `python scripts/write_ablations.py` writes this page from
`docs/figures/ablations.json`; both run in `training/`.

{prose(how)}"""


def sizes_of(variant: Report) -> list[str]:
    """Sizes a variant was measured at."""
    return list(variant["psnr"])


def difference(value: float, base: float) -> str:
    """A value and how far it is from the base."""
    return f"{value:.2f} ({value - base:+.2f})"


def choices_section(report: Report) -> str:
    """Switches of the tokenizer against the base: quality and agreement of sizes."""
    found = kept(report, CHOICES)
    if "base" not in found:
        return ""
    base = found["base"]
    sizes = sizes_of(base)
    quality, same = [], []
    for name, variant in found.items():
        cells = [
            f"{variant['psnr'][px][m]:.2f}" if name == "base" else difference(variant["psnr"][px][m], base["psnr"][px][m])
            for px in sizes
            for m in (0, -1)
        ]
        quality.append([variant["title"], *cells, f"{variant['trainCpuSeconds'] / 60:.1f}"])
        same.append([variant["title"], *(f"{pair['psnr']:.1f} ({pair['real']:.1f})" for pair in variant["agreement"])])
    levels = len(base["psnr"][sizes[0]])
    columns = [f"{px} px, {m}" for px in sizes for m in ("1 level", f"{levels} levels")]
    pairs = [f"{pair['px']} and {pair['otherPx']} px" for pair in base["agreement"]]
    why = f"""In brackets the difference to the base. {sizes[-1]} px is larger than anything trained on. Minutes are CPU
        time of one thread on a shared machine, so only large differences count."""
    agree = f"""The same latent, encoded at {ENCODED_PX} px, decoded at two sizes, both brought to {sizes[0]} px: PSNR
        between them, in brackets the same between real renderings, which is what perfect decoding would give."""
    return f"""## Choices

{prose(why)}
{table(["", *columns, "CPU minutes"], quality)}
{prose(agree)}
{table(["", *pairs], same)}"""


def zoom_section(report: Report) -> str:
    """Full against anchor: quality and time at growing sizes."""
    found = {name: variant for name, variant in report["variants"].items() if "zoom" in variant}
    if not found:
        return ""
    sizes = [row["px"] for row in next(iter(found.values()))["zoom"]]
    rows = [
        [variant["title"], *(f"{row['psnr']:.2f}, {row['cpuSeconds']:.2f} s" for row in variant["zoom"])]
        for variant in found.values()
    ]
    how = f"""{ZOOMED_SCENES} scenes read at {ENCODED_PX} px, their latents decoded larger: PSNR against the real rendering,
        and CPU seconds of the decoder for one picture of all levels (PyTorch, one thread, the fastest of {ZOOMED_SCENES})."""
    return f"""## Pixel attention: quality and cost by size

{prose(how)}
{table(["", *(f"{px} px" for px in sizes)], rows)}"""


def drop_section(report: Report) -> str:
    """Figure 15: what the levels hold with and without token drop."""
    found = kept(report, DROPPED)
    if not found:
        return ""
    px = str(ENCODED_PX)
    rows = [[v["title"], *(f"{x:.2f}" for x in v["psnr"][px])] for v in found.values()]
    spread = [[v["title"], *(f"{max(bands) * BANDS:.2f}" for bands in v["residualBands"])] for v in found.values()]
    levels = len(rows[0]) - 1
    pictures = "\n".join(f"![What each level adds: {v['title']}](figures/ablation-levels-{n}.png)\n" for n, v in found.items())
    how = f"""Decoded from the first levels at {px} px. Without token drop nothing makes the first levels a picture by
        themselves. Below, how unevenly the change that a level makes lies over {BANDS} horizontal bands of the pictures: the
        largest band against the mean one. The paper's levels without drop were horizontal bands (Figure 15a)."""
    return f"""## Token drop (Figure 15)

{prose(how)}
{table(["PSNR", *(f"{m + 1}" for m in range(levels))], rows)}
{table(["largest band / mean band", *(f"level {m + 2}" for m in range(levels - 1))], spread)}
{pictures}"""


def regularisation_section(report: Report) -> str:
    """Table 6."""
    found = kept(report, REGULARISED)
    if not found:
        return ""
    px = str(ENCODED_PX)
    rows = [
        [SHORT.get(name, v["title"]), *(f"{x:.2f}" for x in v["std"]), *(f"{x:.2f}" for x in v["psnr"][px])]
        for name, v in found.items()
    ]
    levels = len(next(iter(found.values()))["std"])
    columns = [*(f"std {m + 1}" for m in range(levels)), *(f"PSNR {m + 1}" for m in range(levels))]
    how = f"""Noise as in Eq. 7 (lambda from 0 to 1, sigma 3, all samples) and the L2 term (weight 0.001) from
        {NOISE_FROM:.0%} of the steps on; from {DECODER_ALONE_FROM:.0%} on the decoder alone, without noise, as in the paper.
        Standard deviation of each level and PSNR of the first levels at {px} px. Generation is not part of it: the paper's
        column on fragments needs a diffusion model for each row."""
    return f"""## Latent noise and L2 with a margin (Table 6)

{prose(how)}
{table(["", *columns], rows)}"""


def baseline_section(report: Report) -> str:
    """Figure 1: tokens and quality of tokenizers of other kinds."""
    found = kept(report, BASELINES)
    if not found:
        return ""
    rows = []
    for name, variant in found.items():
        levels = len(next(iter(variant["psnr"].values())))
        for m in range(levels):
            title = f"DCS-Tok, {m + 1} level{'s' if m else ''}" if name == "base" else variant["title"]
            cells = [f"{variant['psnr'][px][m]:.2f} ({variant['tokens'][px] * (m + 1) // levels})" for px in sizes_of(variant)]
            rows.append([title, *cells])
    how = f"""The same networks and budget, one level. The fixed patch makes more tokens of larger pictures and, unlike DCS-Tok,
        can only be decoded at the size that was read. The fixed length is trained at {FIXED_PX} px alone for all steps; other
        sizes are resized before and after. PSNR in dB, in brackets tokens of {variants()[0].tok.latent_dim} channels."""
    sizes = sizes_of(next(iter(found.values())))
    return f"""## Baselines (Figure 1)

{prose(how)}
{table(["", *(f"{px} px" for px in sizes)], rows)}"""


DECISIONS = """## Decisions

Other first weights alone change the base by more than most choices do, so only what goes beyond that decides.

- *Pixel attention*: `anchor` ships. Its quality is that of the paper's `full` within the spread, and its cost grows with
  the pixels, not with their square. `full` stays exportable.
- *Measure bias*: on. `full` falls apart without it at sizes that were never trained on. With `anchor`, whose number of
  anchors is the same at every size, it changes nothing that shows here.
- *Coordinate embedding*: on; nothing else matters as much for reconstruction.
- *Coordinates*: `center` for nano. Sizes agree better than with `corner`, beyond the spread; reconstruction is better by
  about as much as the spread. The paper's sizes keep the paper's `corner`.
- *Latent width*: 16, as in the paper; 8 is behind at four levels by about as much as the spread.
- *Token drop*: on. Without it all levels together are better, but the first ones are no pictures.
- *Noise and L2*: noise alone lets latents grow until it no longer disturbs them; L2 without a margin shrinks the upper
  levels; with a margin they keep their size, as in the paper's Table 6. All three cost reconstruction; nano's
  tokenizer had noise only before one of its levels died of it (training/LOG.md) and has none since.
"""


def page(report: Report) -> str:
    """The whole page. The decisions are drawn from all variants, so they wait for all."""
    parts = [head(report), choices_section(report), zoom_section(report), drop_section(report)]
    parts += [regularisation_section(report), baseline_section(report)]
    if all(variant.id in report["variants"] for variant in variants()):
        parts.append(DECISIONS)
    if report["variants"]:
        parts.append("## Curves\n\n![Training loss, quality and residuals of the variants](figures/ablations.png)\n")
    missing = [f"- `{variant.id}`: {variant.title}" for variant in variants() if variant.id not in report["variants"]]
    if missing:
        parts.append("## Not run yet\n\n`python scripts/ablate_tok.py` goes on with:\n\n" + "\n".join(missing) + "\n")
    return "\n".join(part for part in parts if part)


def draw(report: Report, path: Path) -> None:
    """Loss curves, PSNR by level, and where the levels' changes lie."""
    px, found = str(ENCODED_PX), report["variants"]

    def losses(ids: Sequence[str]) -> dict[str, Line]:
        return {name: Line([s for s, _ in v["loss"]], [y for _, y in v["loss"]]) for name, v in kept(report, ids).items()}

    def by_level(ids: Sequence[str]) -> dict[str, Line]:
        return {name: Line(range(1, len(v["psnr"][px]) + 1), v["psnr"][px]) for name, v in kept(report, ids).items()}

    panels = [
        Panel("Training loss: choices", "step", "squared error", losses(CHOICES), is_logarithmic=True),
        Panel(
            "Training loss: the others", "step", "squared error",
            losses([name for name in found if name not in CHOICES]), is_logarithmic=True,
        ),
        Panel(f"PSNR at {px} px: noise and L2", "levels", "dB", by_level(REGULARISED), marks=True),
        Panel(f"PSNR at {px} px: token drop", "levels", "dB", by_level(DROPPED), marks=True),
        *(
            Panel(
                f"Where levels change the picture: {variant['title'][:28]}", "band, top to bottom", "share",
                {f"level {m + 2}": Line(range(1, BANDS + 1), bands) for m, bands in enumerate(variant["residualBands"])},
                starts_at_zero=True,
            )
            for variant in kept(report, DROPPED).values()
        ),
    ]  # fmt: skip
    save_panels(path, [panel for panel in panels if panel.lines])


def main() -> None:
    """Parse; write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=Path, default=FIGURES_DIR)
    parser.add_argument("--page", type=Path, default=FIGURES_DIR.parent / "ablations.md")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page differs")
    args = parser.parse_args()
    report = json.loads((args.figures / "ablations.json").read_text(encoding="utf-8"))
    text = page(report)
    if args.check:
        if args.page.read_text(encoding="utf-8") != text:
            sys.exit(f"{args.page} differs from its file; run `python scripts/write_ablations.py` and commit what it writes")
        return
    args.page.write_text(text, encoding="utf-8")
    if report["variants"]:
        draw(report, args.figures / "ablations.png")


if __name__ == "__main__":
    main()
