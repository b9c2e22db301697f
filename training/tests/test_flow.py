"""Rectified flow: noise, the path, guidance, and level-by-level generation equal to all levels at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
import torch
from small_models import CLIP, PICTURE, relative_error, small_dit, text_condition
from torch import Tensor

from dcs import masks
from dcs.config import tiny_dit
from dcs.dit import Condition, DCSDiT, time_features
from dcs.flow import (
    Sampler,
    SamplerMode,
    Solver,
    interpolate,
    noise,
    philox,
    sample_joint,
    sampler_times,
    stack_conditions,
    unguided_steps,
    velocity_loss,
)
from dcs.geometry import Grid
from dcs.layers import KV, Rope

LEVELS, SEED = 3, 11
SYNC: SamplerMode = "sync"
MODES: tuple[SamplerMode, ...] = ("sync", "clean-context")


def label(index: int) -> Condition:
    return Condition(label=torch.tensor([index]))


def sampler(
    dit: DCSDiT,
    grid: Grid = PICTURE,
    steps: int = 12,
    mode: SamplerMode = SYNC,
    guidance: float = 3.0,
    solver: Solver = "euler",
) -> Sampler:
    """A sampler of random text; the same text for the same sampler."""
    generator_state = torch.get_rng_state()
    torch.manual_seed(5)
    prompt, empty = text_condition(), text_condition()
    torch.set_rng_state(generator_state)
    return Sampler(dit, grid, prompt, empty, SEED, steps, guidance, mode, solver=solver)


# noise


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, 2**64 - 1, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            0x299F31D0A4093822,
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_known_answers_of_random123(counter: Sequence[int], key: int, expected: Sequence[int]) -> None:
    assert philox(np.array(counter, dtype=np.uint32), key).tolist() == list(expected)


def test_noise_is_standard_normal_and_uncorrelated() -> None:
    x = noise(3, 0, Grid(1, 100, 100), 16).double()
    assert float(x.mean()) == pytest.approx(0, abs=0.01)
    assert float(x.std()) == pytest.approx(1, abs=0.01)
    assert float((x**3).mean()) == pytest.approx(0, abs=0.03)
    assert float((x**4).mean()) == pytest.approx(3, abs=0.08)
    assert bool(torch.isfinite(x).all())
    others = [x, noise(3, 1, Grid(1, 100, 100), 16).double(), noise(4, 0, Grid(1, 100, 100), 16).double()]
    channels = torch.cat(others, dim=1)
    off_diagonal = torch.corrcoef(channels.T) - torch.eye(48)
    assert float(off_diagonal.abs().max()) < 0.05
    sorted_x = x.flatten().sort().values
    expected = torch.special.ndtri((torch.arange(len(sorted_x)) + 0.5).double() / len(sorted_x))
    assert float((sorted_x - expected)[1000:-1000].abs().max()) < 0.03


def test_noise_of_a_cell_is_the_same_in_every_grid_and_channel_count() -> None:
    square, wide, tall, clip = Grid(1, 4, 4), Grid(1, 4, 7), Grid(1, 9, 4), Grid(3, 4, 4)
    for level in (0, 3):
        expected = noise(SEED, level, square, 16).view(4, 4, 16)
        for grid, channels in ((wide, 16), (tall, 16), (clip, 16), (square, 6), (wide, 8)):
            cells = noise(SEED, level, grid, channels).view(*grid, channels)
            assert torch.equal(cells[0, :4, :4], expected[..., :channels])


def test_noise_differs_between_seeds_levels_segments_rows_columns_and_channels() -> None:
    values = torch.cat([noise(seed, level, CLIP, 6).flatten() for seed in (0, 1, 2**32, 2**63) for level in (0, 1)])
    assert len(values.unique()) == len(values)


# path and loss


def test_time_0_is_noise_and_time_1_is_data() -> None:
    zn, eps = torch.randn(2, 5, 3, 4)
    assert torch.equal(interpolate(zn, eps, torch.zeros(1)), eps)
    assert torch.equal(interpolate(zn, eps, torch.ones(1)), zn)


def test_the_loss_is_zero_for_the_true_velocity_and_punishes_length_and_direction() -> None:
    zn, eps = torch.randn(2, 5, 3, 4)
    u = zn - eps
    assert float(velocity_loss(u, zn, eps).abs().max()) < 1e-6
    assert torch.allclose(velocity_loss(-u, zn, eps), 4 * u.square().mean(-1) + 2, atol=1e-5)
    assert torch.allclose(velocity_loss(2 * u, zn, eps), u.square().mean(-1), atol=1e-5)


# schedule and guidance


def test_guidance_is_off_exactly_for_times_below_a_tenth_before_the_shift() -> None:
    for steps in range(1, 300):
        assert unguided_steps(steps) == sum(10 * s < steps for s in range(steps))


@pytest.mark.parametrize("shift", [0.25, 1.0, 3.0])
@pytest.mark.parametrize("steps", [1, 7, 25])
def test_sampler_times_rise_from_noise_to_data_and_a_shift_moves_their_log_odds(steps: int, shift: float) -> None:
    times = sampler_times(steps, shift)
    assert (times[0], times[-1]) == (0.0, 1.0)
    assert all(a < b for a, b in pairwise(times))
    inner = torch.tensor(times[1:-1], dtype=torch.float64)
    even = torch.arange(1, steps, dtype=torch.float64) / steps
    assert torch.allclose(inner.logit() - even.logit(), torch.tensor(shift, dtype=torch.float64).log(), atol=1e-9)


@dataclass
class Recorder:
    """Rows of each call of a model."""

    rows: list[int] = field(default_factory=list)

    def watch(self, dit: DCSDiT) -> None:
        def record(_: object, args: tuple[Tensor, ...], __: object) -> None:
            self.rows.append(len(args[0]))

        dit.register_forward_hook(record)


@pytest.mark.parametrize(("steps", "per_level"), [(25, 47), (50, 95), (10, 19), (1, 1), (7, 13)])
def test_a_level_takes_2s_minus_the_unguided_calls_of_the_network(steps: int, per_level: int) -> None:
    dit, recorder = small_dit(), Recorder()
    recorder.watch(dit)
    run = sampler(dit, Grid(1, 2, 3), steps)
    run.advance(2)
    assert per_level == 2 * steps - (steps + 9) // 10
    assert run.calls == sum(recorder.rows) == 2 * per_level
    assert recorder.rows[:steps] == [1] * unguided_steps(steps) + [2] * (steps - unguided_steps(steps))


def test_clean_context_adds_one_call_of_both_branches_for_each_level_but_the_last() -> None:
    run = sampler(small_dit(), Grid(1, 2, 3), 25, "clean-context")
    run.advance(LEVELS)
    assert run.calls == LEVELS * 47 + (LEVELS - 1) * 2


@pytest.mark.parametrize("mode", MODES)
def test_guidance_1_is_the_prompt_alone(mode: SamplerMode) -> None:
    dit = small_dit()
    alone, nearly = sampler(dit, steps=5, mode=mode, guidance=1.0), sampler(dit, steps=5, mode=mode, guidance=1.0 + 1e-6)
    other_empty = sampler(dit, steps=5, mode=mode, guidance=1.0)
    other_empty.empty = text_condition()
    z = alone.advance(LEVELS)
    assert torch.equal(other_empty.advance(LEVELS), z)
    assert relative_error(nearly.advance(LEVELS), z) < 1e-4
    assert alone.calls < nearly.calls
    assert relative_error(sampler(dit, steps=5, mode=mode, guidance=3.0).advance(LEVELS), z) > 1e-3


# oracles: a model that knows the velocity


class Oracle(DCSDiT):
    """The true velocity of straight paths from this seed's noise to the targets."""

    def __init__(self, targets: Tensor, eps: Tensor) -> None:
        super().__init__(tiny_dit(text_width=16))
        self.targets, self.eps = targets, eps  # (n, P, d)

    def forward(
        self,
        x: Tensor,
        features: Tensor,
        level_onehot: Tensor,
        rope: Rope,
        bias: Tensor | None,
        condition: Condition,
        context: Sequence[KV] = (),
    ) -> tuple[Tensor, list[KV]]:
        level = int(level_onehot[0, 0].argmax())
        return (self.targets[level] - self.eps[level]).expand(len(x), -1, -1), []


@pytest.mark.parametrize("steps", [1, 2, 7, 25])
@pytest.mark.parametrize("mode", MODES)
def test_the_true_velocity_reaches_the_data_in_any_number_of_steps(steps: int, mode: SamplerMode) -> None:
    eps = torch.stack([noise(SEED, level, PICTURE, 8) for level in range(LEVELS)])
    targets = torch.randn_like(eps)
    z = sampler(Oracle(targets, eps), steps=steps, mode=mode).advance(LEVELS)
    assert torch.allclose(z[0], targets.flatten(0, 1), atol=1e-5)


class GaussianFlow(DCSDiT):
    """E[z - eps | x_t, t] for data N(mean, deviation^2) in every channel."""

    MEAN, DEVIATION = 2.0, 0.5

    def __init__(self, steps: int) -> None:
        super().__init__(tiny_dit(text_width=16))
        self.times = torch.arange(steps + 1, dtype=torch.float64) / steps
        self.asked: list[float] = []

    def forward(
        self,
        x: Tensor,
        features: Tensor,
        level_onehot: Tensor,
        rope: Rope,
        bias: Tensor | None,
        condition: Condition,
        context: Sequence[KV] = (),
    ) -> tuple[Tensor, list[KV]]:
        t = float(self.times[(time_features(self.times) - features[0, 0]).square().sum(-1).argmin()])
        self.asked.append(t)
        variance = (t * self.DEVIATION) ** 2 + (1 - t) ** 2
        gain = (t * self.DEVIATION**2 - (1 - t)) / variance
        return self.MEAN + gain * (x - t * self.MEAN), []


def test_time_runs_from_noise_to_data() -> None:
    eps = noise(SEED, 0, PICTURE, 8)
    one = GaussianFlow(steps=1)
    z = sampler(one, steps=1).advance(1)
    assert one.asked == [0.0], "the only evaluation is at pure noise, where the best guess is the mean"
    assert torch.allclose(z, torch.full_like(z, one.MEAN), atol=1e-6)
    many = GaussianFlow(steps=400)
    z = sampler(many, steps=400, guidance=1.0).advance(1)[0]
    assert many.asked == [s / 400 for s in range(400)]
    assert torch.allclose(z, many.MEAN + many.DEVIATION * eps, atol=0.02)


# level by level


@pytest.mark.parametrize("guidance", [1.0, 3.0])
@pytest.mark.parametrize(
    ("grid", "classes", "temporal"),
    [(PICTURE, 0, True), (PICTURE, 5, True), (CLIP, 0, True), (CLIP, 0, False)],
    ids=["text", "label", "clip", "clip seen both ways"],
)
def test_level_by_level_with_caches_equals_all_levels_at_once_in_every_step(
    grid: Grid, classes: int, temporal: bool, guidance: float
) -> None:
    dit = small_dit(0 if classes else 16, classes, k=2, temporal_causal=temporal)
    run = sampler(dit, grid, guidance=guidance)
    if classes:
        run.prompt, run.empty = label(1), label(classes)
    seen: dict[tuple[int, int], Tensor] = {}
    run.advance(LEVELS, lambda level, s, x: seen.update({(level, s): x}))
    for m in range(1, LEVELS + 1):
        joint = sample_joint(dit, grid, run.prompt, run.empty, SEED, m, run.steps, guidance)
        for s, x in enumerate(joint):
            progressive = torch.cat([seen[level, s] for level in range(m)], dim=1)
            assert relative_error(progressive, x) < 1e-4
    start = torch.cat([noise(SEED, level, grid, 8) for level in range(LEVELS)])[None]
    assert relative_error(torch.cat(run.levels, dim=1), start) > 1e-2, "the model moves the noise"


@pytest.mark.parametrize("mode", MODES)
def test_adding_levels_later_keeps_the_bits_of_the_finished_ones(mode: SamplerMode) -> None:
    dit = small_dit()
    at_once, later = sampler(dit, mode=mode), sampler(dit, mode=mode)
    whole = at_once.advance(LEVELS)
    first = later.advance(2)
    assert torch.equal(first, whole[:, : 2 * PICTURE.patches])
    kept = list(later.levels)
    assert torch.equal(later.advance(LEVELS), whole)
    assert all(a is b for a, b in zip(kept, later.levels, strict=False))
    calls = later.calls
    later.advance(LEVELS)
    assert later.calls == calls, "nothing is generated twice"


@pytest.mark.parametrize("mode", MODES)
def test_pictures_sampled_together_equal_pictures_sampled_alone(mode: SamplerMode) -> None:
    dit, seeds = small_dit(), [4, 9, 4]
    prompt, empty = text_condition(3), text_condition(3)

    def row(condition: Condition, i: int) -> Condition:
        assert condition.text_states is not None and condition.text_pooled is not None
        assert condition.text_bias is not None
        rows = slice(i, i + 1)
        return Condition(condition.text_states[rows], condition.text_bias[rows], condition.text_pooled[rows])

    together = Sampler(dit, PICTURE, prompt, empty, seeds, steps=5, mode=mode).advance(LEVELS)
    for i, seed in enumerate(seeds):
        alone = Sampler(dit, PICTURE, row(prompt, i), row(empty, i), seed, steps=5, mode=mode).advance(LEVELS)
        assert relative_error(together[i : i + 1], alone) < 1e-4


def test_more_levels_than_the_model_has_are_refused() -> None:
    with pytest.raises(ValueError, match="3 levels, asked for 4"):
        sampler(small_dit()).advance(LEVELS + 1)


class WrongCache(Sampler):
    """Uses the keys and values of the last sampler step at every step."""

    def _context(self, key: int, rows: int) -> list[KV]:
        return super()._context(self.steps - 1, rows)


def test_the_cache_of_the_last_step_would_be_wrong_at_the_others() -> None:
    dit = small_dit()
    right = sampler(dit)
    wrong = WrongCache(dit, PICTURE, right.prompt, right.empty, SEED, steps=right.steps, mode=SYNC)
    z, z_wrong = right.advance(2), wrong.advance(2)
    level = PICTURE.patches
    assert torch.equal(z[:, :level], z_wrong[:, :level])
    assert relative_error(z_wrong[:, level:], z[:, level:]) > 1e-2


def test_replaying_the_trajectory_of_lower_levels_equals_their_cache() -> None:
    dit, run = small_dit(), sampler(small_dit())
    run.model = dit
    seen: dict[tuple[int, int], Tensor] = {}
    run.advance(2, lambda level, s, x: seen.update({(level, s): x}))
    x = [noise(SEED, level, PICTURE, 8)[None] for level in (0, 1)]
    bias = masks.to_bias(masks.level_causal(PICTURE, 2))[None, None]
    onehot, rope = dit.level_onehot(PICTURE, 1, 2), dit.rope(PICTURE, 1, 2)
    for s in range(run.steps):
        guided = s >= unguided_steps(run.steps)
        condition = stack_conditions(run.prompt, run.empty) if guided else run.prompt
        features = time_features(torch.tensor([s / run.steps]))[None]
        with torch.no_grad():
            v, _ = dit(torch.cat(x, dim=1), features, onehot, rope, bias, condition)
        v = v[:, PICTURE.patches :]
        mixed = run.guidance * v[:1] + (1 - run.guidance) * v[1:] if guided else v
        x = [seen[0, s], x[1] + mixed / run.steps]
        assert relative_error(x[1], seen[1, s]) < 1e-4


def test_the_two_schemes_agree_on_the_first_level_and_differ_above() -> None:
    dit = small_dit()
    a, b = (sampler(dit, mode=mode).advance(2) for mode in MODES)
    level = PICTURE.patches
    assert torch.equal(a[:, :level], b[:, :level])
    assert relative_error(a[:, level:], b[:, level:]) > 1e-2


def test_noise_and_prompt_decide_the_picture() -> None:
    dit = small_dit()
    base, again, other_seed, other_text = (sampler(dit) for _ in range(4))
    other_seed.seed = SEED + 1
    other_text.prompt = text_condition()
    z = base.advance(1)
    assert torch.equal(again.advance(1), z)
    assert relative_error(other_seed.advance(1), z) > 1e-2
    assert relative_error(other_text.advance(1), z) > 1e-3


def test_euler_steps_get_better_with_their_number() -> None:
    dit = small_dit()
    ends = [sampler(dit, steps=steps, guidance=1.0).advance(1) for steps in (4, 8, 16, 64)]
    errors = [relative_error(z, ends[-1]) for z in ends[:-1]]
    assert all(b < a for a, b in pairwise(errors)) and math.isfinite(errors[0])
