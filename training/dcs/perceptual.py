"""MobileNetV2 features, frozen: what the classifier of real art and the kernel distance look through.

The weights are the backbone of the SSD detector (trained on Open Images V4) inside the npm package `@mediapipe/objectron`
(Apache-2.0), read straight from its TFLite file. Nothing generated here trains the tokenizer or the diffusion model, so
the numbers measured with it are no circle.

Letters: B pictures, h w pixels, C channels of a tap. Pictures are channels-last in [-1, 1], like everywhere in the package.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

SOURCES_DIR = Path(__file__).resolve().parents[1] / "sources"
_ASSETS = Path("node_modules/@mediapipe/objectron/objectron_solution_packed_assets.data")
_SCOPE = "FeatureExtractor/MobilenetV2/"

# (channels out, stride) of the 17 inverted residual blocks; all but the first widen their input 6 times.
BLOCKS = (
    (16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (64, 1),
    (96, 1), (96, 1), (96, 1), (160, 2), (160, 1), (160, 1), (320, 1),
)  # fmt: skip
LAST_WIDTH = 1280

# TFLite's numbers: builtin operators, tensor types
_CONV_2D, _DEPTHWISE_CONV_2D, _DEQUANTIZE = 3, 4, 6
_NUMPY_TYPES = {0: np.float32, 1: np.float16}


class FlatTable:
    """One table of a FlatBuffer: fields by their number in the schema, absent ones None."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._data, self._offset = data, offset
        self._vtable = offset - struct.unpack_from("<i", data, offset)[0]
        self._vtable_bytes = self._unpack("H", self._vtable)

    def _unpack(self, kind: str, offset: int) -> int:
        return struct.unpack_from(f"<{kind}", self._data, offset)[0]

    def _field(self, number: int) -> int | None:
        slot = 4 + 2 * number
        relative = self._unpack("H", self._vtable + slot) if slot < self._vtable_bytes else 0
        return self._offset + relative if relative else None

    def _vector(self, number: int) -> tuple[int, int]:
        """First byte and length of a vector field; an absent one is empty."""
        field = self._field(number)
        if field is None:
            return 0, 0
        start = field + self._unpack("I", field)
        return start + 4, self._unpack("I", start)

    def scalar(self, number: int, kind: str) -> int:
        """A number field, `kind` as in `struct`; 0 when absent, which is the schema's default for those read here."""
        field = self._field(number)
        return 0 if field is None else self._unpack(kind, field)

    def integers(self, number: int) -> tuple[int, ...]:
        """A vector of int32."""
        start, length = self._vector(number)
        return struct.unpack_from(f"<{length}i", self._data, start)

    def raw(self, number: int) -> bytes:
        """A vector of bytes, or a string."""
        start, length = self._vector(number)
        return self._data[start : start + length]

    def tables(self, number: int) -> list[FlatTable]:
        """A vector of tables."""
        start, length = self._vector(number)
        places = range(start, start + 4 * length, 4)
        return [FlatTable(self._data, place + self._unpack("I", place)) for place in places]


def find_tflite(assets: bytes) -> bytes:
    """The TFLite model inside the package's file of joined assets.

    Raises:
        ValueError: there is none; the package has another version than training/sources/package.json pins.
    """
    mark = assets.find(b"TFL3")  # the file identifier, 4 bytes into a model
    if mark < 4:
        raise ValueError("no TFLite model in the assets of @mediapipe/objectron; run `npm ci` in training/sources")
    return assets[mark - 4 :]


def read_constants(model: bytes) -> dict[str, np.ndarray]:
    """Weight and bias of every backbone convolution, by layer name such as "expanded_conv_3/expand".

    Keys end in ".weight" (TFLite's order: out, height, width, in; depthwise: 1, height, width, channels) and ".bias".
    """
    root = FlatTable(model, struct.unpack_from("<I", model, 0)[0])
    kinds = [code.scalar(0, "b") for code in root.tables(1)]
    buffers = root.tables(4)
    graph = root.tables(2)[0]
    tensors, operators = graph.tables(0), graph.tables(3)
    kind_of = [kinds[operator.scalar(0, "I")] for operator in operators]
    # float16 constants reach a convolution through a DEQUANTIZE operator
    stored = {op.integers(2)[0]: op.integers(1)[0] for op, kind in zip(operators, kind_of, strict=True) if kind == _DEQUANTIZE}

    def constant(index: int) -> np.ndarray:
        tensor = tensors[stored.get(index, index)]
        values = np.frombuffer(buffers[tensor.scalar(2, "I")].raw(0), _NUMPY_TYPES[tensor.scalar(1, "b")])
        return values.reshape(tensor.integers(0)).astype(np.float32)

    found: dict[str, np.ndarray] = {}
    for op, kind in zip(operators, kind_of, strict=True):
        name = tensors[op.integers(2)[0]].raw(3).decode().split(";")[0]
        layer = name.removeprefix(_SCOPE)
        is_backbone = layer != name and layer.startswith(("expanded_conv", "Conv"))
        if kind in (_CONV_2D, _DEPTHWISE_CONV_2D) and is_backbone:
            parts = layer.split("/")
            layer = "/".join(parts[: 2 if layer.startswith("expanded_conv") else 1])
            _, weight, bias = op.integers(1)
            found[f"{layer}.weight"], found[f"{layer}.bias"] = constant(weight), constant(bias)
    return found


class Convolution(nn.Conv2d):
    """A convolution with TensorFlow's SAME padding: what is missing goes to the bottom and right first."""

    def forward(self, input: Tensor) -> Tensor:
        """(B,C_in,h,w) -> (B,C_out,ceil(h/s),ceil(w/s))."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        if kernel > 1:
            missing = [max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in input.shape[-2:]]
            (top, left), (bottom, right) = [m // 2 for m in missing], [m - m // 2 for m in missing]
            input = F.pad(input, (left, right, top, bottom))
        return super().forward(input)


class InvertedResidual(nn.Module):
    """Widen, filter each channel, narrow; the input is added when the shape stays."""

    def __init__(self, width_in: int, width: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = width_in * expansion
        self.expand = Convolution(width_in, hidden, 1) if expansion > 1 else None
        self.depthwise = Convolution(hidden, hidden, 3, stride, groups=hidden)
        self.project = Convolution(hidden, width, 1)
        self.is_residual = stride == 1 and width_in == width

    def forward(self, x: Tensor) -> Tensor:
        """(B,C_in,h,w) -> (B,C,ceil(h/s),ceil(w/s))."""
        h = x if self.expand is None else F.relu6(self.expand(x))
        h = self.project(F.relu6(self.depthwise(h)))
        return x + h if self.is_residual else h


class MobileNetV2(nn.Module):
    """The backbone (2.2 M parameters). Taps are the outputs of `first`, each block, and `last`: 0 .. 18."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Convolution(3, 32, 3, 2)
        widths = [32, *(width for width, _ in BLOCKS)]
        self.blocks = nn.ModuleList(
            InvertedResidual(widths[i], width, stride, 1 if i == 0 else 6) for i, (width, stride) in enumerate(BLOCKS)
        )
        self.last = Convolution(widths[-1], LAST_WIDTH, 1)

    def forward(self, pictures: Tensor, taps: tuple[int, ...] = (18,)) -> list[Tensor]:
        """Pictures (B,h,w,3) in [-1,1] -> the maps (B,C,h',w') of the asked taps, in order; stops after the last one."""
        x = F.relu6(self.first(pictures.permute(0, 3, 1, 2)))
        maps = {0: x}
        for i, block in enumerate(self.blocks, start=1):
            if i > max(taps):
                break
            maps[i] = x = block(x)
        if max(taps) > len(self.blocks):
            maps[len(self.blocks) + 1] = F.relu6(self.last(x))
        return [maps[tap] for tap in taps]


def load_backbone(sources_dir: Path = SOURCES_DIR) -> MobileNetV2:
    """The frozen network with the package's weights.

    Raises:
        FileNotFoundError: the npm package is not installed.
    """
    path = sources_dir / _ASSETS
    if not path.exists():
        raise FileNotFoundError(f"no {path}; run `npm ci` in {sources_dir}")
    constants = read_constants(find_tflite(path.read_bytes()))
    state: dict[str, Tensor] = {}
    for name, values in constants.items():
        layer, kind = name.rsplit(".", 1)
        if kind == "weight":
            order = (3, 0, 1, 2) if layer.endswith("depthwise") else (0, 3, 1, 2)
            values = values.transpose(order)
        state[f"{_module_name(layer)}.{kind}"] = torch.from_numpy(np.ascontiguousarray(values))
    network = MobileNetV2()
    network.load_state_dict(state)
    return network.eval().requires_grad_(False)


def _module_name(layer: str) -> str:
    """ "expanded_conv_3/expand" -> "blocks.3.expand"."""
    if layer in ("Conv", "Conv_1"):
        return "first" if layer == "Conv" else "last"
    block, part = layer.split("/")
    number = block.removeprefix("expanded_conv").removeprefix("_") or "0"
    return f"blocks.{number}.{part}"
