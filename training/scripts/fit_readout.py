"""Fit the linear readout of a tokenizer with patch_moments to what its pixels still get wrong, by least squares.

    python scripts/fit_readout.py --tok tok

`Depatchifier.to_moments` is linear in the last values of the latents, so its best weights follow from one pass over training
scenes and clips; gradient steps, shared with everything else, come near them slowly. Weights and averaged weights get the same
readout. A fifth is left out to choose the ridge; prints how much of the error it explains there.
"""

from __future__ import annotations

import argparse

import torch
from torch import Tensor

from dcs import geometry
from dcs.evaluation import load_tok
from dcs.geometry import PatchSize
from dcs.moments import SIDE, TIME, read_moments
from dcs.motion import render_clips, sample_clip, segment_times
from dcs.run import DEFAULT_ROOT
from dcs.scenes import render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

SCENE_SEED = 78
PICTURES, CLIPS = 10, 3  # in a batch: about as many patches of each
RIDGES = (1e-4, 1e-3, 1e-2, 1e-1)


def without_time(moments: Tensor) -> Tensor:
    """Moments (P,3*F), those of time's second cosine 0: to a picture's one frame both of time's cosines are the same."""
    kept = moments.unflatten(-1, (3, SIDE, TIME, SIDE)).clone()
    kept[:, :, :, 1:] = 0
    return kept.flatten(1)


def drawn(index: int, tok: DCSTok, atlas: SpriteAtlas) -> tuple[Tensor, PatchSize]:
    """Batch number `index`: pictures of 64 or 96 px, every fourth time clips of a second at 12 frames/s."""
    mode, k = tok.config.coord_mode, tok.config.k
    if index % 4 == 3:
        size = PatchSize(3, 8)
        clips = [sample_clip(SCENE_SEED, CLIPS * index + i, "train") for i in range(CLIPS)]
        times_s = segment_times(tok.config.kt, size.pt, tok.config.kt)
        return render_clips(clips, times_s, size.p * k, size.p * k, atlas, mode), size
    size = PatchSize(1, 8 if index % 2 == 0 else 12)
    scenes = [sample_scene(SCENE_SEED, PICTURES * index + i, "train", "square", "recommended") for i in range(PICTURES)]
    return render_scenes(scenes, size.p * k, size.p * k, atlas, mode)[:, None], size


def errors_and_values(tok: DCSTok, videos: Tensor, size: PatchSize) -> tuple[list[Tensor], list[Tensor]]:
    """Per number of levels: values (P,n*W) as the readout gets them, moments (P,3*F) of the error without the readout."""
    grid = tok.grid_of(videos, size)
    z, wanted = tok.encode(videos, size), geometry.patchify(videos, size).flatten(0, 1)
    values, errors, stack = [], [], tok.depatchifier
    basis = stack.moment_basis(stack.pixel_rope(size))
    for levels in range(1, tok.config.levels + 1):
        latents = tok.decode_latents(z[:, : levels * grid.patches], grid).flatten(0, 1)
        cache = stack.latent_cache(latents, stack.level_rope(levels))
        errors.append(without_time(read_moments(wanted - stack.render(cache, size), basis)))
        last = stack.read(cache[-1][1])  # (P, m, W)
        values.append(torch.nn.functional.pad(last, (0, 0, 0, tok.config.levels - levels)).flatten(1))
    return values, errors


def ridge(values: Tensor, errors: Tensor, strength: float) -> Tensor:
    """W that minimises |values W - errors|^2 + strength * mean power of a value * |W|^2."""
    gram = values.T @ values
    return torch.linalg.solve(
        gram + strength * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype), values.T @ errors
    )


def main() -> None:
    """Parse, gather, fit, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tok", required=True, help="run name of the tokenizer; its last.pt is written")
    parser.add_argument("--batches", type=int, default=60, help="of ten pictures or three clips")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_grad_enabled(False)
    (tok, _), atlas = load_tok(args.tok), SpriteAtlas.open()
    readout = tok.depatchifier.to_moments
    if readout is None:
        parser.error(f"run {args.tok} has no readout; it needs patch_moments (train_tok.py --patch-moments)")
    readout.zero_()
    levels = range(tok.config.levels)
    values, errors = [[] for _ in levels], [[] for _ in levels]
    for index in range(args.batches):
        gathered = errors_and_values(tok, *drawn(index, tok, atlas))
        for into, parts in zip((values, errors), gathered, strict=True):
            for level, part in enumerate(parts):
                into[level].append(part)
    seen = [torch.cat(parts).double() for parts in values]
    missed = [torch.cat(parts).double() for parts in errors]
    fit = len(seen[0]) * 4 // 5

    def explained(weight: Tensor) -> list[float]:
        return [
            1 - float((e[fit:] - v[fit:] @ weight).square().sum() / e[fit:].square().sum())
            for v, e in zip(seen, missed, strict=True)
        ]

    fitted = {r: ridge(torch.cat([v[:fit] for v in seen]), torch.cat([e[:fit] for e in missed]), r) for r in RIDGES}
    for strength, weight in fitted.items():
        print(f"ridge {strength:g}: explained by level", " ".join(f"{share:.3f}" for share in explained(weight)), flush=True)
    best = max(fitted, key=lambda strength: sum(explained(fitted[strength])))
    weight = ridge(torch.cat(seen), torch.cat(missed), best).float() / tok.depatchifier.readout_scale
    path = DEFAULT_ROOT / args.tok / "last.pt"
    state = torch.load(path, weights_only=True)
    for part in ("model", "average"):
        state[part]["depatchifier.to_moments"] = weight.clone()
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.rename(path)
    print(f"{path}: readout fitted with ridge {best:g}", flush=True)


if __name__ == "__main__":
    main()
