"""DCS-DiT: a level-causal diffusion transformer over hierarchical latents (paper 3.2, Fig. 4c, 5; spec 4).

Letters: B batch (or guidance branches), S tokens in the call, G groups of tokens with one time each (levels, or streams of
levels), T keys, D width, d latent channels, n levels. Tokens are level-major, so a group is a contiguous run of S/G tokens.
Read from top to bottom: conditioning -> block -> model. Not here: the flow and the sampler (dcs.flow), masks (dcs.masks).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dcs import geometry
from dcs.config import DiTConfig, StackConfig, grid_frequencies
from dcs.geometry import Grid
from dcs.layers import KV, AttentionProjections, LayerList, RMSNorm, Rope, SwiGLU, init_weights, join_context


@dataclass(frozen=True)
class Condition:
    """What the picture should show. Text: states (B,S_txt,W), bias (B,1,1 or S,S_txt), pooled (B,W).

    Label: ids (B,), or rows of weights over the classes and "no label" (B,classes+1), one-hot for a single class.
    """

    text_states: Tensor | None = None
    text_bias: Tensor | None = None
    text_pooled: Tensor | None = None
    label: Tensor | None = None


def time_features(t: Tensor, width: int = 256) -> Tensor:
    """Sinusoids of 1000 t, cosines first. (...,) -> (..., width)."""
    half = width // 2
    frequencies = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=torch.float64) / half)
    angles = 1000.0 * t.double().unsqueeze(-1) * frequencies
    return torch.cat([angles.cos(), angles.sin()], dim=-1).float()


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """x * (1 + scale) + shift with one row per group. x (B,S,D), shift and scale (B,G,D)."""
    if shift.shape[1] == 1:
        return x * (1 + scale) + shift
    grouped = x.unflatten(1, (shift.shape[1], -1))  # (B, G, S/G, D)
    return (grouped * (1 + scale.unsqueeze(2)) + shift.unsqueeze(2)).flatten(1, 2)


def gated_sum(x: Tensor, gate: Tensor, y: Tensor) -> Tensor:
    """x + gate * y with one row of gate per group."""
    if gate.shape[1] == 1:
        return x + gate * y
    return x + (gate.unsqueeze(2) * y.unflatten(1, (gate.shape[1], -1))).flatten(1, 2)


class DiTBlock(nn.Module):
    """adaLN-zero block: self-attention (LCA), cross-attention to text if any, SwiGLU."""

    def __init__(self, config: StackConfig, text_width: int) -> None:
        super().__init__()
        self.norm1 = RMSNorm(config.width)
        self.attention = AttentionProjections(config.width, config.heads)
        self.text_norm = RMSNorm(config.width) if text_width else None
        self.text_attention = AttentionProjections(config.width, config.heads, text_width) if text_width else None
        self.norm2 = RMSNorm(config.width)
        self.mlp = SwiGLU(config.width, config.mlp_hidden)
        self.modulation = nn.Linear(config.width, 6 * config.width)

    def forward(
        self, x: Tensor, c: Tensor, rope: Rope, bias: Tensor | None, context: KV | None, condition: Condition
    ) -> tuple[Tensor, KV]:
        """x (B or 1,S,D), c (B,G,D), context (B,H,Tc,K) -> x (B,S,D) and K/V of context ++ x."""
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(c).chunk(6, dim=-1)
        h = modulate(self.norm1(x), shift1, scale1)
        kv = join_context(context, self.attention.keys_values(h, rope))
        x = gated_sum(x, gate1, self.attention.attend(self.attention.queries(h, rope), kv, bias))
        if self.text_attention is not None and self.text_norm is not None:
            assert condition.text_states is not None
            text_kv = self.text_attention.keys_values(condition.text_states, None)
            queries = self.text_attention.queries(self.text_norm(x), None)
            x = x + self.text_attention.attend(queries, text_kv, condition.text_bias)
        return gated_sum(x, gate2, self.mlp(modulate(self.norm2(x), shift2, scale2))), kv


class DCSDiT(nn.Module):
    """Velocity of normalised latents at given times, under text or label conditioning."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.config, width = config, config.blocks.width
        self.frequencies = grid_frequencies(config.blocks.head_width, config.k)
        self.project_in = nn.Linear(config.latent_dim, width)
        # RoPE tells distances alone; how a motion goes on depends on when a segment is (its features are the same tables)
        self.position_in = nn.Linear(config.blocks.head_width, width, bias=False) if config.absolute_positions else None
        self.level_embedding = nn.Parameter(torch.randn(config.levels, width) * 0.02)
        self.time_in = nn.Linear(config.time_width, width)
        self.time_out = nn.Linear(width, width)
        self.text_norm = RMSNorm(config.text_width) if config.text_width else None  # encoders differ in scale
        self.text_pooled = nn.Linear(config.text_width, width) if config.text_width else None
        self.label = nn.Embedding(config.classes + 1, width) if config.classes else None  # last row = no label
        self.blocks = LayerList[DiTBlock](DiTBlock(config.blocks, config.text_width) for _ in range(config.blocks.layers))
        self.norm = RMSNorm(width)
        self.final_modulation = nn.Linear(width, 2 * width)
        self.project_out = nn.Linear(width, config.latent_dim)
        init_weights(self)
        self._init_zero()

    def _init_zero(self) -> None:
        # adaLN-zero: every block starts as the identity, the velocity at 0
        for layer in (*(b.modulation for b in self.blocks), self.final_modulation, self.project_out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        if self.position_in is not None:
            nn.init.zeros_(self.position_in.weight)
        for block in self.blocks:
            if block.text_attention is not None:
                nn.init.zeros_(block.text_attention.out.weight)

    def rope(self, grid: Grid, first_level: int, levels: int) -> Rope:
        """Tables of `levels` levels from `first_level` (1-based), each (1,m*P,K/2)."""
        positions = geometry.grid_positions(grid, self.config.k, first_level, levels)
        cos, sin = geometry.rope_table(positions, self.frequencies)
        return cos[None], sin[None]

    def conditioning(self, features: Tensor, condition: Condition) -> Tensor:
        """Time features (B or 1,G,256) and pooled text or label -> SiLU of the conditioning vectors (B,G,D)."""
        c = self.time_out(F.silu(self.time_in(features)))
        if self.text_pooled is not None:
            assert condition.text_pooled is not None
            # pooled vectors have length 1: bring their entries to about 1
            c = c + self.text_pooled(condition.text_pooled * self.config.text_width**0.5).unsqueeze(1)
        if self.label is not None:
            assert condition.label is not None
            rows = condition.label @ self.label.weight if condition.label.is_floating_point() else self.label(condition.label)
            c = c + rows.unsqueeze(1)
        return F.silu(c)

    def forward(
        self,
        x: Tensor,
        features: Tensor,
        level_onehot: Tensor,
        rope: Rope,
        bias: Tensor | None,
        condition: Condition,
        context: Sequence[KV] = (),
    ) -> tuple[Tensor, list[KV]]:
        """Velocity and K/V of context ++ x per layer.

        Args:
            x: state (B or 1,S,d).
            features: `time_features` of the time of each group (B or 1,G,256); S/G tokens a group.
            level_onehot: level of each token (1,S,n).
            rope: tables (1 or B,S,K/2).
            bias: additive mask (1 or B,1,S,T) or None when every key may be seen.
            condition: text or label.
            context: per layer keys and values (B,H,Tc,K) of finished lower levels.
        """
        c = self.conditioning(features, condition)
        if self.text_norm is not None and condition.text_states is not None:
            condition = replace(condition, text_states=self.text_norm(condition.text_states))
        h = self.project_in(x) + level_onehot @ self.level_embedding
        if self.position_in is not None:
            h = h + self.position_in(torch.cat(rope, dim=-1))
        cache = []
        for i, block in enumerate(self.blocks):
            h, kv = block(h, c, rope, bias, context[i] if context else None, condition)
            cache.append(kv)
        shift, scale = self.final_modulation(c).chunk(2, dim=-1)
        return self.project_out(modulate(self.norm(h), shift, scale)), cache

    def level_onehot(self, grid: Grid, first_level: int, levels: int) -> Tensor:
        """Level of each token of `levels` levels from `first_level` (1-based), (1,m*P,n)."""
        rows = torch.eye(self.config.levels)[first_level - 1 : first_level - 1 + levels]
        return rows.repeat_interleave(grid.patches, dim=0)[None]
