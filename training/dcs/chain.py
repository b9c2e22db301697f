"""The engine's order of work on the exported files, in a few lines: condition, sampler, trunk, anchors, pixels.

Not here: PyTorch's own way to the same picture (dcs.flow, dcs.tok), which the files are held to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor

from dcs import geometry, masks
from dcs.config import DiTConfig, RopeFrequencies, TokConfig, grid_frequencies, patch_frequencies
from dcs.dit import time_features
from dcs.flow import SamplerMode, noise, sampler_times, unguided_steps
from dcs.geometry import Grid, PatchSize
from dcs.graphs import kv_names
from dcs.parity import BundleSessions, Tensors
from dcs.text import TextTokenizer, text_inputs


@dataclass
class BundleChain:
    """One picture. `levels` holds the finished zn (1,P,d); call `advance` again to add levels.

    condition: the prompt's or label's inputs of `dit_step` with both branches, from `encode_text` or `label_inputs`.
    """

    sessions: BundleSessions
    tok: TokConfig
    dit: DiTConfig
    condition: Tensors
    grid: Grid
    seed: int
    steps: int
    guidance: float
    mode: SamplerMode
    time_shift: float
    levels: list[Tensor] = field(default_factory=list)
    _cache: dict[int, Tensors] = field(default_factory=dict)

    def advance(self, to_level: int) -> Tensor:
        """Generate the missing levels; returns zn (1,m*P,d)."""
        while len(self.levels) < to_level:
            level = len(self.levels)
            x = noise(self.seed, level, self.grid, self.dit.latent_dim)[None]
            for s, (t, t_next) in enumerate(pairwise(sampler_times(self.steps, self.time_shift))):
                branches = 2 if s >= unguided_steps(self.steps) else 1
                key = s if self.mode == "sync" else 0
                result = self.dit_step(x, t, t_next - t, branches, level + 1, 1, key)
                x = result.pop("x_next")
                if self.mode == "sync":
                    self._cache[s] = result
            self.levels.append(x)
            if self.mode == "clean-context":
                result = self.dit_step(x, 1.0, 0.0, 2, level + 1, 1, 0)
                torch.testing.assert_close(result.pop("x_next"), x, rtol=0, atol=0)
                self._cache[0] = result
        return torch.cat(self.levels, dim=1)

    def joint(self, levels: int) -> Tensor:
        """All levels in every step under the level-causal mask: zn (1,m*P,d)."""
        x = torch.cat([noise(self.seed, level, self.grid, self.dit.latent_dim) for level in range(levels)])[None]
        for s, (t, t_next) in enumerate(pairwise(sampler_times(self.steps, self.time_shift))):
            branches = 2 if s >= unguided_steps(self.steps) else 1
            x = self.dit_step(x, t, t_next - t, branches, 1, levels, -1)["x_next"]
        return x

    def dit_step(self, x: Tensor, t: float, dt: float, branches: int, first_level: int, levels: int, key: int) -> Tensors:
        """One call on the tokens of `levels` levels from `first_level` (1-based); `key` names the cache."""
        context = self._cache.get(key, {})
        empty = torch.zeros(branches, self.dit.blocks.heads, 0, self.dit.blocks.head_width)
        weights = [1.0] if branches == 1 else [self.guidance, 1 - self.guidance]
        inputs = {
            "x": x,
            "time_features": time_features(torch.tensor([t])),
            "dt": torch.full((1, 1, 1), dt),
            "branch_weight": torch.tensor(weights).reshape(branches, 1, 1),
            "level_onehot": self.level_onehot(first_level, levels, self.dit.levels),
            **{name: value[:branches] for name, value in self.condition.items()},
            **self.grid_rope(first_level, levels, self.dit.blocks.head_width, self.dit.k, branches),
            "attn_bias": self.attention_bias(first_level, levels, self.dit.temporal_causal),
        }
        if "text_bias" in inputs:
            inputs["text_bias"] = inputs["text_bias"].expand(-1, -1, x.shape[1], -1)
        for name in kv_names("", self.dit.blocks.layers):
            inputs[f"ctx_{name}"] = context[name][:branches] if name in context else empty
        return self.sessions.run("dit_step", inputs)

    def decode(self, patch_side: int) -> Tensor:
        """The finished levels as a picture (h,w,3) of patches of `patch_side` pixels."""
        return self.decode_clip(PatchSize(1, patch_side))[0]

    def decode_clip(self, size: PatchSize) -> Tensor:
        """The finished levels as frames (Gt*pt,h,w,3)."""
        trunk: Tensors = {}
        patches, stack, patch = self.grid.patches, self.tok.autoencoder, self.tok.patch
        for level, zn in enumerate(self.levels, start=1):
            inputs = {
                "zn": zn,
                "level_onehot": self.level_onehot(level, 1, self.tok.levels),
                **self.grid_rope(level, 1, stack.head_width, self.tok.k, 1),
                "attn_bias": self.attention_bias(level, 1),
                **self.patch_rope("latent_rope", geometry.level_positions(level)[-1:]),
            }
            for name in kv_names("", stack.layers):
                inputs[f"ctx_{name}"] = trunk.get(name, torch.zeros(1, stack.heads, 0, stack.head_width))
            for name in kv_names("latent_", patch.layers):
                none = torch.zeros(patches, patch.heads, 0, patch.head_width)
                inputs[name.replace("latent_", "latent_ctx_")] = trunk.get(name, none)
            trunk = self.sessions.run("decoder_trunk", inputs)
        context = {name: trunk[name] for name in kv_names("latent_", patch.layers)}
        if self.tok.pixel_attention == "anchor":
            at_anchors = self.pixel_rope(PatchSize(self.tok.anchor_frames, self.tok.anchors))
            context = self.sessions.run("depatchify_anchors", {**context, **at_anchors})
        rgb = self.sessions.run("depatchify", {**context, **self.pixel_rope(size)})["rgb"]
        return geometry.unpatchify(rgb[None], self.grid, size)[0]

    def level_onehot(self, first_level: int, levels: int, of: int) -> Tensor:
        """Level of each token, (1,m*P,of)."""
        rows = torch.eye(of)[first_level - 1 : first_level - 1 + levels]
        return rows.repeat_interleave(self.grid.patches, dim=0)[None]

    def attention_bias(self, first_level: int, levels: int, temporal: bool = True) -> Tensor:
        """Rows of the level-causal mask over all levels up to the last one; `temporal` hides later segments too."""
        mask = masks.level_causal(self.grid, first_level - 1 + levels, temporal)
        return masks.to_bias(mask[(first_level - 1) * self.grid.patches :])[None, None]

    def grid_rope(self, first_level: int, levels: int, head_width: int, k: int, rows: int) -> Tensors:
        """Tables between patches, `rows` times."""
        positions = geometry.grid_positions(self.grid, k, first_level, levels)
        return table("rope", positions, grid_frequencies(head_width, k), rows)

    def patch_rope(self, name: str, positions: Tensor) -> Tensors:
        """Tables inside a patch, once for each patch."""
        return table(name, positions, patch_frequencies(self.tok.patch.head_width), self.grid.patches)

    def pixel_rope(self, size: PatchSize) -> Tensors:
        """Tables of all pixels of a patch."""
        return self.patch_rope("rope", geometry.pixel_positions(geometry.pixel_coords(size, self.tok.coord_mode)))


def table(name: str, positions: Tensor, frequencies: RopeFrequencies, rows: int) -> Tensors:
    """`<name>_cos`, `<name>_sin`, each (rows, S, pairs)."""
    cos, sin = geometry.rope_table(positions, frequencies)
    return {f"{name}_cos": cos.expand(rows, -1, -1), f"{name}_sin": sin.expand(rows, -1, -1)}


def encode_text(sessions: BundleSessions, tokenizer: TextTokenizer, prompt: str) -> Tensors:
    """States, pooled vectors and bias of the prompt and the empty caption."""
    input_ids, position_ids, text_bias = text_inputs([tokenizer.encode(prompt).ids, tokenizer.encode("").ids])
    inputs = {"input_ids": input_ids.long(), "position_ids": position_ids.long(), "text_bias": text_bias}
    return {**sessions.run("text_encoder", inputs), "text_bias": text_bias}


def label_inputs(label: int, classes: int) -> Tensors:
    """Rows of a class and of no class."""
    return {"class_onehot": torch.eye(classes + 1)[[label, classes]]}
