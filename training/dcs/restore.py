"""Weights back out of a bundle, so that training goes on from what is shipped when no run is left.

The exporter renames, transposes and folds weights, and stores equal ones once. Which operand of a file is which weight is
found by exporting models of the same sizes whose random weights are all different: the same exporter puts the same
weight before the same node.
Not here: the optimizers' states, which a bundle does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper
from torch import Tensor

from dcs.export import export_graph
from dcs.graphs import Models, graphs

Array = NDArray[np.float32]


def restore(folder: Path, models: Models) -> None:
    """Replace the weights of `models.tok` and `models.dit` and the latent statistics by those of a bundle, in place.

    Raises:
        ValueError: a weight is not in the bundle, or has another size there: the bundle is of another configuration.
    """
    wanted = dict(named_weights(models))
    with torch.no_grad():
        for tensor in wanted.values():
            tensor.normal_()
    missing = dict(wanted)
    for graph in graphs(models):
        if graph.name in ("text_encoder", "attention_test"):
            continue
        places = {value.tobytes(): place for place, value in constants(export_graph(graph))}
        shipped = dict(constants(read_graph(folder, graph.name)))
        for name, tensor in list(missing.items()):
            for transposed in (False, True) if tensor.ndim == 2 else (False,):
                value = (tensor.detach().T if transposed else tensor.detach()).contiguous().numpy()
                place = places.get(value.tobytes())
                if place is None or place not in shipped or shipped[place].size != value.size:
                    continue
                found = torch.from_numpy(shipped[place].copy()).reshape(value.shape)
                missing.pop(name)
                with torch.no_grad():
                    wanted[name] = found.T if transposed else found
                break
    if missing:
        raise ValueError(
            f"{folder} lacks {len(missing)} weights of these models, {sorted(missing)[0]} first. "
            "Restore with the configuration and the exporter that wrote it."
        )
    with torch.no_grad():
        for name, tensor in named_weights(models):
            tensor.copy_(wanted[name])


def named_weights(models: Models) -> Iterator[tuple[str, Tensor]]:
    """Everything that training made: parameters of both models, and the latent statistics."""
    for part, module in (("tok", models.tok), ("dit", models.dit)):
        for name, parameter in module.named_parameters():
            yield f"{part}.{name}", parameter
    yield "z_mean", models.z_mean
    yield "z_std", models.z_std


def constants(model: onnx.ModelProto) -> Iterator[tuple[tuple[int, int], Array]]:
    """Float constants of a graph by where they are read: (node, input)."""
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer if t.data_type == TensorProto.FLOAT}
    for i, node in enumerate(model.graph.node):
        for j, name in enumerate(node.input):
            if name in values:
                yield (i, j), values[name]


def read_graph(folder: Path, name: str) -> onnx.ModelProto:
    """A graph of a bundle with its weights inside, widened from float16."""
    model = onnx.load(folder / f"{name}.onnx", load_external_data=False)
    weights = folder / f"{name}.f16.bin"
    widened = np.fromfile(weights, "<f2").astype("<f4").tobytes() if weights.exists() else b""
    for tensor in model.graph.initializer:
        if tensor.data_location != TensorProto.EXTERNAL:
            continue
        place = {entry.key: entry.value for entry in tensor.external_data}
        start = int(place["offset"])
        tensor.raw_data = widened[start : start + int(place["length"])]
        tensor.ClearField("external_data")
        tensor.data_location = TensorProto.DEFAULT
    return model
