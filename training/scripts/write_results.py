"""Write docs/results.md from the JSON files in docs/figures, so that no number on the page is typed by hand.

    python scripts/write_results.py            # write
    python scripts/write_results.py --check    # fail if the page differs from its files

A measurement that has no file yet is named with the command that makes it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from dcs.evaluation import FIGURES_DIR
from dcs.markdown import SPLIT_NAMES, Report, db, level_names, percent, prose, table, weights_line, yes
from dcs.suite_sections import (
    allocation_section,
    causal_bias_section,
    clips_section,
    generation_section,
    levels_section,
    linear_section,
    motion_classifier_section,
    rates_section,
    steps_section,
)

HEAD = """# Results

Every number and picture here comes from a command and the JSON file that it writes to `docs/figures`; this page is
written from those files by `python scripts/write_results.py`. Commands run in `training/`; all of them at once:
`python scripts/evaluate_all.py`. Weights are measured as they ship, rounded to float16; a digest names them.

Sticker world is small and clean: one or two vector icons on a plain or shaded background. The numbers compare this
project with itself; they say nothing about photographs, and are not comparable with the paper's.

Two kinds of pictures are new to the models. *Held-out drawings* are the tenth of all style and concept pairs that no
training scene shows: the concept is known in other styles, the style from other concepts. *OpenMoji* is a whole style
that was never trained on.
"""


def curve_parts(run: Report) -> list[tuple[str, str]]:
    """What the curve pictures of a run show, and the end of their names: the rows there are, after those that are lost."""
    lost = run.get("lost")
    if not lost:
        return [("", "")]
    *older, _ = curve_parts(lost)
    return [*older, (f" to step {lost['steps']}", f"-to-{lost['steps']}"), ("", "")]


def training_section(report: Report) -> str:
    """Curves and times."""
    names = {"tok": "DCS-Tok", "dit": "DCS-DiT"}
    runs = [(kind, report[kind]) for kind in names if kind in report]
    rows = [[names[kind], f"{run['steps']}", f"{run['hours']:.1f}"] for kind, run in runs]
    figures = "\n".join(
        f"![Training curves of {names[kind]}{about}](figures/curves-{kind}{part}.png)\n"
        for kind, run in runs
        for about, part in curve_parts(run)
    )
    how = """Two CPU cores, shared with other work; hours are those between log rows, pauses left out. PSNR in the curves
        is that of the averaged weights on a few scenes while training; the table below has more scenes."""
    return f"## Training\n\n`{report['command']}`\n\n{table(['model', 'steps', 'hours'], rows)}\n{prose(how)}\n{figures}"


def projection_section(report: Report) -> str:
    """Where the curves of the tokenizer point."""
    rows = [
        [
            f"{px} px, {name}",
            *(f"{value:.1f}" for value in level["psnr"]),
            f"{level['goal']:.1f}",
            f"{level['limit']:.1f}",
            f"{level['doublings']:.1f}",
        ]
        for px, size in report["sizes"].items()
        for name, level in zip(level_names(len(size["levels"])), size["levels"], strict=True)
    ]
    small, large = (report["sizes"][px]["levels"] for px in ("64", "128"))
    steps, short = report["sizes"]["128"]["steps"], [level["goal"] - level["limit"] for level in large]
    more = [level["doublings"] for level in small]
    how = f"""Run `tok` on OpenMoji scenes at a constant rate, PSNR in dB after {", ".join(map(str, steps[:-1]))} and
        {steps[-1]} steps (as in the curves: averaged weights, 16 scenes). The log of that run is lost: numbers before the
        last are read off its curves, to about 0.05 dB. Limit: where a curve ends if each further doubling of the steps
        gains as much less than the one before as it did so far. Doublings: how many more would reach the goal if each
        gained as much as the last one."""
    so = f"""At 64 px the curves lead to the goals, after {min(more)} to {max(more)} more doublings. At 128 px they do not:
        what they lead to is {min(short):.1f} to {max(short):.1f} dB short, and even at undiminished gains four levels would
        take {2 ** large[-1]["doublings"]:.0f} times the steps. These steps saw 64 px at most; what training at 128 px, wider
        stacks, moments of the pixels and a linear start have added since is in `training/LOG.md`, and at 128 px the linear
        maps above do not reach the goals either, fitted to the very pictures."""
    head = ["", *(f"{step} steps" for step in steps), "goal", "limit", "doublings"]
    return f"""## Where the curves of DCS-Tok point

`{report["command"]}`

{prose(how)}
{table(head, rows)}
{prose(so)}"""


def quality_table(quality: Report, key: str, show: Callable[[float], str]) -> str:
    """PSNR or SSIM by split, size and levels."""
    rows, count = [], 0
    for split, sizes in quality.items():
        for px, measured in sizes.items():
            count = len(measured[key])
            gain = [f"{measured['gain']:+.2f}", yes(measured["isIncreasing"])] if key == "psnr" else []
            rows.append([f"{SPLIT_NAMES[split]}, {px} px", *map(show, measured[key]), *gain])
    extra = [f"1 to {count}", "each level adds"] if key == "psnr" else []
    return table(["", *level_names(count), *extra], rows)


def agreement_table(sizes: Report) -> str:
    """PSNR between sizes; real renderings in brackets."""
    rows = []
    for i, px in enumerate(sizes["sizes"]):
        cells = [
            "" if mine is None else f"{mine:.1f} ({real:.1f})"
            for mine, real in zip(sizes["agreement"][i], sizes["realAgreement"][i], strict=True)
        ]
        rows.append([f"**{px} px**", *cells])
    return table(["", *(f"{px} px" for px in sizes["sizes"])], rows)


def recognition_table(recognition: Report) -> str:
    """What a classifier of real art still recognises."""
    rows = []
    for split, measured in recognition.items():
        rows.append([f"{SPLIT_NAMES[split]}: real", *answer_cells(measured["real"])])
        for name, answer in zip(level_names(len(measured["levels"])), measured["levels"], strict=True):
            rows.append([f"{SPLIT_NAMES[split]}: {name}", *answer_cells(answer)])
    return table(["", "object, first answer", "object, first five", "background colour"], rows)


def answer_cells(answer: Report) -> list[str]:
    """Accuracy of one set of pictures."""
    return [percent(answer[key]) for key in ("top1", "top5", "color")]


def tok_section(report: Report) -> str:
    """Reconstruction, sizes, recognition."""
    sizes = report["sizes"]
    spread = [[SPLIT_NAMES[split], *(f"{v:.2f}" for v in values)] for split, values in report["latentStd"].items()]
    margin = sizes["agreement256to64"] - sizes["psnr"]["64"]
    same = ", ".join(f"{px} px {value:.2f} dB" for px, value in sizes["psnr"].items())
    levels = len(spread[0]) - 1
    shown = f"\n![Photographs and 1 to {levels} levels at 128 px](figures/photographs.png)\n"
    photographs = shown if "photographs" in report["quality"] else ""
    about = f"""`{report["command"]}` ({weights_line(report["weights"])}; {report["scenes"]} scenes of each kind,
        scene stream {report["seed"]})"""
    how = f"""{sizes["scenes"]} held-out scenes, encoded once at {sizes["encodedPx"]} px; the same latent decoded at each
        size. Agreement is the PSNR in dB between two sizes, both box-averaged to {min(sizes["sizes"])} px; in brackets the
        same for real renderings, which share their geometry but not their antialiasing."""
    against = f"""Against the real rendering of the same size: {same}. The 256 px picture, averaged down to 64 px, agrees
        with the 64 px picture to {sizes["agreement256to64"]:.2f} dB, {margin:+.2f} dB against the reconstruction itself."""
    return f"""## DCS-Tok: reconstruction by level

{prose(about)}
Pictures are encoded once and decoded from their first levels. Mean PSNR in dB:

{quality_table(report["quality"], "psnr", db)}
Mean SSIM:

{quality_table(report["quality"], "ssim", lambda v: f"{v:.3f}")}
![PSNR and SSIM by level](figures/psnr-levels.png)

![Real pictures and 1 to {levels} levels at 64 px](figures/reconstruction-64.png)

![Real pictures and 1 to {levels} levels at 128 px](figures/reconstruction-128.png)
{photographs}
Standard deviation of the latents (before normalisation):

{table(["", *(f"level {m}" for m in range(1, levels + 1))], spread)}
## DCS-Tok: the same latent at five sizes

{prose(how)}
{agreement_table(sizes)}
{prose(against)}
![The same latents at 32 to 256 px](figures/sizes.png)

## DCS-Tok: what is still recognised

The classifier below, on the scenes with one object, real and from 1 to {levels} levels, 64 px:

{recognition_table(report["recognition"])}"""


def classifier_section(report: Report) -> str:
    """How good the instrument is."""
    rows = [[SPLIT_NAMES[split], *answer_cells(answer)] for split, answer in report["checks"].items()]
    about = f"""`{report["command"]}` ({report["scenes"]} training scenes, stream {report["trainSeed"]};
        {report["checkScenes"]} of each kind checked, stream {report["checkSeed"]})"""
    how = f"""Frozen MobileNetV2 features (Open Images V4, from npm `@mediapipe/objectron`) of the drawing, cut out of its
        background, and a network of one hidden layer ({report["headParameters"] / 1e6:.2f} M parameters) over
        {report["concepts"]} concepts; the fitted background over {report["colors"]} colours. It learned from real art
        alone, softened at random, in the styles that the models learned from."""
    caution = """It is a yardstick with an error of its own: many concepts look alike (rabbit and rabbit face, a dozen
        yellow faces). Accuracy of generated pictures is to be read against the rows of real art."""
    return f"""## The classifier that measures

{prose(about)}
{prose(how)}
{table(["real pictures, 64 px", "object, first answer", "object, first five", "background colour"], rows)}
{prose(caution)}"""


def measured_rows(name: str, measured: Report) -> list[list[str]]:
    """Rows of the prompt table."""
    names = level_names(len(measured["accuracy"])) if len(measured["accuracy"]) > 1 else [""]
    return [
        [f"{name}{', ' if level else ''}{level}", *answer_cells(answer), f"{distance:.3f}"]
        for level, answer, distance in zip(names, measured["accuracy"], measured["kernelDistance"], strict=True)
    ]


def level_rows(levels: Report) -> list[list[str]]:
    """Rows of the table of level statistics."""
    rows = []
    for m in range(len(levels["real"]["std"])):
        explained = [f"{levels[kind]['explained'][m - 1]:.3f}" for kind in ("generated", "real")] if m else ["", ""]
        cells = [f"{levels[kind][key][m]:.3f}" for key in ("mean", "std") for kind in ("generated", "real")]
        rows.append([str(m + 1), *cells, *explained])
    return rows


def dit_section(report: Report) -> str:
    """Prompts, accuracy, level statistics of one sampler."""
    right, seeds = report["sheetRight"], report["seeds"]
    rows = [
        *measured_rows("generated", report["generated"]),
        *measured_rows("real art through DCS-Tok", report["reconstructed"]),
        *measured_rows("real art", report["real"]),
    ]
    heads = ["level", "mean, generated", "real", "std, generated", "real", "R2 from lower levels, generated", "real"]
    dit, tok = (weights_line(report["weights"][kind]) for kind in ("dit", "tok"))
    about = f"`{report['command']}` (DiT {dit}; tokenizer {tok})"
    how = f"""{report["prompts"]} prompts of one object on a colour ({right["judged"]} of the sheet above, the others drawn
        from the core concepts and their everyday names, seed {seeds["prompts"]}), one picture each, {report["steps"]} steps,
        guidance {report["guidance"]:g}, time shift {report["time_shift"]:g}, noise seeds from {seeds["noise"]}, decoded
        at 64 px. A picture is right when the classifier's answer is a concept of that name. The same prompts drawn from
        training art (scene stream {seeds["art"][1]}) are the ceiling. Kernel distance: unbiased squared MMD with a cubic
        kernel (KID) of standardised MobileNetV2 features to other real art of the same prompts (stream
        {seeds["art"][0]}); the last row, real art against real art, shows what of it is chance."""
    then = """Latents of these pictures, normalised, and R2 of a ridge regression of each token on the 3 x 3 tokens of all
        lower levels around it (half of the pictures fit, half measure). A sampler that loses the link between levels has
        a lower R2 than real latents."""
    return f"""## DCS-DiT: prompts, {report["mode"]} sampler

{prose(about)}
{prose(how)}
{table(["64 px", "object, first answer", "object, first five", "background colour", "kernel distance"], rows)}
{prose(then)}
{table(heads, level_rows(report["levels"]))}"""


def sheet_section(report: Report) -> str:
    """The sheet of prompts."""
    right, count = report["sheetRight"], len(report["sheet"])
    how = f"""Nothing is selected: one seed each, 1, 2, 3 and 4 levels from left to right, decoded at 96 px. Of the
        {right["judged"]} prompts with one object, the classifier's first answer is right for {right["top1"]} and one of its
        first five for {right["top5"]}, with all levels."""
    return f"""## A sheet of {count} prompts

`{report["command"]} --sheet`

{prose(how)}
![{count} prompts at 1 to 4 levels](figures/prompts.png)
"""


OF_PICTURES = "- The shipped weights saw no clips: what is measured on clips shows what a model of pictures makes of them."
OF_CLIPS = """- Motions follow eleven rules, which the classifier of motions knows from the same program; of the Noto and
  weather animations that were trained on nothing is measured."""
LIMITS = """## Limits

- Scenes of the measurements are drawn by the same program as those of the training, with other seeds; OpenMoji changes
  the drawings only. Backgrounds, places and sizes follow the same distributions.
- Accuracy on prompts is over concepts of the training vocabulary. Words outside it are not measured.
{of_clips}
- Two-object prompts are judged by eye on the sheet only.
- The classifier shares its training styles with the models, so it is at its best on what they draw, and its 64 px view
  cannot see finer detail than that.
"""


def page(folder: Path) -> str:
    """The whole page from the files of a folder."""
    parts: list[tuple[str, str, Callable[[Report], str]]] = [
        ("training.json", "plot_curves.py", training_section),
        ("tok.json", "eval_tok.py", tok_section),
        ("linear.json", "eval_linear.py", linear_section),
        ("curves-projection.json", "project_curves.py", projection_section),
        ("levels.json", "eval_levels.py", levels_section),
        ("allocation.json", "eval_allocation.py", allocation_section),
        ("rates.json", "eval_rates.py", rates_section),
        ("dit-clean-context.json", "eval_dit.py --sheet", sheet_section),
        ("dit-clean-context.json", "eval_dit.py", dit_section),
        ("dit-sync.json", "eval_dit.py --mode sync", dit_section),
        ("generation.json", "eval_generation.py", generation_section),
        ("steps.json", "eval_steps.py", steps_section),
        ("clips.json", "eval_clips.py", clips_section),
        ("causal-bias.json", "causal_bias.py", causal_bias_section),
        ("classifier.json", "train_classifier.py", classifier_section),
        ("motion-classifier.json", "train_motion_classifier.py", motion_classifier_section),
    ]
    sections, missing = [HEAD], []
    for name, script, write in parts:
        path = folder / name
        if path.exists():
            sections.append(write(json.loads(path.read_text(encoding="utf-8"))))
        else:
            missing.append(f"- `{name}`: `python scripts/{script}`")
    if missing:
        sections.append("## Not measured yet\n\n" + "\n".join(missing) + "\n")
    clips = folder / "clips.json"
    makes_clips = clips.exists() and "generated" in json.loads(clips.read_text(encoding="utf-8"))
    return "\n".join([*sections, LIMITS.format(of_clips=OF_CLIPS if makes_clips else OF_PICTURES)])


def main() -> None:
    """Parse; write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", type=Path, default=FIGURES_DIR)
    parser.add_argument("--page", type=Path, default=FIGURES_DIR.parent / "results.md")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page differs")
    args = parser.parse_args()
    text = page(args.figures)
    if not args.check:
        args.page.write_text(text, encoding="utf-8")
    elif args.page.read_text(encoding="utf-8") != text:
        sys.exit(f"{args.page} differs from its files; run `python scripts/write_results.py` and commit what it writes")


if __name__ == "__main__":
    main()
