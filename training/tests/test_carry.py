"""Carrying a diffusion transformer to rotated latents."""

from __future__ import annotations

import torch
from small_models import relative_error, small_dit, text_condition

from dcs.carry import nearest_rotation, rotated
from dcs.dit import time_features
from dcs.geometry import Grid


def test_the_rotation_between_two_views_of_the_same_is_found() -> None:
    old = torch.randn(300, 6)
    q, _ = torch.linalg.qr(torch.randn(6, 6))
    found, correlation = nearest_rotation(old, old @ q + 0.01 * torch.randn(300, 6))
    assert torch.allclose(found, q, atol=1e-2) and correlation > 0.99
    assert torch.allclose(found @ found.T, torch.eye(6), atol=1e-5)
    assert nearest_rotation(old, torch.randn(300, 6))[1] < 0.5


def test_a_carried_model_does_to_rotated_latents_what_the_trained_one_did() -> None:
    dit, grid = small_dit(), Grid(1, 2, 3)
    d = dit.config.latent_dim
    q, _ = torch.linalg.qr(torch.randn(d, d))
    x, features = torch.randn(1, grid.patches, d), time_features(torch.tensor([[0.3]]))
    onehot, rope, condition = dit.level_onehot(grid, 1, 1), dit.rope(grid, 1, 1), text_condition()
    velocity, _ = dit(x, features, onehot, rope, None, condition)
    carried, _ = rotated(dit, q)(x @ q, features, onehot, rope, None, condition)
    assert relative_error(carried, velocity @ q) < 1e-4
    assert relative_error(carried, velocity) > 1e-2
