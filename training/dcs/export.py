"""Writing a model bundle: ONNX files, float16 weights, tokenizer, manifest (docs/graphs.md).

`<graph>.onnx` refers to float32 weights in `<graph>.bin`; what is shipped is `<graph>.f16.bin`, the same numbers as
float16 in the same order. Weights are rounded to float16 before the export, so widening restores the exact bytes.
Not here: the graphs (dcs.graphs), holding the files to PyTorch (dcs.parity).
"""

from __future__ import annotations

import hashlib
import inspect
import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import onnx
import onnx_ir
import torch
from torch import nn

from dcs.captions import Vocabulary
from dcs.clip_captions import spoken_motions
from dcs.config import RopeFrequencies, StackConfig
from dcs.graphs import Graph, Models, Shape, graphs
from dcs.parity import random_inputs
from dcs.text import TextTokenizer

OPSET = 23
# Sizes while tracing: at least 2, different from each other and from what is fixed, so that nothing is taken as fixed.
TRACED_SIZES = {"B": 3, "N": 10, "P": 11, "S": 7, "T": 9, "Q": 13, "L": 5, "Nlow": 22, "Llow": 4, "Npix": 26}
# Smaller constants stay in the .onnx: a file offset costs more than they do.
SMALLEST_EXTERNAL = 32


@dataclass(frozen=True)
class Video:
    """What a model trained on clips may be asked for."""

    max_seconds: float  # length of its longest training clips
    fps: int = 24  # frames per second to show unless somebody asks for others; a multiple of kt


@dataclass(frozen=True)
class Description:
    """What the manifest says about a model, beside what follows from the model. `class_names` are those of a label model."""

    id: str
    name: str
    description: str
    licence: str
    created_at: str
    vocabulary: Vocabulary
    credits: Sequence[dict[str, str]]
    evaluation: dict[str, Any]
    steps: int = 25
    guidance: float = 3.0
    time_shift: float = 1.0
    mode: str = "clean-context"
    class_names: Sequence[str] = ()
    video: Video | None = None  # None: trained on images only


def round_to_half(module: nn.Module) -> None:
    """Round every weight to the nearest float16, in place, kept as float32.

    Raises:
        ValueError: a weight is too large for float16.
    """
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        values = tensor.detach()
        rounded = values.half().float()
        if not bool(torch.isfinite(rounded).all()):
            raise ValueError(f"{name} does not fit float16: largest magnitude {float(values.abs().max()):.3g}")
        values.copy_(rounded)


def export_graph(graph: Graph) -> onnx.ModelProto:
    """Trace a graph; weights inside the result, so that a large one cannot be written (2 GB at most in one message)."""
    return without_provenance(onnx_ir.to_proto(trace(graph)), graph.name)


def trace(graph: Graph) -> onnx_ir.Model:
    """A graph whose weights are those of the module itself, not copies."""
    inputs = tuple(random_inputs(graph, TRACED_SIZES, seed=0).values())
    dims: dict[str, Any] = {}
    dynamic = tuple(dynamic_axes(shape, dims) for shape in graph.inputs.values())
    with warnings.catch_warnings(action="ignore"):  # of the tracer about its own libraries
        program = torch.onnx.export(
            graph.module.eval(),
            inputs,
            dynamo=True,
            opset_version=OPSET,
            input_names=list(graph.inputs),
            output_names=list(graph.outputs),
            dynamic_shapes=nest_variadic(graph, dynamic),
            external_data=False,
            optimize=True,
            verbose=False,
        )
    assert program is not None
    return program.model


def dynamic_axes(shape: Shape, dims: dict[str, Any]) -> dict[int, Any] | None:
    """The free axes of a shape as torch.export dimensions, one for each expression."""
    named = {i: axis for i, axis in enumerate(shape) if isinstance(axis, str)}
    for axis in named.values():
        dims.setdefault(axis, torch.export.Dim(f"dim_{''.join(filter(str.isalnum, axis))}"))
    return {i: dims[axis] for i, axis in named.items()} or None


def nest_variadic(graph: Graph, dynamic: tuple[Any, ...]) -> tuple[Any, ...]:
    """torch.export wants what goes into *arguments as one nested tuple."""
    parameters = inspect.signature(graph.module.forward).parameters.values()
    named = sum(p.kind is not inspect.Parameter.VAR_POSITIONAL for p in parameters)
    return dynamic if named == len(dynamic) else (*dynamic[:named], tuple(dynamic[named:]))


def without_provenance(model: onnx.ModelProto, name: str) -> onnx.ModelProto:
    """Drop what no runtime reads: source lines of the tracer (with paths of this machine), inner shapes."""
    model.graph.name = name
    model.producer_name, model.producer_version = "dcs", ""
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    model.doc_string = model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        node.name = ""
        del node.metadata_props[:]
    for value in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        value.doc_string = ""
        del value.metadata_props[:]
    return model


def move_weights_out(model: onnx_ir.Model, name: str, sink: BinaryIO) -> int:
    """Make the float32 constants of the model refer to `<name>.bin`, one by one; writes that file as float16 to `sink`.

    Returns:
        The bytes written.

    Raises:
        ValueError: a constant is not exactly a float16, so that widening would not restore it.
    """
    offset = 0
    for value in model.graph.initializers.values():
        constant = value.const_value
        if constant is None or constant.dtype != onnx_ir.DataType.FLOAT or constant.size < SMALLEST_EXTERNAL:
            continue
        values = constant.numpy()
        half = values.astype("<f2")
        if not np.array_equal(half.astype("<f4"), values):
            raise ValueError(f"{name}: constant {value.name} is not exactly float16; round the weights first")
        assert value.name is not None and isinstance(constant.shape, onnx_ir.Shape)
        sink.write(half.tobytes())
        value.const_value = onnx_ir.ExternalTensor(
            f"{name}.bin", offset, values.nbytes, onnx_ir.DataType.FLOAT, shape=constant.shape, name=value.name
        )
        offset += values.nbytes
    return offset // 2


def file_entry(path: Path) -> dict[str, Any]:
    """Name, size and hash of a file, for the manifest."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": path.name, "sizeBytes": path.stat().st_size, "sha256": digest}


def write_graph(folder: Path, graph: Graph) -> dict[str, Any]:
    """Export one graph into the folder; returns its entry in the manifest."""
    traced = trace(graph)
    onnx_path, weights_path = folder / f"{graph.name}.onnx", folder / f"{graph.name}.f16.bin"
    with weights_path.open("wb") as sink:
        size_bytes = move_weights_out(traced, graph.name, sink)
    model = without_provenance(onnx_ir.to_proto(traced), graph.name)
    onnx_path.write_bytes(model.SerializeToString(deterministic=True))
    weights: dict[str, Any] | None = None
    if size_bytes:
        weights = {**file_entry(weights_path), "dtype": "float16", "externalName": f"{graph.name}.bin"}
    else:
        weights_path.unlink()
    return {
        "onnx": file_entry(onnx_path),
        "weights": weights,
        "inputs": list(graph.inputs),
        "outputs": list(graph.outputs),
    }


def round_models(models: Models) -> Models:
    """The models as a bundle holds them: weights rounded in place, statistics in the result."""
    for module in (models.text, models.tok, models.dit):
        if module is not None:
            round_to_half(module)
    return replace(models, z_mean=models.z_mean.half().float(), z_std=models.z_std.half().float())


def write_bundle(folder: Path, models: Models, tokenizer_json: dict[str, object] | None, about: Description) -> list[Graph]:
    """Write a whole bundle; returns its graphs. The weights of `models` are rounded to float16 in place.

    A label model has no tokenizer.

    Raises:
        ValueError: a weight is too large for float16.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rounded = round_models(models)
    exported = graphs(rounded)
    entries = {graph.name: write_graph(folder, graph) for graph in exported}
    tokenizer_path = folder / "tokenizer.json"
    if tokenizer_json is not None:
        tokenizer_path.write_text(json.dumps(tokenizer_json, separators=(",", ":")) + "\n", encoding="utf-8")
    conditioning = condition_entries(rounded, tokenizer_json, about)
    tokenizer_entry = None if tokenizer_json is None else file_entry(tokenizer_path)
    manifest = build_manifest(rounded, conditioning, about, entries, tokenizer_entry)
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return exported


def condition_entries(models: Models, tokenizer_json: dict[str, object] | None, about: Description) -> dict[str, Any]:
    """How the model is told what to draw: `config` of text or classes, and the empty caption or the names of classes."""
    config = models.dit.config
    if tokenizer_json is None:
        return {"config": {"classes": config.classes}, "empty": {"classNames": list(about.class_names)}}
    tokenizer = TextTokenizer(tokenizer_json)
    return {
        "config": {"textWidth": config.text_width, "maxTextTokens": tokenizer.max_tokens},
        "empty": {"emptyPromptIds": tokenizer.encode("").ids},
    }


def build_manifest(
    models: Models,
    conditioning: dict[str, Any],
    about: Description,
    graph_entries: dict[str, Any],
    tokenizer_entry: dict[str, Any] | None,
) -> dict[str, Any]:
    """The manifest, as src/contract/manifest.ts reads it; `conditioning` is that of `condition_entries`.

    Raises:
        ValueError: clips are promised at a rate that is no multiple of kt, or by a tokenizer whose pixels look at other
            frames.
    """
    tok, dit = models.tok.config, models.dit.config
    return {
        "schemaVersion": 1,
        "id": about.id,
        "name": about.name,
        "description": about.description,
        "licence": about.licence,
        "createdAt": about.created_at,
        "config": {
            "k": tok.k,
            "kt": tok.kt,
            "levels": tok.levels,
            "latentDim": tok.latent_dim,
            "coordMode": tok.coord_mode,
            "measureBias": tok.measure_bias,
            **({"ditLevels": dit.levels} if dit.levels != tok.levels else {}),
            **({"absolutePositions": True} if dit.absolute_positions else {}),
            **({"levelMix": True} if tok.level_mix else {}),
            **({"patchMoments": True} if tok.patch_moments else {}),
            **({"latentReadout": True} if tok.latent_readout else {}),
            "pixelAttention": tok.pixel_attention,
            "anchors": tok.anchors,
            "anchorFrames": tok.anchor_frames,
            **conditioning["config"],
            "dit": stack_entry(dit.blocks),
            "trunk": stack_entry(tok.autoencoder),
            "patch": stack_entry(tok.patch_cache),
            **video_entry(about.video, models),
        },
        "rope": {
            "patch": rope_entry(models.tok.depatchifier.frequencies),
            "grid": rope_entry(models.tok.decoder.frequencies),
        },
        "sampler": {
            "steps": about.steps,
            "guidance": about.guidance,
            "timeShift": about.time_shift,
            "mode": about.mode,
        },
        "graphs": graph_entries,
        "tokenizer": tokenizer_entry,
        **conditioning["empty"],
        "vocabulary": vocabulary_entry(about.vocabulary, spoken_motions() if about.video else []),
        "credits": list(about.credits),
        "evaluation": about.evaluation,
    }


def video_entry(video: Video | None, models: Models) -> dict[str, Any]:
    """`video` of the configuration; nothing for a model of images."""
    if video is None:
        return {}
    if video.fps % models.tok.config.kt:
        raise ValueError(f"fps must be a multiple of kt = {models.tok.config.kt}, got {video.fps}")
    if models.tok.config.pixel_attention == "full":
        raise ValueError("the engine draws clips frame by frame, which full pixel attention does not allow. Use anchor.")
    causal = {} if models.dit.config.temporal_causal else {"temporalCausal": False}
    return {"video": {"maxSeconds": video.max_seconds, "fps": video.fps, **causal}}


def stack_entry(stack: StackConfig) -> dict[str, int]:
    """Size of a stack."""
    return {"width": stack.width, "heads": stack.heads, "layers": stack.layers}


def rope_entry(frequencies: RopeFrequencies) -> dict[str, list[float]]:
    """Frequencies per axis."""
    return {axis: list(values) for axis, values in asdict(frequencies).items()}


def vocabulary_entry(vocabulary: Vocabulary, motions: Sequence[str]) -> dict[str, Any]:
    """What a prompt may speak of; `core` marks what was taught with emphasis; `motions` are said of clips."""
    return {
        "objects": [
            {"name": words["name"], "synonyms": words["synonyms"], "core": words["tier"] == "core"}
            for words in vocabulary["concepts"]
        ],
        "colours": vocabulary["colors"],
        "styles": vocabulary["styles"],
        "positions": vocabulary["positions"],
        "motions": list(motions),
    }
