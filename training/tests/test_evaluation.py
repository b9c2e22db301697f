"""Weights as they ship, prompts, sampling together, level statistics."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from small_models import small_dit, small_tok

from dcs.classifier import COLORS, PictureClassifier
from dcs.evaluation import (
    Sampling,
    decode_levels,
    encode,
    generate,
    level_statistics,
    levels_explained,
    load_tok,
    neighbourhood,
    picture_features,
    share_right,
    single_sticker_scenes,
    text_conditions,
    weights_digest,
    write_json,
)
from dcs.flow import Sampler
from dcs.geometry import Grid, PatchSize
from dcs.perceptual import MobileNetV2
from dcs.text import TextEncoder, TextTokenizer

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def text() -> tuple[TextEncoder, TextTokenizer]:
    torch.manual_seed(0)
    definition = json.loads((GOLDEN / "tokenizer_definition.json").read_text(encoding="ascii"))
    return TextEncoder().eval().requires_grad_(False), TextTokenizer(definition)


def save_run(folder: Path, tok: torch.nn.Module, config: object, step: int = 7) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"tok": asdict(config)}))  # type: ignore[call-overload]
    torch.save({"step": step, "average": tok.state_dict()}, folder / "last.pt")


def test_weights_of_a_run_are_its_averages_rounded_to_what_ships(tmp_path: Path):
    tok = small_tok()
    save_run(tmp_path / "run", tok, tok.config)
    loaded, weights = load_tok("run", tmp_path)
    for mine, theirs in zip(loaded.parameters(), tok.parameters(), strict=True):
        assert torch.equal(mine, theirs.half().float())
        assert not mine.requires_grad
    assert (weights.run, weights.step) == ("run", 7)
    assert weights.digest == weights_digest(tok)


def test_the_digest_changes_with_any_weight(tmp_path: Path):
    tok = small_tok()
    before = weights_digest(tok)
    with torch.no_grad():
        next(iter(tok.parameters())).view(-1)[0] += 0.5
    assert weights_digest(tok) != before


def test_a_run_without_a_checkpoint_says_what_to_do(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"train_tok\.py"):
        load_tok("nothing", tmp_path)


def test_a_report_is_rounded_and_ends_in_a_newline(tmp_path: Path):
    write_json(tmp_path / "new" / "report.json", {"a": [1 / 3, None, (2, True)], "b": {"c": 1e-9 / 3}})
    text = (tmp_path / "new" / "report.json").read_text()
    assert json.loads(text) == {"a": [0.333333, None, [2, True]], "b": {"c": 3.33333e-10}}
    assert text.endswith("}\n")


def test_scenes_of_one_sticker_are_the_first_ones_and_always_the_same():
    scenes = single_sticker_scenes(5, 20, "heldout_pairs")
    assert all(len(scene.stickers) == 1 for scene in scenes)
    assert scenes[:10] == single_sticker_scenes(5, 10, "heldout_pairs")


@torch.no_grad()
def test_levels_are_decoded_in_batches_as_they_are_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dcs.evaluation._batch", lambda px: 2)
    tok, grid = small_tok(), Grid(1, 4, 4)
    pictures = torch.rand(5, 16, 16, 3) * 2 - 1
    z = encode(tok, pictures, grid)
    torch.testing.assert_close(z, tok.encode(pictures[:, None], PatchSize(1, 4)))
    levels = decode_levels(tok, z, grid, 24)
    assert [tuple(level.shape) for level in levels] == [(5, 24, 24, 3)] * 3
    alone = tok.decode(z[3:4, :32], grid, PatchSize(1, 6))[:, 0].clamp(-1, 1)
    torch.testing.assert_close(levels[1][3:4], alone, atol=1e-5, rtol=1e-5)


def test_prompts_and_empty_captions_get_equal_lengths(text: tuple[TextEncoder, TextTokenizer]):
    prompt, empty = text_conditions(*text, ["red apple", "a rocket on a light blue background"])
    for a, b in ((prompt.text_states, empty.text_states), (prompt.text_bias, empty.text_bias)):
        assert a is not None and b is not None
        assert a.shape == b.shape
    assert empty.text_states is not None and empty.text_bias is not None
    assert torch.equal(empty.text_states[0], empty.text_states[1])
    assert int((empty.text_bias[0] == 0).sum()) == 1  # the empty caption is one token
    assert int((empty.text_bias[0] == 0).sum()) < int((prompt.text_bias[1] == 0).sum())  # type: ignore[index,arg-type]


def test_pictures_of_many_prompts_equal_each_picture_alone(text: tuple[TextEncoder, TextTokenizer]):
    dit = small_dit(text_width=512)
    texts = ["a red apple on a white background, line drawing", "ghost", "a tiger on a green background"]
    how = Sampling(steps=4, guidance=2.0, mode="clean-context", first_seed=11)
    together = generate(dit, *text, texts, how, batch=2)
    assert together.shape == (3, 3 * 16, 8)
    for i, words in enumerate(texts):
        prompt, empty = text_conditions(*text, [words])
        alone = Sampler(dit, Grid(1, 4, 4), prompt, empty, 11 + i, 4, 2.0, "clean-context").advance(3)
        torch.testing.assert_close(together[i : i + 1], alone, atol=2e-4, rtol=2e-3)


def test_level_statistics_of_known_latents():
    zn = torch.randn(400, 2 * 16, 4)
    zn[:, 16:] = zn[:, 16:] * 0.5 + 3
    found = level_statistics(zn, 2)
    assert found["mean"] == pytest.approx([0, 3], abs=0.03)
    assert found["std"] == pytest.approx([1, 0.5], abs=0.03)
    assert found["drift"] == pytest.approx([0, 3], abs=0.03)


def test_a_neighbourhood_holds_the_token_and_those_around_it():
    grid = Grid(1, 3, 4)
    around = neighbourhood(torch.arange(12.0).view(1, 12, 1), grid)
    assert around.shape == (1, 12, 9)
    assert around[0, 5].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert around[0, 0].tolist() == [0, 0, 0, 0, 0, 1, 0, 4, 5]


def test_the_link_between_levels_is_found_where_it_is_and_only_there():
    torch.manual_seed(1)
    grid, count = Grid(1, 8, 8), 60
    first, second, third = (torch.randn(count, 64, 4) for _ in range(3))
    # level 2 follows the token below it, level 3 the left neighbour's second level
    second = 0.8 * first + 0.6 * second
    shifted = torch.nn.functional.pad(second.view(count, 8, 8, 4), (0, 0, 1, 0))[:, :, :8].reshape(count, 64, 4)
    third = 0.8 * shifted + 0.6 * third
    linked = levels_explained(torch.cat([first, second, third], dim=1), grid)
    assert linked == pytest.approx([0.64, 0.6], abs=0.05)
    unlinked = levels_explained(torch.randn(count, 3 * 64, 4), grid)
    assert max(map(abs, unlinked)) < 0.06


class Oracle(PictureClassifier):
    """Answers by the mean of the picture's red and green: a stand-in whose answers are known."""

    def answer(self, pictures: torch.Tensor, batch: int = 16):
        from dcs.classifier import Answer

        concepts = torch.eye(7)[pictures[:, 0, 0, 0].long()] + 0.5 * torch.eye(7)[(pictures[:, 0, 0, 0].long() + 1) % 7]
        return Answer(concepts, torch.eye(len(COLORS))[pictures[:, 0, 0, 1].long()])


def test_shares_count_what_was_asked_for_and_no_colour_that_was_not():
    oracle = Oracle(MobileNetV2(), tuple("abcdefg"), hidden=4)
    pictures = torch.zeros(4, 2, 2, 3)
    pictures[:, 0, 0, 0] = torch.tensor([0.0, 1.0, 2.0, 3.0])
    pictures[:, 0, 0, 1] = torch.tensor([0.0, 1.0, 2.0, 3.0])
    colors = [COLORS[0], COLORS[5], None, COLORS[3]]
    found = share_right(oracle, pictures, [{"a"}, {"b", "z"}, {"d"}, {"a"}], colors)
    assert found["top1"] == 0.5
    assert found["top5"] >= 0.75
    assert found["color"] == pytest.approx(2 / 3)
    assert found["count"] == 4


def test_picture_features_are_one_row_a_picture():
    torch.manual_seed(0)
    network = MobileNetV2().eval().requires_grad_(False)
    pictures = torch.rand(3, 32, 32, 3) * 2 - 1
    features = picture_features(network, pictures, batch=2)
    assert features.shape == (3, 160)
    torch.testing.assert_close(features[2:], picture_features(network, pictures[2:]), atol=1e-5, rtol=1e-4)
