"""Clips: the right frame at any time, exact compositing, segments that end together, true captions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dcs.animations import (
    AnimatedScene,
    Animation,
    AnimationAtlas,
    animation_caption,
    render_animations,
    sample_animated_scene,
)
from dcs.concepts import load_concepts
from dcs.geometry import tail_frames
from dcs.motion import segment_times
from dcs.scenes import Background, CoordMode, Scene, Sticker, is_held_out, render_scenes
from dcs.sprites import SpriteAtlas

CONCEPTS = load_concepts()
ROCKET, HEART, CAT = (next(c.id for c in CONCEPTS.concepts if c.name == n) for n in ("rocket", "red heart", "cat"))
ALL_PT = range(1, 11)  # 6 to 60 fps at kt = 6
KT = 6


def frame_color(row: int) -> tuple[int, int, int, int]:
    """Premultiplied, with an alpha of its own."""
    alpha = 255 - row
    return row % alpha, (7 * row) % alpha, (11 * row) % alpha, alpha


def write_store(folder: Path, clips: list[dict[str, object]], count: int) -> AnimationAtlas:
    colors = np.array([frame_color(row) for row in range(count)], np.uint8)
    for px in (16, 32):
        pixels = np.broadcast_to(colors[:, None, None], (count, px, px, 4))
        (folder / f"level-{px}.rgba").write_bytes(pixels.tobytes())
    index = {"version": 1, "levels": {"16": count, "32": count}, "clips": clips}
    (folder / "index.json").write_text(json.dumps(index))
    return AnimationAtlas.open(folder)


@pytest.fixture
def atlas(tmp_path: Path) -> AnimationAtlas:
    noto = {"style": "noto-animated", "fps": 60}
    clips: list[dict[str, object]] = [
        {**noto, "concept": ROCKET, "name": "rocket", "loops": True, "rows": [*range(40), *range(20)]},
        {**noto, "concept": HEART, "name": "red heart", "loops": False, "rows": list(range(40, 70))},
        {"concept": "rain", "style": "meteocons", "name": "rain", "fps": 30, "loops": True, "rows": list(range(70, 91))},
    ]  # fmt: skip
    return write_store(tmp_path, clips, 91)


def scene_of(concept: str, style: str = "noto-animated", kind: str = "solid", **placement: float) -> AnimatedScene:
    background = Background(kind, "blue", (0.2, 0.4, 0.8), (0.9, 0.5, 0.1))  # pyright: ignore[reportArgumentType] # a literal
    where = {"cx": 0.5, "cy": 0.5, "size": 0.6, "rotation_deg": 0.0, **placement}
    return AnimatedScene(Scene(background, (Sticker(concept, style, **where),), 8, 8, caption_seed=1), start_s=0.0)


def test_a_frame_is_the_last_at_or_before_its_time(atlas: AnimationAtlas) -> None:
    clip = atlas.clip(ROCKET, "noto-animated")
    assert clip.frames_at([0.0, 0.016, 1 / 60, 0.99]).tolist() == [0, 0, 1, 59]
    np.testing.assert_array_equal(clip.frames_at(np.arange(60) / 60), np.arange(60))
    pixels = atlas.frames_at(clip, [0.0, 41 / 60], 16)
    assert pixels.shape == (2, 16, 16, 4) and pixels.dtype == np.uint8
    assert pixels[1, 3, 5].tolist() == list(frame_color(1))


def test_a_loop_goes_on_and_a_cut_clip_stands_still(atlas: AnimationAtlas) -> None:
    assert atlas.clip(ROCKET, "noto-animated").frames_at([1.0, 2.5]).tolist() == [0, 30]
    assert atlas.clip(HEART, "noto-animated").frames_at([0.5, 9.0]).tolist() == [29, 29]


def test_bad_requests_say_what_is_wrong(atlas: AnimationAtlas, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"start at 0 s, got -0\.1 s"):
        atlas.clip(ROCKET, "noto-animated").frames_at([-0.1])
    with pytest.raises(KeyError, match="no clip of 1f680 in style meteocons"):
        atlas.clip(ROCKET, "meteocons")
    with pytest.raises(KeyError, match=r"\[16, 32\] px, not at 64"):
        atlas.frames_at(atlas.clips[0], [0.0], 64)
    with pytest.raises(FileNotFoundError, match=r"node render-clips\.mjs"):
        AnimationAtlas.open(tmp_path / "nowhere")
    (tmp_path / "index.json").write_text('{"version": 7}')
    with pytest.raises(ValueError, match="has version 7, expected 1"):
        AnimationAtlas.open(tmp_path)


@given(segments=st.integers(1, 20), fps=st.sampled_from((24.0, 30.0, 60.0)), start=st.integers(0, 90))
def test_segments_end_with_the_same_frame_at_every_frame_rate(segments: int, fps: float, start: int) -> None:
    clip = Animation(ROCKET, "noto-animated", "rocket", fps, True, np.arange(97))
    ends = {tuple(clip.frames_at(segment_times(segments, pt, KT)[pt - 1 :: pt] + start / fps)) for pt in ALL_PT}
    assert len(ends) == 1


@given(segments=st.integers(1, 8), pt=st.integers(1, 5), factor=st.integers(1, 4))
def test_frames_of_a_lower_rate_are_those_the_tail_rule_keeps(segments: int, pt: int, factor: int) -> None:
    high = segment_times(segments, pt * factor, KT)
    kept = high[tail_frames(len(high), factor)]
    np.testing.assert_allclose(kept, segment_times(segments, pt, KT), rtol=1e-12)
    explicit = [(g + (j + 1) / pt) / KT for g in range(segments) for j in range(pt)]
    np.testing.assert_allclose(segment_times(segments, pt, KT), explicit, rtol=1e-12)


def pictures_of(atlas: AnimationAtlas, animated: AnimatedScene, pt: int, px: int = 24) -> torch.Tensor:
    return render_animations([animated], segment_times(3, pt, KT), px, px, atlas)[0]


def test_rendered_segments_end_with_the_same_picture_at_every_frame_rate(atlas: AnimationAtlas) -> None:
    animated = replace(scene_of(ROCKET), start_s=7 / 60)
    ends = [pictures_of(atlas, animated, pt)[pt - 1 :: pt] for pt in ALL_PT]
    assert ends[0].shape == (3, 24, 24, 3)
    assert not torch.equal(ends[0][0], ends[0][1])
    for other in ends[1:]:
        assert torch.equal(other, ends[0])


def expected_inside(background: NDArray[np.float64], row: int) -> NDArray[np.float64]:
    red, green, blue, alpha = frame_color(row)
    return np.array([red, green, blue]) / 255 + background * (1 - alpha / 255)


def test_alpha_is_composited_exactly(atlas: AnimationAtlas) -> None:
    video = pictures_of(atlas, scene_of(HEART), pt=10)
    background = np.array([0.2, 0.4, 0.8])
    for t in range(30):  # the clip stands still on its last frame, row 69
        inside = expected_inside(background, min(41 + t, 69))
        np.testing.assert_allclose(video[t, 12, 12], inside * 2 - 1, atol=1e-6)
        np.testing.assert_allclose(video[t, 0, 0], background * 2 - 1, atol=1e-6)


def test_a_gradient_shows_through(atlas: AnimationAtlas) -> None:
    video = pictures_of(atlas, scene_of(HEART, kind="vertical"), pt=1)
    for y in (8, 15):
        mix = (y + 0.5) / 24
        behind = np.array([0.2, 0.4, 0.8]) * (1 - mix) + np.array([0.9, 0.5, 0.1]) * mix
        np.testing.assert_allclose(video[0, y, 12], expected_inside(behind, 50) * 2 - 1, atol=1e-6)


@pytest.mark.parametrize("mode", ["center", "corner"])
def test_a_clip_is_resampled_as_a_sticker_is(tmp_path: Path, mode: CoordMode) -> None:
    noise = np.random.Generator(np.random.Philox(1)).integers(0, 256, (2, 32, 32, 4), np.uint8)
    (tmp_path / "level-32.rgba").write_bytes(noise.tobytes())
    index = {"version": 1, "levels": {"32": 2}, "clips": [
        {"concept": CAT, "style": "noto", "name": "cat", "fps": 6, "loops": True, "rows": [1, 0]}
    ]}  # fmt: skip
    (tmp_path / "index.json").write_text(json.dumps(index))
    animated = scene_of(CAT, "noto", cx=0.45, size=0.8, rotation_deg=20.0)
    video = render_animations([animated], segment_times(1, 1, 6), 40, 40, AnimationAtlas.open(tmp_path), mode)
    still = SpriteAtlas(tmp_path, {(CAT, "noto"): 0}, {32: noise})
    torch.testing.assert_close(video[0], render_scenes([animated.scene], 40, 40, still, mode))


def test_scenes_are_reproducible_and_keep_the_splits_apart(atlas: AnimationAtlas) -> None:
    scenes = [sample_animated_scene(4, i, atlas, aspect="any") for i in range(40)]
    assert scenes == [sample_animated_scene(4, i, atlas, aspect="any") for i in range(40)]
    train = {clip.concept for clip in atlas.of_split("train")}
    assert {animated.scene.stickers[0].concept for animated in scenes} == train
    assert train.isdisjoint(clip.concept for clip in atlas.of_split("heldout"))
    for animated in scenes:
        sticker = animated.scene.stickers[0]
        assert sticker.size / 2 <= sticker.cx + 1e-9 and sticker.cx <= animated.scene.width - sticker.size / 2 + 1e-9
        assert sticker.size / 2 <= sticker.cy + 1e-9 and sticker.cy <= animated.scene.height - sticker.size / 2 + 1e-9
        assert animated.start_s == 0 or atlas.clip(sticker.concept, sticker.style).loops


def test_a_split_without_clips_is_refused(tmp_path: Path) -> None:
    empty = write_store(tmp_path, [], 1)
    with pytest.raises(ValueError, match="no clips of the split train"):
        sample_animated_scene(1, 1, empty)


def test_about_one_concept_in_ten_is_held_out() -> None:
    recommended = CONCEPTS.recommended()
    held_out = [concept for concept in recommended if is_held_out(concept.id, "clips")]
    assert 0.06 < len(held_out) / len(recommended) < 0.14


def test_captions_name_the_thing_the_motion_and_the_background(atlas: AnimationAtlas) -> None:
    captions = {animation_caption(scene_of(ROCKET), atlas, CONCEPTS, seed) for seed in range(400)}
    assert "an animated rocket on a blue background" in captions
    assert all("animated" in text or "moving" in text for text in captions)
    assert any("noto style" in text for text in captions) and any("blue" not in text for text in captions)
    assert all(text == text.lower().strip() and "  " not in text for text in captions)
    assert not any(text.startswith(("a animated", "an noto", "an moving")) for text in captions)


def test_captions_of_weather_icons_speak_of_icons(atlas: AnimationAtlas) -> None:
    captions = {animation_caption(scene_of("rain", "meteocons"), atlas, CONCEPTS, seed) for seed in range(200)}
    assert "an animated rain weather icon on a blue background" in captions
    assert all("rain icon" in text or "rain weather icon" in text for text in captions)
