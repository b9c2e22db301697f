"""The graphs of docs/graphs.md as modules, one class per graph.

The classes change nothing of the models: they cut them where the engine cuts them, take every table, mask and cache as
an input, and keep latents normalised outside. They run in PyTorch as well, which is what the exported files are held to.
Not here: the names and shapes of inputs and outputs (dcs.graphs).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dcs import onnx_ops
from dcs.dit import Condition, DCSDiT
from dcs.layers import KV, Rope
from dcs.tok import DCSTok, Depatchifier

ATTENTION_TEST_HEADS, ATTENTION_TEST_WIDTH = 2, 16


def pairs(tensors: Sequence[Tensor]) -> list[KV]:
    """k_0, v_0, k_1, v_1, ... -> [(k_0, v_0), ...]."""
    return list(zip(tensors[0::2], tensors[1::2], strict=True))


def flat(cache: Sequence[KV]) -> list[Tensor]:
    """Inverse of `pairs`."""
    return [tensor for kv in cache for tensor in kv]


def anchor_bias(depatchifier: Depatchifier, latent_keys: Tensor, queries: Tensor) -> Tensor | None:
    """Bias (1,1,Q,A*A+L) of pixels on [anchors | latents], from tensors of those lengths; None if it is zero.

    Args:
        depatchifier: its `measure_bias` weighs an anchor as the pixels it stands for.
        latent_keys: any keys of L latents (P,H,L,K).
        queries: any tensor (P,Q,C), for its length.
    """
    anchors = depatchifier.anchor_count
    log_measure = depatchifier.pixel_log_measure(anchors)
    if log_measure == 0.0:
        return None
    on_latents = onnx_ops.zeros_along(latent_keys, 2).transpose(2, 3)  # (1, 1, 1, L)
    on_anchors = torch.full((1, 1, 1, anchors), log_measure)
    return torch.cat([on_anchors, on_latents], dim=3) + onnx_ops.zeros_along(queries, 1).unsqueeze(0)


def measure_of_all(depatchifier: Depatchifier, latent_keys: Tensor, pixels: Tensor) -> Tensor | None:
    """`anchor_bias` of `full`, (1,1,Q,Q+L): the pixels are the anchors, and how many there are is known only when it runs."""
    if not depatchifier.config.measure_bias:
        return None
    zeros = onnx_ops.zeros_along(pixels, 1).unsqueeze(0)  # (1, 1, Q, 1)
    log_measure = math.log(depatchifier.config.reference_pixels) - (zeros + 1).sum(dim=2, keepdim=True).log()
    on_latents = onnx_ops.zeros_along(latent_keys, 2).transpose(2, 3)  # (1, 1, 1, L)
    return torch.cat([zeros.transpose(2, 3) + log_measure, on_latents], dim=3) + zeros


def guided_step(
    dit: DCSDiT,
    x: Tensor,
    time_features: Tensor,
    dt: Tensor,
    branch_weight: Tensor,
    level_onehot: Tensor,
    rope: Rope,
    attn_bias: Tensor,
    condition: Condition,
    context: Sequence[Tensor],
) -> tuple[Tensor, ...]:
    """x + dt * sum_b branch_weight_b v_b (1,N,d) over all guidance branches, then k_i, v_i (B,H,T,K)."""
    features = time_features.unsqueeze(0)  # one group of tokens: (1, 1, 256)
    v, cache = dit(x, features, level_onehot, rope, attn_bias, condition, pairs(context))
    return x + dt * (branch_weight * v).sum(0, keepdim=True), *flat(cache)


class DiTStep(nn.Module):
    """One Euler step of all guidance branches: x + dt * sum_b branch_weight_b v_b, and the grown K/V."""

    def __init__(self, dit: DCSDiT) -> None:
        super().__init__()
        self.dit = dit

    def forward(
        self,
        x: Tensor,
        time_features: Tensor,
        dt: Tensor,
        branch_weight: Tensor,
        level_onehot: Tensor,
        text_states: Tensor,
        text_pooled: Tensor,
        text_bias: Tensor,
        rope_cos: Tensor,
        rope_sin: Tensor,
        attn_bias: Tensor,
        *context: Tensor,
    ) -> tuple[Tensor, ...]:
        """x_next (1,N,d), then k_i, v_i (B,H,T,K)."""
        condition = Condition(text_states=text_states, text_bias=text_bias, text_pooled=text_pooled)
        rope = (rope_cos, rope_sin)
        return guided_step(self.dit, x, time_features, dt, branch_weight, level_onehot, rope, attn_bias, condition, context)


class LabelDiTStep(nn.Module):
    """`DiTStep` of a label model: one row over the classes in place of text."""

    def __init__(self, dit: DCSDiT) -> None:
        super().__init__()
        self.dit = dit

    def forward(
        self,
        x: Tensor,
        time_features: Tensor,
        dt: Tensor,
        branch_weight: Tensor,
        level_onehot: Tensor,
        class_onehot: Tensor,
        rope_cos: Tensor,
        rope_sin: Tensor,
        attn_bias: Tensor,
        *context: Tensor,
    ) -> tuple[Tensor, ...]:
        """x_next (1,N,d), then k_i, v_i (B,H,T,K)."""
        condition = Condition(label=class_onehot)
        rope = (rope_cos, rope_sin)
        return guided_step(self.dit, x, time_features, dt, branch_weight, level_onehot, rope, attn_bias, condition, context)


class DecoderTrunk(nn.Module):
    """One more level of a latent: K/V of the decoder and of the depatchifier's latents, both grown by this level."""

    def __init__(self, tok: DCSTok, z_mean: Tensor, z_std: Tensor) -> None:
        super().__init__()
        self.decoder, self.depatchifier = tok.decoder, tok.depatchifier
        self.z_mean, self.z_std = nn.Parameter(z_mean), nn.Parameter(z_std)

    def forward(
        self,
        zn: Tensor,
        level_onehot: Tensor,
        rope_cos: Tensor,
        rope_sin: Tensor,
        attn_bias: Tensor,
        latent_rope_cos: Tensor,
        latent_rope_sin: Tensor,
        *context: Tensor,
    ) -> tuple[Tensor, ...]:
        """k_i, v_i (1,H,T,K), then latent_k_j, latent_v_j (P,H_p,L,K_p)."""
        trunk_tensors = 2 * len(self.decoder.blocks)
        z = zn * (level_onehot @ self.z_std) + level_onehot @ self.z_mean
        latents, cache = self.decoder(z, level_onehot, (rope_cos, rope_sin), attn_bias, pairs(context[:trunk_tensors]))
        latent_cache = self.depatchifier.latent_cache(
            self.depatchifier.given(latents, z).transpose(0, 1),
            (latent_rope_cos, latent_rope_sin),
            pairs(context[trunk_tensors:]),
        )
        return *flat(cache), *flat(latent_cache)


class DepatchifyAnchors(nn.Module):
    """K/V of [anchors | latents], all that a pixel looks at."""

    def __init__(self, depatchifier: Depatchifier) -> None:
        super().__init__()
        self.depatchifier = depatchifier

    def forward(self, rope_cos: Tensor, rope_sin: Tensor, *latents: Tensor) -> tuple[Tensor, ...]:
        """pixel_ctx_k_j, pixel_ctx_v_j (P,H_p,A*A+L,K_p)."""
        bias = anchor_bias(self.depatchifier, latents[0], rope_cos)
        _, context = self.depatchifier.pixels_among_themselves((rope_cos, rope_sin), pairs(latents), bias)
        return tuple(flat(context))


class Depatchify(nn.Module):
    """Colours of any set of coordinates, each on its own."""

    def __init__(self, depatchifier: Depatchifier) -> None:
        super().__init__()
        self.depatchifier = depatchifier

    def forward(self, rope_cos: Tensor, rope_sin: Tensor, *context: Tensor) -> Tensor:
        """Rgb (P,Q,3)."""
        latent_keys = onnx_ops.drop_first(context[0], 2, self.depatchifier.anchor_count)
        bias = anchor_bias(self.depatchifier, latent_keys, rope_cos)
        x = self.depatchifier.pixels_from_context((rope_cos, rope_sin), pairs(context), bias)
        values = onnx_ops.drop_first(context[-1], 2, self.depatchifier.anchor_count)
        return self.depatchifier.to_rgb(x, (rope_cos, rope_sin), values)


class DepatchifyLatents(nn.Module):
    """Colours straight from the latents: `full`, all pixels asked for look at each other (the paper), or `none`."""

    def __init__(self, depatchifier: Depatchifier) -> None:
        super().__init__()
        self.depatchifier = depatchifier

    def forward(self, rope_cos: Tensor, rope_sin: Tensor, *latents: Tensor) -> Tensor:
        """Rgb (P,Q,3)."""
        rope, cache = (rope_cos, rope_sin), pairs(latents)
        if self.depatchifier.config.pixel_attention == "full":
            bias = measure_of_all(self.depatchifier, latents[0], rope_cos)
            x, _ = self.depatchifier.pixels_among_themselves(rope, cache, bias)
        else:
            x = self.depatchifier.pixels_from_context(rope, cache, None)
        return self.depatchifier.to_rgb(x, rope, latents[-1])


class TokEncoder(nn.Module):
    """A picture to normalised latents of all levels."""

    def __init__(self, tok: DCSTok, z_mean: Tensor, z_std: Tensor) -> None:
        super().__init__()
        self.patchifier, self.encoder, self.level_mix = tok.patchifier, tok.encoder, tok.level_mix
        self.moment_skip = tok.moment_skip
        self.z_mean, self.z_std = nn.Parameter(z_mean), nn.Parameter(z_std)

    def forward(
        self,
        pixels: Tensor,
        pixel_rope_cos: Tensor,
        pixel_rope_sin: Tensor,
        latent_rope_cos: Tensor,
        latent_rope_sin: Tensor,
        latent_bias: Tensor,
        rope_cos: Tensor,
        rope_sin: Tensor,
        attn_bias: Tensor,
    ) -> Tensor:
        """Zn (1,nP,d)."""
        levels, channels = self.z_mean.shape
        patches = pixels.shape[0]
        pixel_rope, latent_rope = (pixel_rope_cos, pixel_rope_sin), (latent_rope_cos, latent_rope_sin)
        moments = self.patchifier.moments(pixels, pixel_rope)
        per_patch = self.patchifier(pixels, pixel_rope, latent_rope, latent_bias, moments)  # (P, n, D)
        width = per_patch.shape[2]
        tokens = onnx_ops.reshape(per_patch.transpose(0, 1), [1, -1, width], (1, levels * patches, width))
        z, _ = self.encoder(tokens, None, (rope_cos, rope_sin), attn_bias)
        by_level = onnx_ops.reshape(z, [levels, -1, channels], (levels, patches, channels))
        if self.level_mix is not None:
            flat_shape, shape = (patches, levels * channels), (patches, levels, channels)
            joined = onnx_ops.reshape(by_level.transpose(0, 1), [-1, levels * channels], flat_shape)
            by_level = onnx_ops.reshape(self.level_mix(joined), [-1, levels, channels], shape).transpose(0, 1)
        if self.moment_skip is not None:
            assert moments is not None
            skip = onnx_ops.reshape(moments @ self.moment_skip, [-1, levels, channels], (patches, levels, channels))
            by_level = by_level + skip.transpose(0, 1)
        zn = (by_level - self.z_mean.unsqueeze(1)) / self.z_std.unsqueeze(1)
        return onnx_ops.reshape(zn, [1, -1, channels], (1, levels * patches, channels))


class AttentionTest(nn.Module):
    """One attention with nothing around it, by which the engine checks a device when it loads."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """q (1,S,16), k and v (1,T,16) -> (1,S,16)."""
        return onnx_ops.attention(q, k, v, ATTENTION_TEST_HEADS)
