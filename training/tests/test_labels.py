"""Label models: sampled level by level as in one go, together as alone."""

from __future__ import annotations

import pytest
import torch
from small_models import CLIP, PICTURE, relative_error, small_dit
from test_flow import LEVELS, SEED, SYNC, label

from dcs.dit import Condition, time_features
from dcs.flow import Sampler, label_conditions, sample_joint
from dcs.geometry import Grid


@torch.no_grad()
@pytest.mark.parametrize("grid", [PICTURE, CLIP], ids=["picture", "clip"])
def test_a_label_model_grows_level_by_level_what_it_makes_in_one_go(grid: Grid) -> None:
    dit = small_dit(text_width=0, classes=5)
    prompt, empty = label_conditions(dit, [3])
    progressive = Sampler(dit, grid, prompt, empty, SEED, 4, 3.0, SYNC).advance(LEVELS)
    *_, joint = sample_joint(dit, grid, prompt, empty, SEED, LEVELS, 4, 3.0)
    assert relative_error(progressive, joint) < 1e-4
    others = [Sampler(dit, grid, *label_conditions(dit, [i]), SEED, 4, 3.0, SYNC).advance(LEVELS) for i in (0, 4)]
    assert all(relative_error(progressive, other) > 0.01 for other in others)


@torch.no_grad()
def test_several_labels_are_sampled_together_as_each_alone() -> None:
    dit, labels, seeds = small_dit(text_width=0, classes=5), [4, 0, 3], [7, 8, 9]
    together = Sampler(dit, PICTURE, *label_conditions(dit, labels), seeds, 4, 3.0, "clean-context").advance(2)
    for row, (index, seed) in enumerate(zip(labels, seeds, strict=True)):
        alone = Sampler(dit, PICTURE, *label_conditions(dit, [index]), seed, 4, 3.0, "clean-context").advance(2)
        assert relative_error(together[row : row + 1], alone) < 1e-4


@torch.no_grad()
def test_a_row_over_the_classes_is_the_label_it_points_at() -> None:
    dit = small_dit(text_width=0, classes=5)
    features = time_features(torch.tensor([[0.3]]))
    for index in (0, 4, 5):
        row = Condition(label=torch.eye(6)[[index]])
        assert relative_error(dit.conditioning(features, row), dit.conditioning(features, label(index))) < 1e-6


@pytest.mark.parametrize(("classes", "wrong"), [(5, 5), (5, -1), (0, 0)])
def test_a_label_that_is_not_there_is_refused(classes: int, wrong: int) -> None:
    dit = small_dit(text_width=0 if classes else 16, classes=classes)
    with pytest.raises(ValueError, match="labels are 0 to 4 here" if classes else "this model takes text"):
        label_conditions(dit, [0, wrong])
