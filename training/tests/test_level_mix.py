"""The level-causal linear map after the encoder: own and lower levels of the own patch, prefixes, export."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from small_models import PICTURE, PICTURE_SIZE, small_dit, small_tok

from dcs.export import export_graph, round_to_half, write_graph
from dcs.graphs import Models, tok_encoder_graph
from dcs.parity import check_bundle, random_inputs
from dcs.restore import constants
from dcs.tok import LevelMix


def random_mix(levels: int = 3, latent_dim: int = 4) -> LevelMix:
    mix = LevelMix(levels, latent_dim)
    with torch.no_grad():
        mix.weight.normal_()
        mix.bias.normal_()
    return mix


def test_a_new_map_changes_nothing() -> None:
    z = torch.randn(2, 5, 12)
    assert torch.equal(LevelMix(3, 4)(z), z)


def test_a_level_depends_on_own_and_lower_levels_only() -> None:
    mix, z = random_mix(), torch.randn(12, requires_grad=True)
    for level in range(3):
        (gradient,) = torch.autograd.grad(mix(z)[4 * level : 4 * level + 4].sum(), z)
        reached = gradient.unflatten(0, (3, 4)).abs().sum(1) > 0
        assert reached.tolist() == [other <= level for other in range(3)]


def test_entries_above_the_diagonal_blocks_get_no_gradient() -> None:
    mix = LevelMix(3, 4)
    mix(torch.randn(7, 12)).square().sum().backward()
    assert mix.weight.grad is not None
    assert not bool((mix.weight.grad * (1 - mix.causal)).any())
    assert bool((mix.weight.grad * mix.causal).any())


def test_the_exported_encoder_mixes_as_the_model_does() -> None:
    tok = small_tok(level_mix=True)
    assert tok.level_mix is not None
    with torch.no_grad():
        tok.level_mix.weight.copy_(torch.randn_like(tok.level_mix.weight) * tok.level_mix.causal)
    levels, channels = tok.config.levels, tok.config.latent_dim
    models = Models(None, tok, small_dit(), torch.zeros(levels, channels), torch.ones(levels, channels))
    graph = tok_encoder_graph(models)
    sizes = {"P": PICTURE.patches, "Npix": PICTURE_SIZE.p**2}
    inputs = list(random_inputs(graph, sizes, seed=0).values())
    unmixed = small_tok(level_mix=False)
    unmixed.load_state_dict({k: v for k, v in tok.state_dict().items() if not k.startswith("level_mix")})
    plain = tok_encoder_graph(replace(models, tok=unmixed)).module(*inputs)
    per_patch = plain.unflatten(1, (levels, -1)).transpose(1, 2).flatten(2)
    expected = tok.level_mix(per_patch).unflatten(2, (levels, -1)).transpose(1, 2).flatten(1, 2)
    assert torch.allclose(graph.module(*inputs), expected, atol=1e-5)


def test_the_exported_file_equals_pytorch_and_holds_the_weight_as_it_is(tmp_path: Path) -> None:
    tok = small_tok(level_mix=True).requires_grad_(False)
    assert tok.level_mix is not None
    tok.level_mix.weight.mul_(tok.level_mix.causal)
    round_to_half(tok)
    levels, channels = tok.config.levels, tok.config.latent_dim
    statistics = torch.zeros(levels, channels), torch.ones(levels, channels)
    graph = tok_encoder_graph(Models(None, tok, small_dit(), *statistics))
    write_graph(tmp_path, graph)
    assert max(check_bundle(tmp_path, [graph]).values()) < 1e-4
    weight = tok.level_mix.weight.numpy()
    held = [value for _, value in constants(export_graph(graph)) if value.shape == weight.shape]
    assert any(np.array_equal(value, weight) or np.array_equal(value, weight.T) for value in held)
