"""Residual readout: moments of a patch, and what its gradient reaches."""

from __future__ import annotations

import pytest
import torch
from small_models import small_tok_config

from dcs.geometry import PatchSize
from dcs.residual import ResidualReadout, cosine_basis, patch_moments


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


def test_gradient_reaches_the_level_and_not_the_error():
    """The readout teaches the latents that it reads, never the decode whose error it reads."""
    config, size = small_tok_config(), PatchSize(1, 8)
    readout = ResidualReadout(config)
    torch.nn.init.normal_(readout.maps)
    z = torch.randn(2, 3, config.latent_dim, requires_grad=True)
    error = torch.randn(2, 3, 64, 3, requires_grad=True)
    readout(z, 2, error, size).backward()
    assert z.grad is not None and float(z.grad.abs().sum()) > 0
    assert error.grad is None
    assert readout.maps.grad is not None
    assert [float(g.abs().sum()) > 0 for g in readout.maps.grad] == [i == 1 for i in range(config.levels)]


def test_readout_learns_a_linear_code():
    """When the error is linear in the latents, the loss goes to zero."""
    config, size = small_tok_config(), PatchSize(1, 4)
    readout = ResidualReadout(config)
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(64, 1, config.latent_dim, generator=generator)
    error = (z @ torch.randn(config.latent_dim, 48, generator=generator)).unflatten(-1, (16, 3))
    optimizer = torch.optim.Adam(readout.parameters(), lr=0.05)
    losses = []
    for _ in range(200):
        loss = readout(z, 1, error, size)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.01 * losses[0]
