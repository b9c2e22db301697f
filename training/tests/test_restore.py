"""Weights come back out of a bundle exactly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from dcs import config
from dcs.dit import DCSDiT
from dcs.graphs import Models
from dcs.restore import named_weights, restore
from dcs.tiny import tiny_models
from dcs.tok import DCSTok

TINY = Path(__file__).resolve().parents[2] / "public" / "models" / "tiny"


def test_the_tiny_bundle_gives_back_the_weights_it_was_made_from() -> None:
    made = tiny_models()
    empty = Models(
        made.text, DCSTok(config.tiny_tok()), DCSDiT(made.dit.config),
        torch.zeros_like(made.z_mean), torch.zeros_like(made.z_std),
    )  # fmt: skip
    restore(TINY, empty)
    found = dict(named_weights(empty))
    for name, weight in named_weights(made):
        assert torch.equal(found[name], weight.half().float()), name


def test_a_bundle_of_other_sizes_is_refused() -> None:
    made = tiny_models()
    wider = DCSTok(replace(config.tiny_tok(), patch=config.StackConfig(32, 2, 2, 32)))
    with pytest.raises(ValueError, match="lacks"):
        restore(TINY, replace(made, tok=wider))
