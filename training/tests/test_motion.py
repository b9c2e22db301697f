"""Clips of sticker world: exact at any time and rate, split like scenes, captions that are true."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dcs.clip_captions import ACTIONS, clip_caption, plural
from dcs.concepts import load_concepts
from dcs.motion import (
    MOTION_WEIGHTS,
    PERIODS_S,
    RULES,
    Clip,
    Motion,
    MotionKind,
    plain_clip,
    sample_clip,
    scene_at,
    segment_times,
)
from dcs.scenes import Background, Scene, Sticker, is_held_out

KINDS = list(MOTION_WEIGHTS)
WHITE = (1.0, 1.0, 1.0)
STICKER = Sticker("1f34e", "noto", cx=0.5, cy=0.5, size=0.4, rotation_deg=0.0)


def clip_of(kind: MotionKind, period_s: float = 1.0, phase: float = 0.0) -> Clip:
    scene = Scene(Background("solid", "white", WHITE, WHITE), (STICKER,), 8, 8, caption_seed=0)
    return Clip(scene, Motion(kind, period_s, phase))


def sticker_at(clip: Clip, time_s: float) -> Sticker:
    return scene_at(clip, time_s).stickers[0]


def test_the_last_frame_of_a_segment_has_the_same_time_at_every_rate() -> None:
    ends = [segment_times(5, pt, 4)[pt - 1 :: pt] for pt in (1, 2, 3, 6, 15)]
    assert all(torch.equal(end, torch.arange(1, 6) / 4) for end in ends)
    assert torch.equal(segment_times(1, 6, 4)[1::2], segment_times(1, 3, 4))


@pytest.mark.parametrize("kind", KINDS)
@given(st.floats(0, 3), st.floats(0, 1))
def test_every_motion_repeats_after_its_period(kind: MotionKind, time_s: float, phase: float) -> None:
    clip = clip_of(kind, 0.75, phase)
    now, later = sticker_at(clip, time_s), sticker_at(clip, time_s + 0.75)
    turned = (later.rotation_deg - now.rotation_deg) % 360
    assert min(turned, 360 - turned) < 1e-6
    if kind in ("grow", "shrink", "slide left", "slide right", "rain"):
        return  # they jump at the end of a turn, where rounding decides the side
    for name in ("cx", "cy", "size", "opacity"):
        assert getattr(now, name) == pytest.approx(getattr(later, name), abs=1e-6)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "still"])
def test_every_motion_but_still_moves(kind: MotionKind) -> None:
    clip = clip_of(kind)
    assert len({sticker_at(clip, time_s) for time_s in (0.1, 0.2, 0.35)}) == 3
    assert sticker_at(clip_of("still"), 0.1) == sticker_at(clip_of("still"), 0.7)


def test_opposite_motions_are_opposite() -> None:
    right, left = (clip_of(kind) for kind in ("slide right", "slide left"))
    assert sticker_at(right, 0.1).cx > STICKER.cx > sticker_at(left, 0.1).cx
    assert sticker_at(clip_of("grow"), 0.6).size > sticker_at(clip_of("grow"), 0.3).size
    assert sticker_at(clip_of("shrink"), 0.6).size < sticker_at(clip_of("shrink"), 0.3).size
    assert sticker_at(clip_of("rain"), 0.1).cy > STICKER.cy


def test_what_bounces_and_circles_stays_on_the_canvas() -> None:
    for kind in ("bounce", "orbit"):
        for i in range(20):
            sticker = sticker_at(clip_of(kind), i / 20)
            reach = sticker.size / 2
            assert reach - 0.03 <= sticker.cx <= 1.03 - reach and reach - 0.03 <= sticker.cy <= 1.03 - reach


@pytest.mark.parametrize("kind", KINDS)
@given(st.floats(0, 1), st.floats(0.5, 3), st.sampled_from((1.0, 2.0)))
def test_a_plain_clip_does_what_its_words_say_whatever_its_phase_and_pace_were(
    kind: MotionKind, phase: float, period_s: float, duration_s: float
) -> None:
    clip = plain_clip(clip_of(kind, period_s, phase), duration_s)
    assert clip == plain_clip(clip_of(kind), duration_s)
    frames = [sticker_at(clip, duration_s * (i + 1) / 12) for i in range(12)]
    if kind in ("grow", "shrink"):
        sizes = [frame.size for frame in frames]
        assert sizes == sorted(sizes, reverse=kind == "shrink") and max(sizes) > 2 * min(sizes)
    elif kind in ("slide left", "slide right"):
        places = [frame.cx for frame in frames]
        assert places == sorted(places, reverse=kind == "slide left")
        assert {round(sticker_at(clip, 0).cx, 6), round(places[-1], 6)} == {0.25, 0.75}
    elif kind == "rain":
        heights = [scene_at(clip, time_s).stickers[1].cy for time_s in (0, 0.1)]
        assert len(scene_at(clip, 0).stickers) == 4 and heights[0] < heights[1]
    else:
        start = sticker_at(clip, 0)
        assert (start.opacity, start.rotation_deg) == (1.0, 0.0)


@pytest.mark.parametrize("kind", ["bounce", "spin", "pulse", "wobble", "fade", "orbit", "rain", "still"])
def test_a_plain_clip_of_what_comes_back_can_be_looped_after_two_seconds(kind: MotionKind) -> None:
    clip = plain_clip(clip_of(kind), 2.0)
    first, last = scene_at(clip, 0.0).stickers, scene_at(clip, 2.0).stickers
    for before, after in zip(first, last, strict=True):
        assert (after.cx, after.cy, after.size, after.opacity) == pytest.approx(
            (before.cx, before.cy, before.size, before.opacity)
        )
        assert math.cos(math.radians(after.rotation_deg - before.rotation_deg)) == pytest.approx(1)


def test_a_clip_is_a_function_of_its_arguments_and_keeps_the_splits_of_scenes() -> None:
    for i in range(60):
        train, held_out = sample_clip(3, i), sample_clip(3, i, "heldout_pairs")
        assert train == sample_clip(3, i)
        assert not any(is_held_out(s.concept, s.style) for s in train.scene.stickers)
        assert all(is_held_out(s.concept, s.style) for s in held_out.scene.stickers)
        low, high = PERIODS_S[train.motion.kind]
        assert low <= train.motion.period_s <= high
    assert {sample_clip(3, i).motion.kind for i in range(200)} == set(KINDS) == set(RULES)


def test_a_rain_shows_several_of_one_drawing() -> None:
    rains = [clip for clip in (sample_clip(4, i) for i in range(120)) if clip.motion.kind == "rain"]
    for clip in rains:
        assert 4 <= len(clip.scene.stickers) <= 7
        assert len({(s.concept, s.style, s.size) for s in clip.scene.stickers}) == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "still"])
def test_a_caption_says_the_motion(kind: MotionKind) -> None:
    clip, table = clip_of(kind), load_concepts()
    captions = {clip_caption(clip, table, seed) for seed in range(80)}
    words = ("rain", "falling") if kind == "rain" else ACTIONS[kind]
    assert all(any(word in caption for word in words) for caption in captions)
    assert len(captions) > 15
    others = {word for other, said in ACTIONS.items() if other != kind for word in said} - set(words)
    assert not any(f" {word} " in f" {caption} " for caption in captions for word in others)


def test_a_still_clip_may_say_nothing_of_it() -> None:
    captions = [clip_caption(clip_of("still"), load_concepts(), seed) for seed in range(80)]
    said = sum("still" in caption or "not moving" in caption for caption in captions)
    assert 20 < said < 60


@pytest.mark.parametrize(
    ("noun", "many"), [("cat", "cats"), ("box", "boxes"), ("cherry", "cherries"), ("toy", "toys"), ("sushi", "sushi")]
)
def test_plurals(noun: str, many: str) -> None:
    assert plural(noun) == many


def test_a_clip_is_a_scene_at_each_time() -> None:
    clip = clip_of("pulse")
    assert scene_at(clip, 0.0) == replace(clip.scene, stickers=(STICKER,))
