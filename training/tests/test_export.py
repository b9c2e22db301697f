"""The exported tiny bundle, as it is committed, against PyTorch; and the exporter itself."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx_ir
import pytest
import torch
from onnx import numpy_helper
from small_models import small_dit
from torch import nn

from dcs import golden, parity
from dcs.chain import BundleChain, encode_text
from dcs.config import tiny_tok
from dcs.export import (
    SMALLEST_EXTERNAL,
    Video,
    export_graph,
    move_weights_out,
    round_to_half,
    trace,
    video_entry,
    write_graph,
)
from dcs.flow import SamplerMode, sample_joint
from dcs.geometry import Grid, PatchSize
from dcs.graph_modules import flat
from dcs.graphs import Graph, Models, depatchifier_graphs, dit_step_graph, graphs
from dcs.parity import SIZES, BundleSessions, Sizes, largest_difference, random_inputs, relative_difference, run_torch
from dcs.text import TextTokenizer
from dcs.tiny import TIME_SHIFT, with_full_pixels, without_temporal_causality
from dcs.tok import DCSTok

TINY = Path(__file__).resolve().parents[2] / "public" / "models" / "tiny"
FULL = Path(__file__).parent / "golden" / "tiny-full"
TOLERANCE = 1e-4
MODES: tuple[SamplerMode, ...] = ("clean-context", "sync")

# Beside the sizes of the golden vectors: one token, one patch, one pixel, many of each, long contexts.
MORE_SIZES: dict[str, tuple[Sizes, ...]] = {
    "text_encoder": ({"B": 1, "S": 1}, {"B": 3, "S": 128}),
    "dit_step": (
        {"B": 1, "N": 1, "S": 1, "Nlow": 0},
        {"B": 1, "N": 16, "S": 32, "Nlow": 32},
        {"B": 2, "N": 120, "S": 9, "Nlow": 0},
        {"B": 2, "N": 40, "S": 9, "Nlow": 80},
    ),
    "decoder_trunk": (
        {"P": 1, "Nlow": 0, "Llow": 0},
        {"P": 40, "Nlow": 40, "Llow": 1},
        {"P": 16, "Nlow": 32, "Llow": 2},
    ),
    "depatchify_anchors": ({"P": 1, "L": 2}, {"P": 40, "L": 3}),
    "depatchify": ({"P": 1, "Q": 1, "L": 1}, {"P": 40, "Q": 16, "L": 2}),
    "tok_encoder": ({"P": 1, "Npix": 4}, {"P": 16, "Npix": 100}),
    "attention_test": ({"S": 1, "T": 1}, {"S": 100, "T": 33}),
}
RUNS = [(name, sizes) for table in (SIZES, MORE_SIZES) for name in table for sizes in table[name]]


@pytest.fixture(scope="module")
def models() -> Models:
    return golden.rounded_tiny_models()


@pytest.fixture(scope="module")
def by_name(models: Models) -> dict[str, Graph]:
    return {graph.name: graph for graph in graphs(models)}


@pytest.fixture(scope="module")
def sessions() -> BundleSessions:
    return BundleSessions(TINY)


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((TINY / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tokenizer() -> TextTokenizer:
    return TextTokenizer(json.loads((TINY / "tokenizer.json").read_text(encoding="utf-8")))


def chain(models: Models, sessions: BundleSessions, tokenizer: TextTokenizer, mode: SamplerMode, grid: Grid) -> BundleChain:
    return BundleChain(
        sessions,
        models.tok.config,
        models.dit.config,
        encode_text(sessions, tokenizer, golden.CHAIN_PROMPT),
        grid,
        golden.CHAIN_SEED,
        golden.CHAIN_STEPS,
        golden.CHAIN_GUIDANCE,
        mode,
        TIME_SHIFT,
    )


@pytest.mark.parametrize(("name", "sizes"), RUNS, ids=lambda value: str(value).replace(" ", ""))
def test_one_file_of_a_graph_equals_pytorch_at_every_size(
    by_name: dict[str, Graph], sessions: BundleSessions, name: str, sizes: Sizes
) -> None:
    inputs = random_inputs(by_name[name], sizes, seed=3)
    assert largest_difference(sessions.run(name, inputs), run_torch(by_name[name], inputs)) < TOLERANCE


@pytest.mark.parametrize("name", SIZES)
def test_every_output_depends_on_every_input(by_name: dict[str, Graph], sessions: BundleSessions, name: str) -> None:
    graph, sizes = by_name[name], SIZES[name][-1]
    inputs = random_inputs(graph, sizes, seed=3)
    unchanged = sessions.run(name, inputs)
    moved: set[str] = set()
    for changed in inputs:
        other = random_inputs(graph, sizes, seed=4)[changed] * (1.5 if changed in ("dt", "branch_weight") else 1)
        if changed == "position_ids":
            other = inputs[changed].flip(1)
        result = sessions.run(name, {**inputs, changed: other})
        now = {output for output in unchanged if not torch.equal(result[output], unchanged[output])}
        assert now, f"nothing depends on {changed}"
        moved |= now
    assert moved == set(unchanged)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("grid", [Grid(1, 4, 4), golden.CHAIN_GRID, Grid(1, 7, 4)], ids=str)
def test_from_prompt_to_pixels_the_files_equal_pytorch(
    models: Models, sessions: BundleSessions, tokenizer: TextTokenizer, mode: SamplerMode, grid: Grid
) -> None:
    picture = chain(models, sessions, tokenizer, mode, grid)
    sampler = golden.chain_sampler(models, tokenizer, mode, grid)
    for level in range(1, models.dit.config.levels + 1):
        expected = sampler.advance(level)
        assert relative_difference(picture.advance(level), expected) < TOLERANCE
        for side in (2, 4, 7):
            rgb = golden.decode_picture(models, expected, grid, side)
            assert relative_difference(picture.decode(side), rgb) < TOLERANCE


@pytest.mark.parametrize("mode", MODES)
def test_from_prompt_to_frames_the_files_equal_pytorch(
    models: Models, sessions: BundleSessions, tokenizer: TextTokenizer, mode: SamplerMode
) -> None:
    clip = chain(models, sessions, tokenizer, mode, golden.CLIP_GRID)
    sampler = golden.chain_sampler(models, tokenizer, mode, golden.CLIP_GRID)
    for level in range(1, models.dit.config.levels + 1):
        expected = sampler.advance(level)
        assert relative_difference(clip.advance(level), expected) < TOLERANCE
        for size in (*golden.CLIP_SIZES, PatchSize(1, 3)):
            frames = golden.decode_clip(models, expected, golden.CLIP_GRID, size)
            assert relative_difference(clip.decode_clip(size), frames) < TOLERANCE


@pytest.mark.parametrize("mode", MODES)
def test_segments_drawn_together_are_those_of_pytorch(
    models: Models, sessions: BundleSessions, tokenizer: TextTokenizer, mode: SamplerMode
) -> None:
    together, levels = without_temporal_causality(models), models.dit.config.levels
    found = chain(together, sessions, tokenizer, mode, golden.CLIP_GRID).advance(levels)
    expected = golden.chain_sampler(together, tokenizer, mode, golden.CLIP_GRID).advance(levels)
    assert relative_difference(found, expected) < TOLERANCE
    causal = golden.chain_sampler(models, tokenizer, mode, golden.CLIP_GRID).advance(levels)
    assert relative_difference(found, causal) > 0.01


def test_a_bundle_promises_clips_only_of_a_rate_and_a_model_that_the_engine_can_run(
    models: Models, manifest: dict[str, Any]
) -> None:
    assert manifest["config"]["video"] == {"maxSeconds": 4, "fps": 24}
    assert video_entry(None, models) == {}
    with pytest.raises(ValueError, match="fps must be a multiple of kt = 2, got 25"):
        video_entry(Video(2, 25), models)
    assert video_entry(Video(2), without_temporal_causality(models))["video"] == {
        "maxSeconds": 2,
        "fps": 24,
        "temporalCausal": False,
    }


def test_sync_generation_level_by_level_equals_joint_generation(
    models: Models, sessions: BundleSessions, tokenizer: TextTokenizer
) -> None:
    picture = chain(models, sessions, tokenizer, "sync", golden.CHAIN_GRID)
    progressive, joint = picture.advance(3), chain(models, sessions, tokenizer, "sync", golden.CHAIN_GRID).joint(3)
    assert relative_difference(progressive, joint) < TOLERANCE
    prompt, empty = golden.text_conditions(models, tokenizer, golden.CHAIN_PROMPT)
    settings = (golden.CHAIN_SEED, 3, golden.CHAIN_STEPS, golden.CHAIN_GUIDANCE, TIME_SHIFT)
    *_, in_torch = sample_joint(models.dit, golden.CHAIN_GRID, prompt, empty, *settings)
    assert relative_difference(joint, in_torch) < TOLERANCE


@pytest.mark.parametrize("mode", MODES)
def test_stopping_and_continuing_equals_going_straight_through_bit_by_bit(
    models: Models, sessions: BundleSessions, tokenizer: TextTokenizer, mode: SamplerMode
) -> None:
    stopped = chain(models, sessions, tokenizer, mode, golden.CHAIN_GRID)
    two = stopped.advance(2).clone()
    stopped.decode(4)
    three = stopped.advance(3)
    straight = chain(models, sessions, tokenizer, mode, golden.CHAIN_GRID).advance(3)
    assert torch.equal(three[:, : two.shape[1]], two)
    assert torch.equal(three, straight)


def test_levels_change_the_picture_and_modes_differ(models: Models, sessions: BundleSessions, tokenizer: TextTokenizer) -> None:
    pictures = []
    for mode in MODES:
        picture = chain(models, sessions, tokenizer, mode, golden.CHAIN_GRID)
        for level in (1, 2, 3):
            picture.advance(level)
            pictures.append(picture.decode(4))
    assert torch.allclose(pictures[0], pictures[3], atol=1e-5)  # level 1 has no context: both modes agree
    distinct = [*pictures[:3], *pictures[4:]]
    for i, one in enumerate(distinct):
        for other in distinct[:i]:
            assert relative_difference(one, other) > 0.01


def test_the_manifest_names_every_file_with_its_size_and_hash(manifest: dict[str, Any]) -> None:
    entries = [manifest["tokenizer"]]
    for name, graph in manifest["graphs"].items():
        entries += [graph["onnx"], *([graph["weights"]] if graph["weights"] else [])]
        assert (graph["weights"] is None) == (name == "attention_test")
    for entry in entries:
        content = (TINY / entry["file"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["sizeBytes"], entry["sha256"])
    assert {entry["file"] for entry in entries} | {"manifest.json"} == {path.name for path in TINY.iterdir()}
    assert sum(path.stat().st_size for path in TINY.iterdir()) < 1_000_000


def test_the_manifest_lists_the_inputs_and_outputs_of_the_files(manifest: dict[str, Any]) -> None:
    for graph in manifest["graphs"].values():
        model = onnx.load(TINY / graph["onnx"]["file"], load_external_data=False)
        assert [value.name for value in model.graph.input] == graph["inputs"]
        assert [value.name for value in model.graph.output] == graph["outputs"]


def test_the_empty_caption_and_every_sampler_default_are_in_the_manifest(
    manifest: dict[str, Any], tokenizer: TextTokenizer
) -> None:
    assert manifest["emptyPromptIds"] == tokenizer.encode("").ids
    assert manifest["sampler"] == {"steps": 25, "guidance": 3.0, "timeShift": TIME_SHIFT, "mode": "clean-context"}
    assert not tokenizer.encode(golden.CHAIN_PROMPT).unknown_words


def test_external_weights_are_float32_packed_in_order_and_restored_exactly_by_widening(
    models: Models, manifest: dict[str, Any]
) -> None:
    for name, graph in manifest["graphs"].items():
        model = onnx.load(TINY / f"{name}.onnx", load_external_data=False)
        offset = 0
        for tensor in model.graph.initializer:
            if tensor.data_location != onnx.TensorProto.EXTERNAL:
                continue
            place = {entry.key: entry.value for entry in tensor.external_data}
            assert tensor.data_type == onnx.TensorProto.FLOAT
            assert (place["location"], int(place["offset"])) == (graph["weights"]["externalName"], offset)
            offset += int(place["length"])
        assert offset == 2 * (graph["weights"] or {"sizeBytes": 0})["sizeBytes"]
    stored = set(np.fromfile(TINY / "dit_step.f16.bin", "<f2").astype("<f4").tolist())
    large = [x for x in models.dit.parameters() if x.numel() >= SMALLEST_EXTERNAL]
    assert large and all(stored.issuperset(x.flatten().tolist()) for x in large)


def test_no_file_tells_where_it_was_made() -> None:
    for path in TINY.glob("*.onnx"):
        content = path.read_bytes()
        for hint in (b".py", b"/home", b"/root", b"/usr", b"site-packages", b"torch."):
            assert hint not in content, f"{path.name} contains {hint!r}"


def test_no_graph_asks_for_a_shape_so_that_nothing_is_placed_on_the_cpu() -> None:
    for path in TINY.glob("*.onnx"):
        kinds = {node.op_type for node in onnx.load(path, load_external_data=False).graph.node}
        assert not kinds & {"Shape", "Size", "Expand", "Range", "Sin", "Cos", "Cast", "Loop", "If"}, path.name


def test_exporting_again_gives_the_same_file(by_name: dict[str, Graph], tmp_path: Path) -> None:
    entry = write_graph(tmp_path, by_name["depatchify"])
    for part in ("onnx", "weights"):
        file = entry[part]["file"]
        assert (tmp_path / file).read_bytes() == (TINY / file).read_bytes()


def test_a_weight_that_is_not_a_float16_is_refused() -> None:
    layer = nn.Linear(8, 8)
    graph = Graph("one", layer, {"x": ("B", 8)}, ("y",))
    with pytest.raises(ValueError, match="not exactly float16"):
        move_weights_out(trace(graph), "one", io.BytesIO())
    round_to_half(layer)
    before = {t.name: numpy_helper.to_array(t) for t in export_graph(graph).graph.initializer}
    model, sink = trace(graph), io.BytesIO()
    size_bytes = move_weights_out(model, "one", sink)
    assert size_bytes == len(sink.getvalue())
    halves = np.frombuffer(sink.getvalue(), "<f2")
    kept = [before[t.name] for t in onnx_ir.to_proto(model).graph.initializer if t.data_location == onnx.TensorProto.EXTERNAL]
    assert np.array_equal(np.concatenate([x.flatten() for x in kept]), halves.astype(np.float32))


def test_a_weight_too_large_for_float16_is_refused() -> None:
    layer = nn.Linear(2, 2)
    nn.init.constant_(layer.weight, 1e6)
    with pytest.raises(ValueError, match=r"weight does not fit float16: largest magnitude 1e\+06"):
        round_to_half(layer)


@pytest.mark.parametrize("sizes", [*SIZES["depatchify"], *MORE_SIZES["depatchify"]], ids=str)
def test_the_graph_whose_pixels_look_at_each_other_equals_pytorch(sizes: Sizes) -> None:
    (graph,) = depatchifier_graphs(with_full_pixels(golden.rounded_tiny_models()).tok)
    inputs = random_inputs(graph, sizes, seed=3)
    found = BundleSessions(FULL).run("depatchify", inputs)
    assert largest_difference(found, run_torch(graph, inputs)) < TOLERANCE


def test_the_graph_whose_pixels_look_at_each_other_draws_what_the_tokenizer_draws() -> None:
    tok, patches, levels = with_full_pixels(golden.rounded_tiny_models()).tok, 3, 2
    (graph,) = depatchifier_graphs(tok)
    latents, size = torch.randn(patches, levels, tok.config.patch.width), PatchSize(1, 6)
    cache = flat(tok.depatchifier.latent_cache(latents, tok.depatchifier.level_rope(levels)))
    rope = [x.expand(patches, -1, -1) for x in tok.depatchifier.pixel_rope(size)]
    inputs = dict(zip(graph.inputs, [*rope, *cache], strict=True))
    found = BundleSessions(FULL).run("depatchify", inputs)["rgb"]
    assert relative_difference(found, tok.depatchifier(latents, size)) < TOLERANCE


def test_the_graph_whose_pixels_look_at_the_latents_alone_equals_pytorch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    tok = DCSTok(replace(tiny_tok(), pixel_attention="none")).eval().requires_grad_(False)
    round_to_half(tok)
    (graph,) = depatchifier_graphs(tok)
    write_graph(tmp_path, graph)
    for sizes in SIZES["depatchify"]:
        inputs = random_inputs(graph, sizes, seed=3)
        found = BundleSessions(tmp_path).run("depatchify", inputs)
        assert largest_difference(found, run_torch(graph, inputs)) < TOLERANCE


def test_the_graph_whose_tokens_are_told_their_places_equals_pytorch(tmp_path: Path) -> None:
    dit = small_dit(absolute_positions=True).requires_grad_(False)
    round_to_half(dit)
    graph = dit_step_graph(dit)
    write_graph(tmp_path, graph)
    for sizes in SIZES["dit_step"]:
        inputs = random_inputs(graph, sizes, seed=3)
        found = BundleSessions(tmp_path).run("dit_step", inputs)
        assert largest_difference(found, run_torch(graph, inputs)) < TOLERANCE


def test_large_weights_are_widened_on_disk_and_nothing_is_left_there(
    by_name: dict[str, Graph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in TINY.glob("dit_step.*"):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(parity, "LARGEST_IN_MEMORY", 0)
    inputs = random_inputs(by_name["dit_step"], SIZES["dit_step"][0], seed=3)
    found = BundleSessions(tmp_path).run("dit_step", inputs)
    assert largest_difference(found, run_torch(by_name["dit_step"], inputs)) < TOLERANCE
    assert {path.name for path in tmp_path.iterdir()} == {"dit_step.onnx", "dit_step.f16.bin"}
