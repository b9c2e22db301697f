"""What measures clips: the classifier of motions learns from real clips, prompts ask for what real clips show."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from dcs.captions import spoken_names
from dcs.clip_prompts import SHEET, ClipPrompt, clip_of, drawn_clip_prompts
from dcs.concepts import load_concepts
from dcs.motion_classifier import FRAMES, KINDS, PX, MotionClassifier, load_motion_classifier, save_motion_classifier
from dcs.prompts import accepted_concepts


def moving_square(step_px: int) -> torch.Tensor:
    """(8,32,32,3): a white square on black that moves by `step_px` a frame."""
    clip = -torch.ones(FRAMES, PX, PX, 3)
    for frame in range(FRAMES):
        left = 12 + step_px * (frame - FRAMES // 2)
        clip[frame, 12:20, max(left, 0) : max(left + 8, 0)] = 1
    return clip


def test_it_learns_to_tell_left_from_right_on_any_colour() -> None:
    classifier = MotionClassifier(width=32)
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=3e-3)
    left, right, still = (KINDS.index(kind) for kind in ("slide left", "slide right", "still"))
    clips = torch.stack([moving_square(step) for step in (-3, -2, 2, 3, 0, 0)])
    wanted = torch.tensor([left, left, right, right, still, still])
    for _ in range(40):
        shade = torch.rand(6, 1, 1, 1, 3)
        loss = torch.nn.functional.cross_entropy(classifier(clips * shade), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    classifier.eval()
    assert classifier.kinds(clips * 0.7) == [KINDS[i] for i in wanted.tolist()]


def test_the_background_colour_says_nothing_of_the_motion() -> None:
    classifier = MotionClassifier(width=32).eval()
    clip = 0.3 * moving_square(2)[None]
    assert torch.allclose(classifier(clip), classifier(clip + 0.4), atol=1e-4)


def test_it_is_kept_and_read_back(tmp_path: Path) -> None:
    classifier, path = MotionClassifier().eval(), tmp_path / "motion.pt"
    with pytest.raises(FileNotFoundError, match="train_motion_classifier"):
        load_motion_classifier(path)
    save_motion_classifier(path, classifier)
    clip = moving_square(1)[None]
    assert torch.equal(load_motion_classifier(path)(clip), classifier(clip))


@pytest.mark.parametrize("prompt", [*SHEET, *drawn_clip_prompts(33, 5)], ids=lambda prompt: prompt.text)
def test_the_clip_of_a_prompt_shows_what_it_asks_for(prompt: ClipPrompt) -> None:
    clip = clip_of(prompt, seed=9, index=4)
    assert clip.motion.kind == prompt.motion
    assert clip.scene.background.color == prompt.picture.color
    assert {sticker.concept for sticker in clip.scene.stickers} <= accepted_concepts(prompt.picture)
    assert clip == clip_of(prompt, seed=9, index=4)


def test_drawn_prompts_take_every_motion_in_turn_and_name_their_thing() -> None:
    prompts, names = drawn_clip_prompts(22, 1), {n for c in load_concepts().recommended() for n in spoken_names(c)}
    moving = [kind for kind in KINDS if kind != "still"]
    assert sorted(p.motion for p in prompts) == sorted(2 * moving)
    assert all(p.picture.objects[0] in names for p in prompts)
    assert prompts == drawn_clip_prompts(22, 1) != drawn_clip_prompts(22, 2)
