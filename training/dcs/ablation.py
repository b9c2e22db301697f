"""Side-by-side runs of tokenizer variants, short and from scratch: what each choice of the recipe is worth.

Every variant sees the same scenes in the same order, draws its scales and levels from the same seeds and has the same
number of steps; what differs is what its line in `VARIANTS` says (paper Fig. 1 and 15, Table 6; spec 2.2, 2.5, 3, 7).
The order of stages is the paper's in small: one size, then asymmetric sizes; variants with latent noise have it in the
middle and end with the decoder alone. Letters: B batch, P patches, n levels, R pictures.
Not here: files and the command line (scripts/ablate_tok.py), the page (scripts/write_ablations.py).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import torch
from torch import Tensor

from dcs import geometry, losses, masks
from dcs.config import TokConfig, nano_tok
from dcs.geometry import Grid, PatchSize
from dcs.metrics import psnr
from dcs.optim import OptimConfig, Optimizers, rate_scale
from dcs.scenes import Scene, render_scenes, sample_scene
from dcs.sprites import SpriteAtlas
from dcs.tok import DCSTok

# What the number of latents follows: DCS-Tok's grid, the pixels (Fig. 1a), nothing at all (Fig. 1c).
Scaling = Literal["grid", "pixels", "nothing"]

FIRST_PX = 32
ASYMMETRIC_PX = (32, 48, 64)
FIXED_PX = 64  # the one scale of the fixed-length baseline
VANILLA_PATCH_PX = 4  # 64 tokens at 32 px, like a level of DCS-Tok
DECODED_PIXELS = 2048  # decoded of a picture in a training step, in whole patches
PER_PATCH_SHARE = 0.3  # of batches with a level count per patch, as in train_tok.py
PAPER_SIGMA, PAPER_LAMBDA_MIN = 3.0, 0.0  # Eq. 7
NOISE_FROM, ASYMMETRIC_FROM, DECODER_ALONE_FROM = 1 / 3, 2 / 3, 5 / 6  # shares of the steps

TRAIN_SEED, TEST_SEED = 0, 9001
MEASURED_PX = (32, 64, 128)
ENCODED_PX = 64
ZOOMED_PX = (64, 128, 256, 512)
ZOOMED_SCENES = 4
BANDS = 16  # horizontal bands of Figure 15


@dataclass(frozen=True)
class Budget:
    """What every variant gets."""

    steps: int = 300
    batch: int = 16
    scenes: int = 64  # measured on


@dataclass(frozen=True)
class Variant:
    """One run: the tokenizer and how its training differs. `margin_weight` 0 is no L2 term."""

    id: str
    title: str
    tok: TokConfig
    scaling: Scaling = "grid"
    drops_tokens: bool = True
    has_noise: bool = False
    margin_weight: float = 0.0
    margin: float = 1.0
    seed: int = 0  # of the first weights
    is_zoomed: bool = False  # decoded at ZOOMED_PX too, with its time

    def layout(self, px: int) -> tuple[Grid, PatchSize]:
        """Grid and patch size of a square picture of `px` pixels a side."""
        if self.scaling == "pixels":
            side = px // VANILLA_PATCH_PX
            return Grid(1, side, side), PatchSize(1, VANILLA_PATCH_PX)
        k = self.tok.k
        return Grid(1, k, k), PatchSize(1, (FIXED_PX if self.scaling == "nothing" else px) // k)


def variants() -> list[Variant]:
    """All of them, the most important first."""
    nano = nano_tok()
    one_level = replace(nano, levels=1)
    noisy: dict[str, Any] = {"has_noise": True}
    l2 = {**noisy, "margin_weight": 0.001}
    return [
        Variant("base", "base: anchor, centre, d = 16, coord_embed, measure_bias", nano, is_zoomed=True),
        Variant("full", "pixel attention `full`", replace(nano, pixel_attention="full"), is_zoomed=True),
        Variant("no-drop", "no token drop", nano, drops_tokens=False),
        Variant("corner", "corner coordinates", replace(nano, coord_mode="corner")),
        Variant("d8", "d = 8", nano_tok(latent_dim=8)),
        Variant("no-coord-embed", "no coord_embed", replace(nano, coord_embed=False)),
        Variant("no-measure-bias", "no measure_bias", replace(nano, measure_bias=False)),
        Variant("denoise", "latent noise", nano, **noisy),
        Variant("denoise-l2", "latent noise, L2, margin 0", nano, **l2, margin=0.0),
        Variant("denoise-margin", "latent noise, L2, margin 1", nano, **l2, margin=1.0),
        Variant("vanilla", "fixed patch of 4 px (Fig. 1a)", one_level, scaling="pixels"),
        Variant("fixed", "64 tokens, 64 px always (Fig. 1c)", one_level, scaling="nothing"),
        Variant("base-seed-1", "base, other first weights", nano, seed=1),
        Variant(
            "full-no-measure-bias", "`full`, no measure_bias",
            replace(nano, pixel_attention="full", measure_bias=False), is_zoomed=True,
        ),
    ]  # fmt: skip


def draw_sizes(variant: Variant, share_done: float, rng: random.Random) -> tuple[int, int]:
    """Side in pixels of the pictures read and written by a batch."""
    # drawn in any case: all variants take the same numbers from the generator
    read, written = rng.choice(ASYMMETRIC_PX), rng.choice(ASYMMETRIC_PX)
    if variant.scaling == "nothing":
        return FIXED_PX, FIXED_PX
    if share_done < ASYMMETRIC_FROM:
        return FIRST_PX, FIRST_PX
    return (written, written) if variant.scaling == "pixels" else (read, written)


def draw_counts(
    variant: Variant, patches: int, batch: int, rng: random.Random, generator: torch.Generator
) -> tuple[int, Tensor | None]:
    """Levels in use, and counts (B,P) for batches that have them."""
    n = variant.tok.levels
    is_per_patch, m = rng.random() < PER_PATCH_SHARE, int(losses.sample_levels(1, n, generator))
    if not variant.drops_tokens or n == 1:
        return n, None
    if not is_per_patch:
        return m, None
    counts = losses.sample_levels(batch * patches, n, generator).view(batch, patches)
    return int(counts.max()), counts


def batch_loss(model: DCSTok, variant: Variant, budget: Budget, step: int, atlas: SpriteAtlas) -> tuple[Tensor, float]:
    """Loss of one step with its graph, and its reconstruction part."""
    seed, share_done = TRAIN_SEED * 1_000_003 + step, step / budget.steps
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    read_px, written_px = draw_sizes(variant, share_done, rng)
    (grid, size_in), (_, size_out) = variant.layout(read_px), variant.layout(written_px)
    scenes = [sample_scene(TRAIN_SEED, step * budget.batch + i, "train", "square", "all") for i in range(budget.batch)]
    mode = variant.tok.coord_mode
    source = render_scenes(scenes, read_px, read_px, atlas, mode)[:, None]
    target = source if read_px == written_px else render_scenes(scenes, written_px, written_px, atlas, mode)[:, None]
    levels, counts = draw_counts(variant, grid.patches, budget.batch, rng, generator)
    z = model.encode(source, size_in, levels, counts)
    is_noisy = variant.has_noise and NOISE_FROM <= share_done < DECODER_ALONE_FROM
    regularisation = z.new_zeros(())
    if is_noisy:
        active = None if counts is None else masks.active_tokens(counts, levels)
        regularisation = variant.margin_weight * losses.margin_loss(z, variant.margin, active)
        z = losses.noisy_latents(z, PAPER_SIGMA, PAPER_LAMBDA_MIN, 1.0, generator)
    decoded = min(grid.patches, DECODED_PIXELS // size_out.p**2)
    order = torch.rand(budget.batch, grid.patches, generator=generator)
    chosen = order.argsort(dim=1)[:, :decoded]
    rgb = model.decode_patches(z, grid, size_out, counts, chosen)
    wanted = geometry.patchify(target, size_out)[torch.arange(budget.batch)[:, None], chosen]
    reconstruction = (rgb - wanted).square().mean()
    return reconstruction + regularisation, float(reconstruction.detach())


def train(
    variant: Variant,
    budget: Budget,
    atlas: SpriteAtlas,
    keep: Callable[[dict[str, Any]], None],
    kept: dict[str, Any] | None = None,
    every: int = 20,
) -> tuple[DCSTok, dict[str, Any]]:
    """The trained tokenizer in eval mode, and what to report of its training: loss curve, CPU seconds.

    The rate falls to nothing over the last third, so that no average of the weights is needed. Every `every` steps
    `keep` gets the state; training that starts from such a state (`kept`) ends with the same weights.
    """
    torch.manual_seed(variant.seed)
    model = DCSTok(variant.tok)
    optim_config = OptimConfig(warmup_steps=max(1, budget.steps // 12), decay_steps=max(1, budget.steps // 3))
    optimizers = Optimizers(model, optim_config)
    first, curve, before_s = 0, [], 0.0
    if kept is not None:
        model.load_state_dict(kept["model"])
        optimizers.load_state_dict(kept["optimizers"])
        first, curve, before_s = kept["step"], list(kept["loss"]), kept["cpuSeconds"]
    total, started = 0.0, time.process_time()
    for step in range(first, budget.steps):
        if variant.has_noise and step / budget.steps >= DECODER_ALONE_FROM:
            model.freeze_encoder()
        loss, reconstruction = batch_loss(model, variant, budget, step, atlas)
        loss.backward()
        optimizers.step(rate_scale(step, budget.steps, optim_config))
        total += reconstruction
        if (step + 1) % every == 0:
            curve.append((step + 1, total / every))
            total = 0.0
            keep({
                "step": step + 1, "model": model.state_dict(), "optimizers": optimizers.state_dict(),
                "loss": curve, "cpuSeconds": before_s + time.process_time() - started,
            })  # fmt: skip
    report = {"loss": curve, "trainCpuSeconds": before_s + time.process_time() - started}
    return model.eval().requires_grad_(False), report


def encode(model: DCSTok, variant: Variant, pictures: Tensor) -> Tensor:
    """Latents (R,n*P,d) of square pictures (R,px,px,3)."""
    _, size = variant.layout(pictures.shape[1])
    if variant.scaling == "nothing":
        pictures = resized(pictures, FIXED_PX, variant)
    return torch.cat([model.encode(part[:, None], size) for part in pictures.split(_batch(pictures.shape[1]))])


def decode(model: DCSTok, variant: Variant, z: Tensor, px: int, levels: int | None = None) -> Tensor:
    """Pictures (R,px,px,3), clamped, from the first `levels` levels (all if None) of latents (R,n*P,d)."""
    grid, size = variant.layout(px)
    z = z[:, : (levels or variant.tok.levels) * grid.patches]
    pictures = torch.cat([model.decode(part, grid, size)[:, 0].clamp(-1, 1) for part in z.split(_batch(px))])
    return resized(pictures, px, variant) if variant.scaling == "nothing" else pictures


def resized(pictures: Tensor, px: int, variant: Variant) -> Tensor:
    """Square pictures (R,h,h,3) at another size, in the geometry that the variant's coordinates have."""
    return pictures if pictures.shape[1] == px else geometry.resize(pictures[:, None], px, px, variant.tok.coord_mode)[:, 0]


def _batch(px: int) -> int:
    return max(1, 8 * 64**2 // px**2)


def measure(model: DCSTok, variant: Variant, budget: Budget, atlas: SpriteAtlas) -> dict[str, Any]:
    """Everything the page shows of a trained variant, on held-out drawings."""
    scenes = [sample_scene(TEST_SEED, i, "heldout_pairs") for i in range(budget.scenes)]
    real = {px: render_scenes(scenes, px, px, atlas, variant.tok.coord_mode) for px in MEASURED_PX}
    n, latents = variant.tok.levels, {px: encode(model, variant, pictures) for px, pictures in real.items()}
    by_level = {px: [decode(model, variant, z, px, m) for m in range(1, n + 1)] for px, z in latents.items()}
    report: dict[str, Any] = {
        "parameters": sum(p.numel() for p in model.parameters()),
        "tokens": {str(px): z.shape[1] for px, z in latents.items()},
        "psnr": {str(px): [float(psnr(y, real[px]).mean()) for y in by_level[px]] for px in MEASURED_PX},
        "std": [float(part.std()) for part in latents[ENCODED_PX].chunk(n, dim=1)],
    }
    if variant.scaling == "grid":
        report["agreement"] = agreement(model, variant, latents[ENCODED_PX], real)
        report["residualBands"] = residual_bands(by_level[ENCODED_PX])
    if variant.is_zoomed:
        report["zoom"] = zoom(model, variant, scenes[:ZOOMED_SCENES], atlas)
    return report


def agreement(model: DCSTok, variant: Variant, z: Tensor, real: dict[int, Tensor]) -> list[dict[str, float]]:
    """PSNR between the decodes of one latent at two sizes, both brought to the smallest, beside that of real renderings."""
    sizes = sorted(real)
    small = {px: resized(decode(model, variant, z, px), sizes[0], variant) for px in sizes}
    small_real = {px: resized(real[px], sizes[0], variant) for px in sizes}
    return [
        {"px": a, "otherPx": b, "psnr": float(psnr(small[a], small[b]).mean()),
         "real": float(psnr(small_real[a], small_real[b]).mean())}
        for i, a in enumerate(sizes) for b in sizes[i + 1 :]
    ]  # fmt: skip


def residual_bands(by_level: list[Tensor]) -> list[list[float]]:
    """Share of each of `BANDS` horizontal bands in the squared change that each level after the first makes (Fig. 15)."""
    shares = []
    for before, after in pairwise(by_level):
        rows = (after - before).square().mean((0, 2, 3)).unflatten(0, (BANDS, -1)).mean(1)
        shares.append((rows / rows.sum().clamp_min(1e-12)).tolist())
    return shares


def zoom(model: DCSTok, variant: Variant, scenes: list[Scene], atlas: SpriteAtlas) -> list[dict[str, float]]:
    """One latent decoded at growing sizes: PSNR, and CPU seconds of a picture of all levels (one thread, the fastest)."""
    source = render_scenes(scenes, ENCODED_PX, ENCODED_PX, atlas, variant.tok.coord_mode)
    z, rows = encode(model, variant, source), []
    for px in ZOOMED_PX:
        real, pictures, seconds = render_scenes(scenes, px, px, atlas, variant.tok.coord_mode), [], []
        for one in z:
            started = time.process_time()
            pictures.append(decode(model, variant, one[None], px))
            seconds.append(time.process_time() - started)
        rows.append({"px": px, "psnr": float(psnr(torch.cat(pictures), real).mean()), "cpuSeconds": min(seconds)})
    return rows
