"""Weights come back out of a bundle exactly."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType

import pytest
import torch

from dcs import config
from dcs.dit import DCSDiT
from dcs.export import write_bundle
from dcs.graphs import Models
from dcs.optim import OptimConfig, Optimizers, WeightAverage
from dcs.parity import check_bundle
from dcs.restore import named_weights, restore
from dcs.run import Run
from dcs.tiny import tiny_description, tiny_models, tiny_tokenizer_from
from dcs.tok import DCSTok

ScriptLoader = Callable[[str], ModuleType]
TRAINING = Path(__file__).resolve().parents[1]
SOURCES = TRAINING / "sources"
TINY = Path(__file__).resolve().parents[2] / "public" / "models" / "tiny"


@pytest.fixture
def scripts() -> ScriptLoader:
    """Scripts as modules, by name."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, TRAINING / "scripts" / f"{name}.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


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


@pytest.mark.slow
def test_a_bundle_whose_encoder_mixes_levels_equals_pytorch_and_gives_its_weights_back(tmp_path: Path) -> None:
    made = tiny_models()
    tok = DCSTok(replace(config.tiny_tok(), level_mix=True)).eval().requires_grad_(False)
    assert tok.level_mix is not None
    tok.level_mix.weight.copy_((torch.eye(24) + 0.3 * torch.randn(24, 24)) * tok.level_mix.causal)
    mixing = replace(made, tok=tok)
    exported = write_bundle(tmp_path, mixing, tiny_tokenizer_from(SOURCES), tiny_description())
    assert max(check_bundle(tmp_path, [g for g in exported if g.name == "tok_encoder"]).values()) < 1e-4
    assert json.loads((tmp_path / "manifest.json").read_text())["config"]["levelMix"] is True
    empty = replace(mixing, tok=DCSTok(tok.config))
    restore(tmp_path, empty)
    found = dict(named_weights(empty))
    for name, weight in named_weights(mixing):
        assert torch.equal(found[name], weight.half().float()), name


def test_weights_that_are_not_shipped_yet_are_kept_and_read_back(tmp_path: Path, scripts: ScriptLoader) -> None:
    run, kept = tmp_path / "runs" / "wide", tmp_path / "tok.safetensors"
    tok = DCSTok(config.nano_tok(level_mix=True, patch_width=96))
    Run("wide", {"tok": asdict(tok.config)}, run.parent).save(7, tok, WeightAverage(tok, 0.9), Optimizers(tok, OptimConfig()))
    scripts("keep_weights").keep("wide", kept, run.parent)
    found, step = scripts("restore_runs").read_tok(kept)
    assert (found.config, step) == (tok.config, 7)
    for name, value in tok.state_dict().items():
        assert torch.equal(found.state_dict()[name], value.half().float())


def test_the_configuration_of_a_bundle_is_that_of_its_manifest(scripts: ScriptLoader) -> None:
    sizes = {"latentDim": 16, "patch": {"width": 96, "heads": 4, "layers": 2}}
    of_manifest = scripts("restore_runs").tok_config_of
    assert of_manifest({"config": {**sizes, "levelMix": True}}) == config.nano_tok(level_mix=True, patch_width=96)
    assert of_manifest({"config": {**sizes, "patch": {"width": 48}}}) == config.nano_tok()


def test_a_bundle_of_other_sizes_is_refused() -> None:
    made = tiny_models()
    wider = DCSTok(replace(config.tiny_tok(), patch=config.StackConfig(32, 2, 2, 32)))
    with pytest.raises(ValueError, match="lacks"):
        restore(TINY, replace(made, tok=wider))
