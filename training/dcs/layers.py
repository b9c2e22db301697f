"""Building blocks of DCS-Tok and DCS-DiT: norm, RoPE, attention, SwiGLU (paper 4.1, 6.2; spec 2.7).

Letters: B batch, S queries, T keys, D width, H heads, K head width. The arithmetic is written for CPU training speed;
while exporting, each function emits the ONNX operator that onnxruntime-web runs on WebGPU instead.
Not here: which token may see which (dcs.masks), the order of blocks (dcs.tok, dcs.dit).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dcs import onnx_ops
from dcs.config import StackConfig

EPS = 1e-6


class _FusedRMSNorm(torch.autograd.Function):
    """RMS norm with a hand-written backward: PyTorch's own takes about 5 times longer on CPU."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor) -> Tensor:  # type: ignore[override]
        rstd = torch.rsqrt(x.square().mean(-1, keepdim=True) + EPS)
        xhat = x * rstd
        ctx.save_for_backward(xhat, rstd, weight)
        return xhat * weight

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        xhat, rstd, weight = ctx.saved_tensors
        gx = grad * weight
        gweight = (grad * xhat).reshape(-1, weight.shape[0]).sum(0)
        return rstd * (gx - xhat * (gx * xhat).mean(-1, keepdim=True)), gweight


class RMSNorm(nn.Module):
    """x / rms(x) * weight over the last axis; the weight starts at 1."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D)."""
        if onnx_ops.exporting():
            return F.rms_norm(x, self.weight.shape, self.weight, EPS)
        return _FusedRMSNorm.apply(x, self.weight)


def apply_rope(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate neighbouring channel pairs. x (B,S,H,K); cos, sin (B or 1,S,K/2) -> (B,S,H,K)."""
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)))  # (B, S, H, K/2)
    rotation = torch.complex(cos, sin).unsqueeze(2)  # (B or 1, S, 1, K/2)
    return torch.view_as_real(pairs * rotation).flatten(-2)


Rope = tuple[Tensor, Tensor]
KV = tuple[Tensor, Tensor]


class AttentionProjections(nn.Module):
    """Q, K, V, output matrices with QK-RMSNorm per head; the attention itself is `attend`."""

    def __init__(self, width: int, heads: int, context_width: int | None = None) -> None:
        super().__init__()
        self.heads, self.head_width = heads, width // heads
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(context_width or width, width, bias=False)
        self.v = nn.Linear(context_width or width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.q_norm = RMSNorm(self.head_width)
        self.k_norm = RMSNorm(self.head_width)

    def _heads(self, x: Tensor) -> Tensor:
        if onnx_ops.exporting():
            return onnx_ops.split_heads(x, self.heads)
        return x.unflatten(-1, (self.heads, self.head_width))

    def queries(self, x: Tensor, rope: Rope | None) -> Tensor:
        """(B,S,D) -> normalised, rotated queries (B,S,H,K)."""
        return self._rotate(self.q_norm(self._heads(self.q(x))), rope)

    def keys_values(self, x: Tensor, rope: Rope | None) -> KV:
        """(B,T,D) -> keys after rotation and values, each (B,H,T,K): the form that is cached."""
        keys = self._rotate(self.k_norm(self._heads(self.k(x))), rope)
        return keys.transpose(1, 2), self._heads(self.v(x)).transpose(1, 2)

    def attend(self, queries: Tensor, kv: KV, bias: Tensor | None = None) -> Tensor:
        """Softmax attention. queries (B,S,H,K), kv (B,H,T,K), bias broadcast to (B,H,S,T) -> (B,S,D)."""
        if onnx_ops.exporting():
            return self.out(onnx_ops.multi_head_attention(queries, kv[0], kv[1], self.heads, bias))
        o = F.scaled_dot_product_attention(queries.transpose(1, 2), kv[0], kv[1], attn_mask=bias)  # (B, H, S, K)
        return self.out(o.transpose(1, 2).flatten(2))

    def _rotate(self, x: Tensor, rope: Rope | None) -> Tensor:
        if rope is None:
            return x
        if onnx_ops.exporting():
            return onnx_ops.rotary(x, *rope, heads=self.heads)
        return apply_rope(x, *rope)


class SwiGLU(nn.Module):
    """out(silu(gate(x)) * up(x)); gate and up are one matrix."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.gate_up = nn.Linear(width, 2 * hidden, bias=False)
        self.out = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(..., D) -> (..., D)."""
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.out(F.silu(gate) * up)


Layer = TypeVar("Layer", bound=nn.Module)


class LayerList(nn.ModuleList, Generic[Layer]):
    """A ModuleList that knows the type of its members."""

    def __iter__(self) -> Iterator[Layer]:
        return super().__iter__()  # type: ignore[return-value]  # only Layers are put in


class Block(nn.Module):
    """Pre-norm transformer block: attention, then SwiGLU. Callers run its parts to route different token streams."""

    def __init__(self, config: StackConfig) -> None:
        super().__init__()
        self.norm1 = RMSNorm(config.width)
        self.attention = AttentionProjections(config.width, config.heads)
        self.norm2 = RMSNorm(config.width)
        self.mlp = SwiGLU(config.width, config.mlp_hidden)

    def feed_forward(self, x: Tensor) -> Tensor:
        """x + mlp(norm(x))."""
        return x + self.mlp(self.norm2(x))

    def forward(self, x: Tensor, rope: Rope, bias: Tensor | None, context: KV | None = None) -> tuple[Tensor, KV]:
        """Self-attention over [context ++ x]. x (B,S,D), context (B,H,Tc,K) -> x (B,S,D), K/V of context ++ x."""
        h = self.norm1(x)
        kv = join_context(context, self.attention.keys_values(h, rope))
        x = x + self.attention.attend(self.attention.queries(h, rope), kv, bias)
        return self.feed_forward(x), kv


def join_context(context: KV | None, kv: KV) -> KV:
    """Cached keys and values, then the new ones, along the token axis."""
    if context is None:
        return kv
    return torch.cat([context[0], kv[0]], dim=2), torch.cat([context[1], kv[1]], dim=2)


def init_weights(module: nn.Module) -> None:
    """Normal(0, 1/sqrt(fan_in)) matrices, zero biases; residual outputs at a fifth of that so that depth starts calm."""
    for name, m in module.named_modules():
        if isinstance(m, nn.Linear):
            scale = 0.2 if name.endswith(".out") else 1.0
            nn.init.normal_(m.weight, std=scale * m.in_features**-0.5)
            if m.bias is not None:
                nn.init.zeros_(m.bias)
