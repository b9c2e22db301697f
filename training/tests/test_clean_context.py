"""One packed training step on [clean levels | noisy levels] equals a run for each level after its clean context."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from small_models import CLIP, PICTURE, relative_error, small_dit, text_condition
from torch import Tensor

from dcs import masks
from dcs.dit import Condition, DCSDiT, time_features
from dcs.flow import Sampler, velocity_loss
from dcs.geometry import Grid
from dcs.layers import KV

LEVELS = 3


def separate_runs(dit: DCSDiT, clean: Tensor, noisy: Tensor, features: Tensor, grid: Grid, condition: Condition) -> Tensor:
    """Velocities (B,m*P,d): each noisy level alone over the K/V of the clean levels below it.

    clean (B,(m-1)*P,d), noisy (B,m*P,d), features (B,2m-1,256): times of the clean levels, then of the noisy ones.
    """
    levels = noisy.shape[1] // grid.patches
    context: list[KV] = []
    velocities = []
    for level in range(levels):
        own = slice(level * grid.patches, (level + 1) * grid.patches)
        onehot, rope = dit.level_onehot(grid, level + 1, 1), dit.rope(grid, level + 1, 1)
        bias = masks.to_bias(masks.level_causal(grid, level + 1)[own])[None, None]
        time = features[:, levels - 1 + level].unsqueeze(1)
        v, _ = dit(noisy[:, own], time, onehot, rope, bias, condition, context)
        velocities.append(v)
        if level + 1 < levels:
            time = features[:, level].unsqueeze(1)
            _, context = dit(clean[:, own], time, onehot, rope, bias, condition, context)
    return torch.cat(velocities, dim=1)


@pytest.mark.parametrize("grid", [PICTURE, CLIP], ids=["picture", "clip"])
def test_the_packed_mask_gives_every_level_what_it_would_see_alone(grid: Grid) -> None:
    dit, condition, batch = small_dit(k=2), text_condition(2), 2
    clean = torch.randn(batch, (LEVELS - 1) * grid.patches, 8)
    noisy = torch.randn(batch, LEVELS * grid.patches, 8)
    features = time_features(torch.rand(batch, 2 * LEVELS - 1))
    onehot, rope = dit.level_onehot(grid, 1, LEVELS), dit.rope(grid, 1, LEVELS)
    tokens = clean.shape[1]
    v, _ = dit(
        torch.cat([clean, noisy], dim=1),
        features,
        torch.cat([onehot[:, :tokens], onehot], dim=1),
        (torch.cat([rope[0][:, :tokens], rope[0]], dim=1), torch.cat([rope[1][:, :tokens], rope[1]], dim=1)),
        masks.to_bias(masks.dual_stream(grid, LEVELS))[None, None],
        condition,
    )
    assert relative_error(v[:, tokens:], separate_runs(dit, clean, noisy, features, grid, condition)) < 1e-5


@pytest.fixture(scope="module")
def train_dit() -> ModuleType:
    """The training script as a module."""
    path = Path(__file__).resolve().parents[1] / "scripts" / "train_dit.py"
    spec = importlib.util.spec_from_file_location("train_dit", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Call:
    """What a training step asked of the model and what it got."""

    x: Tensor
    features: Tensor
    velocities: Tensor


def training_step(
    script: ModuleType, dit: DCSDiT, zn: Tensor, condition: Condition, clean: bool, seed: int
) -> tuple[Tensor, Call]:
    """Losses per level of the trainer and its call of the model."""
    calls: list[Call] = []

    def record(_: object, args: tuple[Any, ...], out: tuple[Tensor, object]) -> None:
        calls.append(Call(args[0], args[1], out[0]))

    handle = dit.register_forward_hook(record)
    levels = zn.shape[1] // PICTURE.patches
    losses = script.level_losses(dit, zn, PICTURE, levels, condition, clean, torch.Generator().manual_seed(seed))
    handle.remove()
    (call,) = calls
    return losses, call


def times_of(features: Tensor) -> Tensor:
    """Invert `time_features` on [0, 1], to 1e-3."""
    table = torch.linspace(0, 1, 2001)
    return table[(time_features(table) - features.unsqueeze(-2)).square().sum(-1).argmin(-1)]


@torch.no_grad()
def test_the_trainer_in_clean_context_learns_what_the_sampler_asks(train_dit: ModuleType) -> None:
    dit, condition = small_dit(), text_condition(4)
    zn = torch.randn(4, LEVELS * PICTURE.patches, 8)
    losses, call = training_step(train_dit, dit, zn, condition, clean=True, seed=3)
    tokens = (LEVELS - 1) * PICTURE.patches
    clean, noisy = call.x[:, :tokens], call.x[:, tokens:]
    apart = separate_runs(dit, clean, noisy, call.features, PICTURE, condition)
    assert relative_error(call.velocities[:, tokens:], apart) < 1e-5

    times = times_of(call.features)  # (B, 2m-1)
    context_times, t = times[:, : LEVELS - 1], times[:, LEVELS - 1 :]
    assert bool((context_times >= 0.8).all()) and bool((context_times == context_times[:, :1]).all())
    assert bool((t[:, 0] != t[:, 1]).all()), "a time of its own for each noisy level"
    exact = context_times[:, 0] == 1
    assert 0 < int(exact.sum()) < 4, "this seed shows both exact and noised context"
    assert torch.equal(clean[exact], zn[exact, :tokens])
    spread = (clean - context_times[:, :1, None] * zn[:, :tokens]).std((1, 2))
    assert torch.allclose(spread, 1 - context_times[:, 0], atol=0.02)

    per_token = t.repeat_interleave(PICTURE.patches, 1)[..., None]
    eps = (noisy - per_token * zn) / (1 - per_token)
    expected = velocity_loss(apart, zn, eps).unflatten(1, (LEVELS, -1)).mean((0, 2))
    assert torch.allclose(losses, expected, rtol=0.05)


@torch.no_grad()
def test_the_trainer_in_sync_has_one_time_for_all_levels_of_a_sample(train_dit: ModuleType) -> None:
    dit, condition = small_dit(), text_condition(4)
    zn = torch.randn(4, 2 * PICTURE.patches, 8)
    losses, call = training_step(train_dit, dit, zn, condition, clean=False, seed=3)
    assert call.x.shape == zn.shape and call.features.shape == (4, 1, 256) and losses.shape == (2,)
    t = times_of(call.features)[..., None]
    assert len(t.unique()) == 4
    assert torch.allclose(((call.x - t * zn) / (1 - t)).std(), torch.tensor(1.0), atol=0.05)
    lone, _ = training_step(train_dit, dit, zn[:, : PICTURE.patches], condition, clean=True, seed=3)
    assert lone.shape == (1,), "one level has no context"


@torch.no_grad()
def test_the_sampler_in_clean_context_asks_what_separate_runs_answer() -> None:
    dit = small_dit()
    condition = text_condition()
    seen: dict[tuple[int, int], Tensor] = {}
    run = Sampler(dit, PICTURE, condition, condition, seed=2, steps=4, guidance=1.0, mode="clean-context")
    run.advance(LEVELS, lambda level, s, x: seen.update({(level, s): x}))
    s = 2
    states = torch.cat([seen[level, s - 1] for level in range(LEVELS)], dim=1)
    clean = torch.cat(run.levels[:-1], dim=1)
    times = torch.tensor([[1.0] * (LEVELS - 1) + [s / 4] * LEVELS])
    v = separate_runs(dit, clean, states, time_features(times), PICTURE, condition)
    after = torch.cat([seen[level, s] for level in range(LEVELS)], dim=1)
    assert relative_error(states + v / 4, after) < 1e-4
