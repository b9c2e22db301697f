"""Where along the path from noise to data the words matter: error of level 1 by time, with the caption and without.

    python scripts/loss_by_time.py --dit dit
    python scripts/loss_by_time.py --dit dit --clips --scenes 48

Prints, for each t, the mean squared error of the predicted latent zn of cached training scenes under their caption and
under the empty one. Where the two are equal, a caption has nothing left to decide (LOG.md, "Time shift"). With --clips
also under a caption that says another motion, and of the clips that move in place alone: where that is no worse than the
own caption, the motion is not learned (LOG.md, "Motions in place"). The last columns are the error of what changes between
the segments of a clip, as a share of its variance: 1 where nothing of the motion is known yet (LOG.md, "Phase").
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from dcs import flow, masks
from dcs.captions import caption
from dcs.clip_captions import clip_caption
from dcs.concepts import load_concepts
from dcs.dit import time_features
from dcs.evaluation import load_dit, text_conditions
from dcs.latents import load_caches, normalise
from dcs.motion import Clip
from dcs.perceptual import SOURCES_DIR
from dcs.run import DEFAULT_ROOT
from dcs.text import load_text_encoder

TIMES = (0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 0.9)
CAPTIONS = 6  # of each clip
IN_PLACE = ("pulse", "wobble", "spin", "fade", "grow", "shrink")
NOISE_SEED = 9105


def other_motion(clips: list[Clip], row: int) -> Clip:
    """The clip of a row, moved as the next one that moves in another way."""
    clip = clips[row]
    others = (other.motion for other in clips[row + 1 :] + clips[:row])
    return replace(clip, motion=next(motion for motion in others if motion.kind != clip.motion.kind))


def changes(zn: Tensor, segments: int) -> Tensor:
    """What tells the segments of clips (B,S,d) apart: each less their mean, (B,gt,S/gt,d)."""
    by_segment = zn.unflatten(1, (segments, -1))
    return by_segment - by_segment.mean(1, keepdim=True)


@torch.no_grad()
def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dit", default="dit", help="run of the diffusion transformer")
    parser.add_argument("--latents", type=Path, default=DEFAULT_ROOT.parent / "latents")
    parser.add_argument("--scenes", type=int, default=192)
    parser.add_argument("--clips", action="store_true", help="clips in place of pictures")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    dit, weights = load_dit(args.dit)
    caches, mean, std = load_caches(args.latents)
    square = max((cache for cache in caches if (cache.grid.t > 1) == args.clips), key=lambda cache: len(cache.z))
    table, rows = load_concepts(), range(args.scenes)
    encoder, tokenizer = load_text_encoder(SOURCES_DIR)
    clips = [square.clip(row) for row in rows] if args.clips else []
    # Of clips several captions each: one drops the background, another the style, whatever the motion.
    seeds = range(CAPTIONS)
    texts = {"caption": [[]], "empty": [[""] * args.scenes]}
    chosen = {"": list(rows)}
    if args.clips:
        others = [other_motion(clips, row) for row in rows]
        texts["caption"] = [[clip_caption(clip, table, seed) for clip in clips] for seed in seeds]
        texts["other"] = [[clip_caption(clip, table, seed) for clip in others] for seed in seeds]
        chosen[" in place"] = [row for row in rows if clips[row].motion.kind in IN_PLACE]
    else:
        texts["caption"] = [[caption(square.scene(row), table) for row in rows]]
    conditions = {name: [text_conditions(encoder, tokenizer, part)[0] for part in parts] for name, parts in texts.items()}
    zn = normalise(square.z[: args.scenes, : square.grid.patches].float(), mean, std, 1)
    eps = torch.randn(zn.shape, generator=torch.Generator().manual_seed(NOISE_SEED))
    onehot, rope = dit.level_onehot(square.grid, 1, 1), dit.rope(square.grid, 1, 1)
    bias = masks.to_bias(masks.level_causal(square.grid, 1, dit.config.temporal_causal))[None, None] if args.clips else None
    print(f"run {weights.run}, step {weights.step}, digest {weights.digest}; level 1, {args.scenes} scenes")
    names = [condition + among for condition in conditions for among in chosen]
    names += ["change" + among for among in chosen] if args.clips else []
    changed = changes(zn, square.grid.t)
    print("    t  " + "  ".join(f"{name:>7}" for name in names))
    shares: list[float] = []
    for t in TIMES:
        x = flow.interpolate(zn, eps, torch.tensor(t))
        features = time_features(torch.tensor([[t]], dtype=torch.float64), dit.config.time_width)
        errors = []
        for several in conditions.values():
            predicted = [x + (1 - t) * dit(x, features.expand(len(x), -1, -1), onehot, rope, bias, one)[0] for one in several]
            error = torch.stack([(latent - zn).square().mean((1, 2)) for latent in predicted]).mean(0)  # (B,)
            errors += [float(error[among].mean()) for among in chosen.values()]
            if args.clips and several is conditions["caption"]:
                wrong = torch.stack([(changes(latent, square.grid.t) - changed).square() for latent in predicted]).mean(0)
                shares = [float(wrong[among].sum() / changed[among].square().sum()) for among in chosen.values()]
        columns = zip(errors + shares, names, strict=True)
        print(f"{t:5.2f}  " + "  ".join(f"{error:{max(7, len(name))}.3f}" for error, name in columns), flush=True)


if __name__ == "__main__":
    main()
