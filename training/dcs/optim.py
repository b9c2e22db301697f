"""Optimizers, learning-rate schedule and weight averaging of both trainers.

Muon for the matrices of the transformer blocks, AdamW for everything else (embeddings, projections, norms); the paper's
AdamW alone stays an option. The schedule is warm-up, constant, linear decay over the last part, so that a run can be
extended without deciding its length first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class OptimConfig:
    """Rates are for a batch of 16 to 64; `decay_steps` counts back from the last step."""

    kind: Literal["muon", "adamw"] = "muon"
    muon_lr: float = 2e-2
    adamw_lr: float = 2e-3
    weight_decay: float = 0.01
    warmup_steps: int = 100
    decay_steps: int = 1000
    clip_norm: float = 1.0
    ema_decay: float = 0.999
    bfloat16: bool = False  # Muon's products, see dcs.bfloat16


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised by Newton-Schulz, batched over matrices of equal shape.

    In float32 unless asked: torch.optim.Muon works in bfloat16, which most CPUs have no fast path for; its step took 5 s
    where this one takes 0.2 s.
    """

    COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # quintic iteration of the Muon authors, steep at 0

    def __init__(
        self,
        params: list[nn.Parameter],
        lr: float,
        weight_decay: float,
        momentum: float = 0.95,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # a closure has no use here
        """Apply one update; parameters without a gradient are left alone."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[nn.Parameter]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    by_shape.setdefault(p.shape, []).append(p)
            for shape, parameters in by_shape.items():
                updates = torch.stack([self._nesterov(p, group["momentum"]) for p in parameters])
                scale = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
                for p, update in zip(parameters, orthogonalise_in_shares(updates, self.dtype), strict=True):
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-scale)

    def _nesterov(self, p: nn.Parameter, momentum: float) -> Tensor:
        assert p.grad is not None
        state = self.state[p]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(p)
        buffer = state["momentum"].lerp_(p.grad, 1 - momentum)
        return p.grad.lerp(buffer, momentum)


def orthogonalise(matrices: Tensor, dtype: torch.dtype | None = None, steps: int = 5) -> Tensor:
    """Nearest (semi-)orthogonal matrices, roughly: singular values end between about 0.7 and 1.2. (M,a,b) -> (M,a,b)."""
    a, b, c = Muon.COEFFICIENTS
    x = (matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)).to(dtype or matrices.dtype)
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.transpose(1, 2) if tall else x).to(matrices.dtype)


def orthogonalise_in_shares(matrices: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    """`orthogonalise` with the matrices dealt out to the processes of a run: it was 40% of a step of DCS-DiT on two."""
    if not dist.is_initialized():
        return orthogonalise(matrices, dtype)
    share = slice(dist.get_rank(), None, dist.get_world_size())
    result = torch.zeros_like(matrices)
    result[share] = orthogonalise(matrices[share], dtype)
    dist.all_reduce(result)
    return result


class Optimizers:
    """Both optimizers behind one step; the rate of each is its base rate times `scale(step)`."""

    def __init__(self, model: nn.Module, config: OptimConfig) -> None:
        self.config = config
        matrices, others = split_parameters(model)
        if config.kind == "adamw":
            matrices, others = [], matrices + others
        self.parts: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(others, lr=config.adamw_lr, betas=(0.9, 0.95), weight_decay=config.weight_decay)
        ]
        if matrices:
            dtype = torch.bfloat16 if config.bfloat16 else None
            self.parts.append(Muon(matrices, config.muon_lr, config.weight_decay, dtype=dtype))
        self.base_rates = [p.param_groups[0]["lr"] for p in self.parts]
        self.parameters = matrices + others

    def step(self, scale: float) -> float:
        """Clip, apply both, clear the gradients; returns the gradient norm before clipping."""
        norm = float(nn.utils.clip_grad_norm_(self.parameters, self.config.clip_norm))
        for part, rate in zip(self.parts, self.base_rates, strict=True):
            for group in part.param_groups:
                group["lr"] = rate * scale
            part.step()
            part.zero_grad(set_to_none=True)
        return norm

    def state_dict(self) -> list[dict[str, Any]]:
        """States in order."""
        return [p.state_dict() for p in self.parts]

    def load_state_dict(self, states: list[dict[str, Any]]) -> None:
        """Inverse of `state_dict`."""
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)


def split_parameters(model: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """(matrices of transformer blocks, all others); adaLN counts as other.

    Frozen parameters are in the lists too: they get no gradient and so no update, and the optimizer states of a run fit
    when it is resumed with other parts frozen.
    """
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        is_block_matrix = ".blocks." in f".{name}" and parameter.ndim == 2 and ".modulation." not in name
        (matrices if is_block_matrix else others).append(parameter)
    return matrices, others


def rate_scale(step: int, steps: int, config: OptimConfig) -> float:
    """Warm-up to 1, then 1, then linearly down to 0.02 at `steps`."""
    up = min(1.0, (step + 1) / config.warmup_steps)
    down = min(1.0, max(0.02, (steps - step) / config.decay_steps))
    return min(up, down)


class WeightAverage:
    """Exponential moving average of the weights, used for evaluation and export."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights: dict[str, Tensor] = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards the model; the decay rises with the step so that early averages are not stale."""
        decay = min(self.decay, (step + 1) / (step + 10))
        for name, value in model.state_dict().items():
            self.weights[name].lerp_(value, 1 - decay)

    @torch.no_grad()
    def give_to_frozen(self, model: nn.Module) -> None:
        """Frozen parameters of the model take their averages, and so both stay as they are.

        Latents are cached with averaged weights; without this the average of a frozen encoder would go on towards its
        last weights, and the latents would no longer be its own.
        """
        for name, parameter in model.named_parameters():
            if not parameter.requires_grad:
                parameter.copy_(self.weights[name])
