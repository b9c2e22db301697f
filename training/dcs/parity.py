"""Holding the exported files to PyTorch: random inputs of any size, onnxruntime on the CPU, relative differences."""

from __future__ import annotations

import math
import shutil
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from dcs.graphs import Graph
from dcs.masks import BLOCKED
from dcs.text import TextEncoder

Tensors = dict[str, Tensor]
Sizes = Mapping[str, int]

# Weights of more bytes than this, as float16, are widened on disk, where onnxruntime maps them: less memory.
LARGEST_IN_MEMORY = 2**28
_WIDENED_AT_ONCE = 2**24

# Few and many tokens, one branch and two, with and without context, below and above the 32 queries at which kernels change.
SIZES: dict[str, tuple[Sizes, ...]] = {
    "text_encoder": ({"B": 1, "S": 5}, {"B": 2, "S": 32}),
    "dit_step": (
        {"B": 1, "N": 33, "S": 5, "Nlow": 0},
        {"B": 2, "N": 33, "S": 5, "Nlow": 0},
        {"B": 2, "N": 32, "S": 6, "Nlow": 9},
    ),
    "decoder_trunk": ({"P": 33, "Nlow": 0, "Llow": 0}, {"P": 32, "Nlow": 8, "Llow": 2}),
    "depatchify_anchors": ({"P": 2, "L": 1}, {"P": 3, "L": 3}),
    "depatchify": ({"P": 1, "Q": 36, "L": 1}, {"P": 3, "Q": 33, "L": 3}),
    "tok_encoder": ({"P": 11, "Npix": 16}, {"P": 2, "Npix": 36}),
    "attention_test": ({"S": 32, "T": 40}, {"S": 5, "T": 40}),
}


def length(axis: int | str, sizes: Sizes) -> int:
    """The length of an axis: a number, or a sum of products of letters."""
    if isinstance(axis, int):
        return axis
    return sum(math.prod(sizes[letter] for letter in term.split("*")) for term in axis.split("+"))


def random_inputs(graph: Graph, sizes: Sizes, seed: int) -> Tensors:
    """Inputs of the kind that each name stands for: rotations, masks, one-hot levels, ids, otherwise normal numbers."""
    known = {**graph.constants, **sizes}
    return {
        name: random_input(name, tuple(length(axis, known) for axis in shape), seed, graph)
        for name, shape in graph.inputs.items()
    }


def random_input(name: str, shape: tuple[int, ...], seed: int, graph: Graph) -> Tensor:
    """One input. cos and sin of one table belong together."""
    table = name.removesuffix("_cos").removesuffix("_sin")
    generator = torch.Generator().manual_seed(zlib.crc32(table.encode()) + seed)
    if name == "input_ids":
        assert isinstance(graph.module, TextEncoder)
        return torch.randint(graph.module.token_embedding.num_embeddings, shape, generator=generator)
    if name == "position_ids":
        return torch.arange(shape[-1])[None]
    if name in ("level_onehot", "class_onehot"):
        return torch.eye(shape[-1])[torch.randint(shape[-1], shape[:-1], generator=generator)]
    if name.endswith("_bias"):
        bias = torch.where(torch.rand(shape, generator=generator) < 0.3, BLOCKED, 0.0)
        bias[..., 0] = 0.0  # a query sees something
        return bias
    if name == "dt":
        return torch.full(shape, 0.04)
    if name == "branch_weight":
        weights = [1.0] if shape[0] == 1 else [3.0, -2.0, 0.5][: shape[0]]
        return torch.tensor(weights).reshape(shape)
    if name.endswith(("_cos", "_sin")):
        angle = 6.28 * torch.rand(shape, generator=generator)
        return angle.cos() if name.endswith("_cos") else angle.sin()
    if name == "time_features":
        angle = 6.28 * torch.rand(shape[0], shape[1] // 2, generator=generator)
        return torch.cat([angle.cos(), angle.sin()], dim=1)
    return torch.randn(shape, generator=generator)


@torch.no_grad()
def run_torch(graph: Graph, inputs: Tensors) -> Tensors:
    """Outputs of the module itself."""
    results = graph.module.eval()(*inputs.values())
    return dict(zip(graph.outputs, (results,) if isinstance(results, Tensor) else results, strict=True))


class BundleSessions:
    """The graphs of a bundle folder in onnxruntime on the CPU, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sessions: dict[str, onnxruntime.InferenceSession] = {}

    def run(self, graph: str, inputs: Tensors) -> Tensors:
        """Outputs by name."""
        session = self._session(graph)
        results = session.run(None, {name: value.numpy() for name, value in inputs.items()})
        names = [output.name for output in session.get_outputs()]
        return {name: torch.from_numpy(np.asarray(value)) for name, value in zip(names, results, strict=True)}

    def _session(self, graph: str) -> onnxruntime.InferenceSession:
        if graph not in self._sessions:
            weights = self.folder / f"{graph}.f16.bin"
            is_large = weights.exists() and weights.stat().st_size > LARGEST_IN_MEMORY
            self._sessions[graph] = self._open_on_disk(graph) if is_large else self._open_in_memory(graph)
        return self._sessions[graph]

    def release(self, graph: str) -> None:
        """Give back the memory of a graph."""
        self._sessions.pop(graph, None)

    def _open_in_memory(self, graph: str) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        weights = self.folder / f"{graph}.f16.bin"
        if weights.exists():
            widened = np.fromfile(weights, "<f2").astype("<f4").tobytes()
            options.add_external_initializers_from_files_in_memory([f"{graph}.bin"], [widened], [len(widened)])
        return onnxruntime.InferenceSession(
            (self.folder / f"{graph}.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def _open_on_disk(self, graph: str) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        with tempfile.TemporaryDirectory(dir=self.folder) as widened:  # a mapping outlives its file's name
            shutil.copy(self.folder / f"{graph}.onnx", widened)
            halves = np.memmap(self.folder / f"{graph}.f16.bin", "<f2", mode="r")
            with (Path(widened) / f"{graph}.bin").open("wb") as file:
                for start in range(0, len(halves), _WIDENED_AT_ONCE):
                    file.write(halves[start : start + _WIDENED_AT_ONCE].astype("<f4").tobytes())
            return onnxruntime.InferenceSession(
                str(Path(widened) / f"{graph}.onnx"), options, providers=["CPUExecutionProvider"]
            )


def relative_difference(actual: Tensor, expected: Tensor) -> float:
    """Largest absolute difference over the largest magnitude; 0 for empty tensors.

    Raises:
        ValueError: the shapes differ, or a value is not finite.
    """
    if actual.shape != expected.shape:
        raise ValueError(f"shape {tuple(actual.shape)}, expected {tuple(expected.shape)}")
    if not bool(torch.isfinite(actual).all()):
        raise ValueError("a value is not finite")
    if expected.numel() == 0:
        return 0.0
    return float((actual - expected).abs().max() / expected.abs().max())


def largest_difference(actual: Tensors, expected: Tensors) -> float:
    """The largest `relative_difference` over all outputs."""
    assert actual.keys() == expected.keys(), f"{sorted(actual)} are not {sorted(expected)}"
    return max(relative_difference(actual[name], expected[name]) for name in expected)


def check_bundle(folder: Path, graphs: Sequence[Graph]) -> dict[str, float]:
    """The largest difference of each graph's file from PyTorch, over all its `SIZES`."""
    sessions = BundleSessions(folder)
    differences: dict[str, float] = {}
    for graph in graphs:
        runs = [random_inputs(graph, sizes, seed=2) for sizes in SIZES[graph.name]]
        differences[graph.name] = max(
            largest_difference(sessions.run(graph.name, inputs), run_torch(graph, inputs)) for inputs in runs
        )
        sessions.release(graph.name)
    return differences
