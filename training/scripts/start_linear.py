"""Start a tokenizer at the best linear map of as many numbers: training adds to it what is not linear.

    python scripts/start_linear.py --name linear [--like RUN]
    python scripts/train_tok.py --name linear --latent-readout --patch-width 96 ...

Writes a run at step 0 whose pictures are the linear map's: the transformers of encoder and decoder start with outputs of
zero. `--like` takes their other weights from a run with the same patch width, and turns level 1 towards that run's (a
linear map both ways), so that a diffusion transformer can be trained on from there; weights are random without it.
"""

from __future__ import annotations

import argparse
import dataclasses

import torch

from dcs import config, geometry
from dcs.carry import nearest_rotation
from dcs.evaluation import load_tok
from dcs.geometry import PatchSize
from dcs.linear_start import Kind, error, fit, gram_of, standardised, start_at, turned_towards
from dcs.moments import read_moments
from dcs.motion import render_clips, sample_clip, segment_times
from dcs.optim import OptimConfig, Optimizers, WeightAverage
from dcs.run import DEFAULT_ROOT, Run
from dcs.scenes import render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

SEED, PICTURES, CLIPS = 9501, 10, 3  # of a batch
TURNED_SCENES, FLOOR = 100, 0.3
SIZES = (PatchSize(1, 8), PatchSize(1, 12), PatchSize(1, 16), PatchSize(3, 8))  # 64, 96, 128 px; clips at 12 frames/s


@torch.no_grad()
def gathered(tok: DCSTok, size: PatchSize, batches: int, atlas: SpriteAtlas) -> Kind:
    """Second moments of training patches of a size."""
    k, kt, mode = tok.config.k, tok.config.kt, tok.config.coord_mode
    rope = tok.patchifier.pixel_rope(size)
    basis = tok.patchifier.moment_basis(rope)
    power, cross, seen = torch.zeros(1), torch.zeros(1), 0
    for i in range(batches):
        if size.pt > 1:
            clips = [sample_clip(SEED, CLIPS * i + j, "train") for j in range(CLIPS)]
            videos = render_clips(clips, segment_times(kt, size.pt, kt), size.p * k, size.p * k, atlas, mode)
        else:
            scenes = [sample_scene(SEED, PICTURES * i + j, "train", "square", "recommended") for j in range(PICTURES)]
            videos = render_scenes(scenes, size.p * k, size.p * k, atlas, mode)[:, None]
        pixels = geometry.patchify(videos, size).flatten(0, 1)
        moments = tok.patchifier.moments(pixels, rope)
        assert moments is not None
        power, cross = power + moments.T @ moments, cross + moments.T @ read_moments(pixels, basis)
        seen += len(moments)
    return Kind(power / seen, cross / seen, gram_of(basis))


def main() -> None:
    """Gather, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="run to write; it must not exist")
    parser.add_argument("--like", help="run to take all other weights from")
    parser.add_argument("--patch-width", type=int, default=96)
    parser.add_argument("--batches", type=int, default=40, help="of ten pictures or three clips, of each size")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    if (DEFAULT_ROOT / args.name / "last.pt").exists():
        parser.error(f"run {args.name} has a checkpoint; choose another name or remove it")
    torch.set_num_threads(args.threads)
    tok_config = config.nano_tok(patch_width=args.patch_width, patch_moments=True, latent_readout=True)
    tok, atlas = DCSTok(tok_config).requires_grad_(False), SpriteAtlas.open()
    if args.like:
        own = tok.state_dict()
        like = {name: value for name, value in load_tok(args.like)[0].state_dict().items() if name in own}
        fitting = {name: value for name, value in like.items() if value.shape == own[name].shape}
        print(f"from {args.like}: all but {sorted(set(own) - set(fitting))}")
        tok.load_state_dict(fitting, strict=False)
    kinds = [gathered(tok, size, args.batches, atlas) for size in SIZES]
    read, paint = fit(kinds, tok_config.levels, tok_config.latent_dim)
    for size, kind in zip(SIZES, kinds, strict=True):
        widths = [m * tok_config.latent_dim for m in range(1, tok_config.levels + 1)]
        found = [float(error(kind, read[:, :w], paint[:w])) for w in widths]
        print(
            f"{size}: error less the pictures' power, levels 1 to {len(found)}", " ".join(f"{e:.5f}" for e in found), flush=True
        )
    if args.like:
        scenes = [sample_scene(SEED, i, "train", "square", "recommended") for i in range(TURNED_SCENES)]
        pictures, size = render_scenes(scenes, 64, 64, atlas, tok_config.coord_mode)[:, None], SIZES[0]
        old = load_tok(args.like)[0].encode(pictures, size, levels=1).flatten(0, 1)
        moments = tok.patchifier.moments(geometry.patchify(pictures, size).flatten(0, 1), tok.patchifier.pixel_rope(size))
        assert moments is not None
        width = tok_config.latent_dim
        new = moments @ read[:, :width]
        turn = turned_towards(new, old, FLOOR)
        read[:, :width], paint[:width] = read[:, :width] @ turn, torch.linalg.solve(turn, paint[:width])
        correlation = nearest_rotation(standardised(new @ turn), standardised(old))[1]
        print(f"level 1 against that of {args.like}: correlation {correlation:.3f}")
    start_at(tok, read, paint)
    tok.requires_grad_(True)
    run = Run(args.name, {"tok": dataclasses.asdict(tok_config)})
    run.save(0, tok, WeightAverage(tok, 0.999), Optimizers(tok, OptimConfig()))
    print(f"{run.directory}: step 0")


if __name__ == "__main__":
    main()
