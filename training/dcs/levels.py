"""DCS-Tok with part of the levels: dropped tokens (Fig. 12e), one level at a time (spec 5.5), more levels (Table 4).

Letters: B batch, P patches, m levels, S active tokens, d latent channels, D width. `counts` (B,P) is the number of
active levels of each patch. Everything here equals what `DCSTok` computes with masks over all levels at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dcs import geometry, masks
from dcs.geometry import Grid, PatchSize
from dcs.layers import KV
from dcs.tok import Autoencoder, DCSTok


@dataclass(frozen=True)
class DecodedLevels:
    """K/V that the decoded levels of a latent leave behind; a further level is added without touching them."""

    trunk: list[KV]  # per decoder layer, (B,H,m*P,K)
    latents: list[KV]  # per depatchifier layer, (B*P,H,m,K)

    @property
    def levels(self) -> int:
        """Levels decoded so far."""
        return self.latents[0][0].shape[2]


def add_level(
    tok: DCSTok, z: Tensor, grid: Grid, below: DecodedLevels | None = None, counts: Tensor | None = None
) -> DecodedLevels:
    """Decode one more level z (B,P,d) on top of the levels below it.

    Raises:
        ValueError: the model has no further level.
    """
    level = below.levels if below else 0
    if level >= tok.config.levels:
        raise ValueError(f"the model has {tok.config.levels} levels, all of them are decoded already")
    own = slice(level * grid.patches, None)
    bias = None
    if grid.t > 1 or counts is not None:
        bias = tok.bias(grid, level + 1, counts)
        bias = bias[:, :, own] if bias is not None else None
    onehot, rope = tok.level_onehot(grid, level + 1)[:, own], tok.decoder.rope(grid, level + 1, 1)
    x, trunk = tok.decoder(z, onehot, rope, bias, below.trunk if below else ())
    cos, sin = tok.depatchifier.level_rope(level + 1)
    latent_rope = cos[:, level:], sin[:, level:]
    given = tok.depatchifier.given(x, z).flatten(0, 1)[:, None]
    latents = tok.depatchifier.latent_cache(given, latent_rope, below.latents if below else ())
    return DecodedLevels(trunk, latents)


def render(tok: DCSTok, decoded: DecodedLevels, grid: Grid, size: PatchSize, counts: Tensor | None = None) -> Tensor:
    """Video (B,Gt*pt,Gh*p,Gw*p,3) of the decoded levels at any patch size."""
    active = None
    if counts is not None:
        active = torch.arange(1, decoded.levels + 1) <= counts.flatten()[:, None]
    rgb = tok.depatchifier.render(decoded.latents, size, active)
    return geometry.unpatchify(rgb.unflatten(0, (-1, grid.patches)), grid, size)


def encode_active(tok: DCSTok, video: Tensor, size: PatchSize, counts: Tensor) -> Tensor:
    """One video (1,T,h,w,3) -> latents of the active tokens alone (1,S,d), level-major; counts (1,P)."""
    grid, levels = tok.grid_of(video, size), int(counts.max())
    kept = _kept(counts, levels)
    tokens, moments = tok.patch_latents(video, size, levels)
    z = tokens.new_zeros(1, levels * grid.patches, tok.config.latent_dim)
    z[:, kept] = _active_only(tok, tok.encoder, tokens[:, kept], grid, counts)
    return tok.last_maps(z, moments, grid)[:, kept]  # level-causal: active levels depend on no zeros above them


def decode_active(tok: DCSTok, z: Tensor, grid: Grid, size: PatchSize, counts: Tensor) -> Tensor:
    """Inverse of `encode_active` at any patch size: z (1,S,d) -> video (1,Gt*pt,Gh*p,Gw*p,3).

    Raises:
        ValueError: z does not have one token for each active level of each patch.
    """
    levels = int(counts.max())
    if z.shape[1] != int(counts.sum()):
        raise ValueError(f"counts ask for {int(counts.sum())} tokens, z has {z.shape[1]}")
    x = tok.depatchifier.given(_active_only(tok, tok.decoder, z, grid, counts), z)
    by_patch = x.new_zeros(levels * grid.patches, x.shape[-1])
    by_patch[_kept(counts, levels)] = x[0]
    by_patch = by_patch.unflatten(0, (levels, grid.patches)).transpose(0, 1)  # (P, m, D)
    rgb = x.new_zeros(grid.patches, size.pt * size.p**2, 3)
    for count in counts.unique().tolist():  # patches of equal count need no mask
        rows = counts[0] == count
        rgb[rows] = tok.depatchifier(by_patch[rows, :count], size)
    return geometry.unpatchify(rgb[None], grid, size)


def _kept(counts: Tensor, levels: int) -> Tensor:
    return masks.active_tokens(counts, levels)[0].nonzero()[:, 0]


def _active_only(tok: DCSTok, stack: Autoencoder, tokens: Tensor, grid: Grid, counts: Tensor) -> Tensor:
    levels = int(counts.max())
    kept = _kept(counts, levels)
    cos, sin = stack.rope(grid, 1, levels)
    bias = masks.to_bias(masks.level_causal(grid, levels)[kept][:, kept])[None, None]
    out, _ = stack(tokens, tok.level_onehot(grid, levels)[:, kept], (cos[:, kept], sin[:, kept]), bias)
    return out


def extend_levels(tok: DCSTok, levels: int) -> DCSTok:
    """A copy with more levels: new queries and embeddings are appended, all other weights are reused (Table 4).

    Raises:
        ValueError: `levels` is not more than the model has.
    """
    if levels <= tok.config.levels:
        raise ValueError(f"the model has {tok.config.levels} levels, extend it to more than that, not to {levels}")
    larger = DCSTok(replace(tok.config, levels=levels))
    weights = larger.state_dict()
    for name, value in tok.state_dict().items():
        weights[name][tuple(slice(length) for length in value.shape)] = value
    larger.load_state_dict(weights)
    return larger
