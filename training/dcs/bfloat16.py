"""Matrix products of linear layers in bfloat16, everything else in float32, for CPUs that have AVX512-BF16 or AMX.

Autocast is no help there: it also moves attention to bfloat16, whose backward pass is about 5 times slower on a CPU.
Products accumulate in float32; weights, gradients and activations stay float32 outside them.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class _Product(torch.autograd.Function):
    """x @ weight.T, all three products of forward and backward in bfloat16. x (..., I), weight (O, I) -> (..., O)."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor) -> Tensor:  # type: ignore[override]  # torch leaves the arguments open
        half, half_weight = x.bfloat16(), weight.bfloat16()
        ctx.save_for_backward(half, half_weight)
        return F.linear(half, half_weight).float()

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor | None, Tensor | None]:  # type: ignore[override]  # torch leaves the arguments open
        x, weight = ctx.saved_tensors
        half = grad.bfloat16()
        gx = (half @ weight).float() if ctx.needs_input_grad[0] else None
        gweight = (half.flatten(0, -2).t() @ x.flatten(0, -2)).float() if ctx.needs_input_grad[1] else None
        return gx, gweight


class BFloat16Linear(nn.Linear):
    """nn.Linear with float32 weights whose products are taken in bfloat16."""

    def forward(self, input: Tensor) -> Tensor:
        """(..., I) -> (..., O), float32."""
        y = _Product.apply(input, self.weight)
        return y if self.bias is None else y + self.bias


def multiply_in_bfloat16(model: nn.Module) -> None:
    """Turn every linear layer of the model into a `BFloat16Linear`, in place; parameters and their names stay."""
    for module in model.modules():
        if type(module) is nn.Linear:
            module.__class__ = BFloat16Linear
