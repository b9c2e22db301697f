"""Moments of a patch: an orthonormal basis that keeps energy."""

from __future__ import annotations

import pytest
import torch

from dcs.geometry import PatchSize
from dcs.moments import cosine_basis, patch_moments


@pytest.mark.parametrize("samples", [1, 4, 8, 32])
def test_basis_is_orthonormal_up_to_what_the_samples_hold(samples: int):
    """Mean over samples of the product of two functions is 1 for one and the same, else 0; 0 past the last."""
    gram = cosine_basis(samples, 6) @ cosine_basis(samples, 6).T / samples
    assert torch.allclose(gram, torch.diag((torch.arange(6) < samples).float()), atol=1e-5)


def test_moments_hold_the_mean_square_of_a_smooth_patch():
    """Parseval: a patch of low frequencies keeps its energy, at any number of pixels."""
    for size in (PatchSize(2, 8), PatchSize(3, 16), PatchSize(1, 32)):
        space, time = cosine_basis(size.p, 6), cosine_basis(size.pt, 1)
        x = torch.einsum("t,y,x,c->tyxc", time[0], space[2], space[5] + space[0], torch.tensor([1.0, 0.5, 0.0]))
        moments = patch_moments(x.reshape(1, -1, 3), size)
        assert moments.square().sum() / 3 == pytest.approx(float(x.square().mean()), rel=1e-4)
