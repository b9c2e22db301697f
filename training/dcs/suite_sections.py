"""Sections of the results page: levels and complexity, allocation, frame rates, generation, steps, clips.

Each takes the report that a script of the same name wrote (scripts/eval_*.py) and returns Markdown. Numbers come from the
report alone.
"""

from __future__ import annotations

from dcs.markdown import SPLIT_NAMES, Report, db, level_names, percent, prose, table, weights_line


def _three(value: float) -> str:
    return f"{value:.3f}"


def _weights_of_both(weights: Report) -> str:
    return f"DiT {weights_line(weights['dit'])}; tokenizer {weights_line(weights['tok'])}"


def _quarter_rows(report: Report, key: str, decimals: int) -> list[list[str]]:
    rows = []
    for split, measured in report["splits"].items():
        for i, quarter in enumerate(report["quarters"]):
            for px, sizes in measured["quality"].items():
                cells = [f"{value:.{decimals}f}" for value in sizes[key][i]]
                rows.append([f"{SPLIT_NAMES[split]}, {quarter}, {px} px", *cells])
    return rows


def _growth_rows(report: Report) -> list[list[str]]:
    rows = []
    for split, measured in report["splits"].items():
        for cell in measured["growth"]:
            needed = ["not reached" if levels is None else f"{levels:.1f}" for levels in cell["levels"].values()]
            rows.append([f"{SPLIT_NAMES[split]}, {cell['complexity']}", db(cell["targetDb"]), *needed])
    return rows


def linear_section(report: Report) -> str:
    """What a linear map of a patch rebuilds from as many numbers as the levels have."""
    rows = [
        [f"{SPLIT_NAMES[split]}, {px} px, {about}", *map(db, found[key])]
        for split, sizes in report["psnr"].items()
        for px, found in sizes.items()
        for key, about in (("learned", "fitted to training scenes"), ("own", "fitted to these very pictures"))
    ]
    about = f"""`{report["command"]}` ({report["scenes"]} scenes of each kind, scene stream {report["seed"]}; fitted to
        {report["trainScenes"]} training scenes, stream {report["trainSeed"]})"""
    how = """Principal components of patches on the same grid, each size of pictures with components of its own: no network,
        no neighbours, no other size. They are a yardstick for the table above, where a level has as many numbers. Rows
        fitted to the pictures that are measured are the most that a linear map of a patch can do with them; more takes
        what lies beyond a patch or is not linear. Mean PSNR in dB:"""
    counts = [f"{count} numbers a patch" for count in report["components"]]
    return f"""## A linear map of as many numbers

{prose(about)}
{prose(how)}
{table(["", *counts], rows)}"""


def levels_section(report: Report) -> str:
    """Fig. 6, rate and distortion, Fig. 15."""
    some = next(iter(report["splits"].values()))
    sizes = [f"{px} px" for px in some["quality"]]
    levels = len(some["rateDistortion"]["psnr"][0])
    kilobytes = some["rateDistortion"]["bitsPerLevel"] / 8 / 1024
    lost = max(max(measured["rateDistortion"]["lostByRounding"]) for measured in report["splits"].values())
    added, wrong = report["energy"]["added"], report["energy"]["wrong"]
    energy = [
        ["adds", "", *(f"{1000 * value:.2f}" for value in added)],
        ["still wrong", *(f"{1000 * value:.2f}" for value in wrong)],
    ]
    about = f"""`{report["command"]}` ({weights_line(report["weights"])}; {report["scenes"]} scenes of each kind, scene stream
        {report["seed"]})"""
    how = """The analogue of the paper's Figure 6. Complexity is the mean luma entropy of a picture's patches; quarters are
        of each kind's scenes. Pictures are read and written at the same size. Mean PSNR in dB:"""
    linear = """Levels, between whole numbers by a straight line, that reach at each size what one level reaches at the
        smallest. From one size to the next pixels grow 4 times; a tokenizer whose tokens grow with pixels would need 4 and
        16 levels."""
    rates = f"""Rates: a level is {kilobytes:g} kB at {report["bits"]} bits a value, at every size. Rounding the latents to
        that costs at most {lost:.2f} dB. Each picture at {some["rateDistortion"]["px"]} px, by its entropy:"""
    residuals = """The analogue of Figure 15: what each level adds to the picture, and what is wrong after it. Mean square
        of the pictures shown, in thousandths (pixels in [-1, 1]):"""
    return f"""## DCS-Tok: levels, size and complexity

{prose(about)}
{prose(how)}
{table(["", *level_names(levels)], _quarter_rows(report, "psnr", 2))}
Mean SSIM:

{table(["", *level_names(levels)], _quarter_rows(report, "ssim", 3))}
![PSNR by levels and size, by quarters of complexity](figures/levels-complexity.png)

{prose(linear)}
{table(["", "PSNR, dB", *sizes], _growth_rows(report))}
{prose(rates)}
![PSNR of each picture by its entropy](figures/rate-distortion.png)

{prose(residuals)}
{table(["", *(f"level {m}" for m in range(1, levels + 1))], energy)}
![What each level adds and what is still wrong](figures/residuals.png)
"""


def allocation_section(report: Report) -> str:
    """Algorithm 1."""
    names, headline = report["names"], report["headline"]
    rows = []
    for split, sizes in report["splits"].items():
        for px, measured in sizes.items():
            for name, ranges in measured["measures"].items():
                for bounds, found in ranges.items():
                    by_average = dict(zip(found["averages"], found["gain"], strict=True))
                    cells = [f"{by_average[a]:+.2f}" if a in by_average else "" for a in _averages(report)]
                    rows.append([f"{SPLIT_NAMES[split]}, {px} px", names[name], bounds.replace("-", " to "), *cells])
    reached = [names[name] for name in headline["reachesTarget"]]
    smallest = ", ".join(f"{names[name]} {gain:+.2f} dB" for name, gain in headline["smallestGain"].items())
    verdict = f"""At an average of {headline["average"]:g} levels from {report["low"]} to {headline["high"]} (the paper's Figure
        11: +0.74 dB) the smallest gain of the four rows is: {smallest}. The target of {headline["targetDb"]:+.1f} dB is reached
        everywhere by: {" and ".join(reached) or "**none**"}."""
    about = f"""`{report["command"]}` ({weights_line(report["weights"])}; {report["scenes"]} scenes of each kind, scene stream
        {report["seed"]})"""
    how = """Algorithm 1 gives each patch a number of levels; encoder and decoder know the counts. Gain in PSNR (dB) over as
        many levels in every patch, by what guides the allocation and the average; between whole numbers of levels the
        comparison lies on the line between them. The squared error needs a decode of the first level."""
    heads = ["", "guided by", "levels", *(f"average {average:g}" for average in _averages(report))]
    return f"""## DCS-Tok: levels where they are needed

{prose(about)}
{prose(how)}
{table(heads, rows)}
{prose(verdict)}
![PSNR by average levels](figures/allocation.png)

![Where the levels go](figures/allocation-pictures.png)
"""


def _averages(report: Report) -> list[float]:
    return sorted(
        {
            average
            for sizes in report["splits"].values()
            for measured in sizes.values()
            for ranges in measured["measures"].values()
            for found in ranges.values()
            for average in found["averages"]
        }
    )


def _why_frames_agree(pixel_attention: str) -> str:
    if pixel_attention == "full":
        return "Pixels of a segment see each other, so its frames depend on how many there are."
    return f"With pixel attention `{pixel_attention}` a pixel does not see other frames, so agreement is exact by construction."


def rates_section(report: Report) -> str:
    """One clip at five frame rates."""
    rates = report["rates"]
    rows = [
        [f"**{fps} fps**", *("" if cell is None else f"{cell:.1f}" for cell in cells)]
        for fps, cells in zip(rates, report["agreement"], strict=True)
    ]
    levels = list(next(iter(report["psnr"].values())))
    real = [[f"{m} level{'s' if m != '1' else ''}", *(db(report["psnr"][str(fps)][m]) for fps in rates)] for m in levels]
    about = f"""`{report["command"]}` ({weights_line(report["weights"])}; {report["clips"]} clips of {report["seconds"]} s,
        stream {report["seed"]})"""
    how = f"""Clips of held-out drawings that move, drawn exactly at every time, encoded once at
        {report["encodedFps"]} fps and {report["px"]} px; the same latent decoded at each rate. Frames that show the same time
        are compared: PSNR in dB between rates, with all levels. Rates that are no multiple of {report["kt"]} (segments a
        second) are decoded at the lowest common multiple and thinned, so they agree exactly (106.0, the most that is measured)
        with the rates that hold them. {_why_frames_agree(report["pixelAttention"])}"""
    return f"""## DCS-Tok: the same clip at five frame rates

{prose(about)}
{prose(how)}
{table(["", *(f"{fps} fps" for fps in rates)], rows)}
Against the real pictures of the same times, dB:

{table(["", *(f"{fps} fps" for fps in rates)], real)}
![One clip at several frame rates](figures/rates.png)
"""


def generation_section(report: Report) -> str:
    """Attributes, Frechet distance, diversity, nearest training drawings."""
    attributes, distances, copies = [], [], []
    for name, found in report["sets"].items():
        right, place = found["accuracy"], found["place"]
        answers = [percent(right[key]) for key in ("top1", "top5", "color")]
        attributes.append([name, *answers, percent(place["right"]), percent(found["placeNotAsked"]["right"])])
        diversity = [_three(value) for value in found["diversity"]]
        distances.append([name, db(found["frechetDistance"]), _three(found["kernelDistance"]), *diversity])
        copies.append([name, *_neighbour_cells(found["neighbours"])])
    copies.append(["held-out drawings", *_neighbour_cells(report["heldOutNeighbours"])])
    about = f"""`{report["command"]}` ({_weights_of_both(report["weights"])})"""
    how = f"""{report["prompts"]} prompts of one object on a colour and {report["places"]} that also ask for a place (left,
        right, top, bottom in turn), one picture each; 4 prompts with {report["repeats"]} seeds each. {report["steps"]} steps,
        {report["mode"]} sampler, time shift {report["timeShift"]:g}, all levels, 64 px. Guidance 1 is none. The place is the
        centroid of what differs from the
        background: right when it is off towards the place asked for by 4% of the side or more. The last column asks
        the pictures of prompts without a place for one, and shows what of it is chance. Real art is training art of the same
        prompts."""
    frechet = f"""FD-MobileNetV2-OIDv4: Frechet distance of 160 MobileNetV2 features (Open Images V4) to other real art of the
        same {report["prompts"]} prompts; the row of real art is real against real. So few pictures make it large; it compares
        rows of this table alone. Kernel distance as below. Diversity: mean distance between two pictures of one prompt, in
        features in units of their spread over real art; of real art, other drawings in other styles and places."""
    memory = f"""Nearest of the {report["trainingDrawings"]} training drawings to each picture, cut out of its background and
        place: median distance in features and in pixels, and the share of pictures that come as near as nine in ten training
        drawings come to themselves through DCS-Tok. Held-out drawings are real and new; the model has seen their concepts in
        other styles. A high share beside theirs means drawings learned by heart."""
    asked_heads = ["64 px", "object, first answer", "object, first five", "background colour", "place", "place, not asked for"]
    diversity_heads = [f"diversity: {text}" for text in report["repeated"]]
    copy_heads = ["", "features, median", "as near as copies", "pixels, median", "as near as copies"]
    return f"""## DCS-DiT: attributes, diversity and copies

{prose(about)}
{prose(how)}
{table(asked_heads, attributes)}
{prose(frechet)}
{table(["64 px", "FD-MobileNetV2-OIDv4", "kernel distance", *diversity_heads], distances)}
![Seeds of one prompt beside real art](figures/diversity.png)

{prose(memory)}
{table(copy_heads, copies)}
![The generated pictures that come nearest to a training drawing](figures/neighbours.png)
"""


def _neighbour_cells(neighbours: Report) -> list[str]:
    return [
        cell
        for space in ("features", "pixels")
        for cell in (_three(neighbours[space]["median"]), percent(neighbours[space]["asNearAsCopies"]))
    ]


def steps_section(report: Report) -> str:
    """Solvers and steps."""
    rows = []
    for row in report["rows"]:
        first, last = row["accuracy"][0], row["accuracy"][-1]
        cells = [percent(first["top1"]), percent(first["top5"]), percent(last["top1"]), percent(last["top5"])]
        distances = [_three(row["kernelDistance"][i]) for i in (0, -1)]
        errors = [_three(row["latentError"][i]) for i in (0, -1)]
        seconds = [f"{row['cpuSecondsPerPicture'][i]:.2f}" for i in (0, -1)]
        name = f"{row['solver'].capitalize()}, {row['steps']} steps"
        rows.append([name, str(row["evaluations"]), *cells, *distances, *errors, *seconds])
    heads = [
        "", "evaluations a level", "first answer, 1 level", "first five, 1 level", "first answer, all", "first five, all",
        "kernel distance, 1 level", "all", "latent error, level 1", "last level", "CPU s, 1 level", "all",
    ]  # fmt: skip
    about = f"""`{report["command"]}` ({_weights_of_both(report["weights"])})"""
    how = f"""{report["prompts"]} prompts, the same noise for every solver, guidance {report["guidance"]:g}, time shift
        {report["timeShift"]:g}, {report["mode"]} sampler, 64 px. Latent error: root mean square difference of the normalised
        latents from those of {report["referenceSteps"]} Euler steps, which tells solvers apart with few prompts. Heun's method
        evaluates twice a step and once in the last one. CPU seconds are of one picture in a batch, on one core."""
    return f"""## DCS-DiT: fewer steps

{prose(about)}
{prose(how)}
{table(heads, rows)}
![Accuracy and latent error by evaluations](figures/steps.png)
"""


def clips_section(report: Report) -> str:
    """Reconstruction of clips and, of a model that was trained on them, what its clips show."""
    counts = level_names(len(next(iter(report["reconstruction"].values()))))
    rows = [[SPLIT_NAMES[split], *map(db, found)] for split, found in report["reconstruction"].items()]
    weights = "; ".join(weights_line(found) for found in report["weights"].values())
    about = f"""`{report["command"]}` ({weights}; {report["clips"]} clips of a second of each kind)"""
    section = f"""## Clips

{prose(about)}
{prose("Stickers that move by a rule, 64 px and 12 frames a second. Mean PSNR in dB by levels decoded:")}
{table(["", *counts], rows)}"""
    return section + _generated_clips(report) if "generated" in report else section


def _generated_clips(report: Report) -> str:
    def cells(found: Report) -> list[str]:
        return [percent(found[key]) for key in ("motion", "top1", "top5", "color")]

    counts, rows = level_names(len(report["generated"])), []
    for name, key in (("generated", "generated"), ("real clips through DCS-Tok", "reconstructed")):
        rows += [[f"{name}, {count}", *cells(found)] for count, found in zip(counts, report[key], strict=True)]
    rows.append(["real clips", *cells(report["real"])])
    how = f"""{report["prompts"]} prompts of a thing, a motion and a colour, one clip of a second each, {report["steps"]} steps,
        guidance {report["guidance"]:g}, time shift {report["timeShift"]:g}. The runs and LATENTS, the folder of the
        statistics, come from `python scripts/restore_runs.py nano-clips --tok {report["weights"]["tok"]["run"]} --dit
        {report["weights"]["dit"]["run"]} --latents LATENTS`. Real clips have one start, one pace
        and one way of each motion (`motion.plain_clip`). The thing is judged on the frame that shows most
        of it and not for rains, the colour on the last frame."""
    by_motion = ", ".join(f"{motion} {percent(share)}" for motion, share in report["generated"][-1]["byMotion"].items())
    return f"""
{prose(how)}
{table(["", "motion", "thing, first answer", "thing, first five", "background colour"], rows)}
{prose(f"Motions with all levels: {by_motion}.")}
![Twelve clips of two seconds](figures/clips.png)
"""


def causal_bias_section(report: Report) -> str:
    """What hiding later segments does to an exact sampler."""
    how = f"""{report["segments"]} segments of one number each, jointly normal with one correlation between any two, denoised
        with one time by exact fields ({report["steps"]} steps). A segment that does not see later ones follows a velocity that
        is right on average over them, not for the ones that are being drawn beside it: neighbours come out less alike
        than they should, later segments too faint. It is the bias of the paper's sampler between levels, in time. The
        transformer of `nano-clips` therefore draws all segments together; the tokenizer stays causal."""
    head = ["true correlation", "drawn together", "later ones hidden", "standard deviation of the last, hidden (true 1)"]
    rows = [[f"{row[key]:.2f}" for key in ("correlation", "together", "causal", "lastDeviation")] for row in report["rows"]]
    return f"""## Segments that do not see later ones

`{report["command"]}`

{prose(how)}
{table(head, rows)}"""


def motion_classifier_section(report: Report) -> str:
    """How good the judge of motions is."""
    shares = "; ".join(f"{SPLIT_NAMES[split]} {percent(share)}" for split, share in report["checks"].items())
    about = f"""`{report["command"]}` ({report["clips"]} training clips, stream {report["trainSeed"]}; {report["checkClips"]} of
        each kind checked, stream {report["checkSeed"]})"""
    how = f"""A small convolutional network ({report["parameters"] / 1e6:.2f} M parameters) over the frames of a second and what
        changes between them, for {len(report["kinds"])} motions; it learned from real clips alone. Right answers: {shares}."""
    return f"""## The classifier of motions

{prose(about)}
{prose(how)}"""
