"""The evaluation suite: what its reports hold, and that their sections show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from small_models import EXTENDED, LINEAR, small_dit, small_tok
from test_evaluation import GOLDEN
from test_results import WEIGHTS, load_script

from dcs.allocation import MEASURES, patch_error, patch_gradient
from dcs.classifier import PictureClassifier
from dcs.clip_prompts import drawn_clip_prompts
from dcs.concepts import load_concepts
from dcs.evaluation import Sampling, Weights
from dcs.geometry import Grid, PatchSize, patchify, unpatchify
from dcs.memorisation import Compared, Neighbours, report_distances, training_drawings
from dcs.motion_classifier import MotionClassifier
from dcs.perceptual import MobileNetV2
from dcs.plots import HeatMap, save_heat_maps
from dcs.sampled import Painter, Wish
from dcs.scenes import is_held_out
from dcs.suite_sections import (
    allocation_section,
    clips_section,
    generation_section,
    levels_section,
    linear_section,
    motion_classifier_section,
    rates_section,
    steps_section,
)
from dcs.text import TextEncoder, TextTokenizer

eval_allocation = load_script("eval_allocation")
eval_clips = load_script("eval_clips")
eval_generation = load_script("eval_generation")
eval_levels = load_script("eval_levels")
eval_linear = load_script("eval_linear")
eval_rates = load_script("eval_rates")
eval_steps = load_script("eval_steps")
BOTH = {"tok": WEIGHTS, "dit": WEIGHTS}


# allocation


def test_the_gradient_of_a_ramp_is_its_slope_and_the_error_that_of_each_patch():
    grid, ramp = Grid(1, 2, 3), torch.linspace(-1, 1, 48)[None, :].expand(32, 48)
    video = ramp[None, None, :, :, None].expand(-1, -1, -1, -1, 3)
    found = patch_gradient(video, grid)[0]
    assert found[:2].tolist() == pytest.approx([2 / 47 * 16] * 2, rel=1e-3)
    wrong = torch.zeros(6, 16)
    wrong[4] = 0.5
    decoded = unpatchify(wrong[None, ..., None].expand(-1, -1, -1, 3), grid, PatchSize(1, 4))
    assert patch_error(torch.zeros(1, 1, 8, 12, 3), decoded, grid).tolist() == [[0, 0, 0, 0, 0.25, 0]]


@pytest.mark.parametrize("options", [{}, EXTENDED, LINEAR], ids=["plain", "extended", "linear"])
@torch.no_grad()
def test_a_picture_decoded_with_counts_is_what_the_tokenizer_makes_of_them(options: dict[str, bool]):
    tok, grid = small_tok(**options), Grid(1, 4, 4)
    pictures = torch.rand(3, 16, 16, 3) * 2 - 1
    counts = torch.randint(1, 4, (3, 16))
    counts[:, 0] = 3
    encoded = eval_allocation.Encoded.of(tok, pictures, grid)
    z = tok.encode(pictures[:, None], PatchSize(1, 4), counts=counts)
    expected = tok.decode(z, grid, PatchSize(1, 4), counts)[:, 0].clamp(-1, 1)
    torch.testing.assert_close(encoded.decoded(counts), expected, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(encoded.first(2).decoded(counts[:2]), expected[:2], atol=1e-5, rtol=1e-4)


def test_a_gain_is_over_as_many_uniform_levels_also_between_whole_numbers():
    uniform = [20.0, 24.0, 26.0]
    assert [eval_allocation.uniform_at(uniform, a) for a in (1.0, 1.5, 2.0, 2.5, 3.0)] == [20, 22, 24, 25, 26]
    assert eval_allocation.curve(uniform, {1.5: 22.5, 2.0: 24.25})["gain"] == [0.5, 0.25]


@torch.no_grad()
def test_an_allocation_report_has_each_measure_range_and_average_and_a_verdict():
    tok, grid = small_tok(levels=4), Grid(1, 4, 4)
    encoded = eval_allocation.Encoded.of(tok, torch.rand(2, 16, 16, 3) * 2 - 1, grid)
    values = {name: torch.rand(2, 16) for name in MEASURES}
    found = eval_allocation.measure(encoded, values, [1.0, 2.0, 3.0, 4.0])
    assert set(found) == set(MEASURES)
    assert found["entropy"]["1-3"]["averages"] == [1.5, 2.0, 2.5]
    assert found["entropy"]["1-4"]["averages"] == [1.5, 2.0, 2.5, 3.0]
    splits = {"heldout_pairs": {"64": {"uniform": [1.0, 2.0, 3.0, 4.0], "measures": found}}}
    for name, gain in (("entropy", 0.7), ("gradient", 0.5), ("error", 0.4)):
        found[name]["1-3"]["gain"][1] = gain
    headline = eval_allocation.best_measure(splits)
    assert headline["smallestGain"] == {"entropy": 0.7, "gradient": 0.5, "error": 0.4}
    assert headline["reachesTarget"] == ["entropy", "gradient"]
    names = {name: measure.about for name, measure in MEASURES.items()}
    section = allocation_section(
        {"command": "c", "weights": WEIGHTS, "scenes": 2, "seed": 9, "low": 1, "splits": splits, "names": names,
         "headline": headline}
    )  # fmt: skip
    assert "| held-out drawings, 64 px | luma entropy | 1 to 3 |" in section and "+0.70 |" in section
    assert "luma entropy and mean gradient" in " ".join(section.split())


# a linear map


def test_all_components_rebuild_every_patch_and_fewer_rebuild_less():
    pictures = torch.rand(6, 8, 8, 3, generator=torch.Generator().manual_seed(3)) * 2 - 1
    grid = Grid(1, 2, 2)
    rows = patchify(pictures[:, None], PatchSize(1, 4)).flatten(0, 1).flatten(1)
    fitted = eval_linear.components(rows)
    some, more, whole = eval_linear.quality(pictures, grid, fitted, [1, 8, 48])
    assert some < more < 40 < 90 < whole
    other = eval_linear.components(torch.randn(100, 48, generator=torch.Generator().manual_seed(4)))
    assert eval_linear.quality(pictures, grid, other, [8])[0] < more


def test_the_section_of_the_linear_map_has_a_row_for_each_fit():
    section = linear_section({
        "command": "c", "scenes": 2, "trainScenes": 3, "seed": 1, "trainSeed": 2, "components": [16, 32],
        "psnr": {"openmoji": {"64": {"learned": [20.0, 22.5], "own": [21.0, 23.25]}}},
    })  # fmt: skip
    assert "|  | 16 numbers a patch | 32 numbers a patch |" in section
    assert "| OpenMoji, 64 px, fitted to training scenes | 20.00 | 22.50 |" in section
    assert "| OpenMoji, 64 px, fitted to these very pictures | 21.00 | 23.25 |" in section


# levels


def test_quarters_are_equal_and_ordered():
    complexity = torch.tensor([5.0, 1, 7, 3, 2, 8, 6, 4])
    assert eval_levels.quarters(complexity).tolist() == [2, 0, 3, 1, 0, 3, 2, 1]


def test_levels_needed_lie_between_whole_numbers_or_are_not_reached():
    assert eval_levels.levels_needed([20, 24, 26], 20.0) == 1
    assert eval_levels.levels_needed([20, 24, 26], 25.0) == 2.5
    assert eval_levels.levels_needed([20, 24, 26], 27.0) is None


def test_eight_bits_keep_latents_to_half_a_step_of_their_level_and_channel():
    z = torch.randn(5, 2 * 6, 3) * torch.tensor([1.0, 10.0, 0.1])
    rounded = eval_levels.to_bits(z, 2, bits=8)
    span = z.amax((0, 1)) - z.amin((0, 1))
    assert bool(((rounded - z).abs() <= span / 255 / 2 + 1e-6).all())
    assert len(eval_levels.to_bits(z, 2, bits=1).unflatten(1, (2, 6))[:, 0, :, 1].unique()) == 2


def test_the_levels_section_shows_quality_growth_and_energy():
    by_size = {str(px): {"psnr": [[30.0 - px / 64, 33.0]] * 4, "ssim": [[0.9, 0.95]] * 4} for px in (64, 128, 256)}
    rates = {"px": 128, "bitsPerLevel": 8192, "entropy": [1.0], "psnr": [[29.0, 33.0]], "lostByRounding": [0.01, 0.037]}
    split = {"scenes": 4, "quality": by_size, "rateDistortion": rates, "growth": eval_levels.growth(by_size)}
    assert split["growth"][0]["levels"] == {"64": 1.0, "128": pytest.approx(1.2), "256": pytest.approx(1 + 3 / 7)}
    report = {
        "command": "c", "weights": WEIGHTS, "scenes": 4, "seed": 9, "quarters": eval_levels.QUARTERS, "bits": 8,
        "splits": {"openmoji": split}, "energy": {"added": [0.004], "wrong": [0.008, 0.0031]},
    }  # fmt: skip
    section = levels_section(report)
    assert "| OpenMoji, simplest quarter, 128 px | 28.00 | 33.00 |" in section
    assert "| OpenMoji, second | 29.00 | 1.0 | 1.2 | 1.4 |" in section
    assert "| still wrong | 8.00 | 3.10 |" in section and "at most 0.04 dB" in section


# frame rates


def test_the_rates_section_shows_agreement_and_quality():
    section = rates_section({
        "command": "c", "weights": WEIGHTS, "clips": 2, "seconds": 1, "seed": 9, "encodedFps": 24, "px": 64, "kt": 4,
        "pixelAttention": "full",
        "rates": [12, 24], "agreement": [[None, 31.25], [31.25, None]],
        "psnr": {"12": {"1": 20.0, "4": 22.0}, "24": {"1": 21.0, "4": 23.5}},
    })  # fmt: skip
    assert "| **12 fps** |  | 31.2 |" in section
    assert "| 4 levels | 22.00 | 23.50 |" in section


# generation


def test_wishes_split_back_into_judged_placed_and_repeated_pictures():
    asked = eval_generation.Asked.of(prompts=5, places=4, repeats=3)
    wishes = asked.wishes()
    assert len(wishes) == 5 + 4 + 4 * 3
    assert len({wish.name for wish in wishes}) == len(wishes)
    judged, placed, repeated = asked.split(torch.arange(len(wishes)).float()[:, None, None, None])
    assert judged.flatten().tolist() == [0, 1, 2, 3, 4] and placed.flatten().tolist() == [5, 6, 7, 8]
    assert repeated[1].flatten().tolist() == [12, 13, 14]
    assert wishes[12].text == wishes[13].text == eval_generation.REPEATED[1].text
    assert len(eval_generation.real_scenes(asked)) == len(wishes)


def test_no_held_out_drawing_is_among_the_training_drawings():
    names = training_drawings()
    assert len(names) == len(set(names)) > 1000
    assert not any(is_held_out(concept, style) for concept, style in names)
    assert "openmoji" not in {style for _, style in names}


def test_a_drawing_is_nearest_to_itself_in_another_place_on_another_colour():
    torch.manual_seed(0)
    backbone = MobileNetV2().eval().requires_grad_(False)

    def picture(colors: torch.Tensor, top: int, left: int, background: float) -> torch.Tensor:
        canvas = torch.full((64, 64, 3), background)
        canvas[top : top + 32, left : left + 32] = colors.repeat_interleave(8, 0).repeat_interleave(8, 1)
        return canvas

    drawings = torch.rand(6, 4, 4, 3) * 2 - 1
    drawings[:, [0, 0, 3, 3], [0, 3, 0, 3]] = torch.tensor([0.9, -0.9, 0.1])  # corners that no background hides
    pool = Compared.of(backbone, torch.stack([picture(d, 16, 16, -0.5) for d in drawings]))
    moved = Compared.of(backbone, torch.stack([picture(d, 8, 24, 0.4) for d in drawings]))
    assert torch.cdist(moved.pixels, pool.pixels).argmin(1).tolist() == list(range(6))


def test_a_copy_counts_as_near_as_copies_and_a_far_drawing_does_not():
    def at(values: list[float]) -> Neighbours:
        distance = torch.tensor(values)
        none = torch.zeros(len(values), dtype=torch.int64)
        return Neighbours({"features": distance, "pixels": distance}, {"features": none, "pixels": none})

    copies = at([0.1 * i for i in range(11)])
    found = report_distances(at([0.2, 0.89, 0.95, 3.0]), copies)
    assert found["features"]["asNearAsCopies"] == 0.5
    assert found["pixels"]["median"] == pytest.approx(0.89)


def generated_set(top1: float) -> dict[str, Any]:
    near = {space: {"median": 0.5, "asNearAsCopies": 0.25} for space in ("features", "pixels")}
    return {
        "accuracy": {"top1": top1, "top5": 0.9, "color": 1.0, "count": 5},
        "place": {"right": 0.75, "offset": 0.1, "count": 4}, "placeNotAsked": {"right": 0.2, "offset": 0.0, "count": 5},
        "frechetDistance": 12.345, "kernelDistance": 0.5, "diversity": [0.6, 0.7], "neighbours": near,
    }  # fmt: skip


def test_the_generation_section_puts_real_art_beside_both_guidances():
    section = generation_section({
        "command": "c", "weights": BOTH, "mode": "clean-context", "steps": 25, "guidance": 4.0, "timeShift": 0.25,
        "prompts": 5, "places": 4, "repeats": 3, "repeated": ["a rocket", "a house"], "trainingDrawings": 2000,
        "heldOutNeighbours": generated_set(0)["neighbours"],
        "sets": {"real art": generated_set(0.98), "guidance 1": generated_set(0.31), "guidance 4": generated_set(0.6)},
    })  # fmt: skip
    assert "| guidance 1 | 31.0% | 90.0% | 100.0% | 75.0% | 20.0% |" in section
    assert "| real art | 12.35 | 0.500 | 0.600 | 0.700 |" in section or "| real art | 12.34 |" in section
    assert "| held-out drawings | 0.500 | 25.0% | 0.500 | 25.0% |" in section


# steps and what is sampled


def test_heun_is_compared_at_as_many_evaluations_or_fewer():
    evaluations = {(way.solver, way.steps): way.evaluations for way in eval_steps.WAYS}
    assert evaluations["heun", 13] == evaluations["euler", 25] == 25
    assert evaluations["heun", 6] == 11 < evaluations["euler", 12]


def test_the_steps_section_has_a_row_for_each_way():
    right = {"top1": 0.5, "top5": 0.75, "color": 1.0, "count": 4}
    row = {
        "solver": "heun", "steps": 13, "evaluations": 25, "accuracy": [right, right], "kernelDistance": [0.7, 0.6],
        "latentError": [0.06, 0.09], "cpuSecondsPerPicture": [1.0, 4.25],
    }  # fmt: skip
    section = steps_section({
        "command": "c", "weights": BOTH, "mode": "clean-context", "guidance": 4.0, "timeShift": 0.25, "prompts": 4,
        "referenceSteps": 50, "rows": [row],
    })  # fmt: skip
    assert "| Heun, 13 steps | 25 | 50.0% | 75.0% | 50.0% | 75.0% | 0.700 | 0.600 | 0.060 | 0.090 | 1.00 | 4.25 |" in section


# clips


CLIPS: dict[str, Any] = {
    "command": "c", "weights": BOTH, "clips": 8,
    "reconstruction": {"heldout_pairs": [24.0, 26.5], "openmoji": [20.0, 21.25]},
}  # fmt: skip


def test_the_clips_section_of_a_model_of_pictures_is_its_reconstruction():
    section = clips_section(CLIPS)
    assert "| held-out drawings | 24.00 | 26.50 |" in section
    assert "clips.png" not in section and "prompts" not in section


def test_the_clips_section_of_a_model_of_clips_shows_generated_beside_real():
    found = {"motion": 0.5, "top1": 0.25, "top5": 0.75, "color": 1.0, "byMotion": {"bounce": 1.0, "spin": 0.0}}
    real = {**found, "motion": 0.98}
    section = clips_section(CLIPS | {
        "steps": 25, "guidance": 4.0, "timeShift": 0.25, "prompts": 22,
        "generated": [real, found], "reconstructed": [real, real], "real": real,
    })  # fmt: skip
    assert "| generated, 2 levels | 50.0% | 25.0% | 75.0% | 100.0% |" in section
    assert "| real clips | 98.0% |" in section
    assert "bounce 100.0%, spin 0.0%" in section and "clips.png" in section


@torch.no_grad()
def test_clips_are_judged_by_motion_by_the_fullest_frame_and_by_the_last_colour():
    prompts = drawn_clip_prompts(11, 3)
    frames = torch.zeros(2, 3, 64, 64, 3)
    frames[0, 1, 20:44, 20:44] = 1.0
    frames[1, 2, 8:56, 8:56] = 1.0
    assert torch.equal(eval_clips.fullest_frames(frames), torch.stack([frames[0, 1], frames[1, 2]]))
    pictures = PictureClassifier(MobileNetV2(), tuple(c.id for c in load_concepts().recommended())).eval()
    clips = torch.rand(11, 8, 64, 64, 3) * 2 - 1
    found = eval_clips.Judge(MotionClassifier().eval(), pictures, prompts).measured(clips[:, :, ::2, ::2], clips)
    assert set(found["byMotion"]) == {prompt.motion for prompt in prompts}
    assert found["motion"] == pytest.approx(sum(found["byMotion"].values()) / 11)


def test_the_judge_of_motions_is_described_by_its_checks():
    section = motion_classifier_section({
        "command": "c", "kinds": ["a", "b"], "clips": 6, "trainSeed": 1, "checkSeed": 2, "checkClips": 4,
        "parameters": 310_000, "checks": {"heldout_pairs": 0.98, "openmoji": 0.9875},
    })  # fmt: skip
    assert "held-out drawings 98.0%; OpenMoji 98.8%" in section and "0.31 M" in section


def test_latent_errors_are_by_level():
    reference = torch.zeros(2, 3 * 4, 5)
    found = reference.clone()
    found[:, 4:8] = 0.5
    assert eval_steps.latent_error(found, reference, 3) == [0.0, 0.5, 0.0]


def test_pictures_are_sampled_once_and_only_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    torch.manual_seed(0)
    definition = json.loads((GOLDEN / "tokenizer_definition.json").read_text(encoding="ascii"))
    text = (TextEncoder().eval().requires_grad_(False), TextTokenizer(definition))
    painter = Painter(small_dit(text_width=512), Weights("r", 1, "0123"), *text, tmp_path, batch=2)
    how = Sampling(steps=2, guidance=2.0, mode="clean-context", first_seed=0)
    wishes = [Wish("a red apple", 3), Wish("ghost", 4), Wish("a red apple", 5)]
    first = painter.sample(wishes, how)
    assert first.zn.shape == (3, 3 * 16, 8) and first.cpu_s.shape == (3, 3)
    assert not torch.equal(first.zn[0], first.zn[2]), "another seed is another picture"

    asked: list[int] = []
    sample_together = Painter._sample_together

    def counted(self: Painter, part: list[Wish], how: Sampling) -> Any:
        asked.append(len(part))
        return sample_together(self, part, how)

    monkeypatch.setattr(Painter, "_sample_together", counted)
    again = painter.sample([*wishes[::-1], Wish("ghost", 9)], how)
    assert asked == [1]
    assert torch.equal(again.zn[:3], first.zn.flip(0))
    assert painter.path(how) != painter.path(Sampling(2, 3.0, "clean-context", 0))


def test_heat_maps_are_drawn_the_same_each_time(tmp_path: Path):
    one = HeatMap("simplest", ["64 px", "128 px"], ["1", "2"], [[30.0, 33.0], [28.0, 31.0]])
    for name in ("a.png", "b.png"):
        save_heat_maps(tmp_path / name, [one, one], "levels", "dB")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
