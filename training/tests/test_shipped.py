"""What the README and docs/ say of the shipped model, held to the bundle that is shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

from test_results import load_script

from dcs import config
from dcs.concepts import load_concepts
from dcs.dit import DCSDiT
from dcs.tok import DCSTok

ROOT = Path(__file__).resolve().parents[2]
NANO, CLIPS = (ROOT / "public" / "models" / name for name in ("nano", "nano-clips"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_gives_the_size_of_the_model() -> None:
    found = re.search(r"`nano` \(([\d.]+) million parameters, (\d+) MB\)", README)
    assert found
    parameters = sum(p.numel() for model in (DCSTok(config.nano_tok()), DCSDiT(config.nano_dit())) for p in model.parameters())
    assert found[1] == f"{parameters / 1e6:.1f}"
    assert found[2] == f"{sum(path.stat().st_size for path in NANO.iterdir()) / 1e6:.0f}"


def test_the_readme_gives_the_size_of_the_model_of_clips() -> None:
    found = re.search(r"`nano-clips` \((\d+) MB\)", README)
    assert found and found[1] == f"{sum(path.stat().st_size for path in CLIPS.iterdir()) / 1e6:.0f}"


def test_readme_and_model_card_give_the_share_of_clips_that_move_as_told() -> None:
    measured = json.loads((ROOT / "docs" / "figures" / "clips.json").read_text(encoding="utf-8"))
    for text in (README, (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")):
        found = re.search(r"(\d+)% of clips move as they are told", text)
        assert found and found[1] == f"{measured['generated'][-1]['motion']:.0%}"[:-1]


def test_the_readme_gives_the_number_of_things_and_styles() -> None:
    table = load_concepts()
    found = re.search(r"(\d+) things in (\d+) drawing styles", README)
    assert found
    assert (int(found[1]), int(found[2])) == (len(table.recommended()), len(table.train_styles))


def test_the_manifest_and_the_results_are_of_the_same_weights() -> None:
    manifest = json.loads((NANO / "manifest.json").read_text(encoding="utf-8"))
    figures = ROOT / "docs" / "figures"
    assert manifest["evaluation"] == json.loads((figures / "evaluation.json").read_text(encoding="utf-8"))
    measured = json.loads((figures / "dit-clean-context.json").read_text(encoding="utf-8"))
    assert manifest["evaluation"]["weights"] == measured["weights"]
    sampling = ("steps", measured["steps"]), ("guidance", measured["guidance"]), ("timeShift", measured["time_shift"])
    assert manifest["sampler"] == {**dict(sampling), "mode": measured["mode"]}


def test_the_manifest_of_the_model_of_clips_and_the_results_are_of_the_same_weights() -> None:
    manifest = json.loads((CLIPS / "manifest.json").read_text(encoding="utf-8"))
    figures = ROOT / "docs" / "figures"
    assert manifest["evaluation"] == json.loads((figures / "evaluation-clips.json").read_text(encoding="utf-8"))
    measured = json.loads((figures / "clips.json").read_text(encoding="utf-8"))
    assert manifest["evaluation"]["weights"] == measured["weights"]
    assert manifest["sampler"] == {key: measured[key] for key in ("steps", "guidance", "timeShift", "mode")}
    assert manifest["credits"] == load_script("export_bundle").credited(["clips", "photographs"])


def test_the_bundle_credits_what_its_weights_have_seen_and_no_more() -> None:
    credited = load_script("export_bundle").credited
    manifest = json.loads((NANO / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["credits"] == credited([])
    clips, photographs = ({work["name"] for work in credited([seen])} for seen in ("clips", "photographs"))
    drawings = {work["name"] for work in manifest["credits"]}
    assert drawings < clips and drawings < photographs and clips & photographs == drawings
