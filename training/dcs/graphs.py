"""The graphs of a bundle: their names, inputs and outputs, with shapes by letter as in docs/graphs.md.

An axis is a number, fixed in the exported file, or an expression of letters, free in it. AA stands for the A*A anchors.
Not here: what a graph computes (dcs.graph_modules), writing files (dcs.export), comparing them (dcs.parity).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor, nn

from dcs.config import StackConfig
from dcs.dit import DCSDiT
from dcs.graph_modules import (
    ATTENTION_TEST_WIDTH,
    AttentionTest,
    DecoderTrunk,
    Depatchify,
    DepatchifyAnchors,
    DepatchifyLatents,
    DiTStep,
    LabelDiTStep,
    TokEncoder,
)
from dcs.text import TextEncoder
from dcs.tok import DCSTok

Shape = tuple[int | str, ...]


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


def kv_names(prefix: str, layers: int) -> list[str]:
    """`<prefix>k_0`, `<prefix>v_0`, `<prefix>k_1`, ..."""
    return [f"{prefix}{kind}_{i}" for i in range(layers) for kind in "kv"]


def kv_inputs(prefix: str, stack: StackConfig, rows: int | str, keys: str) -> dict[str, Shape]:
    """Inputs of a cache over all layers of a stack."""
    return {name: (rows, stack.heads, keys, stack.head_width) for name in kv_names(prefix, stack.layers)}


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
        **kv_inputs("latent_ctx_", config.patch_cache, "P", "Llow"),
    }
    outputs = (*kv_names("", trunk.layers), *kv_names("latent_", patch.layers))
    return Graph("decoder_trunk", DecoderTrunk(models.tok, models.z_mean, models.z_std), inputs, outputs)


def depatchifier_graphs(tok: DCSTok) -> list[Graph]:
    """What pixels look at, and the pixels; without anchors pixels look at the latents and need no graph before."""
    config = tok.config
    patch, half, anchors = config.patch, config.patch.head_width // 2, tok.depatchifier.anchor_count
    wanted: dict[str, Shape] = {"rope_cos": ("P", "Q", half), "rope_sin": ("P", "Q", half)}
    latents = kv_inputs("latent_", config.patch_cache, "P", "L")
    if config.pixel_attention != "anchor":
        return [Graph("depatchify", DepatchifyLatents(tok.depatchifier), {**wanted, **latents}, ("rgb",))]
    at_anchors: dict[str, Shape] = {"rope_cos": ("P", anchors, half), "rope_sin": ("P", anchors, half), **latents}
    at_pixels: dict[str, Shape] = {**wanted, **kv_inputs("pixel_ctx_", config.patch_cache, "P", "AA+L")}
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
