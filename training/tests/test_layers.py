"""The hand-written numerics against plain formulas in double precision."""

from __future__ import annotations

import math
from dataclasses import asdict

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from dcs.config import DiTConfig, RopeFrequencies, StackConfig, TokConfig, from_dict, geometric, tiny_tok
from dcs.layers import (
    EPS,
    AttentionProjections,
    Block,
    RMSNorm,
    SwiGLU,
    apply_rope,
    init_weights,
    join_context,
)

WIDTH, HEADS = 32, 4


def turn(x: Tensor, angle: Tensor) -> Tensor:
    """Plane rotation of pairs written out. x (B,S,H,K), angle (S,K/2)."""
    a, b = x[..., 0::2], x[..., 1::2]
    cos, sin = angle.cos()[:, None], angle.sin()[:, None]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], dim=-1).flatten(-2)


@pytest.mark.parametrize("shape", [(7,), (3, 7), (2, 3, 4, 7)])
def test_rms_norm_equals_pytorchs_and_so_do_its_gradients(shape: tuple[int, ...]) -> None:
    x = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    norm = RMSNorm(7).double()
    nn.init.normal_(norm.weight)
    out, expected = norm(x), F.rms_norm(x, (7,), norm.weight, EPS)
    assert torch.allclose(out, expected, atol=1e-12)
    upstream = torch.randn_like(out)
    ours = torch.autograd.grad(out, (x, norm.weight), upstream, retain_graph=True)
    theirs = torch.autograd.grad(expected, (x, norm.weight), upstream)
    assert all(torch.allclose(a, b, atol=1e-10) for a, b in zip(ours, theirs, strict=True))


def test_rms_norm_passes_gradcheck_in_double_precision() -> None:
    norm = RMSNorm(5).double()
    nn.init.normal_(norm.weight)
    x = torch.randn(2, 3, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, w: torch.func.functional_call(norm, {"weight": w}, x), (x, norm.weight))


def test_rms_norm_of_a_transposed_input_and_of_a_frozen_weight_has_the_right_gradient() -> None:
    norm = RMSNorm(6)
    norm.weight.requires_grad_(False)
    x = torch.randn(6, 4, requires_grad=True)
    norm(x.T).square().sum().backward()
    y = x.detach().clone().requires_grad_()
    F.rms_norm(y.T, (6,), norm.weight, EPS).square().sum().backward()
    assert x.grad is not None and y.grad is not None
    assert torch.allclose(x.grad, y.grad, atol=1e-5)


@settings(deadline=None)
@given(batch=st.integers(1, 3), tokens=st.integers(1, 5), heads=st.integers(1, 3), pairs=st.integers(1, 6))
def test_rope_turns_neighbouring_channels_by_their_angle(batch: int, tokens: int, heads: int, pairs: int) -> None:
    x = torch.randn(batch, tokens, heads, 2 * pairs, dtype=torch.float64)
    angle = 10 * torch.randn(tokens, pairs, dtype=torch.float64)
    assert torch.allclose(apply_rope(x, angle.cos()[None], angle.sin()[None]), turn(x, angle), atol=1e-12)


def test_rope_makes_scores_depend_on_the_difference_of_positions_only() -> None:
    q, k = torch.randn(2, 1, 1, 1, 8, dtype=torch.float64)
    frequency = torch.tensor(geometric(2.0, 0.1, 4), dtype=torch.float64)

    def score(at_q: float, at_k: float) -> float:
        turned = [apply_rope(v, (p * frequency).cos()[None, None], (p * frequency).sin()[None, None])
                  for v, p in ((q, at_q), (k, at_k))]  # fmt: skip
        return float((turned[0] * turned[1]).sum())

    assert score(3.0, 1.5) == pytest.approx(score(103.0, 101.5))
    assert score(3.0, 1.5) != pytest.approx(score(1.5, 3.0))


def test_attention_equals_the_formula_written_out() -> None:
    attention = AttentionProjections(WIDTH, HEADS).double()
    for norm in (attention.q_norm, attention.k_norm):
        nn.init.normal_(norm.weight)
    x, memory = torch.randn(2, 5, WIDTH).double(), torch.randn(2, 7, WIDTH).double()
    angle_x, angle_m = torch.randn(5, 4).double(), torch.randn(7, 4).double()
    bias = torch.randn(2, 1, 5, 7).double()
    rope_x, rope_m = ((a.cos()[None], a.sin()[None]) for a in (angle_x, angle_m))
    out = attention.attend(attention.queries(x, rope_x), attention.keys_values(memory, rope_m), bias)

    def heads(y: Tensor) -> Tensor:
        return y.unflatten(-1, (HEADS, -1))

    q = turn(F.rms_norm(heads(x @ attention.q.weight.T), (8,), attention.q_norm.weight, EPS), angle_x)
    k = turn(F.rms_norm(heads(memory @ attention.k.weight.T), (8,), attention.k_norm.weight, EPS), angle_m)
    v = heads(memory @ attention.v.weight.T)
    scores = torch.einsum("bshk,bthk->bhst", q, k) / math.sqrt(8) + bias
    expected = torch.einsum("bhst,bthk->bshk", scores.softmax(-1), v).flatten(2) @ attention.out.weight.T
    assert torch.allclose(out, expected, atol=1e-10)


def test_swiglu_equals_the_formula_written_out() -> None:
    mlp, x = SwiGLU(6, 10), torch.randn(3, 6)
    gate, up = mlp.gate_up.weight[:10], mlp.gate_up.weight[10:]
    expected = (F.silu(x @ gate.T) * (x @ up.T)) @ mlp.out.weight.T
    assert torch.allclose(mlp(x), expected, atol=1e-6)


def test_a_block_over_context_and_tokens_equals_the_block_over_the_whole_sequence() -> None:
    block = Block(StackConfig(WIDTH, HEADS, 1, 64))
    x, angle = torch.randn(2, 6, WIDTH), torch.randn(6, 4)
    cos, sin = angle.cos()[None], angle.sin()[None]
    causal = torch.where(torch.ones(6, 6).tril().bool(), 0.0, -1e4)
    whole, kv = block(x, (cos, sin), causal)
    first, context = block(x[:, :4], (cos[:, :4], sin[:, :4]), causal[:4, :4])
    second, joined = block(x[:, 4:], (cos[:, 4:], sin[:, 4:]), causal[4:], context)
    assert torch.allclose(torch.cat([first, second], dim=1), whole, atol=1e-5)
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(joined, kv, strict=True))
    assert join_context(None, kv) is kv


def test_residual_outputs_start_at_a_fifth_of_other_matrices_and_biases_at_zero() -> None:
    block = Block(StackConfig(256, 4, 1, 512))
    init_weights(block)

    def relative_std(linear: nn.Linear) -> float:
        return float(linear.weight.detach().std()) * linear.in_features**0.5

    assert relative_std(block.attention.q) == pytest.approx(1.0, rel=0.05)
    assert relative_std(block.attention.out) == pytest.approx(0.2, rel=0.05)
    assert relative_std(block.mlp.out) == pytest.approx(0.2, rel=0.05)
    linear = nn.Linear(4, 4)
    init_weights(nn.Sequential(linear))
    assert not bool(linear.bias.any())


def test_a_head_width_that_is_not_a_multiple_of_8_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 8"):
        StackConfig(width=40, heads=4, layers=1, mlp_hidden=8)


def test_a_model_is_conditioned_by_text_or_by_labels_not_both_or_neither() -> None:
    stack = StackConfig(16, 2, 1, 32)
    for text_width, classes in ((0, 0), (8, 8)):
        with pytest.raises(ValueError, match="text_width or classes"):
            DiTConfig(k=4, levels=2, latent_dim=4, blocks=stack, text_width=text_width, classes=classes)


def test_a_configuration_survives_its_dictionary_and_refuses_unknown_keys() -> None:
    values = asdict(tiny_tok())
    assert from_dict(TokConfig, values) == tiny_tok()
    with pytest.raises(ValueError, match="unknown keys"):
        from_dict(TokConfig, {**values, "k2": 1})


def test_pairs_of_a_head_are_counted_over_all_groups() -> None:
    assert RopeFrequencies(t=(1.0,), y=(1.0, 2.0), x=(1.0, 2.0), level=(1.0,)).pairs == 6
    assert geometric(8.0, 1.0, 4) == pytest.approx((8.0, 4.0, 2.0, 1.0))
    assert geometric(3.0, 1.0, 1) == (3.0,)
