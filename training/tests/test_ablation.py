"""Variants side by side: same data for all, each differs in what its name says, a stopped run goes on; the page of results."""

from __future__ import annotations

import importlib.util
import io
import json
import random
import sys
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from dcs import ablation
from dcs.ablation import Budget, Variant, variants
from dcs.concepts import load_concepts
from dcs.config import tiny_tok
from dcs.evaluation import FIGURES_DIR, write_json
from dcs.scenes import render_scenes, sample_scene
from dcs.sprites import SpriteAtlas

BUDGET = Budget(steps=6, batch=2, scenes=2)


def load_script(name: str) -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


write_ablations = load_script("write_ablations")
ablate_tok = load_script("ablate_tok")


@pytest.fixture(scope="module")
def atlas() -> SpriteAtlas:
    """Every drawing is one of eight random pictures."""
    pairs = [(concept.id, style) for concept in load_concepts().concepts for style in concept.styles]
    art = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 4), dtype=np.uint8)
    return SpriteAtlas(Path("memory"), {pair: i % 8 for i, pair in enumerate(pairs)}, {32: art})


def named(name: str) -> Variant:
    return next(variant for variant in variants() if variant.id == name)


def tiny(name: str) -> Variant:
    """A variant with the tiny tokenizer in place of nano."""
    variant = named(name)
    levels = min(variant.tok.levels, tiny_tok().levels)
    return replace(variant, tok=replace(tiny_tok(), levels=levels, coord_mode=variant.tok.coord_mode))


def run(variant: Variant, atlas: SpriteAtlas, kept: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any], list[Any]]:
    states: list[Any] = []
    model, report = ablation.train(variant, BUDGET, atlas, lambda state: states.append(stored(state)), kept, every=2)
    return model, report, states


def stored(state: dict[str, Any]) -> dict[str, Any]:
    """What a file would hold: nothing shared with the model that goes on."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    return torch.load(buffer, weights_only=True)


def test_every_variant_differs_from_the_base_and_from_every_other() -> None:
    every = variants()
    assert every[0].id == "base" and len({v.id for v in every}) == len(every)
    recipes = [str({**asdict(v), "id": "", "title": ""}) for v in every]
    assert len(set(recipes)) == len(recipes)
    for group in (write_ablations.CHOICES, write_ablations.REGULARISED, write_ablations.BASELINES, write_ablations.DROPPED):
        assert set(group) <= {v.id for v in every}
    shown = {*write_ablations.CHOICES, *write_ablations.REGULARISED, *write_ablations.BASELINES, *write_ablations.DROPPED}
    assert shown == {v.id for v in every}, "every variant has its place on the page"


@pytest.mark.parametrize(("name", "tokens"), [("base", (64, 64, 64)), ("vanilla", (64, 256, 1024)), ("fixed", (64, 64, 64))])
def test_tokens_follow_the_pixels_in_the_vanilla_baseline_alone(name: str, tokens: tuple[int, ...]) -> None:
    layouts = [named(name).layout(px) for px in (32, 64, 128)]
    assert tuple(grid.patches for grid, _ in layouts) == tokens
    sides = {grid.h * size.p for grid, size in layouts}
    assert sides == ({64} if name == "fixed" else {32, 64, 128})


def test_all_variants_draw_the_same_sizes_and_levels() -> None:
    drawn = {}
    for name in ("base", "full", "denoise-l2", "no-drop"):
        rng, generator = random.Random(5), torch.Generator().manual_seed(5)
        sizes = [ablation.draw_sizes(named(name), 0.9, rng) for _ in range(20)]
        counts = [ablation.draw_counts(named(name), 64, 2, rng, generator)[0] for _ in range(20)]
        drawn[name] = (sizes, counts)
    assert drawn["base"] == drawn["full"] == drawn["denoise-l2"]
    assert drawn["no-drop"] == (drawn["base"][0], [4] * 20)
    assert len(set(drawn["base"][0])) > 3 and set(drawn["base"][1]) == {1, 2, 3, 4}
    assert ablation.draw_sizes(named("base"), 0.5, random.Random(1)) == (32, 32)
    assert all(a == b for a, b in (ablation.draw_sizes(named("vanilla"), 0.9, random.Random(i)) for i in range(20)))
    assert ablation.draw_sizes(named("fixed"), 0.1, random.Random(1)) == (64, 64)


@pytest.mark.parametrize("name", ["base", "denoise-l2"])
def test_a_stopped_variant_goes_on_to_the_same_weights(name: str, atlas: SpriteAtlas) -> None:
    whole, report, states = run(tiny(name), atlas)
    resumed, resumed_report, _ = run(tiny(name), atlas, kept=states[0])
    for key, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[key]), key
    assert report["loss"] == resumed_report["loss"]
    assert resumed_report["trainCpuSeconds"] > states[0]["cpuSeconds"]


def test_noise_comes_in_the_middle_and_the_decoder_ends_alone(atlas: SpriteAtlas) -> None:
    _, base, _ = run(tiny("base"), atlas)
    noisy, report, states = run(tiny("denoise"), atlas)
    assert report["loss"][0] == base["loss"][0], "the first third is the base's"
    assert report["loss"][1][1] != base["loss"][1][1]
    seen = {name.split(".")[0] for name, p in noisy.named_parameters() if not torch.equal(p, states[-2]["model"][name])}
    assert {"decoder", "depatchifier"} <= seen
    last = replace(BUDGET, steps=12)  # from step 10 of 12 on the encoder rests
    states.clear()
    ablation.train(tiny("denoise"), last, atlas, lambda state: states.append(stored(state)), every=2)
    before, after = states[-2]["model"], states[-1]["model"]
    moved = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert moved == {"decoder", "depatchifier"}


@pytest.mark.parametrize("name", ["base", "corner", "vanilla", "fixed"])
def test_measures_of_an_untrained_variant_are_complete_and_finite(name: str, atlas: SpriteAtlas) -> None:
    variant = replace(tiny(name), is_zoomed=False)
    model, _, _ = run(variant, atlas)
    with torch.no_grad():
        found = ablation.measure(model, variant, BUDGET, atlas)
    assert list(found["psnr"]) == list(found["tokens"]) == ["32", "64", "128"]
    for levels in found["psnr"].values():
        assert len(levels) == variant.tok.levels and all(0 < db < 60 for db in levels)
    assert len(found["std"]) == variant.tok.levels
    assert ("agreement" in found) == (variant.scaling == "grid")
    if "agreement" in found:
        assert [(pair["px"], pair["otherPx"]) for pair in found["agreement"]] == [(32, 64), (32, 128), (64, 128)]
        assert all(pair["real"] > 15 for pair in found["agreement"])


def test_the_fixed_baseline_resizes_to_its_scale_and_back(atlas: SpriteAtlas) -> None:
    variant = tiny("fixed")
    model, _, _ = run(variant, atlas)
    pictures = render_scenes([sample_scene(0, i) for i in range(2)], 128, 128, atlas)
    z = ablation.encode(model, variant, pictures)
    assert z.shape[1] == variant.tok.k**2
    assert torch.equal(z, ablation.encode(model, variant, ablation.resized(pictures, 64, variant)))
    assert ablation.decode(model, variant, z, 32).shape == (2, 32, 32, 3)


def test_residual_bands_find_where_a_level_changes_the_picture() -> None:
    flat = torch.zeros(2, 64, 64, 3)
    top = flat.clone()
    top[:, :4] = 1
    shares = ablation.residual_bands([flat, top, top + 0.5])
    assert shares[0] == pytest.approx([1.0] + [0.0] * 15)
    assert shares[1] == pytest.approx([1 / 16] * 16)


def fake_variant(variant: Variant) -> dict[str, Any]:
    n = variant.tok.levels
    return {
        "title": variant.title, "loss": [(20, 0.3), (40, 0.2)], "trainCpuSeconds": 330.0, "parameters": 10,
        "tokens": {"32": 64 * n, "64": 64 * n},
        "psnr": {"32": [20.0 + m for m in range(n)], "64": [19.0 + m for m in range(n)]},
        "std": [0.5 + m for m in range(n)],
        "agreement": [{"px": 32, "otherPx": 64, "psnr": 30.0, "real": 40.0}], "residualBands": [[1 / 16] * 16] * (n - 1),
        **({"zoom": [{"px": 64, "psnr": 21.0, "cpuSeconds": 0.25}]} if variant.is_zoomed else {}),
    }  # fmt: skip


def report_of(names: list[str]) -> dict[str, Any]:
    found = {name: fake_variant(named(name)) for name in names}
    return {"budget": asdict(Budget()), "trainSeed": 0, "testSeed": 9001, "variants": found}


def test_the_page_shows_differences_to_the_base_and_names_what_is_missing(tmp_path: Path) -> None:
    report = report_of(["base", "full", "no-drop", "denoise", "vanilla"])
    report["variants"]["full"]["psnr"]["64"][-1] += 0.25
    page = write_ablations.page(report)
    assert "22.25 (+0.25)" in page and "30.0 (40.0)" in page and "21.00, 0.25 s" in page
    assert "- `fixed`:" in page and "- `base`:" not in page
    assert "| DCS-Tok, 4 levels | 23.00 (256) |" in page
    write_ablations.draw(report, tmp_path / "ablations.png")
    assert (tmp_path / "ablations.png").stat().st_size > 10_000


def test_a_page_of_nothing_says_what_to_run() -> None:
    page = write_ablations.page(report_of([]))
    assert page.count("\n- `") == len(variants()) and "figures/" not in page.replace("docs/figures/", "")


def test_a_page_of_everything_names_nothing_missing() -> None:
    assert "Not run yet" not in write_ablations.page(report_of([v.id for v in variants()]))


def test_results_of_another_budget_are_not_mixed_with_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "ablations.json"
    assert ablate_tok.load_report(path, BUDGET)["variants"] == {}
    write_json(path, ablate_tok.load_report(path, BUDGET))
    assert ablate_tok.load_report(path, BUDGET)["budget"]["steps"] == 6
    with pytest.raises(ValueError, match="choose another --out"):
        ablate_tok.load_report(path, Budget())


@pytest.mark.skipif(not (FIGURES_DIR / "ablations.json").exists(), reason="run `python scripts/ablate_tok.py`")
def test_the_page_in_the_repository_is_what_its_file_says() -> None:
    report = json.loads((FIGURES_DIR / "ablations.json").read_text(encoding="utf-8"))
    written = (FIGURES_DIR.parent / "ablations.md").read_text(encoding="utf-8")
    assert written == write_ablations.page(report), "run `python scripts/write_ablations.py` and commit what it writes"
    named_figures = [part.split(")")[0] for part in written.split("](figures/")[1:]]
    assert [name for name in named_figures if not (FIGURES_DIR / name).exists()] == []
