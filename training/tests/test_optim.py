"""Muon, both optimizers behind one step, the schedule and the weight average."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import small_dit, small_tok
from torch import Tensor, nn

from dcs.optim import (
    Muon,
    OptimConfig,
    Optimizers,
    WeightAverage,
    orthogonalise,
    rate_scale,
    split_parameters,
)


def with_singular_values(rows: int, columns: int, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """U (rows,r), V (columns,r) and U diag(values) V^T."""
    rank = len(values)
    u = torch.linalg.qr(torch.randn(rows, rank, dtype=torch.float64))[0]
    v = torch.linalg.qr(torch.randn(columns, rank, dtype=torch.float64))[0]
    return u, v, u @ values.diag() @ v.T


@settings(deadline=None, max_examples=60)
@given(rows=st.integers(1, 24), columns=st.integers(1, 24), scale=st.floats(1e-4, 1e4), data=st.data())
def test_orthogonalise_brings_singular_values_near_1_and_keeps_their_directions(
    rows: int, columns: int, scale: float, data: st.DataObject
) -> None:
    rank = min(rows, columns)
    values = torch.tensor(data.draw(st.lists(st.floats(0.05, 1), min_size=rank, max_size=rank)), dtype=torch.float64)
    u, v, matrix = with_singular_values(rows, columns, values * scale)
    out = orthogonalise(matrix[None])[0]
    assert out.shape == matrix.shape
    inner = u.T @ out @ v
    assert float((inner - inner.diag().diag()).abs().max()) < 1e-6
    assert float(inner.diag().min()) >= 0.5 and float(inner.diag().max()) <= 1.3


def test_orthogonalise_of_nothing_is_nothing_and_batching_changes_nothing() -> None:
    assert not bool(orthogonalise(torch.zeros(1, 4, 6)).any())
    matrices = torch.randn(3, 8, 5)
    together = orthogonalise(matrices)
    for i in range(3):
        assert torch.allclose(orthogonalise(matrices[i : i + 1])[0], together[i], atol=1e-5)


def test_a_muon_step_is_the_formula_written_out() -> None:
    p = nn.Parameter(torch.randn(6, 4))
    start, lr, decay, momentum = p.detach().clone(), 0.1, 0.01, 0.95
    muon, buffer, expected = Muon([p], lr, decay, momentum), torch.zeros(6, 4), p.detach().clone()
    for _ in range(3):
        gradient = torch.randn(6, 4)
        p.grad = gradient.clone()
        muon.step()
        buffer = momentum * buffer + (1 - momentum) * gradient
        update = orthogonalise(((1 - momentum) * gradient + momentum * buffer)[None])[0]
        expected = expected * (1 - lr * decay) - lr * (6 / 4) ** 0.5 * update
        assert torch.allclose(p.detach(), expected, atol=1e-5)
    assert not torch.equal(p.detach(), start)


def test_muon_leaves_a_parameter_without_gradient_alone() -> None:
    p = nn.Parameter(torch.randn(3, 3))
    before = p.detach().clone()
    Muon([p], 0.1, 0.5).step()
    assert torch.equal(p.detach(), before)


def names_of(model: nn.Module, parameters: list[nn.Parameter]) -> set[str]:
    chosen = {id(p) for p in parameters}
    return {name for name, p in model.named_parameters() if id(p) in chosen}


@pytest.mark.parametrize("model", [small_tok(), small_dit()], ids=["tok", "dit"])
def test_muon_gets_the_matrices_of_the_blocks_and_adamw_the_rest(model: nn.Module) -> None:
    matrices, others = (names_of(model, part) for part in split_parameters(model))
    assert matrices | others == {name for name, _ in model.named_parameters()} and not matrices & others
    endings = ("q.weight", "k.weight", "v.weight", "out.weight", "gate_up.weight")
    assert matrices and all("blocks." in name and name.endswith(endings) for name in matrices)
    assert not [name for name in others if "blocks." in name and name.endswith(endings)]


def loss_of(model: nn.Module, step: int) -> Tensor:
    """A loss that reaches every parameter, other gradients at every step."""
    generator = torch.Generator().manual_seed(step)
    return torch.stack(
        [(p * torch.randn(p.shape, generator=generator)).sum() + p.square().sum() for p in model.parameters()]
    ).sum()


def run_steps(model: nn.Module, optimizers: Optimizers, steps: range) -> None:
    for step in steps:
        loss_of(model, step).backward()
        optimizers.step(rate_scale(step, 10, optimizers.config))


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_optimizers_go_on_from_their_saved_state_bit_by_bit(kind: str) -> None:
    config = OptimConfig(kind="adamw" if kind == "adamw" else "muon")
    whole = small_tok()
    parted, fresh = copy.deepcopy(whole), copy.deepcopy(whole)
    run_steps(whole, Optimizers(whole, config), range(6))
    first = Optimizers(parted, config)
    assert len(first.parts) == (1 if kind == "adamw" else 2)
    run_steps(parted, first, range(3))
    fresh.load_state_dict(parted.state_dict())
    second = Optimizers(fresh, config)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    run_steps(fresh, second, range(3, 6))
    assert all(torch.equal(a, b) for a, b in zip(whole.parameters(), fresh.parameters(), strict=True))
    run_steps(parted, Optimizers(parted, config), range(3, 6))
    assert not all(torch.equal(a, b) for a, b in zip(whole.parameters(), parted.parameters(), strict=True))


def test_a_step_clips_the_gradient_returns_its_norm_and_clears_it() -> None:
    model = nn.Linear(3, 2, bias=False)
    optimizers = Optimizers(model, OptimConfig(kind="adamw", adamw_lr=0.1, clip_norm=1.0))
    model.weight.grad = torch.full((2, 3), 100.0)
    norm = optimizers.step(0.5)
    assert norm == pytest.approx(100 * 6**0.5)
    assert model.weight.grad is None
    assert optimizers.parts[0].param_groups[0]["lr"] == pytest.approx(0.05)
    first_moment = optimizers.parts[0].state[model.weight]["exp_avg"]
    assert float(first_moment.norm()) == pytest.approx(0.1, rel=1e-4), "(1 - beta1) of a gradient of norm 1"


def test_frozen_parts_are_not_moved_and_an_older_state_still_fits() -> None:
    tok, config = small_tok(), OptimConfig()
    before_freezing = Optimizers(tok, config)
    run_steps(tok, before_freezing, range(2))
    tok.patchifier.requires_grad_(False)
    tok.encoder.requires_grad_(False)
    optimizers = Optimizers(tok, config)
    optimizers.load_state_dict(before_freezing.state_dict())
    frozen = [p.detach().clone() for p in (*tok.patchifier.parameters(), *tok.encoder.parameters())]
    trained = [p.detach().clone() for p in tok.decoder.parameters()]
    sum(p.square().sum() for p in tok.parameters() if p.requires_grad).backward()  # type: ignore[union-attr]
    optimizers.step(1.0)
    after = [*tok.patchifier.parameters(), *tok.encoder.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(frozen, after, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(trained, tok.decoder.parameters(), strict=True))


def test_the_rate_warms_up_stays_and_falls_linearly_at_the_end() -> None:
    config = OptimConfig(warmup_steps=10, decay_steps=20)
    scales = [rate_scale(step, 100, config) for step in range(100)]
    assert scales[:10] == pytest.approx([(i + 1) / 10 for i in range(10)])
    assert scales[10:80] == [1.0] * 70
    assert scales[80:] == pytest.approx([(20 - i) / 20 for i in range(20)])
    assert rate_scale(100, 100, config) == rate_scale(150, 100, config) == pytest.approx(0.02)


def test_a_longer_run_has_the_same_rates_until_its_shorter_twin_decays() -> None:
    config = OptimConfig(warmup_steps=10, decay_steps=20)
    assert all(rate_scale(step, 100, config) == rate_scale(step, 1000, config) for step in range(81))


def test_the_average_follows_at_first_and_is_an_exponential_mean_later() -> None:
    model = nn.Linear(2, 2)
    average = WeightAverage(model, decay=0.9)
    start = {name: value.clone() for name, value in average.weights.items()}
    expected = start["weight"].clone()
    for step in range(200):
        with torch.no_grad():
            model.weight.add_(torch.randn(2, 2))
        average.update(model, step)
        decay = min(0.9, (step + 1) / (step + 10))
        expected = decay * expected + (1 - decay) * model.weight.detach()
    assert torch.allclose(average.weights["weight"], expected, atol=1e-4)
    assert torch.equal(average.weights["bias"], start["bias"])
    assert not torch.equal(model.weight.detach(), average.weights["weight"]), "the model itself is left alone"
