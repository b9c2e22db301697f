"""ONNX operators emitted while exporting, chosen so that every node runs on onnxruntime's WebGPU provider.

`torch.onnx.ops.symbolic` writes the operator by name. The length of a dynamic axis never appears as a Shape node, because
onnxruntime would place what follows on the CPU: Reshape uses the constant 0 (copy the axis), Slice constant bounds.
Outside an export, the functions that can be called there do the same in PyTorch.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_ops = torch.onnx.ops
_TO_THE_END = 2**31 - 1  # the end of a Slice, whatever the size


def exporting() -> bool:
    """True inside `torch.onnx.export`."""
    return torch.onnx.is_in_onnx_export()


def reshape(x: Tensor, spec: list[int], shape: tuple[int, ...]) -> Tensor:
    """Reshape with ONNX rules (0 copies an axis, -1 infers one); `shape` is the result for the tracer."""
    if not exporting():
        return x.reshape(shape)
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


def attention(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    """Attention of (B,S,D) on (B,T,D), heads side by side in D -> (B,S,D)."""
    if not exporting():
        q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    attributes = {"num_heads": heads, "scale": float(q.shape[-1] // heads) ** -0.5}
    return _ops.symbolic("com.microsoft::MultiHeadAttention", (q, k, v), attributes, dtype=q.dtype, shape=q.shape, version=1)


def _slice(x: Tensor, axes: list[int], starts: list[int], ends: list[int], shape: tuple[int, ...]) -> Tensor:
    inputs = (x, torch.tensor(starts), torch.tensor(ends), torch.tensor(axes))
    return _ops.symbolic("Slice", inputs, dtype=x.dtype, shape=shape)


def zeros_along(x: Tensor, axis: int) -> Tensor:
    """Zeros as long as `x` on `axis`, and of length 1 on all others. `x` has to be finite."""
    shape = tuple(size if i == axis else 1 for i, size in enumerate(x.shape))
    if not exporting():
        return x.new_zeros(shape)
    others = [i for i in range(x.dim()) if i != axis]
    return _slice(x, others, [0] * len(others), [1] * len(others), shape) * 0


def drop_first(x: Tensor, axis: int, count: int) -> Tensor:
    """`x` without the first `count` entries of an axis."""
    if not exporting():
        return x.narrow(axis, count, x.shape[axis] - count)
    shape = tuple(size - count if i == axis else size for i, size in enumerate(x.shape))
    return _slice(x, [axis], [count], [_TO_THE_END], shape)


def keep(x: Tensor, axis: int, start: int, end: int) -> Tensor:
    """Entries `start` to `end` of an axis."""
    if not exporting():
        return x.narrow(axis, start, end - start)
    shape = tuple(end - start if i == axis else size for i, size in enumerate(x.shape))
    return _slice(x, [axis], [start], [end], shape)


def pad_to(x: Tensor, axis: int, count: int) -> Tensor:
    """`x` with zeros after its entries on an axis, `count` in all; it has at most as many, all finite."""
    shape = tuple(count if i == axis else size for i, size in enumerate(x.shape))
    if not exporting():
        return torch.cat([x, x.new_zeros([count - x.shape[i] if i == axis else size for i, size in enumerate(x.shape)])], axis)
    one = tuple(1 if i == axis else size for i, size in enumerate(x.shape))
    zeros = _slice(x, [axis], [0], [1], one) * torch.zeros([count if i == axis else 1 for i in range(x.dim())])
    return _slice(torch.cat([x, zeros], axis), [axis], [0], [count], shape)
