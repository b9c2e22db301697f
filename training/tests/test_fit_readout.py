"""The fitted readout paints just what the fit says that it paints."""

from __future__ import annotations

import torch
from small_models import small_tok
from test_results import load_script

from dcs.geometry import PatchSize


def test_a_fitted_readout_takes_its_share_off_the_error() -> None:
    """Errors after the fit are errors before it less values times weight: order, scale and padding of levels agree."""
    fit_readout = load_script("fit_readout")
    tok, size = small_tok(patch_moments=True).requires_grad_(False), PatchSize(1, 7)
    readout = tok.depatchifier.to_moments
    assert readout is not None
    readout.zero_()
    pictures = torch.rand(3, 1, 14, 21, 3) * 2 - 1
    values, before = fit_readout.errors_and_values(tok, pictures, size)
    weight = fit_readout.ridge(torch.cat(values).double(), torch.cat(before).double(), 1e-6).float()
    readout.copy_(weight / tok.depatchifier.readout_scale)
    _, after = fit_readout.errors_and_values(tok, pictures, size)
    for v, e, left in zip(values, before, after, strict=True):
        assert torch.allclose(left, e - v @ weight, atol=1e-4)
        assert float(left.square().sum()) < float(e.square().sum())
