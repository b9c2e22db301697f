"""Rectified flow: path, losses, noise, and the level-by-level sampler (paper 3.3, Fig. 5, Table 5; spec 4.2 to 5.8).

Time t in [0, 1]: 0 = noise, 1 = data. Letters: B batch, P patches, m levels, d channels, S sampler steps.
The TypeScript twins of `noise` and of the schedule are in workers/pipeline, held to these by golden vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from dcs import masks
from dcs.dit import Condition, DCSDiT, time_features
from dcs.geometry import Grid
from dcs.layers import KV

SamplerMode = Literal["sync", "clean-context"]
Solver = Literal["euler", "heun"]
Time = TypeVar("Time", float, Tensor)


def interpolate(zn: Tensor, eps: Tensor, t: Tensor) -> Tensor:
    """x_t = t zn + (1 - t) eps; t broadcasts."""
    return t * zn + (1 - t) * eps


def velocity_loss(v: Tensor, zn: Tensor, eps: Tensor) -> Tensor:
    """Squared error plus direction loss (1 - cosine over channels) per token. (B,S,d) -> (B,S)."""
    u = zn - eps
    return (v - u).square().mean(-1) + 1 - F.cosine_similarity(v, u, dim=-1)


def shift_time(t: Time, shift: float) -> Time:
    """Timestamp shift (Table 5, spec 4.4): log-odds of times t (0 noise, 1 data) raised by ln `shift`; below 1, to noise."""
    return shift * t / (1 + (shift - 1) * t)


def sampler_times(steps: int, shift: float = 1.0) -> list[float]:
    """The S + 1 times of S Euler steps, 0 to 1: s / S, shifted (spec 4.4)."""
    return [shift_time(s / steps, shift) for s in range(steps + 1)]


def unguided_steps(steps: int) -> int:
    """First steps without guidance: those with t < 0.1 before the time shift (Table 5, "CFG interval 0.1")."""
    return (steps + 9) // 10


_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)


def philox(counter: np.ndarray, seed: int) -> np.ndarray:
    """Philox-4x32-10. counter (..., 4) uint32, 64-bit seed as key -> (..., 4) uint32."""
    low32 = np.uint64(0xFFFFFFFF)
    c = [counter[..., i].astype(np.uint64) for i in range(4)]
    key = [seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF]
    for _ in range(10):
        p0, p1 = _MULTIPLIERS[0] * c[0], _MULTIPLIERS[1] * c[2]
        c = [
            (p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(key[0]),
            p1 & low32,
            (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(key[1]),
            p0 & low32,
        ]
        key = [(k + w) & 0xFFFFFFFF for k, w in zip(key, _WEYL, strict=True)]
    return np.stack(c, axis=-1).astype(np.uint32)


def noise(seed: int, level: int, grid: Grid, channels: int) -> Tensor:
    """Standard normal noise of one level (from 0), (P, d): a function of the cell, level and channel alone (5.4)."""
    blocks = -(-channels // 4)
    g, y, x, j = np.meshgrid(*(np.arange(s) for s in (grid.t, grid.h, grid.w, blocks)), indexing="ij")
    words = philox(np.stack([j, x, y, g * 65536 + level], axis=-1).astype(np.uint32), seed)
    u = (words.astype(np.float64) + 0.5) / 2.0**32
    radius = np.sqrt(-2 * np.log(u[..., 0::2]))
    angle = 2 * np.pi * u[..., 1::2]
    normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)  # (..., blocks, 2, 2)
    return torch.from_numpy(normal.reshape(grid.patches, blocks * 4)[:, :channels].astype(np.float32))


@dataclass
class Sampler:
    """Level-by-level generation with K/V caches; call `advance` again to add levels (Fig. 5, spec 5.2, 5.8).

    Caches are [evaluation][layer] (sync) or [layer] (clean context), over both guidance branches; unguided steps of the
    sync scheme have the prompt's branch alone. R pictures may be sampled together: conditions of R rows and R seeds.
    The solver "heun" takes the mean of the velocities at both ends of a step (order 2), but the last step is Euler's:
    2S - 1 evaluations (Karras et al. 2022, Algorithm 1), each with guidance if its own time has it.
    """

    model: DCSDiT
    grid: Grid
    prompt: Condition
    empty: Condition
    seed: int | Sequence[int]
    steps: int = 25
    guidance: float = 3.0
    mode: SamplerMode = "clean-context"
    time_shift: float = 1.0
    solver: Solver = "euler"
    levels: list[Tensor] = field(default_factory=list)  # finished zn, (R, P, d) each
    calls: int = 0
    _cache: dict[int, list[KV]] = field(default_factory=dict)

    @torch.no_grad()
    def advance(self, to_level: int, on_step: Callable[[int, int, Tensor], None] | None = None) -> Tensor:
        """Generate the missing levels up to `to_level`; returns all finished levels (R, m*P, d).

        Raises:
            ValueError: the model has fewer levels.
        """
        if to_level > self.model.config.levels:
            raise ValueError(f"the model has {self.model.config.levels} levels, asked for {to_level}")
        seeds = self._seeds()
        while len(self.levels) < to_level:
            level = len(self.levels)
            x = torch.stack([noise(s, level, self.grid, self.model.config.latent_dim) for s in seeds])
            for s in range(self.steps):
                x = self._step(x, level, s)
                if on_step:
                    on_step(level, s, x)
            self.levels.append(x)
            if self.mode == "clean-context" and len(self.levels) < self.model.config.levels:
                both, twice = stack_conditions(self.prompt, self.empty), torch.cat([x, x])
                _, self._cache[0] = self._velocity(twice, level, _time(1.0), both, self._context(0, 2 * len(x)))
        return torch.cat(self.levels, dim=1)

    def _seeds(self) -> Sequence[int]:
        return [self.seed] if isinstance(self.seed, int) else self.seed

    def _step(self, x: Tensor, level: int, s: int) -> Tensor:
        t, t_next = sampler_times(self.steps, self.time_shift)[s : s + 2]
        v = self._guided_velocity(x, level, s, key=s)
        if self.solver == "heun" and s + 1 < self.steps:
            v_next = self._guided_velocity(x + (t_next - t) * v, level, s + 1, key=self.steps + s)
            v = (v + v_next) / 2
        return x + (t_next - t) * v

    def _guided_velocity(self, x: Tensor, level: int, s: int, key: int) -> Tensor:
        """Velocity at time number s; `key` tells the evaluations of the sync scheme's caches apart."""
        guided = s >= unguided_steps(self.steps) and self.guidance != 1.0
        condition = stack_conditions(self.prompt, self.empty) if guided else self.prompt
        rows, key = len(x), key if self.mode == "sync" else 0
        inputs, context = (torch.cat([x, x]), self._context(key, 2 * rows)) if guided else (x, self._context(key, rows))
        t = sampler_times(self.steps, self.time_shift)[s]
        v, kv = self._velocity(inputs, level, _time(t), condition, context)
        if self.mode == "sync":
            self._cache[key] = kv
        return self.guidance * v[:rows] + (1 - self.guidance) * v[rows:] if guided else v

    def _context(self, key: int, rows: int) -> list[KV]:
        return [(k[:rows], v[:rows]) for k, v in self._cache.get(key, [])]

    def _velocity(self, x: Tensor, level: int, t: Tensor, condition: Condition, context: list[KV]) -> tuple[Tensor, list[KV]]:
        self.calls += 1 + (len(x) > len(self._seeds()))
        model, grid = self.model, self.grid
        bias = None
        if grid.t > 1 and model.config.temporal_causal:
            bias = masks.to_bias(masks.level_causal(grid, level + 1)[level * grid.patches :])[None, None]
        onehot, rope = model.level_onehot(grid, level + 1, 1), model.rope(grid, level + 1, 1)
        return model(x, time_features(t, model.config.time_width)[None], onehot, rope, bias, condition, context)


@torch.no_grad()
def sample_joint(
    model: DCSDiT,
    grid: Grid,
    prompt: Condition,
    empty: Condition,
    seed: int,
    levels: int,
    steps: int = 25,
    guidance: float = 3.0,
    time_shift: float = 1.0,
) -> Iterator[Tensor]:
    """All levels in each step under the level-causal mask, no cache: what the sync scheme must equal. Yields x per step."""
    x = torch.cat([noise(seed, level, grid, model.config.latent_dim) for level in range(levels)])[None]
    bias = masks.to_bias(masks.level_causal(grid, levels, model.config.temporal_causal))[None, None]
    onehot, rope = model.level_onehot(grid, 1, levels), model.rope(grid, 1, levels)
    for s, (t, t_next) in enumerate(pairwise(sampler_times(steps, time_shift))):
        guided = s >= unguided_steps(steps) and guidance != 1.0
        condition = stack_conditions(prompt, empty) if guided else prompt
        v, _ = model(x, time_features(_time(t), model.config.time_width)[None], onehot, rope, bias, condition)
        x = x + (t_next - t) * (guidance * v[:1] + (1 - guidance) * v[1:] if guided else v)
        yield x


def _time(t: float) -> Tensor:
    # float64: 1000 t in float32 is off by up to 3e-5 radians, which the engine's features are not
    return torch.tensor([t], dtype=torch.float64)


def label_conditions(model: DCSDiT, labels: Sequence[int]) -> tuple[Condition, Condition]:
    """Conditions of class labels (0 .. classes-1) and as many of no label, the other branch of guidance.

    Raises:
        ValueError: the model takes text, or has no such class.
    """
    classes = model.config.classes
    if not classes or not all(0 <= label < classes for label in labels):
        raise ValueError(f"labels are 0 to {classes - 1} here, got {list(labels)}" if classes else "this model takes text")
    return Condition(label=torch.tensor(labels)), Condition(label=torch.full((len(labels),), classes))


def stack_conditions(a: Condition, b: Condition) -> Condition:
    """Two conditions as one batch."""

    def join(p: Tensor | None, q: Tensor | None) -> Tensor | None:
        return None if p is None or q is None else torch.cat([p, q])

    return Condition(
        join(a.text_states, b.text_states),
        join(a.text_bias, b.text_bias),
        join(a.text_pooled, b.text_pooled),
        join(a.label, b.label),
    )
