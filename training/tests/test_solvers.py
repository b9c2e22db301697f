"""Heun's method: its order, its evaluations, and that levels come one by one as with Euler's."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from small_models import PICTURE, relative_error, small_dit
from test_flow import LEVELS, MODES, SEED, GaussianFlow, Recorder, sampler

from dcs.flow import SamplerMode, Solver, noise, unguided_steps
from dcs.geometry import Grid


def error_of(solver: Solver, steps: int) -> float:
    flow = GaussianFlow(steps)
    z = sampler(flow, steps=steps, guidance=1.0, solver=solver).advance(1)[0]
    return relative_error(z, flow.MEAN + flow.DEVIATION * noise(SEED, 0, PICTURE, 8))


def test_halving_the_step_halves_eulers_error_and_quarters_heuns() -> None:
    for solver, factor in (("euler", 2), ("heun", 4)):
        errors = [error_of(solver, steps) for steps in (20, 40, 80)]
        for coarse, fine in pairwise(errors):
            assert coarse / fine == pytest.approx(factor, rel=0.15)
    assert error_of("heun", 13) < error_of("euler", 25), "at as many evaluations"


@pytest.mark.parametrize("mode", MODES)
def test_heun_evaluates_twice_a_step_but_the_last_each_time_with_the_guidance_of_its_time(mode: SamplerMode) -> None:
    dit, recorder = small_dit(), Recorder()
    recorder.watch(dit)
    run = sampler(dit, Grid(1, 2, 3), 13, mode, solver="heun")
    run.advance(1)
    rows = recorder.rows[: 2 * 13 - 1]
    assert unguided_steps(13) == 2
    assert rows == [1, 1, 1, *[2] * 22], "times 0, 1/13, 1/13 have no guidance"
    extra = 2 if mode == "clean-context" else 0
    assert run.calls == sum(rows) + extra


@pytest.mark.parametrize("mode", MODES)
def test_heuns_levels_come_one_by_one_as_they_come_together(mode: SamplerMode) -> None:
    dit = small_dit()
    at_once, later = (sampler(dit, steps=5, mode=mode, solver="heun") for _ in range(2))
    whole = at_once.advance(LEVELS)
    later.advance(2)
    assert torch.equal(later.advance(LEVELS), whole)


def test_heun_goes_where_many_euler_steps_go() -> None:
    for mode in MODES:
        dit = small_dit()
        fine = sampler(dit, steps=300, mode=mode, guidance=1.0, solver="heun").advance(LEVELS)
        # a random network turns quickly in time: with few steps neither solver follows it
        heun = sampler(dit, steps=100, mode=mode, guidance=1.0, solver="heun").advance(LEVELS)
        euler = sampler(dit, steps=100, mode=mode, guidance=1.0).advance(LEVELS)
        assert relative_error(heun, fine) < 0.7 * relative_error(euler, fine)
