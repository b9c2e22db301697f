"""The graphs of docs/graphs.md as modules: one class per graph, and its inputs with their shapes by letter.

The classes change nothing of the models: they cut them where the engine cuts them, take every table, mask and cache as
an input, and keep latents normalised outside. They run in PyTorch as well, which is what the exported files are held to.
Shapes are those of docs/graphs.md: an axis is a number, fixed in the exported file, or an expression of letters, free in
it. AA stands for the A*A anchors.
Not here: writing files (dcs.export), comparing them (dcs.parity).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from dcs import onnx_ops
from dcs.config import StackConfig
from dcs.dit import Condition, DCSDiT
from dcs.layers import KV, Rope
from dcs.text import TextEncoder
from dcs.tok import DCSTok, Depatchifier

Shape = tuple[int | str, ...]

ATTENTION_TEST_HEADS, ATTENTION_TEST_WIDTH = 2, 16


@dataclass(frozen=True)
class Graph:
    """A module to export. `inputs` and `outputs` are in the order of its arguments and results.

    `constants` are the letters in its shapes that the model fixes.
    """

    name: str
    module: nn.Module
    inputs: dict[str, Shape]
    outputs: tuple[str, ...]
    constants: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Models:
    """What a bundle is made of. z_mean, z_std (n,d): statistics of the latents per level and channel.

    A label model has no text encoder.
    """

    text: TextEncoder | None
    tok: DCSTok
    dit: DCSDiT
    z_mean: Tensor
    z_std: Tensor


def pairs(tensors: Sequence[Tensor]) -> list[KV]:
    """k_0, v_0, k_1, v_1, ... -> [(k_0, v_0), ...]."""
    return list(zip(tensors[0::2], tensors[1::2], strict=True))


def flat(cache: Sequence[KV]) -> list[Tensor]:
    """Inverse of `pairs`."""
    return [tensor for kv in cache for tensor in kv]


def kv_names(prefix: str, layers: int) -> list[str]:
    """`<prefix>k_0`, `<prefix>v_0`, `<prefix>k_1`, ..."""
    return [f"{prefix}{kind}_{i}" for i in range(layers) for kind in "kv"]


def kv_inputs(prefix: str, stack: StackConfig, rows: int | str, keys: str) -> dict[str, Shape]:
    """Inputs of a cache over all layers of a stack."""
    return {name: (rows, stack.heads, keys, stack.head_width) for name in kv_names(prefix, stack.layers)}


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


def guided_branches(
    dit: DCSDiT,
    x: Tensor,
    time_features: Tensor,
    level_onehot: Tensor,
    rope: Rope,
    attn_bias: Tensor,
    condition: Condition,
    context: tuple[Tensor, ...],
) -> tuple[Tensor, list[Tensor]]:
    """Velocities (B,N,d) of all guidance branches at one time (1,256), and k_i, v_i side by side."""
    v, cache = dit(x, time_features.unsqueeze(0), level_onehot, rope, attn_bias, condition, pairs(context))
    return v, flat(cache)


def euler_step(x: Tensor, dt: Tensor, branch_weight: Tensor, v: Tensor) -> Tensor:
    """x + dt * sum_b branch_weight_b v_b (1,N,d)."""
    return x + dt * (branch_weight * v).sum(0, keepdim=True)


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
        v, cache = guided_branches(
            self.dit, x, time_features, level_onehot, (rope_cos, rope_sin), attn_bias, condition, context
        )
        return euler_step(x, dt, branch_weight, v), *cache


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
        v, cache = guided_branches(
            self.dit, x, time_features, level_onehot, (rope_cos, rope_sin), attn_bias, condition, context
        )
        return euler_step(x, dt, branch_weight, v), *cache


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
            latents.transpose(0, 1), (latent_rope_cos, latent_rope_sin), pairs(context[trunk_tensors:])
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
        per_patch = self.patchifier(
            pixels,
            (pixel_rope_cos, pixel_rope_sin),
            (latent_rope_cos, latent_rope_sin),
            latent_bias,
        )  # (P, n, D)
        width = per_patch.shape[2]
        tokens = onnx_ops.reshape(per_patch.transpose(0, 1), [1, -1, width], (1, levels * patches, width))
        z, _ = self.encoder(tokens, None, (rope_cos, rope_sin), attn_bias)
        by_level = onnx_ops.reshape(z, [levels, -1, channels], (levels, patches, channels))
        if self.level_mix is not None:
            flat_shape, shape = (patches, levels * channels), (patches, levels, channels)
            joined = onnx_ops.reshape(by_level.transpose(0, 1), [-1, levels * channels], flat_shape)
            by_level = onnx_ops.reshape(self.level_mix(joined), [-1, levels, channels], shape).transpose(0, 1)
        if self.moment_skip is not None:
            skip = self.patchifier.moments(pixels, (pixel_rope_cos, pixel_rope_sin)) @ self.moment_skip
            by_level = by_level + onnx_ops.reshape(skip, [-1, levels, channels], (patches, levels, channels)).transpose(0, 1)
        zn = (by_level - self.z_mean.unsqueeze(1)) / self.z_std.unsqueeze(1)
        return onnx_ops.reshape(zn, [1, -1, channels], (1, levels * patches, channels))


class AttentionTest(nn.Module):
    """One attention with nothing around it, by which the engine checks a device when it loads."""

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """q (1,S,16), k and v (1,T,16) -> (1,S,16)."""
        return onnx_ops.attention(q, k, v, ATTENTION_TEST_HEADS)


def graphs(models: Models) -> list[Graph]:
    """Every graph of a bundle."""
    return [
        *text_encoder_graphs(models),
        dit_step_graph(models.dit),
        decoder_trunk_graph(models),
        *depatchifier_graphs(models.tok),
        tok_encoder_graph(models),
        attention_test_graph(),
    ]


def text_encoder_graphs(models: Models) -> list[Graph]:
    """Prompt ids to states; none for a label model."""
    if models.text is None:
        return []
    inputs: dict[str, Shape] = {"input_ids": ("B", "S"), "position_ids": (1, "S"), "text_bias": ("B", 1, 1, "S")}
    return [Graph("text_encoder", models.text, inputs, ("text_states", "text_pooled"))]


def dit_step_graph(dit: DCSDiT) -> Graph:
    """One sampler step."""
    config = dit.config
    stack, half = config.blocks, config.blocks.head_width // 2
    text: dict[str, Shape] = {
        "text_states": ("B", "S", config.text_width),
        "text_pooled": ("B", config.text_width),
        "text_bias": ("B", 1, "N", "S"),
    }
    label: dict[str, Shape] = {"class_onehot": ("B", config.classes + 1)}
    inputs: dict[str, Shape] = {
        "x": (1, "N", config.latent_dim),
        "time_features": (1, config.time_width),
        "dt": (1, 1, 1),
        "branch_weight": ("B", 1, 1),
        "level_onehot": (1, "N", config.levels),
        **(label if config.classes else text),
        "rope_cos": ("B", "N", half),
        "rope_sin": ("B", "N", half),
        "attn_bias": (1, 1, "N", "Nlow+N"),
        **kv_inputs("ctx_", stack, "B", "Nlow"),
    }
    step = LabelDiTStep(dit) if config.classes else DiTStep(dit)
    return Graph("dit_step", step, inputs, ("x_next", *kv_names("", stack.layers)))


def decoder_trunk_graph(models: Models) -> Graph:
    """One level of a latent."""
    config = models.tok.config
    trunk, patch = config.autoencoder, config.patch
    inputs: dict[str, Shape] = {
        "zn": (1, "P", config.latent_dim),
        "level_onehot": (1, "P", config.levels),
        "rope_cos": (1, "P", trunk.head_width // 2),
        "rope_sin": (1, "P", trunk.head_width // 2),
        "attn_bias": (1, 1, "P", "Nlow+P"),
        "latent_rope_cos": ("P", 1, patch.head_width // 2),
        "latent_rope_sin": ("P", 1, patch.head_width // 2),
        **kv_inputs("ctx_", trunk, 1, "Nlow"),
        **kv_inputs("latent_ctx_", patch, "P", "Llow"),
    }
    outputs = (*kv_names("", trunk.layers), *kv_names("latent_", patch.layers))
    return Graph("decoder_trunk", DecoderTrunk(models.tok, models.z_mean, models.z_std), inputs, outputs)


def depatchifier_graphs(tok: DCSTok) -> list[Graph]:
    """What pixels look at, and the pixels; without anchors pixels look at the latents and need no graph before."""
    config = tok.config
    patch, half, anchors = config.patch, config.patch.head_width // 2, tok.depatchifier.anchor_count
    wanted: dict[str, Shape] = {"rope_cos": ("P", "Q", half), "rope_sin": ("P", "Q", half)}
    latents = kv_inputs("latent_", patch, "P", "L")
    if config.pixel_attention != "anchor":
        return [Graph("depatchify", DepatchifyLatents(tok.depatchifier), {**wanted, **latents}, ("rgb",))]
    at_anchors: dict[str, Shape] = {"rope_cos": ("P", anchors, half), "rope_sin": ("P", anchors, half), **latents}
    at_pixels: dict[str, Shape] = {**wanted, **kv_inputs("pixel_ctx_", patch, "P", "AA+L")}
    context = tuple(kv_names("pixel_ctx_", patch.layers))
    return [
        Graph("depatchify_anchors", DepatchifyAnchors(tok.depatchifier), at_anchors, context),
        Graph("depatchify", Depatchify(tok.depatchifier), at_pixels, ("rgb",), {"AA": anchors}),
    ]


def tok_encoder_graph(models: Models) -> Graph:
    """A picture to latents."""
    config = models.tok.config
    patch_half, half, levels = config.patch.head_width // 2, config.autoencoder.head_width // 2, config.levels
    inputs: dict[str, Shape] = {
        "pixels": ("P", "Npix", 3),
        "pixel_rope_cos": ("P", "Npix", patch_half),
        "pixel_rope_sin": ("P", "Npix", patch_half),
        "latent_rope_cos": ("P", levels, patch_half),
        "latent_rope_sin": ("P", levels, patch_half),
        "latent_bias": (1, 1, levels, "Npix+n"),
        "rope_cos": (1, "n*P", half),
        "rope_sin": (1, "n*P", half),
        "attn_bias": (1, 1, "n*P", "n*P"),
    }
    return Graph("tok_encoder", TokEncoder(models.tok, models.z_mean, models.z_std), inputs, ("zn",), {"n": levels})


def attention_test_graph() -> Graph:
    """The load-time check."""
    inputs: dict[str, Shape] = {
        "q": (1, "S", ATTENTION_TEST_WIDTH),
        "k": (1, "T", ATTENTION_TEST_WIDTH),
        "v": (1, "T", ATTENTION_TEST_WIDTH),
    }
    return Graph("attention_test", AttentionTest(), inputs, ("out",))
