"""ONNX operators emitted while exporting, chosen so that every node runs on onnxruntime's WebGPU provider.

`torch.onnx.ops.symbolic` writes the operator by name. Shapes of dynamic axes never appear as Shape or Slice nodes, because
onnxruntime would place those on the CPU: Reshape uses the constant 0 (copy the axis) instead.
"""

from __future__ import annotations

import torch
from torch import Tensor

_ops = torch.onnx.ops


def exporting() -> bool:
    """True inside `torch.onnx.export`."""
    return torch.onnx.is_in_onnx_export()


def reshape(x: Tensor, spec: list[int], shape: tuple[int, ...]) -> Tensor:
    """Reshape with ONNX rules (0 copies an axis, -1 infers one); `shape` is the result for the tracer."""
    return _ops.symbolic("Reshape", (x, torch.tensor(spec)), dtype=x.dtype, shape=shape)


def split_heads(x: Tensor, heads: int) -> Tensor:
    """(B,S,D) -> (B,S,H,K)."""
    b, s, d = x.shape
    return reshape(x, [0, 0, heads, d // heads], (b, s, heads, d // heads))


def merge_heads(x: Tensor) -> Tensor:
    """(B,S,H,K) -> (B,S,H*K)."""
    b, s, h, k = x.shape
    return reshape(x, [0, 0, h * k], (b, s, h * k))


def rotary(x: Tensor, cos: Tensor, sin: Tensor, heads: int) -> Tensor:
    """RotaryEmbedding-23 on neighbouring pairs. x (B,S,H,K), cos and sin (B,S,K/2)."""
    rotated = _ops.rotary_embedding(merge_heads(x), cos, sin, num_heads=heads, interleaved=True)
    return split_heads(rotated, heads)


def multi_head_attention(queries: Tensor, keys: Tensor, values: Tensor, heads: int, bias: Tensor | None) -> Tensor:
    """com.microsoft.MultiHeadAttention. queries (B,S,H,K); keys, values (B,H,T,K); bias (1 or B,1,S,T) -> (B,S,H*K)."""
    q = merge_heads(queries)
    b, s, h, k = queries.shape
    inputs = (q, keys, values, None, None, bias) if bias is not None else (q, keys, values)
    return _ops.symbolic(
        "com.microsoft::MultiHeadAttention",
        inputs,
        {"num_heads": heads, "scale": float(k) ** -0.5},
        dtype=q.dtype,
        shape=(b, s, h * k),
        version=1,
    )
