"""What evaluation scripts share: trained weights as they ship, pictures of prompts, and the reports' numbers.

Weights are the averaged ones of a run, rounded to float16 like those of a bundle, so that what is measured is what is
shipped; `Weights.digest` names them. Letters: R pictures, n levels, P patches, d latent channels.
Not here: pictures and text of the reports (dcs.plots, scripts/write_results.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dcs import masks
from dcs.classifier import COLORS, PictureClassifier
from dcs.config import DiTConfig, TokConfig, from_dict
from dcs.dit import Condition, DCSDiT
from dcs.export import round_to_half
from dcs.flow import Sampler, SamplerMode, Solver
from dcs.geometry import Grid, PatchSize
from dcs.latents import denormalise
from dcs.metrics import is_in_top, ridge_r2
from dcs.perceptual import MobileNetV2
from dcs.run import DEFAULT_ROOT
from dcs.scenes import Scene, Split, sample_scene
from dcs.text import TextEncoder, TextTokenizer, encode_captions
from dcs.tok import DCSTok

FIGURES_DIR = Path(__file__).resolve().parents[2] / "docs" / "figures"
Model = TypeVar("Model", bound=nn.Module)


@dataclass(frozen=True)
class Weights:
    """Where weights come from: run, step, and the first 16 digits of the SHA-256 of their float16 bytes."""

    run: str
    step: int
    digest: str


def weights_digest(module: nn.Module) -> str:
    """First 16 hexadecimal digits of the SHA-256 of all parameters by name, as float16."""
    digest = hashlib.sha256()
    for name, values in sorted(module.named_parameters()):
        digest.update(name.encode())
        digest.update(values.detach().half().numpy().tobytes())
    return digest.hexdigest()[:16]


def _load(
    build: type[Model], config_type: type[TokConfig | DiTConfig], key: str, run: str, root: Path
) -> tuple[Model, Weights]:
    folder = root / run
    if not (folder / "last.pt").exists():
        raise FileNotFoundError(f"run {run!r} has no checkpoint in {folder}; train it first (scripts/train_{key}.py)")
    model = build(from_dict(config_type, json.loads((folder / "config.json").read_text())[key]))
    state = torch.load(folder / "last.pt", weights_only=True)
    model.load_state_dict(state["average"])
    round_to_half(model)
    return model.eval().requires_grad_(False), Weights(run, int(state["step"]), weights_digest(model))


def load_tok(run: str, root: Path = DEFAULT_ROOT) -> tuple[DCSTok, Weights]:
    """The tokenizer of a run.

    Raises:
        FileNotFoundError: the run has no checkpoint yet.
    """
    return _load(DCSTok, TokConfig, "tok", run, root)


def load_dit(run: str, root: Path = DEFAULT_ROOT) -> tuple[DCSDiT, Weights]:
    """The diffusion transformer of a run.

    Raises:
        FileNotFoundError: the run has no checkpoint yet.
    """
    return _load(DCSDiT, DiTConfig, "dit", run, root)


def write_json(path: Path, report: dict[str, Any]) -> None:
    """Write a report; numbers are cut to six digits so that a file can be read and compared."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(report), indent=1) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return asdict(value) if isinstance(value, Weights) else value


def single_sticker_scenes(seed: int, count: int, split: Split) -> list[Scene]:
    """The first `count` square scenes with one sticker of a stream."""
    scenes: list[Scene] = []
    index = 0
    while len(scenes) < count:
        scene = sample_scene(seed, index, split)
        if len(scene.stickers) == 1:
            scenes.append(scene)
        index += 1
    return scenes


def decode(tok: DCSTok, z: Tensor, grid: Grid, px: int) -> Tensor:
    """Pictures (R,px,px',3) from latents z (R,m*P,d), short side `px`, clamped."""
    size = PatchSize(1, px // tok.config.k)
    return torch.cat([tok.decode(part, grid, size)[:, 0].clamp(-1, 1) for part in z.split(_batch(px))])


def decode_levels(tok: DCSTok, z: Tensor, grid: Grid, px: int) -> list[Tensor]:
    """`decode` from the first 1, 2, ... n levels of latents z (R,n*P,d)."""
    levels = z.shape[1] // grid.patches
    return [decode(tok, z[:, : m * grid.patches], grid, px) for m in range(1, levels + 1)]


def encode(tok: DCSTok, pictures: Tensor, grid: Grid) -> Tensor:
    """Latents z (R,n*P,d) of pictures (R,h,w,3)."""
    p = pictures.shape[1] // grid.h
    return torch.cat([tok.encode(part[:, None], PatchSize(1, p)) for part in pictures.split(_batch(p * tok.config.k))])


def _batch(px: int) -> int:
    """Pictures at a time: about 30 MB of pixel attention, which grows with the fourth power of the size."""
    return max(1, 16 * 64**2 // px**2)


def share_right(
    classifier: PictureClassifier, pictures: Tensor, accepted: list[set[str]], colors: Sequence[str | None]
) -> dict[str, float]:
    """Shares of pictures whose concept is right (first answer, first five) and whose background colour is right.

    A colour of None is not asked for and not counted.
    """
    answer = classifier.answer(pictures)
    right = classifier.accepted(accepted)
    asked = [i for i, color in enumerate(colors) if color is not None]
    wanted = torch.tensor([COLORS.index(color) for color in colors if color is not None])
    return {
        "top1": float(is_in_top(answer.concepts, right, 1).float().mean()),
        "top5": float(is_in_top(answer.concepts, right, 5).float().mean()),
        "color": float((answer.colors[asked].argmax(1) == wanted).float().mean()),
        "count": len(pictures),
    }


def picture_features(backbone: MobileNetV2, pictures: Tensor, batch: int = 16) -> Tensor:
    """Channel means of expanded_conv_15 at 96 px, (R,160): the features of the kernel distance."""
    features = []
    for part in pictures.split(batch):
        enlarged = F.interpolate(part.permute(0, 3, 1, 2), size=96, mode="bilinear", align_corners=False)
        features.append(backbone(enlarged.permute(0, 2, 3, 1), (16,))[0].mean((2, 3)))
    return torch.cat(features)


def text_conditions(encoder: TextEncoder, tokenizer: TextTokenizer, texts: Sequence[str]) -> tuple[Condition, Condition]:
    """Conditions of prompts and as many empty captions, of equal length."""
    rows = len(texts)
    states, mask, pooled = encode_captions(encoder, tokenizer, [*texts, ""])
    length = int(mask.sum(1).max())
    bias = masks.to_bias(mask[:, None, None, :length])
    states = states[:, :length]
    empty = (states[rows:], bias[rows:], pooled[rows:])
    return Condition(states[:rows], bias[:rows], pooled[:rows]), Condition(*(x.expand(rows, *x.shape[1:]) for x in empty))


@dataclass(frozen=True)
class Sampling:
    """How pictures are sampled."""

    steps: int
    guidance: float
    mode: SamplerMode
    first_seed: int
    time_shift: float = 1.0
    solver: Solver = "euler"


def prompt_sampler(
    dit: DCSDiT,
    encoder: TextEncoder,
    tokenizer: TextTokenizer,
    texts: Sequence[str],
    seeds: Sequence[int],
    how: Sampling,
    grid: Grid,
) -> Sampler:
    """The sampler of one batch of prompts, each with a seed; `how.first_seed` is not used."""
    prompt, empty = text_conditions(encoder, tokenizer, texts)
    return Sampler(dit, grid, prompt, empty, seeds, how.steps, how.guidance, how.mode, how.time_shift, how.solver)


def generate(
    dit: DCSDiT,
    encoder: TextEncoder,
    tokenizer: TextTokenizer,
    texts: Sequence[str],
    how: Sampling,
    batch: int = 8,
    segments: int = 1,
) -> Tensor:
    """Square normalised latents zn (R,n*P,d) of prompts, clips if there are several segments; seeds from `first_seed` on.

    Prompts of similar length share a batch, so that short ones do not pay for long ones.
    """
    grid = Grid(segments, dit.config.k, dit.config.k)
    order = sorted(range(len(texts)), key=lambda i: len(tokenizer.encode(texts[i]).ids))
    done: dict[int, Tensor] = {}
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        part, seeds = [texts[i] for i in rows], [how.first_seed + i for i in rows]
        sampler = prompt_sampler(dit, encoder, tokenizer, part, seeds, how, grid)
        done |= dict(zip(rows, sampler.advance(dit.config.levels), strict=True))
        print(f"{len(done)} of {len(texts)} pictures", flush=True)
    return torch.stack([done[i] for i in range(len(texts))])


def decode_normalised(tok: DCSTok, zn: Tensor, grid: Grid, statistics: tuple[Tensor, Tensor], px: int) -> list[Tensor]:
    """`decode_levels` of normalised latents, with mean and std (n,d)."""
    levels = zn.shape[1] // grid.patches
    return decode_levels(tok, denormalise(zn, *statistics, levels), grid, px)


def level_statistics(zn: Tensor, levels: int) -> dict[str, list[float]]:
    """Mean and standard deviation of each level of normalised latents, and the mean square of channel means.

    A perfect model has what real latents have: about mean 0, std 1, drift 0.
    """
    by_level = zn.unflatten(1, (levels, -1))  # (R, n, P, d)
    channel_mean = by_level.mean((0, 2))  # (n, d)
    return {
        "mean": by_level.mean((0, 2, 3)).tolist(),
        "std": by_level.transpose(0, 1).flatten(1).std(1).tolist(),
        "drift": channel_mean.square().mean(1).sqrt().tolist(),
    }


def neighbourhood(latents: Tensor, grid: Grid) -> Tensor:
    """Each token with its eight neighbours of the level: (R,P,d) -> (R,P,9d); outside the picture is 0."""
    maps = latents.transpose(1, 2).unflatten(2, (grid.h, grid.w))  # (R, d, h, w)
    return F.unfold(maps, 3, padding=1).transpose(1, 2)


def levels_explained(zn: Tensor, grid: Grid, strength: float = 10.0) -> list[float]:
    """R2 of a ridge regression of each token of level l = 2..n on the 3 x 3 tokens of all lower levels around it.

    Half of the pictures fit it, the other half measure it (spec 5.8): details that belong to the structure below them
    are predictable from it, so generated latents should come near the real ones' values.
    """
    levels = zn.shape[1] // grid.patches
    by_level = zn.unflatten(1, (levels, grid.patches))
    around = [neighbourhood(by_level[:, level], grid) for level in range(levels - 1)]
    test = (torch.arange(len(zn)) % 2 == 1).repeat_interleave(grid.patches)
    return [
        ridge_r2(torch.cat(around[:level], dim=2).flatten(0, 1), by_level[:, level].flatten(0, 1), test, strength)
        for level in range(1, levels)
    ]
