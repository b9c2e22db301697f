"""Cutting a drawing out, and the two answers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.classifier import (
    COLORS,
    CUT_OUT_PX,
    Features,
    PictureClassifier,
    cut_out,
    find_boxes,
    fit_background,
    load_classifier,
    save_classifier,
    soften,
)
from dcs.perceptual import MobileNetV2

CONCEPTS = ("1f34e", "1f680", "1f47b")


@pytest.fixture(scope="module")
def classifier() -> PictureClassifier:
    torch.manual_seed(0)
    return PictureClassifier(MobileNetV2(), CONCEPTS, hidden=16).eval()


def disc(x: float, y: float, radius: float, side: int = 64, slope: float = 0.0) -> torch.Tensor:
    """A yellow disc on a blue background that rises by `slope` per colour from top to bottom: (1,n,n,3)."""
    place = (torch.arange(side) + 0.5) / side * 2 - 1
    rows, columns = torch.meshgrid(place, place, indexing="ij")
    background = torch.tensor([-0.6, -0.2, 0.5]) + slope * rows[..., None]
    is_disc = ((columns - x) ** 2 + (rows - y) ** 2 < radius**2)[..., None]
    return torch.where(is_disc, torch.tensor([0.9, 0.8, -0.7]), background)[None]


@settings(max_examples=25, deadline=None)
@given(
    x=st.floats(-0.3, 0.3), y=st.floats(-0.3, 0.3), radius=st.floats(0.3, 0.6), slope=st.floats(-0.2, 0.2),
    side=st.sampled_from([48, 64, 96]),
)  # fmt: skip
def test_the_box_lies_around_the_drawing_wherever_it_is(x: float, y: float, radius: float, slope: float, side: int):
    fit = fit_background(disc(x, y, radius, side, slope))
    center_x, center_y, half = find_boxes(fit.distance)[0].tolist()
    pixel = 2 / side
    assert center_x == pytest.approx(x, abs=1.5 * pixel)
    assert center_y == pytest.approx(y, abs=1.5 * pixel)
    assert half == pytest.approx(1.06 * radius, abs=2 * pixel)


def test_a_cut_out_does_not_depend_on_place_size_or_background():
    pictures = torch.cat([disc(0.0, 0.0, 0.6), disc(0.3, -0.2, 0.35), disc(-0.2, 0.1, 0.5, slope=0.2)])
    cut = cut_out(pictures, fit_background(pictures))
    assert cut.shape == (3, CUT_OUT_PX, CUT_OUT_PX, 3)
    for other in cut[1:]:
        assert float((other - cut[0]).abs().mean()) < 0.08  # the soft edge is wider on an enlarged drawing
    assert float(cut[:, 48, 48].sub(torch.tensor([0.9, 0.8, -0.7])).abs().max()) < 0.05
    assert float(cut[:, :4, :4].abs().max()) < 0.02  # the corners are grey


def test_the_background_is_fitted_although_the_drawing_touches_the_border():
    picture = disc(0.0, 0.9, 0.5, slope=0.1)  # over a quarter of the lower border
    fit = fit_background(picture)
    assert float((fit.background[0, 0, 0] - picture[0, 0, 0]).abs().max()) < 0.03
    assert float(fit.coefficients[0, 0].sub(torch.tensor([-0.6, -0.2, 0.5])).abs().max()) < 0.05


def test_an_empty_picture_keeps_its_whole_frame():
    flat = torch.full((2, 64, 64, 3), 0.3)
    flat[1, 30, 30] = -1.0  # a speck
    assert find_boxes(fit_background(flat).distance).tolist() == [[0.0, 0.0, 1.0]] * 2


def test_answers_have_a_score_for_every_concept_and_colour_and_do_not_depend_on_the_batch(classifier: PictureClassifier):
    pictures = torch.cat([disc(0.1 * i, 0.0, 0.4) for i in range(5)])
    answer = classifier.answer(pictures, batch=2)
    assert answer.concepts.shape == (5, len(CONCEPTS))
    assert answer.colors.shape == (5, len(COLORS))
    alone = classifier.answer(pictures[3:4])
    torch.testing.assert_close(answer.concepts[3:4], alone.concepts, atol=1e-4, rtol=1e-3)


def test_only_the_heads_are_trained(classifier: PictureClassifier):
    trained = {name.split(".")[0] for name, p in classifier.named_parameters() if p.requires_grad}
    assert trained == {"concept_head", "color_head"}


def test_the_colour_answer_does_not_look_at_the_drawing(classifier: PictureClassifier):
    pictures = torch.cat([disc(0, 0, 0.3), disc(0, 0, 0.7)])
    colors = classifier.answer(pictures).colors
    torch.testing.assert_close(colors[0], colors[1], atol=1e-3, rtol=1e-3)


def test_heads_learn_separable_features(classifier: PictureClassifier):
    torch.manual_seed(0)
    drawing = torch.randn(96, classifier.concept_head.mean.numel())
    concepts = torch.arange(96) % 3
    drawing[torch.arange(96), concepts] += 12
    features = Features(drawing, torch.randn(96, 12))
    learner = PictureClassifier(MobileNetV2(), CONCEPTS, hidden=16).eval()
    learner.concept_head.standardise_by(drawing)
    optimizer = torch.optim.Adam(learner.concept_head.parameters(), lr=1e-2)
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(learner(features).concepts, concepts)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float((learner(features).concepts.argmax(1) == concepts).float().mean()) > 0.95


def test_accepted_answers_are_a_row_of_flags_for_each_picture(classifier: PictureClassifier):
    assert classifier.accepted([{"1f680"}, {"1f34e", "1f47b"}, {"0000"}]).tolist() == [
        [False, True, False],
        [True, False, True],
        [False, False, False],
    ]


def test_a_classifier_reads_what_it_wrote(classifier: PictureClassifier, tmp_path: Path):
    classifier.concept_head.standardise_by(torch.randn(8, classifier.concept_head.mean.numel()))
    save_classifier(tmp_path / "run" / "classifier.pt", classifier)
    again = load_classifier(tmp_path / "run" / "classifier.pt", classifier.backbone)
    pictures = disc(0, 0, 0.5)
    torch.testing.assert_close(again.answer(pictures).concepts, classifier.answer(pictures).concepts)
    assert again.concepts == CONCEPTS


def test_a_missing_classifier_says_how_to_make_it(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="train_classifier"):
        load_classifier(tmp_path / "none.pt", MobileNetV2())


def test_softening_keeps_the_picture_recognisable_and_is_the_same_for_the_same_seed():
    pictures = torch.cat([disc(0, 0, 0.5)] * 12)
    softened = soften(pictures, torch.Generator().manual_seed(3))
    assert softened.shape == pictures.shape
    torch.testing.assert_close(softened, soften(pictures, torch.Generator().manual_seed(3)))
    errors = (softened - pictures).square().mean((1, 2, 3))
    assert float(errors.max()) < 0.05
    assert len({round(float(e), 4) for e in errors}) > 3
