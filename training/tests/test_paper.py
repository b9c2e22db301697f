"""The paper's choices, small: corner coordinates, full pixel attention, no extension, k = 16, labels; files against PyTorch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from dcs import paper
from dcs.config import paper_dit, paper_small_dit, paper_small_tok, paper_tok
from dcs.export import round_models, write_bundle
from dcs.graphs import Graph, Models
from dcs.parity import check_bundle, relative_difference

SIZE = "paper-small"
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bundles") / SIZE


@pytest.fixture(scope="module")
def graphs(folder: Path) -> list[Graph]:
    return write_bundle(folder, paper.random_models(SIZE), None, paper.description(SIZE))


@pytest.fixture(scope="module")
def models() -> Models:
    return round_models(paper.random_models(SIZE))


def test_every_file_equals_pytorch(folder: Path, graphs: list[Graph]) -> None:
    assert [graph.name for graph in graphs] == ["dit_step", "decoder_trunk", "depatchify", "tok_encoder", "attention_test"]
    assert max(check_bundle(folder, graphs).values()) < TOLERANCE


@pytest.mark.usefixtures("graphs")
@pytest.mark.parametrize(("levels", "px"), [(1, 64), (2, 48)])
def test_from_a_label_to_pixels_the_files_equal_pytorch(folder: Path, models: Models, levels: int, px: int) -> None:
    request = paper.Request(label=7, levels=levels, px=px)
    files, own = paper.draw_with_files(folder, SIZE, request), paper.draw_with_pytorch(models, request)
    assert own.zn.shape == (1, levels * 256, 16) and own.picture.shape == (px, px, 3)
    assert relative_difference(files.zn, own.zn) < TOLERANCE
    assert relative_difference(files.picture, own.picture) < TOLERANCE


@pytest.mark.usefixtures("graphs")
def test_the_manifest_tells_of_labels_levels_and_pixels(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    wanted = {"classes": 10, "levels": 8, "ditLevels": 4, "pixelAttention": "full", "coordMode": "corner", "measureBias": False}
    assert wanted.items() <= manifest["config"].items()
    assert "textWidth" not in manifest["config"] and manifest["tokenizer"] is None
    assert manifest["sampler"] == {"steps": 50, "guidance": 6.0, "timeShift": 1.0, "mode": "sync"}


def test_another_label_gives_another_picture(models: Models) -> None:
    one, other = (paper.draw_with_pytorch(models, paper.Request(label=label)).picture for label in (0, 9))
    assert relative_difference(one, other) > 0.01


def test_the_small_sizes_make_the_papers_choices() -> None:
    for small, whole, sizes in (
        (paper_small_tok(), paper_tok(), {"patch", "autoencoder"}),
        (paper_small_dit(), paper_dit(), {"blocks", "classes"}),
    ):
        differing = {name for name, value in vars(whole).items() if getattr(small, name) != value}
        assert differing == sizes


def test_the_papers_tokenizer_has_the_size_of_table_3() -> None:
    with torch.device("meta"):
        tok = paper.DCSTok(paper_tok())
    # 3 + 3 blocks of 256 and 12 + 12 of 768: attention 4 D^2 and SwiGLU 8 D^2, nearly
    assert sum(p.numel() for p in tok.parameters()) / 1e6 == pytest.approx(12 * (6 * 0.256**2 + 24 * 0.768**2), rel=0.01)


@pytest.mark.parametrize("px", [0, 16, 65])
def test_a_size_without_whole_patches_is_refused(px: int) -> None:
    with pytest.raises(ValueError, match="px must be a multiple of 16"):
        paper.Request(label=0, px=px)
