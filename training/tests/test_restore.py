"""Weights come back out of a bundle exactly."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from test_results import load_script

from dcs import config
from dcs.dit import DCSDiT
from dcs.graphs import Models
from dcs.optim import OptimConfig, Optimizers, WeightAverage
from dcs.restore import named_weights, restore
from dcs.run import Run
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


def test_weights_that_are_not_shipped_yet_are_kept_and_read_back(tmp_path: Path) -> None:
    run, kept = tmp_path / "runs" / "wide", tmp_path / "tok.safetensors"
    tok = DCSTok(config.nano_tok(level_mix=True, patch_width=96))
    Run("wide", {"tok": asdict(tok.config)}, run.parent).save(7, tok, WeightAverage(tok, 0.9), Optimizers(tok, OptimConfig()))
    load_script("keep_weights").keep("wide", kept, run.parent)
    found, step = load_script("restore_runs").read_tok(kept)
    assert (found.config, step) == (tok.config, 7)
    for name, value in tok.state_dict().items():
        assert torch.equal(found.state_dict()[name], value.half().float())


def test_the_configuration_of_a_bundle_is_that_of_its_manifest() -> None:
    sizes = {"latentDim": 16, "patch": {"width": 96, "heads": 4, "layers": 2}}
    of_manifest = load_script("restore_runs").tok_config_of
    assert of_manifest({"config": {**sizes, "levelMix": True}}) == config.nano_tok(level_mix=True, patch_width=96)
    assert of_manifest({"config": {**sizes, "patchMoments": True}}) == config.nano_tok(patch_width=96, patch_moments=True)
    assert of_manifest({"config": {**sizes, "patch": {"width": 48}}}) == config.nano_tok()
    linear = config.nano_tok(patch_width=96, patch_moments=True, latent_readout=True)
    carried = {"width": linear.patch_cache.width, "heads": linear.patch_cache.heads}
    assert of_manifest({"config": {**sizes, "patch": carried, "patchMoments": True, "latentReadout": True}}) == linear


def test_the_transformer_of_a_bundle_is_that_of_its_manifest() -> None:
    of_manifest = load_script("restore_runs").dit_config_of
    sizes = {"latentDim": 16, "textWidth": 512}
    assert of_manifest({"config": sizes}) == config.nano_dit()
    assert of_manifest({"config": {**sizes, "video": {"maxSeconds": 2, "fps": 24}}}) == config.nano_dit()
    together = {"maxSeconds": 2, "fps": 24, "temporalCausal": False}
    assert of_manifest({"config": {**sizes, "absolutePositions": True, "video": together}}) == config.nano_dit(
        absolute_positions=True, temporal_causal=False
    )


def test_a_bundle_of_other_sizes_is_refused() -> None:
    made = tiny_models()
    wider = DCSTok(replace(config.tiny_tok(), patch=config.StackConfig(32, 2, 2, 32)))
    with pytest.raises(ValueError, match="lacks"):
        restore(TINY, replace(made, tok=wider))
