"""DCS-DiT: levels and segments in order, conditions where they belong, a time for each group."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from itertools import product

import pytest
import torch
from small_models import CLIP, PICTURE, relative_error, small_dit, swap_axes, text_condition
from torch import Tensor

from dcs import config, masks
from dcs.dit import Condition, DCSDiT, DiTBlock, time_features
from dcs.geometry import Grid
from dcs.layers import AttentionProjections, Rope

LEVELS = 3


def state(dit: DCSDiT, grid: Grid, batch: int = 1, levels: int = LEVELS) -> Tensor:
    """Random x (B,m*P,d)."""
    return torch.randn(batch, levels * grid.patches, dit.config.latent_dim)


def velocity(dit: DCSDiT, x: Tensor, t: Tensor, grid: Grid, condition: Condition, hidden: Tensor | None = None) -> Tensor:
    """All levels at once under the level-causal mask; t (B or 1,G); `hidden` tokens are nobody's keys."""
    mask = masks.level_causal(grid, LEVELS)
    if hidden is not None:
        mask = mask & ~hidden
    onehot, rope = dit.level_onehot(grid, 1, LEVELS), dit.rope(grid, 1, LEVELS)
    v, _ = dit(x, time_features(t), onehot, rope, masks.to_bias(mask)[None, None], condition)
    return v


def by_cell(tokens: Tensor, grid: Grid) -> Tensor:
    """(B,m*P,C) -> (B,m,Gt,Gh,Gw,C)."""
    return tokens.unflatten(1, (-1, *grid))


def test_time_features_are_cosines_then_sines_of_1000_t() -> None:
    t = 0.37
    features = time_features(torch.tensor([t]))[0]
    angles = [1000 * t * math.exp(-math.log(10000) * i / 128) for i in range(128)]
    assert features[:128].tolist() == pytest.approx([math.cos(a) for a in angles], abs=1e-5)
    assert features[128:].tolist() == pytest.approx([math.sin(a) for a in angles], abs=1e-5)
    assert time_features(torch.zeros(2, 3), width=32).shape == (2, 3, 32)


def test_a_new_model_predicts_exactly_zero_and_its_blocks_change_nothing() -> None:
    dit = DCSDiT(config.tiny_dit(text_width=16))
    x, condition = state(dit, PICTURE), text_condition()
    assert not bool(velocity(dit, x, torch.tensor([[0.5]]), PICTURE, condition).any())
    h, c = torch.randn(1, PICTURE.patches, 32), torch.randn(1, 1, 32)
    out, _ = dit.blocks[0](h, c, dit.rope(PICTURE, 1, 1), None, None, condition)
    assert torch.equal(out, h)


def test_a_block_is_the_adaptive_formula_written_out() -> None:
    """x + gate1 attention(norm1(x)(1+scale1) + shift1), + text, + gate2 mlp(norm2(x)(1+scale2) + shift2)."""
    dit, condition, groups = small_dit(), text_condition(2), 2
    block, rope = dit.blocks[0], dit.rope(PICTURE, 1, groups)
    assert isinstance(block, DiTBlock)
    x, c = torch.randn(2, groups * PICTURE.patches, 32), torch.randn(2, groups, 32)
    out, _ = block(x, c, rope, None, None, condition)
    rows = (c @ block.modulation.weight.T + block.modulation.bias).repeat_interleave(PICTURE.patches, dim=1)
    shift1, scale1, gate1, shift2, scale2, gate2 = rows.split(32, dim=-1)

    def attend(attention: AttentionProjections, q: Tensor, kv: Tensor, turn: Rope | None, bias: Tensor | None):
        return attention.attend(attention.queries(q, turn), attention.keys_values(kv, turn), bias)

    h = block.norm1(x) * (1 + scale1) + shift1
    expected = x + gate1 * attend(block.attention, h, h, rope, None)
    assert block.text_attention is not None and block.text_norm is not None and condition.text_states is not None
    text = attend(block.text_attention, block.text_norm(expected), condition.text_states, None, condition.text_bias)
    expected = expected + text
    expected = expected + gate2 * block.mlp(block.norm2(expected) * (1 + scale2) + shift2)
    assert relative_error(out, expected) < 1e-5


def test_a_token_depends_on_another_exactly_if_level_and_segment_are_not_later() -> None:
    dit = small_dit(k=2)
    x = state(dit, CLIP).requires_grad_()
    v = by_cell(velocity(dit, x, torch.tensor([[0.2, 0.5, 0.9]]), CLIP, text_condition()), CLIP)
    for level, g in product(range(LEVELS), range(CLIP.t)):
        (gradient,) = torch.autograd.grad(v[0, level, g].sum(), x, retain_graph=True)
        reached = by_cell(gradient, CLIP)[0].abs().amax(-1) > 0
        for other, h in product(range(LEVELS), range(CLIP.t)):
            expected = other <= level and h <= g
            assert bool(reached[other, h].all()) == bool(reached[other, h].any()) == expected, (level, g, other, h)


def test_a_token_that_sees_no_other_knows_its_place_only_if_it_is_told() -> None:
    alone = masks.to_bias(torch.eye(CLIP.patches, dtype=torch.bool))[None, None]
    for is_told in (False, True):
        dit = small_dit(absolute_positions=is_told)
        x, t = torch.randn(1, 1, dit.config.latent_dim).expand(1, CLIP.patches, -1), torch.tensor([[0.3]])
        onehot, rope = dit.level_onehot(CLIP, 1, 1), dit.rope(CLIP, 1, 1)
        v, _ = dit(x, time_features(t), onehot, rope, alone, text_condition())
        differences = torch.cdist(v[0], v[0])[~torch.eye(CLIP.patches, dtype=torch.bool)]
        assert bool((differences > 1e-3).all()) if is_told else bool((differences < 1e-3).all())


def test_telling_places_changes_nothing_before_it_is_trained() -> None:
    plain, told = small_dit(), DCSDiT(replace(small_dit().config, absolute_positions=True)).eval()
    assert told.load_state_dict(plain.state_dict(), strict=False).missing_keys == ["position_in.weight"]
    x, t, condition = state(plain, PICTURE), torch.tensor([[0.4]]), text_condition()
    assert torch.equal(velocity(told, x, t, PICTURE, condition), velocity(plain, x, t, PICTURE, condition))


def test_levels_below_a_change_keep_their_bits() -> None:
    dit, condition, t = small_dit(), text_condition(), torch.tensor([[0.4]])
    x = state(dit, PICTURE)
    before = by_cell(velocity(dit, x, t, PICTURE, condition), PICTURE)
    for level in range(LEVELS):
        touched = x.clone()
        by_cell(touched, PICTURE)[:, level] += 1
        differs = by_cell(velocity(dit, touched, t, PICTURE, condition), PICTURE) != before
        assert not bool(differs[:, :level].any())
        assert bool(differs[:, level:].any(-1).all())


def test_the_time_of_a_level_reaches_that_level_and_the_ones_above() -> None:
    dit, condition, x = small_dit(), text_condition(), state(small_dit(), PICTURE)
    t = torch.tensor([[0.3, 0.5, 0.7]])
    before = by_cell(velocity(dit, x, t, PICTURE, condition), PICTURE)
    for level in range(LEVELS):
        later = t.clone()
        later[0, level] += 0.1
        differs = by_cell(velocity(dit, x, later, PICTURE, condition), PICTURE) != before
        reached = differs.flatten(2).any(-1)[0]
        assert reached.tolist() == [other >= level for other in range(LEVELS)]


def test_one_time_for_all_equals_the_same_time_for_each_level() -> None:
    dit, condition, x = small_dit(), text_condition(2), state(small_dit(), PICTURE, batch=2)
    t = torch.tensor([[0.3], [0.8]])
    together = velocity(dit, x, t, PICTURE, condition)
    apart = velocity(dit, x, t.expand(2, LEVELS), PICTURE, condition)
    assert relative_error(apart, together) < 1e-5


def test_a_sample_in_a_batch_equals_the_sample_alone() -> None:
    dit, condition = small_dit(), text_condition(3)
    x, t = state(dit, PICTURE, batch=3), torch.rand(3, LEVELS)
    together = velocity(dit, x, t, PICTURE, condition)
    assert condition.text_states is not None and condition.text_pooled is not None
    assert condition.text_bias is not None
    for i in range(3):
        row = slice(i, i + 1)
        own = Condition(condition.text_states[row], condition.text_bias[row], condition.text_pooled[row])
        assert relative_error(velocity(dit, x[row], t[row], PICTURE, own), together[row]) < 1e-5


def test_one_state_under_two_conditions_equals_the_state_repeated() -> None:
    dit, condition, t = small_dit(), text_condition(2), torch.tensor([[0.6]])
    x = state(dit, PICTURE)
    once, twice = (velocity(dit, y, t, PICTURE, condition) for y in (x, torch.cat([x, x])))
    assert once.shape == twice.shape and relative_error(once, twice) < 1e-5


def test_padding_tokens_of_the_text_are_never_read_and_the_others_are() -> None:
    dit, condition, x = small_dit(), text_condition(), state(small_dit(), PICTURE)
    assert condition.text_states is not None
    t = torch.tensor([[0.5]])
    before = velocity(dit, x, t, PICTURE, condition)
    for token, read in ((-1, False), (0, True)):
        states = condition.text_states.clone()
        states[:, token] = torch.randn(16)
        after = velocity(dit, x, t, PICTURE, replace(condition, text_states=states))
        assert torch.equal(after, before) != read
        differs = (by_cell(after, PICTURE) != by_cell(before, PICTURE)).any(-1)
        assert bool(differs.all()) == bool(differs.any()) == read, "text reaches every level and patch"


def test_pooled_text_and_labels_reach_every_token() -> None:
    text_model, condition = small_dit(), text_condition()
    label_model = small_dit(text_width=0, classes=5)
    x, t = state(text_model, PICTURE), torch.tensor([[0.5]])
    other = replace(condition, text_pooled=torch.randn(1, 16))
    labels = [Condition(label=torch.tensor([i])) for i in (0, 4, 5)]
    pairs = [(text_model, condition, other)] + [(label_model, labels[0], label) for label in labels[1:]]
    for dit, a, b in pairs:
        assert bool((velocity(dit, x, t, PICTURE, a) != velocity(dit, x, t, PICTURE, b)).any(-1).all())


def test_the_label_model_has_no_text_layers_and_one_row_for_no_label() -> None:
    dit = small_dit(text_width=0, classes=5)
    assert not [name for name, _ in dit.named_parameters() if "text" in name]
    assert dit.label is not None and dit.label.weight.shape[0] == 6


def test_positions_between_patches_are_relative() -> None:
    """A window of a wide picture, everything else hidden, is the same as the window alone."""
    dit, wide, window, first = small_dit(), Grid(1, 4, 9), Grid(1, 4, 4), 3
    inside = torch.zeros(LEVELS, *wide, dtype=torch.bool)
    inside[..., first : first + window.w] = True
    inside = inside.flatten()
    x, t, condition = state(dit, wide), torch.tensor([[0.5]]), text_condition()
    whole = velocity(dit, x, t, wide, condition, hidden=~inside)
    alone = velocity(dit, x[:, inside], t, window, condition)
    assert relative_error(whole[:, inside], alone) < 1e-5


def test_a_turned_model_moves_the_transposed_latent_the_same_way() -> None:
    dit, condition, t, tall = small_dit(), text_condition(), torch.tensor([[0.5]]), Grid(1, PICTURE.w, PICTURE.h)
    turned = copy.deepcopy(dit)
    swap_axes(turned, dit.frequencies, dit.config.blocks.heads)
    x = state(dit, PICTURE)
    x_tall = by_cell(x, PICTURE).transpose(3, 4).flatten(1, 4)
    v, v_tall = velocity(dit, x, t, PICTURE, condition), velocity(turned, x_tall, t, tall, condition)
    assert relative_error(by_cell(v_tall, tall).transpose(3, 4), by_cell(v, PICTURE)) < 1e-5
    assert relative_error(velocity(dit, x_tall, t, tall, condition), v_tall) > 1e-3


@pytest.mark.parametrize(("text_width", "classes"), [(16, 0), (0, 5)])
def test_every_parameter_gets_a_gradient(text_width: int, classes: int) -> None:
    dit = small_dit(text_width, classes)
    condition = text_condition(6) if text_width else Condition(label=torch.arange(6))
    v = velocity(dit, state(dit, PICTURE, batch=6), torch.rand(6, 1), PICTURE, condition)
    v.square().mean().backward()
    assert [name for name, p in dit.named_parameters() if p.grad is None or not bool(p.grad.any())] == []


def millions(dit_config: config.DiTConfig) -> float:
    """Parameters without allocating them."""
    with torch.device("meta"):
        return sum(p.numel() for p in DCSDiT(dit_config).parameters()) / 1e6


def test_the_papers_transformer_has_the_size_of_table_3() -> None:
    class_table, label = 1001 * 1152 / 1e6, millions(config.paper_dit())
    assert label - class_table == pytest.approx(673, abs=1)
    text = millions(config.paper_dit(text_width=1152, classes=0))
    assert text - (label - class_table) == pytest.approx(149, abs=2)


def test_the_nano_transformer_has_its_13_million_parameters() -> None:
    assert millions(config.nano_dit()) == pytest.approx(12.9, abs=0.2)
    assert millions(config.nano_dit(text_width=0, classes=1)) == pytest.approx(9.74, abs=0.05)


@pytest.mark.slow
@torch.no_grad()
def test_the_papers_transformer_runs_one_forward() -> None:
    dit, grid = DCSDiT(config.paper_dit()), Grid(1, 16, 16)
    features = time_features(torch.tensor([[0.5]]))
    x, label = torch.randn(1, 256, 16), Condition(label=torch.tensor([1000]))
    v, cache = dit(x, features, dit.level_onehot(grid, 1, 1), dit.rope(grid, 1, 1), None, label)
    assert v.shape == (1, 256, 16) and bool(torch.isfinite(v).all())
    assert len(cache) == 28 and cache[0][0].shape == (1, 16, 256, 72)
