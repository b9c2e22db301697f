"""The feature network against the original weights and a separate run of the same graph."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from dcs.perceptual import SOURCES_DIR, Convolution, FlatTable, MobileNetV2, find_tflite, load_backbone

GOLDEN = json.loads((Path(__file__).parent / "golden" / "perceptual.json").read_text(encoding="ascii"))
needs_sources = pytest.mark.skipif(
    not (SOURCES_DIR / "node_modules" / "@mediapipe").is_dir(),
    reason="run `npm ci` in training/sources for the weights",
)


def wave_picture() -> torch.Tensor:
    """37 x 45 pixels, so that both paddings of SAME occur at every stride."""
    i, j = torch.meshgrid(torch.arange(37.0), torch.arange(45.0), indexing="ij")
    return torch.stack([torch.sin(0.3 * i + 0.1 * j), torch.cos(0.2 * j), torch.sin(0.05 * i * j)], dim=-1)[None]


@needs_sources
def test_the_weights_are_those_of_the_package():
    digest = hashlib.sha256()
    for values in load_backbone().state_dict().values():
        digest.update(values.numpy().astype("<f4").tobytes())
    assert digest.hexdigest() == GOLDEN["weights_sha256"]


@needs_sources
def test_every_tap_equals_a_separate_run_of_the_graph():
    maps = load_backbone()(wave_picture(), tuple(range(19)))
    assert len(maps) == len(GOLDEN["taps"])
    for found, expected in zip(maps, GOLDEN["taps"], strict=True):
        assert list(found.shape[1:]) == expected["shape"]
        assert float(found.mean()) == pytest.approx(expected["mean"], rel=1e-3, abs=1e-4)
        assert float(found.square().mean().sqrt()) == pytest.approx(expected["rms"], rel=1e-4)
        assert found[0, :4, 0, 0].tolist() == pytest.approx(expected["first"], rel=1e-3, abs=1e-3)


def test_a_tap_does_not_depend_on_which_others_are_asked_for():
    torch.manual_seed(0)
    network = MobileNetV2().eval()
    pictures = torch.rand(2, 32, 32, 3) * 2 - 1
    early, late = network(pictures, (3, 18))
    torch.testing.assert_close(network(pictures, (3,))[0], early)
    torch.testing.assert_close(network(pictures)[0], late)
    assert early.shape == (2, 24, 8, 8)
    assert late.shape == (2, 1280, 1, 1)


def test_same_padding_gives_the_missing_row_to_the_bottom():
    layer = Convolution(1, 1, 3, 2)
    torch.nn.init.ones_(layer.weight)
    torch.nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # the layer has a bias
    x = torch.ones(1, 1, 4, 4)
    expected = F.conv2d(F.pad(x, (0, 1, 0, 1)), layer.weight, layer.bias, stride=2)
    torch.testing.assert_close(layer(x), expected)


def test_fields_of_a_flatbuffer_table_are_read_and_absent_ones_are_empty():
    # vtable: 10 bytes, table of 12, fields 0 (int32), 1 (absent), 2 (vector of bytes)
    vtable = struct.pack("<5H", 10, 12, 4, 0, 8) + b"\0\0"
    data = vtable + struct.pack("<iiI", len(vtable), -7, 4) + struct.pack("<I", 3) + b"abc"
    table = FlatTable(data, len(vtable))
    assert table.scalar(0, "i") == -7
    assert table.scalar(1, "i") == 0
    assert table.raw(2) == b"abc"
    assert table.raw(1) == b""
    assert table.integers(9) == ()


def test_assets_without_a_model_are_refused():
    with pytest.raises(ValueError, match="npm ci"):
        find_tflite(b"no model here")
