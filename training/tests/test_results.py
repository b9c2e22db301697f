"""The results page comes from its files, and the curves from theirs."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from PIL import Image

from dcs.classifier import PictureClassifier
from dcs.evaluation import FIGURES_DIR, picture_features
from dcs.perceptual import MobileNetV2
from dcs.plots import Block, Line, Panel, save_blocks, save_panels, save_sizes
from dcs.prompts import Prompt


def load_script(name: str) -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


write_results = load_script("write_results")
plot_curves = load_script("plot_curves")
project_curves = load_script("project_curves")
causal_bias = load_script("causal_bias")
eval_tok = load_script("eval_tok")
eval_dit = load_script("eval_dit")
evaluate_all = load_script("evaluate_all")
restore_runs = load_script("restore_runs")
WEIGHTS = {"run": "r", "step": 12, "digest": "0123456789abcdef"}


def answers(top1: float) -> dict[str, float]:
    return {"top1": top1, "top5": top1 + 0.2, "color": 0.99, "count": 10}


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def dit_report(mode: str) -> dict[str, object]:
    level = {"mean": [0.0, 0.1], "std": [1.0, 0.9], "drift": [0.0, 0.0], "explained": [0.31]}
    return {
        "command": f"python scripts/eval_dit.py --mode {mode}",
        "weights": {"tok": WEIGHTS, "dit": WEIGHTS},
        "mode": mode, "steps": 25, "guidance": 3.0, "time_shift": 0.25, "prompts": 10,
        "seeds": {"noise": 1, "prompts": 2, "art": [3, 4]},
        "generated": {"accuracy": [answers(0.4), answers(0.617)], "kernelDistance": [0.2, 0.1]},
        "reconstructed": {"accuracy": [answers(0.5), answers(0.6)], "kernelDistance": [0.2, 0.1]},
        "real": {"accuracy": [answers(0.7)], "kernelDistance": [0.001]},
        "levels": {"generated": level, "real": level},
        "sheet": [{"prompt": "a"}],
        "sheetRight": {"top1": 30, "top5": 36, "judged": 38},
        "cpuSeconds": 1,
    }  # fmt: skip


def tok_report() -> dict[str, Any]:
    quality = {"psnr": [22.01, 26.5], "ssim": [0.7, 0.9], "gain": 4.49, "isIncreasing": True}
    falling = {"psnr": [22.0, 21.5], "ssim": [0.7, 0.6], "gain": -0.5, "isIncreasing": False}
    return {
        "command": "python scripts/eval_tok.py", "weights": WEIGHTS, "seed": 9, "scenes": 20,
        "quality": {"heldout_pairs": {"64": quality}, "openmoji": {"64": falling}},
        "recognition": {"heldout_pairs": {"real": answers(0.7), "levels": [answers(0.1), answers(0.333)]}},
        "latentStd": {"heldout_pairs": [1.5, 0.8]},
        "sizes": {
            "sizes": [32, 64], "encodedPx": 64, "scenes": 4, "agreement": [[None, 41.0], [41.0, None]],
            "realAgreement": [[None, 38.0], [38.0, None]], "psnr": {"32": 28.0, "64": 26.5}, "agreement256to64": 40.0,
        },
        "cpuSeconds": 1,
    }  # fmt: skip


def test_exact_fields_draw_the_true_law_together_and_another_one_where_later_segments_are_hidden() -> None:
    truth = torch.tensor([[1.0, 0.7], [0.7, 1.0]], dtype=torch.float64)
    together = causal_bias.sampled_covariance(truth, is_causal=False, steps=500)
    assert torch.allclose(together, truth, atol=2e-3)
    hidden = causal_bias.sampled_covariance(truth, is_causal=True, steps=500)
    assert causal_bias.neighbour_correlation(hidden) == pytest.approx(0.418, abs=2e-3)  # spec 5.7, two levels
    assert float(hidden[1, 1].sqrt()) == pytest.approx(0.930, abs=2e-3)


def test_a_curve_points_to_the_sum_of_its_shrinking_gains() -> None:
    found = project_curves.projected([20.0, 22.0, 23.0, 23.5], goal=25.0)
    assert found == {"psnr": [20.0, 22.0, 23.0, 23.5], "gains": [2.0, 1.0, 0.5], "goal": 25.0, "limit": 24.0, "doublings": 3.0}
    assert project_curves.projected([20.0, 21.0, 22.0, 23.0], goal=22.0)["limit"] == math.inf
    assert project_curves.projected([20.0, 21.0, 22.0, 23.0], goal=22.0)["doublings"] == 0


def test_the_tokenizer_section_names_a_level_that_does_not_help(tmp_path: Path):
    (tmp_path / "tok.json").write_text(json.dumps(tok_report()))
    (tmp_path / "training.json").write_text(json.dumps({"command": "c", "tok": {"steps": 12, "hours": 3.14}}))
    page = write_results.page(tmp_path)
    assert "| held-out drawings, 64 px | 22.01 | 26.50 | +4.49 | yes |" in page
    assert "-0.50 | **no** |" in page
    assert "+13.50 dB" in " ".join(page.split())
    assert "| DCS-Tok | 12 | 3.1 |" in page and "curves-tok.png" in page and "curves-dit.png" not in page


def test_photographs_are_on_the_page_if_they_were_measured(tmp_path: Path):
    report: dict[str, Any] = tok_report()
    (tmp_path / "tok.json").write_text(json.dumps(report))
    assert "figures/photographs.png" not in write_results.page(tmp_path)
    report["quality"]["photographs"] = {"64": report["quality"]["heldout_pairs"]["64"]}
    (tmp_path / "tok.json").write_text(json.dumps(report))
    page = write_results.page(tmp_path)
    assert "| photographs never trained on, 64 px | 22.01 |" in page and "](figures/photographs.png)" in page


def test_the_manifest_gets_quality_and_accuracy_of_the_same_weights(tmp_path: Path):
    (tmp_path / "tok.json").write_text(json.dumps(tok_report()))
    (tmp_path / "dit-clean-context.json").write_text(json.dumps(dit_report("clean-context")))
    summary = evaluate_all.summary(tmp_path)
    assert summary["psnrByLevel"] == {"64": [22.01, 26.5]}
    assert [level["top1"] for level in summary["promptAccuracyByLevel"]] == [0.4, 0.617]
    assert summary["weights"] == {"tok": WEIGHTS, "dit": WEIGHTS}


def test_the_page_in_the_repository_is_what_its_files_say():
    written = (FIGURES_DIR.parent / "results.md").read_text(encoding="utf-8")
    assert written == write_results.page(FIGURES_DIR), "run `python scripts/write_results.py` and commit what it writes"


def test_every_figure_of_the_page_in_the_repository_is_there():
    page = (FIGURES_DIR.parent / "results.md").read_text(encoding="utf-8")
    named = [part.split(")")[0] for part in page.split("](figures/")[1:]]
    assert [name for name in named if not (FIGURES_DIR / name).exists()] == []


def test_an_empty_folder_gives_a_page_that_says_what_is_missing(tmp_path: Path):
    page = write_results.page(tmp_path)
    assert "Not measured yet" in page
    for script in ("plot_curves", "eval_tok", "eval_dit", "train_classifier"):
        assert f"{script}.py" in page


def test_numbers_of_a_file_are_on_the_page_in_both_modes(tmp_path: Path):
    for mode in ("clean-context", "sync"):
        (tmp_path / f"dit-{mode}.json").write_text(json.dumps(dit_report(mode)))
    page = write_results.page(tmp_path)
    assert "61.7%" in page
    assert "right for 30" in " ".join(page.split())
    assert page.count("0.310 | 0.310") == 2
    assert "clean-context sampler" in page and "sync sampler" in page


def test_quality_says_by_how_much_the_levels_help():
    real = torch.zeros(2, 16, 16, 3)
    levels = [real + 0.2, real + 0.02]
    found = eval_tok.quality(real, levels)
    assert found["psnr"] == pytest.approx([20, 40], abs=1e-3)
    assert found["gain"] == pytest.approx(20, abs=1e-3)
    assert found["isIncreasing"]
    assert not eval_tok.quality(real, levels[::-1])["isIncreasing"]


def test_a_judge_finds_its_own_kind_of_art_near_and_noise_far():
    torch.manual_seed(0)
    backbone = MobileNetV2().eval().requires_grad_(False)
    for name, parameter in backbone.named_parameters():
        if name.endswith("weight"):  # the default would shrink every layer
            torch.nn.init.kaiming_normal_(parameter)
    place = torch.linspace(-1, 1, 64)

    def discs(count: int) -> torch.Tensor:
        radius = 0.3 + 0.4 * torch.rand(count, 1, 1, 1)
        inside = (place[:, None] ** 2 + place[None, :] ** 2)[None, :, :, None] < radius**2
        return torch.where(inside, torch.rand(count, 1, 1, 3) * 2 - 1, -torch.ones(3))

    prompts = [Prompt("a red apple", ("red apple",), "red"), Prompt("an umbrella", ("umbrella",), None)]
    classifier = PictureClassifier(backbone, ("1f34e", "2614", "1f680", "1f47b", "1f436"), hidden=4).eval()
    judge = eval_dit.Judge(classifier, backbone, prompts, picture_features(backbone, discs(60)))
    near, far = judge.distance(discs(60)), judge.distance(torch.rand(60, 64, 64, 3) * 2 - 1)
    assert abs(near) < 0.2 < far
    measured = judge.measured([discs(2), discs(2)])
    assert [answer["count"] for answer in measured["accuracy"]] == [2, 2]
    verdicts = eval_dit.sheet_verdicts(judge, [*prompts, Prompt("two", ("red apple", "umbrella"), None)], discs(3))
    assert [set(verdict) for verdict in verdicts] == [{"prompt", "top1", "top5"}] * 2 + [{"prompt"}]


def test_agreement_compares_sizes_by_box_averages():
    base = torch.rand(2, 16, 16, 3)
    doubled = base.repeat_interleave(2, 1).repeat_interleave(2, 2)
    found = eval_tok.agreement({16: base, 32: doubled, 64: torch.zeros(2, 64, 64, 3)})
    assert found[0][0] is None
    assert found[0][1] > 90
    assert found[0][2] < 15


def test_a_table_follows_new_headers_and_the_steps_of_a_restart(tmp_path: Path):
    rows = ["step,time_s,loss", "25,100,0.5", "50,110,0.4", "75,120,0.3", "step,time_s,loss,norm", "50,900,0.45,1.5"]
    (tmp_path / "train.csv").write_text("\n".join([*rows, "100,912,0.2,nan"]) + "\n")
    table = plot_curves.read_table(tmp_path / "train.csv")
    assert table["step"] == [25, 50, 100]
    assert table["loss"] == [0.5, 0.45, 0.2]
    assert math.isnan(table["norm"][0]) and table["norm"][1] == 1.5
    assert plot_curves.trained_hours(table) == pytest.approx(12 / 3600)  # the pause before the restart is left out


def test_a_row_that_does_not_fit_its_header_is_named(tmp_path: Path):
    (tmp_path / "psnr.csv").write_text("step,time_s,a\n1,2,3\n2,3\n")
    with pytest.raises(ValueError, match=r"psnr\.csv, line 3"):
        plot_curves.read_table(tmp_path / "psnr.csv")


def test_hours_whose_rows_are_lost_stay_counted():
    log = {"step": [50.0, 75.0], "time_s": [0.0, 36.0]}
    assert plot_curves.summary(log, None) == {"steps": 75, "hours": 0.01}
    told = plot_curves.summary(log, {"steps": 25, "hours": 2.0})
    assert told == {"steps": 75, "hours": 2.01, "lost": {"steps": 25, "hours": 2.0}}
    assert plot_curves.summary(log, told) == told  # drawn again
    assert plot_curves.summary({"step": [100.0, 125.0], "time_s": [0.0, 36.0]}, told)["lost"] == told  # lost again
    assert write_results.curve_parts(told) == [(" to step 25", "-to-25"), ("", "")]


def test_kept_rows_are_read_back_as_they_were(tmp_path: Path):
    table = {"step": [25.0, 50.0], "time_s": [1_790_000_000.0, 1_790_000_052.0], "level1": [0.4338, float("nan")]}
    plot_curves.write_rows(tmp_path / "log-dit.csv", table)
    (tmp_path / "run").mkdir()
    restore_runs.give_log("dit", tmp_path / "run", tmp_path)
    restore_runs.give_log("tok", tmp_path / "run", tmp_path)  # nothing is kept of it
    found = plot_curves.read_table(tmp_path / "run" / "train.csv")
    assert found["time_s"] == table["time_s"] and found["level1"][0] == 0.4338 and math.isnan(found["level1"][1])


def test_curves_are_smoothed_over_what_is_known():
    assert plot_curves.smoothed([1.0, float("nan"), 3.0, 5.0], 3) == [1.0, 2.0, 4.0, 4.0]


def test_figures_have_the_size_of_what_they_show(tmp_path: Path):
    pictures = [torch.rand(8, 8, 3) * 2 - 1 for _ in range(2)]
    blocks = [Block(f"prompt {i}", pictures) for i in range(5)]
    save_blocks(tmp_path / "new" / "blocks.png", blocks, columns=2, cell_px=32, heading="heading")
    width, height = size_of(tmp_path / "new" / "blocks.png")
    assert width > 2 * 2 * 32 and height > 3 * 32
    save_sizes(tmp_path / "sizes.png", [[torch.zeros(16, 16, 3), torch.zeros(64, 64, 3)]], ["16 px", "64 px"])
    assert size_of(tmp_path / "sizes.png")[1] > 64
    panel = Panel("loss", "step", "", {"loss": Line([1, 2, 3], [3.0, 2.0, 1.0])}, is_logarithmic=True)
    save_panels(tmp_path / "curves.png", [panel, panel, panel])
    assert size_of(tmp_path / "curves.png")[0] > 600


def test_figures_are_the_same_bytes_each_time(tmp_path: Path):
    panel = Panel("loss", "step", "", {"level 1": Line([1, 2], [3.0, 2.0])}, marks=True)
    for name in ("a.png", "b.png"):
        save_panels(tmp_path / name, [panel])
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
