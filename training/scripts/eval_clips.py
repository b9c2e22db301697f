"""Measure clips: reconstruction by level, and what a trained DCS-DiT makes of prompts that say a motion.

    python scripts/eval_clips.py --dit dit --tok tok

Prompts ask for a thing, a colour and a motion; clips last a second. The motion is judged by a classifier of real clips
(scripts/train_motion_classifier.py), the thing by that of real art on the frame that shows most of it, the colour on the
last frame. Real clips of the same prompts, and those clips through the tokenizer, stand beside every number.
Writes clips.json, evaluation-clips.json (for the manifest) and clips.png (twelve clips as strips) to docs/figures. Without
--dit only the tokenizer is measured.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import torch
from torch import Tensor

from dcs.classifier import PictureClassifier, fit_background, load_classifier
from dcs.clip_prompts import SHEET, ClipPrompt, clip_of, drawn_clip_prompts
from dcs.config import NANO_STEPS
from dcs.evaluation import Sampling, generate, load_dit, load_tok, share_right, write_json
from dcs.geometry import Grid, PatchSize
from dcs.latents import denormalise, load_statistics
from dcs.metrics import psnr
from dcs.motion import render_clips, sample_clip, segment_times
from dcs.motion_classifier import FRAMES, MotionClassifier, load_motion_classifier
from dcs.motion_classifier import PX as MOTION_PX
from dcs.options import generation_parser
from dcs.perceptual import SOURCES_DIR, load_backbone
from dcs.plots import Block, save_blocks
from dcs.prompts import accepted_concepts
from dcs.run import DEFAULT_ROOT
from dcs.scenes import Split
from dcs.sprites import SpriteAtlas
from dcs.text import load_text_encoder
from dcs.tok import DCSTok

PX, SHEET_PX, SHEET_SECONDS, SHEET_FRAMES = 64, 96, 2, 8
NOISE_SEED, PROMPT_SEED, ART_SEED, CLIP_SEED = 1, 9201, 9202, 9203
SPLITS: tuple[Split, ...] = ("heldout_pairs", "openmoji")


def decode_clips(tok: DCSTok, z: Tensor, grid: Grid, size: PatchSize) -> Tensor:
    """Clips (R,T,h,w,3) from latents z (R,m*P,d), clamped."""
    return torch.cat([tok.decode(part, grid, size).clamp(-1, 1) for part in z.split(4)])


def fullest_frames(clips: Tensor) -> Tensor:
    """The frame of each clip that differs most from its background: (R,T,n,n,3) -> (R,n,n,3)."""
    distance = fit_background(clips.flatten(0, 1)).distance.flatten(1).mean(1).unflatten(0, clips.shape[:2])  # (R, T)
    return clips[torch.arange(len(clips)), distance.argmax(1)]


class Judge:
    """What clips of prompts are measured with."""

    def __init__(self, motions: MotionClassifier, pictures: PictureClassifier, prompts: list[ClipPrompt]) -> None:
        self.motions, self.pictures, self.prompts = motions, pictures, prompts

    def measured(self, small: Tensor, large: Tensor) -> dict[str, Any]:
        """Shares that are right, of clips (R,8,32,32,3) and the same clips (R,8,64,64,3)."""
        found = self.motions.kinds(small)
        is_right = [kind == prompt.motion for kind, prompt in zip(found, self.prompts, strict=True)]
        alone = [i for i, prompt in enumerate(self.prompts) if prompt.motion != "rain"]  # a rain shows several things
        wanted = [accepted_concepts(self.prompts[i].picture) for i in alone]
        things = share_right(self.pictures, fullest_frames(large[alone]), wanted, [None] * len(alone))
        colors = [prompt.picture.color for prompt in self.prompts]
        last = share_right(self.pictures, large[:, -1], [accepted_concepts(p.picture) for p in self.prompts], colors)
        by_motion = {
            motion: [r for r, p in zip(is_right, self.prompts, strict=True) if p.motion == motion]
            for motion in dict.fromkeys(prompt.motion for prompt in self.prompts)
        }
        return {
            "motion": sum(is_right) / len(is_right),
            "top1": things["top1"],
            "top5": things["top5"],
            "color": last["color"],
            "byMotion": {motion: sum(right) / len(right) for motion, right in by_motion.items()},
        }


def reconstruction(tok: DCSTok, atlas: SpriteAtlas, count: int) -> dict[str, Any]:
    """Mean PSNR in dB of clips of one second at 12 frames/s and 64 px, by level."""
    grid, size, config = Grid(tok.config.kt, tok.config.k, tok.config.k), PatchSize(3, PX // tok.config.k), tok.config
    times_s, report = segment_times(grid.t, size.pt, config.kt), {}
    for split in SPLITS:
        clips = [sample_clip(CLIP_SEED, i, split) for i in range(count)]
        x = render_clips(clips, times_s, PX, PX, atlas, config.coord_mode)
        z = torch.cat([tok.encode(part, size) for part in x.split(4)])
        by_level = [decode_clips(tok, z[:, : m * grid.patches], grid, size) for m in range(1, config.levels + 1)]
        report[split] = [float(psnr(y, x).mean()) for y in by_level]
        print(split, report[split], flush=True)
    return report


def parse() -> argparse.Namespace:
    """Options of the command line."""
    parser = generation_parser(__doc__, prompts=110, dit="")
    parser.add_argument("--steps", type=int, default=NANO_STEPS)
    parser.add_argument("--clips", type=int, default=64, help="clips of the reconstruction, of each split")
    parser.add_argument("--no-sheet", dest="sheet", action="store_false", help="leave the strips as they are")
    parser.set_defaults(batch=4)  # a clip of a second has the tokens of four pictures
    return parser.parse_args()


def main() -> None:
    """Reconstruct, generate, measure, write."""
    args = parse()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    started, atlas = time.process_time(), SpriteAtlas.open()
    tok, tok_weights = load_tok(args.tok)
    report: dict[str, Any] = {
        "command": f"python scripts/eval_clips.py --tok {args.tok} --clips {args.clips}"
        + (f" --dit {args.dit} --prompts {args.prompts} --latents LATENTS" if args.dit else ""),
        "weights": {"tok": tok_weights}, "clips": args.clips, "reconstruction": reconstruction(tok, atlas, args.clips),
    }  # fmt: skip
    if args.dit:
        report |= generation(args, tok, atlas)
        report["weights"] = {"tok": tok_weights, "dit": load_dit(args.dit)[1]}
    report["cpuSeconds"] = round(time.process_time() - started)
    write_json(args.out / "clips.json", report)
    if args.dit:
        write_json(args.out / "evaluation-clips.json", summary(report))


def summary(report: dict[str, Any]) -> dict[str, Any]:
    """What the manifest of a model of clips says about its weights (scripts/export_bundle.py, `--evaluation`)."""
    return {
        "weights": report["weights"],
        "prompts": report["prompts"],
        "clipAccuracyByLevel": report["generated"],
        "clipAccuracyOfRealClips": report["real"],
        "clipPsnrByLevel": report["reconstruction"],
        "sampling": {key: report[key] for key in ("mode", "steps", "guidance", "timeShift")},
    }


def generation(args: argparse.Namespace, tok: DCSTok, atlas: SpriteAtlas) -> dict[str, Any]:
    """Clips of prompts, measured beside real ones; draws the sheet."""
    dit, (encoder, tokenizer) = load_dit(args.dit)[0], load_text_encoder(SOURCES_DIR)
    statistics = load_statistics(args.latents)
    how = Sampling(args.steps, args.guidance, args.mode, NOISE_SEED, args.time_shift)
    prompts, kt, k = drawn_clip_prompts(args.prompts, PROMPT_SEED), tok.config.kt, tok.config.k
    folder = DEFAULT_ROOT / args.classifier
    judge = Judge(
        load_motion_classifier(folder / "motion.pt"), load_classifier(folder / "classifier.pt", load_backbone()), prompts
    )
    grid, pt = Grid(kt, k, k), FRAMES // kt
    sizes = [PatchSize(pt, px // k) for px in (MOTION_PX, PX)]
    clips = [clip_of(prompt, ART_SEED, i) for i, prompt in enumerate(prompts)]
    times_s = segment_times(grid.t, pt, kt)
    real = [render_clips(clips, times_s, size.p * k, size.p * k, atlas, tok.config.coord_mode) for size in sizes]
    z_real = torch.cat([tok.encode(part, sizes[1]) for part in real[1].split(4)])
    zn = generate(dit, encoder, tokenizer, [p.text for p in prompts], how, args.batch, segments=kt)

    def decoded(z: Tensor, m: int) -> list[Tensor]:
        return [decode_clips(tok, z[:, : m * grid.patches], grid, size) for size in sizes]

    levels = range(1, dit.config.levels + 1)
    z = denormalise(zn, *statistics, tok.config.levels)
    result = {
        "mode": args.mode, "steps": args.steps, "guidance": args.guidance, "timeShift": args.time_shift,
        "prompts": len(prompts),
        "generated": [judge.measured(*decoded(z, m)) for m in levels],
        "reconstructed": [judge.measured(*decoded(z_real, m)) for m in levels],
        "real": judge.measured(*real),
    }  # fmt: skip
    print(result["generated"][-1], result["real"], flush=True)
    if args.sheet:
        draw_sheet(args, tok, how)
    return result


def draw_sheet(args: argparse.Namespace, tok: DCSTok, how: Sampling) -> None:
    """Twelve clips of two seconds as strips."""
    dit, (encoder, tokenizer) = load_dit(args.dit)[0], load_text_encoder(SOURCES_DIR)
    statistics, kt, k = load_statistics(args.latents), tok.config.kt, tok.config.k
    long = Grid(SHEET_SECONDS * kt, k, k)
    zn = generate(dit, encoder, tokenizer, [p.text for p in SHEET], how, args.batch, segments=long.t)
    z = denormalise(zn, *statistics, tok.config.levels)
    strips = decode_clips(tok, z, long, PatchSize(1, SHEET_PX // k))[:, :: long.t // SHEET_FRAMES]
    blocks = [Block(prompt.text, list(strip)) for prompt, strip in zip(SHEET, strips, strict=True)]
    heading = f"two seconds each, {SHEET_FRAMES} of the frames, all levels, unselected: seeds from {NOISE_SEED}"
    save_blocks(args.out / "clips.png", blocks, columns=2, cell_px=SHEET_PX, heading=heading)


if __name__ == "__main__":
    main()
