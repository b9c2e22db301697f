"""Golden vectors: what TypeScript has to compute, written by Python (tests/golden/*.json).

Small numbers are plain JSON; tensors are {"dims": [...], "data": base64 of little-endian values}, float32 unless a
"type" says otherwise. Every function gives the content of one file. The tiny bundle's models are those of `dcs.tiny`.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dcs import geometry, masks
from dcs.allocation import allocate, patch_entropy
from dcs.config import grid_frequencies, patch_frequencies
from dcs.dit import Condition, time_features
from dcs.export import round_models, write_graph
from dcs.flow import Sampler, SamplerMode, noise, sampler_times, unguided_steps
from dcs.geometry import Grid, PatchSize
from dcs.graphs import Graph, Models, depatchifier_graphs, graphs
from dcs.metrics import psnr, ssim
from dcs.parity import SIZES, Sizes, random_inputs, run_torch
from dcs.text import TextTokenizer, text_inputs
from dcs.tiny import TIME_SHIFT, tiny_models, with_full_pixels, without_temporal_causality

CHAIN_PROMPT = "red apple on a light blue background"
CHAIN_SEED, CHAIN_STEPS, CHAIN_GUIDANCE = 2**53 + 1, 4, 3.0
CHAIN_GRID = Grid(1, 4, 8)
CHAIN_PATCH_SIDES = (4, 5)  # equal to the anchors, and not
CLIP_GRID = Grid(2, 4, 5)
CLIP_STEPS = 11  # two steps without guidance
CLIP_SIZES = (PatchSize(3, 4), PatchSize(4, 4))  # they share the last frame of each segment
CLIP_SEEN = PatchSize(3, 2)
NOISE_SEEDS = (0, 1, 2**32, 2**53, 2**64 - 1)


def rounded_tiny_models() -> Models:
    """The tiny models with the weights that the bundle holds."""
    return round_models(tiny_models())


def encode_tensor(x: Tensor) -> dict[str, Any]:
    """A tensor as JSON; int64 keeps its type, everything else becomes float32."""
    x = x.detach().contiguous()
    values = x if x.dtype == torch.int64 else x.float()
    entry = {"dims": list(x.shape), "data": base64.b64encode(values.numpy().tobytes()).decode("ascii")}
    return {**entry, "type": "int64"} if x.dtype == torch.int64 else entry


def encode_levels(zn: Tensor, grid: Grid) -> list[dict[str, Any]]:
    """Latents (1,m*P,d) level by level."""
    return [encode_tensor(level) for level in zn.split(grid.patches, dim=1)]


def grid_entry(grid: Grid) -> dict[str, int]:
    """A grid under its TypeScript names."""
    return {"gt": grid.t, "gh": grid.h, "gw": grid.w}


def table_entry(cos: Tensor, sin: Tensor) -> dict[str, Any]:
    """A rotary table."""
    return {"cos": encode_tensor(cos), "sin": encode_tensor(sin)}


def noise_golden() -> dict[str, Any]:
    """Noise of whole levels."""
    cases = [(seed, 0, Grid(1, 2, 3), 8) for seed in NOISE_SEEDS]
    cases += [(1, 3, Grid(1, 3, 2), 16), (7, 1, Grid(2, 1, 2), 6), (2**64 - 1, 2, Grid(1, 2, 2), 1)]
    cases.append((2**53 + 1, 2, Grid(12, 1, 1), 4))
    return {
        "cases": [
            {
                "seed": str(seed),
                "level": level,
                "grid": grid_entry(grid),
                "channels": channels,
                "values": encode_tensor(noise(seed, level, grid, channels)),
            }
            for seed, level, grid, channels in cases
        ]
    }


def rope_golden() -> dict[str, Any]:
    """Rotary tables inside patches and between them."""
    patch, grid_table = patch_frequencies(24), grid_frequencies(32, 8)
    inside = [(PatchSize(1, 3), "center"), (PatchSize(1, 5), "center"), (PatchSize(1, 4), "corner")]
    inside += [(PatchSize(3, 2), "center"), (PatchSize(6, 2), "corner")]
    pixel_cases = []
    for size, mode in inside:
        coords = geometry.pixel_coords(size, "corner" if mode == "corner" else "center")
        cos, sin = geometry.rope_table(geometry.pixel_positions(coords), patch)
        pixel_cases.append({"pt": size.pt, "p": size.p, "coordMode": mode, **table_entry(cos, sin)})
    latent_cos, latent_sin = geometry.rope_table(geometry.level_positions(4), patch)
    grid_cases = []
    for grid, first_level, levels in (
        (Grid(1, 2, 3), 1, 1),
        (Grid(1, 2, 3), 2, 3),
        (Grid(2, 1, 2), 1, 2),
        (Grid(12, 1, 1), 3, 1),
    ):
        positions = geometry.grid_positions(grid, 8, first_level, levels)
        cos, sin = geometry.rope_table(positions, grid_table)
        place = {"grid": grid_entry(grid), "firstLevel": first_level, "levels": levels}
        grid_cases.append({**place, **table_entry(cos, sin)})
    return {
        "patch": {
            "frequencies": asdict(patch),
            "pixels": pixel_cases,
            "latents": {"levels": 4, **table_entry(latent_cos, latent_sin)},
        },
        "grid": {"k": 8, "frequencies": asdict(grid_table), "cases": grid_cases},
    }


def time_features_golden() -> dict[str, Any]:
    """Features of some times."""
    times = (0.0, 0.04, 0.3, 0.5, 24 / 25, 1.0)
    values = time_features(torch.tensor(times, dtype=torch.float64))
    return {"cases": [{"t": t, "values": encode_tensor(row)} for t, row in zip(times, values, strict=True)]}


def schedule_golden() -> dict[str, Any]:
    """Times of the steps, 0 to 1, and guided steps (`firstGuided` is the first step with two branches)."""
    return {
        "cases": [
            {"steps": steps, "timeShift": shift, "t": sampler_times(steps, shift), "firstGuided": unguided_steps(steps)}
            for steps in (1, 8, 10, 11, 25, 50)
            for shift in (1.0, 0.25, 3.0)
        ]
    }


def masks_golden() -> dict[str, Any]:
    """Level- and time-causal masks, one string of 0 (hidden) and 1 (seen) for each query."""
    cases = []
    for grid, levels in ((Grid(1, 2, 3), 3), (Grid(3, 1, 2), 2), (Grid(1, 1, 1), 4), (Grid(2, 2, 2), 3)):
        mask = masks.level_causal(grid, levels)
        rows = ["".join("1" if seen else "0" for seen in row) for row in mask.tolist()]
        cases.append({"grid": grid_entry(grid), "levels": levels, "rows": rows})
    return {"blocked": masks.BLOCKED, "cases": cases}


def grids_golden() -> dict[str, Any]:
    """[height, width, k, gh, gw] of many sizes."""
    sides = (16, 33, 64, 90, 100, 128, 130, 181, 256, 257, 300, 512, 1000, 1080, 1920)
    return {
        "columns": ["height", "width", "k", "gh", "gw"],
        "rows": [[h, w, k, *geometry.grid_for(h, w, k)[1:]] for k in (4, 8, 16) for h in sides for w in sides],
    }


def graphs_golden() -> dict[str, Any]:
    """Inputs and outputs of every graph of the tiny bundle."""
    return {graph.name: [graph_case(graph, sizes) for sizes in SIZES[graph.name]] for graph in graphs(rounded_tiny_models())}


def graph_case(graph: Graph, sizes: Sizes) -> dict[str, Any]:
    """One run of a graph."""
    inputs = random_inputs(graph, sizes, seed=1)
    outputs = run_torch(graph, inputs)
    return {
        "inputs": {name: encode_tensor(x) for name, x in inputs.items()},
        "outputs": {name: encode_tensor(x) for name, x in outputs.items()},
    }


@torch.no_grad()
def text_conditions(models: Models, tokenizer: TextTokenizer, prompt: str) -> tuple[Condition, Condition]:
    """The prompt and the empty caption, padded to one length."""
    input_ids, position_ids, text_bias = text_inputs([tokenizer.encode(prompt).ids, tokenizer.encode("").ids])
    assert models.text is not None
    states, pooled = models.text(input_ids, position_ids, text_bias)
    first, second = (
        Condition(text_states=states[i : i + 1], text_bias=text_bias[i : i + 1], text_pooled=pooled[i : i + 1])
        for i in range(2)
    )
    return first, second


def chain_sampler(
    models: Models, tokenizer: TextTokenizer, mode: SamplerMode, grid: Grid = CHAIN_GRID, steps: int = CHAIN_STEPS
) -> Sampler:
    """The sampler of the golden chains, nothing generated yet."""
    prompt, empty = text_conditions(models, tokenizer, CHAIN_PROMPT)
    return Sampler(models.dit, grid, prompt, empty, CHAIN_SEED, steps, CHAIN_GUIDANCE, mode, TIME_SHIFT)


@torch.no_grad()
def decode_clip(models: Models, zn: Tensor, grid: Grid, size: PatchSize, counts: Tensor | None = None) -> Tensor:
    """Normalised latents (1,m*P,d) -> frames (Gt*pt,h,w,3)."""
    levels = zn.shape[1] // grid.patches
    onehot = models.tok.level_onehot(grid, levels)
    z = zn * (onehot @ models.z_std) + onehot @ models.z_mean
    return models.tok.decode(z, grid, size, counts)[0]


def decode_picture(models: Models, zn: Tensor, grid: Grid, patch_side: int) -> Tensor:
    """Normalised latents (1,m*P,d) -> picture (h,w,3)."""
    return decode_clip(models, zn, grid, PatchSize(1, patch_side))[0]


@torch.no_grad()
def encode_clip(models: Models, frames: Tensor, size: PatchSize, counts: Tensor | None = None) -> Tensor:
    """Frames (T,h,w,3) in [-1,1] -> normalised latents (1,n*P,d)."""
    grid = Grid(len(frames) // size.pt, frames.shape[1] // size.p, frames.shape[2] // size.p)
    onehot = models.tok.level_onehot(grid, models.tok.config.levels)
    return (models.tok.encode(frames[None], size, counts=counts) - onehot @ models.z_mean) / (onehot @ models.z_std)


def chain_golden(tokenizer_json: dict[str, Any]) -> dict[str, Any]:
    """From a prompt to pictures with the tiny models, both samplers, every level, two sizes."""
    models, tokenizer = rounded_tiny_models(), TextTokenizer(tokenizer_json)
    grid, levels = CHAIN_GRID, models.dit.config.levels
    modes: tuple[SamplerMode, ...] = ("clean-context", "sync")
    results = {}
    for mode in modes:
        zn = chain_sampler(models, tokenizer, mode).advance(levels)
        pictures = [
            {
                "levels": m,
                "shortSidePx": side * min(grid.h, grid.w),
                "rgb": encode_tensor(decode_picture(models, zn[:, : m * grid.patches], grid, side)),
            }
            for m in range(1, levels + 1)
            for side in CHAIN_PATCH_SIDES
        ]
        results[mode] = {"zn": encode_levels(zn, grid), "pictures": pictures}
    return {
        "prompt": CHAIN_PROMPT,
        "ids": tokenizer.encode(CHAIN_PROMPT).ids,
        "seed": str(CHAIN_SEED),
        "steps": CHAIN_STEPS,
        "guidance": CHAIN_GUIDANCE,
        "grid": grid_entry(grid),
        "aspect": {"width": grid.w, "height": grid.h},
        "modes": results,
    }


def full_golden(tokenizer_json: dict[str, Any]) -> dict[str, Any]:
    """Pictures of the golden chain (clean context) where the pixels of a patch look at each other."""
    models, tokenizer = with_full_pixels(rounded_tiny_models()), TextTokenizer(tokenizer_json)
    zn = chain_sampler(models, tokenizer, "clean-context").advance(models.dit.config.levels)
    return {
        "pictures": [
            {
                "levels": m,
                "shortSidePx": side * min(CHAIN_GRID.h, CHAIN_GRID.w),
                "rgb": encode_tensor(decode_picture(models, zn[:, : m * CHAIN_GRID.patches], CHAIN_GRID, side)),
            }
            for m in range(1, models.dit.config.levels + 1)
            for side in CHAIN_PATCH_SIDES
        ]
    }


def write_full_graph(folder: Path) -> None:
    """Write `depatchify` of `full_models` and its entry in a manifest: with the tiny bundle's files it makes a bundle."""
    folder.mkdir(exist_ok=True)
    (graph,) = depatchifier_graphs(with_full_pixels(rounded_tiny_models()).tok)
    entry = write_graph(folder, graph)
    (folder / "depatchify.json").write_text(json.dumps(entry) + "\n", encoding="ascii")


def clip_frames_golden() -> dict[str, Any]:
    """Which frames of a clip are kept, and pt."""
    rates = [
        (48, 24.0, 4),
        (50, 24.0, 4),
        (60, 29.97, 4),
        (100, 25.0, 6),
        (7, 6.0, 2),
        (15, 10.0, 4),
        (40, 60.0, 4),
        (3, 2.5, 4),
    ]
    cases = []
    for frames, fps, kt in rates:
        kept, pt = geometry.fit_frames(frames, fps, kt)
        cases.append({"frames": frames, "fps": fps, "kt": kt, "pt": pt, "kept": kept.tolist()})
    return {"cases": cases}


def clip_golden(tokenizer_json: dict[str, Any]) -> dict[str, Any]:
    """From a prompt to clips of two segments with the tiny models, at two rates; and a clip to latents."""
    models, tokenizer = rounded_tiny_models(), TextTokenizer(tokenizer_json)
    grid, levels, kt = CLIP_GRID, models.dit.config.levels, models.tok.config.kt
    modes: tuple[SamplerMode, ...] = ("clean-context", "sync")
    results = {}
    for mode in modes:
        zn = chain_sampler(models, tokenizer, mode, grid, CLIP_STEPS).advance(levels)
        clips = [
            {
                "levels": m,
                "shortSidePx": size.p * min(grid.h, grid.w),
                "fps": size.pt * kt,
                "rgb": encode_tensor(decode_clip(models, zn[:, : m * grid.patches], grid, size)),
            }
            for m, size in ((1, CLIP_SIZES[0]), *((levels, size) for size in CLIP_SIZES))
        ]
        together = chain_sampler(without_temporal_causality(models), tokenizer, mode, grid, CLIP_STEPS).advance(levels)
        results[mode] = {
            "zn": encode_levels(zn, grid),
            "together": encode_levels(together, grid),
            "clips": clips,
        }
    size = CLIP_SEEN
    shape = (grid.t * size.pt, grid.h * size.p, grid.w * size.p, 3)
    # whole bytes, as a file of pictures holds them
    seen = torch.randint(256, shape, generator=torch.Generator().manual_seed(0)) / 127.5 - 1
    return {
        "prompt": CHAIN_PROMPT,
        "seed": str(CHAIN_SEED),
        "steps": CLIP_STEPS,
        "guidance": CHAIN_GUIDANCE,
        "grid": grid_entry(grid),
        "aspect": {"width": grid.w, "height": grid.h},
        "seconds": grid.t / kt,
        "modes": results,
        "encoded": {
            "fps": size.pt * kt,
            "shortSidePx": size.p * min(grid.h, grid.w),
            "rgb": encode_tensor(seen),
            "zn": encode_tensor(encode_clip(models, seen, size)),
        },
    }


def allocation_golden() -> dict[str, Any]:
    """Algorithm 1 of some entropies, the entropy of patches of two segments, and how alike two pictures are."""
    random = torch.Generator().manual_seed(0)
    entropies = [torch.rand(24, generator=random, dtype=torch.float64) * 5, torch.full((7,), 2.0, dtype=torch.float64)]
    entropies.append(entropies[0].round())
    budgets = [(1.0, 1, 3), (1.5, 1, 3), (2.0, 1, 4), (2.7, 1, 4), (3.9, 1, 4), (2.5, 2, 8)]
    cases = [
        {"entropy": entropy.tolist(), "average": average, "low": low, "high": high}
        | {"counts": allocate(entropy, average, low, high).tolist()}
        for entropy in entropies
        for average, low, high in budgets
    ]
    grid = Grid(2, 2, 3)
    noisy = torch.randint(256, (1, 2, 32, 48, 3), generator=random) / 127.5 - 1
    seen = noisy * torch.linspace(0, 1, 48)[:, None]  # more and more to tell from left to right
    two = seen[:, 0], seen[:, 0] * 0.9 + 0.05
    return {
        "cases": cases,
        "patches": {"grid": grid_entry(grid), "rgb": encode_tensor(seen[0]), "entropy": patch_entropy(seen, grid)[0].tolist()},
        "alike": {"rgb": [encode_tensor(rgb[0]) for rgb in two], "psnr": float(psnr(*two)), "ssim": float(ssim(*two))},
    }  # fmt: skip


def counts_golden() -> dict[str, Any]:
    """A picture and a clip whose patches have different numbers of levels: encoded and decoded by the tiny models."""
    models, random = rounded_tiny_models(), torch.Generator().manual_seed(0)
    levels = models.tok.config.levels
    cases = []
    for grid, size in ((Grid(1, 4, 6), PatchSize(1, 4)), (CLIP_GRID, CLIP_SIZES[0])):
        counts = torch.randint(1, levels + 1, (1, grid.patches), generator=random)
        shape = (grid.t * size.pt, grid.h * size.p, grid.w * size.p, 3)
        seen = torch.randint(256, shape, generator=random) / 127.5 - 1
        zn = encode_clip(models, seen, size, counts)
        decoded = [decode_clip(models, zn[:, : m * grid.patches], grid, size, counts) for m in range(1, levels + 1)]
        cases.append(
            {
                "grid": grid_entry(grid),
                "fps": size.pt * models.tok.config.kt,
                "shortSidePx": size.p * min(grid.h, grid.w),
                "counts": counts[0].tolist(),
                "seen": encode_tensor(seen),
                "zn": encode_tensor(zn[:, masks.active_tokens(counts, levels)[0]]),
                "rgb": [encode_tensor(video) for video in decoded],
            }
        )
    return {"cases": cases}


def all_golden(tokenizer_json: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every golden file by its name; `tokenizer_json` is that of the tiny bundle."""
    return {
        "noise.json": noise_golden(),
        "rope.json": rope_golden(),
        "time-features.json": time_features_golden(),
        "schedule.json": schedule_golden(),
        "masks.json": masks_golden(),
        "grids.json": grids_golden(),
        "tiny-graphs.json": graphs_golden(),
        "tiny-chain.json": chain_golden(tokenizer_json),
        "tiny-full.json": full_golden(tokenizer_json),
        "clip-frames.json": clip_frames_golden(),
        "tiny-clip.json": clip_golden(tokenizer_json),
        "allocation.json": allocation_golden(),
        "tiny-counts.json": counts_golden(),
    }
