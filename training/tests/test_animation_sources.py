"""What renders clips: SMIL at a time, Lottie through Skottie, and the store both end in."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest

from dcs.animations import AnimationAtlas

ICONS = {"rain": (7, True), "clear-day": (40, False)}  # frames at 10 fps and whether they are a whole loop
SOURCES = Path(__file__).resolve().parents[1] / "sources"


def run_node(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("node")
    assert program, "node is not on PATH; rendering clips needs Node 20"
    return subprocess.run([program, *arguments], cwd=SOURCES, capture_output=True, text=True, check=False)


def node(*arguments: str) -> str:
    run = run_node(*arguments)
    assert run.returncode == 0, run.stderr
    return run.stdout


def evaluate(expression: str) -> object:
    """The value of a JavaScript expression that may use what smil.mjs exports."""
    code = f"import * as smil from './smil.mjs'; console.log(JSON.stringify({expression}))"
    return json.loads(node("--input-type=module", "-e", code))


def at(svg: str, *seconds: float) -> object:
    return evaluate(f"{list(seconds)}.map((t) => smil.readSmil({json.dumps(svg)}).at(t))")


def test_values_are_interpolated_and_repeat() -> None:
    svg = '<svg><path d="M0 0"><animate attributeName="opacity" dur="2s" repeatCount="indefinite" values="0;1;0"/></path></svg>'
    assert at(svg, 0, 0.5, 1, 1.5, 2.5) == [
        f'<svg><path d="M0 0" opacity="{opacity}"></path></svg>' for opacity in ("0", "0.5", "1", "0.5", "0.5")
    ]


def test_begin_key_times_additive_transforms_and_colours() -> None:
    turn = 'from="0 32 32" repeatCount="indefinite" to="360 32 32" type="rotate"'
    animation = f'<animateTransform additive="sum" attributeName="transform" begin="-1s" dur="4s" {turn}/>'
    shifted = f'<svg><g transform="scale(2)">{animation}</g></svg>'
    assert at(shifted, 0) == ['<svg><g transform="scale(2) rotate(90 32 32)"></g></svg>']
    stops = 'keyTimes="0;.2;1" repeatCount="indefinite" type="translate" values="0 0;10 -10;10 -10"'
    timed = f'<svg><g><animateTransform attributeName="transform" dur="1s" {stops}/></g></svg>'
    assert at(timed, 0.1, 0.6) == [f'<svg><g transform="translate({v})"></g></svg>' for v in ("5 -5", "10 -10")]
    color = '<svg><g><animate attributeName="stroke" dur="1s" repeatCount="indefinite" values="#fff; #000000"/></g></svg>'
    assert at(color, 0.5) == ['<svg><g stroke="rgb(128,128,128)"></g></svg>']


def test_splines_ease() -> None:
    linear, eased = evaluate("[smil.easeSpline([0, 0, 1, 1], 0.3), smil.easeSpline([0.42, 0, 0.58, 1], 0.25)]")  # pyright: ignore[reportGeneralTypeIssues] # two numbers
    assert linear == pytest.approx(0.3, abs=1e-6)
    assert eased == pytest.approx(0.1292, abs=1e-3)  # CSS ease-in-out at a quarter


def test_loops_end_where_all_periods_meet() -> None:
    assert evaluate("[[2, 3], [0.7], [45, 3], []].map((p) => smil.commonPeriod(p, 6) ?? null)") == [6, 0.7, None, 0.001]


def test_what_is_not_read_is_refused() -> None:
    code = "import * as smil from './smil.mjs'; try { smil.readSmil('<svg><set/></svg>') } catch (e) { console.log(e.message) }"
    assert "does not read <set>" in node("--input-type=module", "-e", code)
    code = "import * as smil from './smil.mjs'; try { smil.readSeconds('x1.end') } catch (e) { console.log(e.message) }"
    assert '"x1.end" is no SMIL clock value' in node("--input-type=module", "-e", code)


def sliding_square() -> str:
    """A Lottie of a 20 px red square that slides from x = 20 to x = 80 of 100 px in 30 frames at 60 fps."""
    fixed = {"a": 0}
    position = {"a": 1, "k": [{"t": 0, "s": [20, 50], "o": {"x": 0, "y": 0}, "i": {"x": 1, "y": 1}}, {"t": 30, "s": [80, 50]}]}
    transform = {
        "o": {**fixed, "k": 100}, "r": {**fixed, "k": 0}, "p": position,
        "a": {**fixed, "k": [0, 0]}, "s": {**fixed, "k": [100, 100]},
    }  # fmt: skip
    shapes = [
        {"ty": "rc", "p": {**fixed, "k": [0, 0]}, "s": {**fixed, "k": [20, 20]}, "r": {**fixed, "k": 0}},
        {"ty": "fl", "c": {**fixed, "k": [1, 0, 0, 1]}, "o": {**fixed, "k": 100}},
    ]
    layer = {"ty": 4, "ip": 0, "op": 30, "st": 0, "ks": transform, "shapes": shapes}
    return json.dumps({"v": "5.5.7", "fr": 60, "ip": 0, "op": 30, "w": 100, "h": 100, "layers": [layer]})


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> AnimationAtlas:
    folder = tmp_path_factory.mktemp("clips")
    lottie = folder / "1f680" / "lottie.json"
    lottie.parent.mkdir()
    lottie.write_text(sliding_square())
    archive = folder / "art.tar.xz"
    with tarfile.open(archive, "w:xz") as tar:
        tar.add(lottie, "art/1f680/lottie.json")
    chosen = ",".join(("1f680", *ICONS))
    node("render-clips.mjs", "--out", str(folder), "--lottie", str(archive), "--concepts", chosen, "--weather-fps", "10")
    return AnimationAtlas.open(folder)


def center_of_mass(frame: np.ndarray) -> tuple[float, float]:
    """(x, y) of the alpha, as a share of the frame."""
    alpha = frame[..., 3].astype(np.float64)
    places = (np.arange(len(alpha)) + 0.5) / len(alpha)
    return float((alpha.sum(0) * places).sum() / alpha.sum()), float((alpha.sum(1) * places).sum() / alpha.sum())


def test_lottie_is_rendered_at_its_time_and_place(rendered: AnimationAtlas) -> None:
    clip = rendered.clip("1f680", "noto-animated")
    assert (clip.fps, clip.loops, len(clip.rows)) == (60, True, 30)
    for t in (0.0, 0.1, 0.4):
        for px in (128, 32):
            frame = rendered.frames_at(clip, [t], px)[0]
            x, y = center_of_mass(frame)
            assert x == pytest.approx(0.04 + 0.92 * (0.2 + 0.6 * t / 0.5), abs=0.004)
            assert y == pytest.approx(0.5, abs=0.004)
            assert frame[..., 3].sum() / 255 / px**2 == pytest.approx((0.2 * 0.92) ** 2, rel=0.02)
            np.testing.assert_array_equal(frame[..., 0], frame[..., 3])  # red, premultiplied


def test_weather_icons_move_and_are_premultiplied(rendered: AnimationAtlas) -> None:
    icons = [clip for clip in rendered.clips if clip.style == "meteocons"]
    assert {clip.concept: (len(clip.rows), clip.loops) for clip in icons} == ICONS
    assert all(len(set(clip.rows.tolist())) > 3 for clip in icons)
    pixels = rendered.frames.levels[128]
    assert (pixels[..., :3] <= pixels[..., 3:]).all()


def test_smaller_levels_are_exact_averages(rendered: AnimationAtlas) -> None:
    large = rendered.frames.levels[128].astype(np.int64)
    for px in (64, 32, 16):
        factor = 128 // px
        sums = large.reshape(-1, px, factor, px, factor, 4).sum(axis=(2, 4))
        area = factor * factor
        np.testing.assert_array_equal(rendered.frames.levels[px], (sums + area // 2) // area)


def test_an_absent_archive_is_said_and_skipped(tmp_path: Path) -> None:
    missing = ("render-clips.mjs", "--out", str(tmp_path), "--lottie", "/nowhere.tar.xz", "--weather-fps", "2")
    output = node(*missing, "--concepts", "rain")
    assert "skipped the Noto animated emoji: /nowhere.tar.xz does not exist." in output
    assert [clip.concept for clip in AnimationAtlas.open(tmp_path).clips] == ["rain"]
    run = run_node(*missing, "--concepts", "1f680")
    assert run.returncode != 0 and "nothing was rendered; no store was written" in run.stderr
    assert not (tmp_path / "index.json").exists()
