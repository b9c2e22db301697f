"""DCS-Tok: scale-aware patchifier, level-causal autoencoder, depatchifier (paper 3, Figures 3, 4, 12; spec 2).

Letters: B batch, P patches, n levels of the model, m levels in use, Q pixels of a patch, D width, d latent channels.
Read from top to bottom as the data flows: pixels -> PLA -> encoder -> z -> decoder -> LPA -> pixels.
Not here: losses (dcs.losses), training (scripts/train_tok.py), export (dcs.export).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dcs import geometry, masks, onnx_ops
from dcs.config import TokConfig, grid_frequencies, patch_frequencies
from dcs.geometry import Grid, PatchSize
from dcs.layers import KV, Block, LayerList, RMSNorm, Rope, init_weights, join_context
from dcs.moments import MOMENTS, first_heads, moment_basis, paint_moments, read_moments, with_latents

# 96 values meet 72 cosines: without it one step of AdamW would repaint the picture; less than 0.03 and none repaints it
READOUT_SCALE = {False: 0.01, True: 0.03}


class PatchStack(nn.Module):
    """What patchifier and depatchifier share: blocks and tables for tokens inside one patch."""

    def __init__(self, config: TokConfig) -> None:
        super().__init__()
        self.config = config
        self.frequencies = patch_frequencies(config.patch.head_width)
        self.blocks = LayerList[Block](Block(config.patch) for _ in range(config.patch.layers))
        # coord_embed: RoPE alone reaches a pixel only through attention weights (spec 2.5)
        self.coord = nn.Linear(2 * self.frequencies.pairs, config.patch.width) if config.coord_embed else None

    def pixel_rope(self, size: PatchSize) -> Rope:
        """Tables of all pixels of a patch, each (1,Q,K/2)."""
        return self.coord_rope(geometry.pixel_coords(size, self.config.coord_mode))

    def coord_rope(self, coords: Tensor) -> Rope:
        """Tables of any coordinates (Q,3), each (1,Q,K/2)."""
        cos, sin = geometry.rope_table(geometry.pixel_positions(coords), self.frequencies)
        return cos[None], sin[None]

    def level_rope(self, levels: int) -> Rope:
        """Tables of the latents of a patch, each (1,m,K/2)."""
        cos, sin = geometry.rope_table(geometry.level_positions(levels), self.frequencies)
        return cos[None], sin[None]

    def embed_coords(self, tokens: Tensor, rope: Rope) -> Tensor:
        """Add the coordinate embedding, if any. tokens (...,Q,D)."""
        return tokens if self.coord is None else tokens + self.coord(torch.cat(rope, dim=-1))

    def moment_basis(self, rope: Rope) -> Tensor:
        """patch_moments: the basis at the pixels of tables, (1 or P,Q,F)."""
        return moment_basis(rope, self.frequencies)

    def pixel_log_measure(self, pixels: int) -> float:
        """measure_bias: ln(N_ref/N_pix) on pixel keys makes attention an integral over the patch (spec 2.5)."""
        return math.log(self.config.reference_pixels / pixels) if self.config.measure_bias else 0.0


class Patchifier(PatchStack):
    """PLA: pixels attend to all pixels of their patch, latent l to the pixels and to latents l' <= l (Fig. 12a)."""

    def __init__(self, config: TokConfig) -> None:
        super().__init__(config)
        self.embed = nn.Linear(3, config.patch.width)
        self.level_query = nn.Parameter(torch.randn(config.levels, config.patch.width) * config.patch.width**-0.5)
        self.norm = RMSNorm(config.patch.width)
        # starts at 0: a trained patchifier that is given moments computes what it did
        self.from_moments = (
            nn.Parameter(torch.zeros(MOMENTS, config.levels * config.patch.width)) if config.patch_moments else None
        )

    def moments(self, pixels: Tensor, rope: Rope) -> Tensor | None:
        """patch_moments: moments of patches (P,Q,3), (P,3*F)."""
        is_centred = self.config.latent_readout
        return read_moments(pixels, self.moment_basis(rope), is_centred) if self.config.patch_moments else None

    def latent_bias(self, levels: int, pixels: int) -> Tensor:
        """Additive bias (m, Q+m) of latent queries on [pixels | latents]."""
        causal = masks.to_bias(torch.ones(levels, levels).tril().bool())
        return torch.cat([torch.full((levels, pixels), self.pixel_log_measure(pixels)), causal], dim=1)

    def forward(
        self,
        pixels: Tensor,
        pixel_rope: Rope,
        latent_rope: Rope,
        latent_bias: Tensor,
        moments: Tensor | None = None,
    ) -> Tensor:
        """Pixels of patches (P,Q,3) and their `moments` -> latents (P,m,D); the pixel tokens are discarded."""
        x = self.embed_coords(self.embed(pixels), pixel_rope)  # (P, Q, D)
        levels = latent_bias.shape[-2]
        z = self.level_query[:levels] + x[:, :1] * 0  # (P, m, D)
        if self.from_moments is not None:
            assert moments is not None, "a model with patch_moments reads the moments of its pixels too"
            width = self.config.patch.width
            start = moments @ self.from_moments[:, : levels * width]
            z = z + onnx_ops.reshape(start, [-1, levels, width], (pixels.shape[0], levels, width))
        for block in self.blocks:
            attention = block.attention
            hx, hz = block.norm1(x), block.norm1(z)
            pixel_kv = attention.keys_values(hx, pixel_rope)
            kv = join_context(pixel_kv, attention.keys_values(hz, latent_rope))
            z = block.feed_forward(z + attention.attend(attention.queries(hz, latent_rope), kv, latent_bias))
            if block is not self.blocks[-1]:  # the last pixel update would be discarded
                x = block.feed_forward(x + attention.attend(attention.queries(hx, pixel_rope), pixel_kv, None))
        return self.norm(z)


class Autoencoder(nn.Module):
    """Encoder or decoder: blocks under the level-causal mask across all patches (LCA, Fig. 4b)."""

    def __init__(self, config: TokConfig, width_in: int, width_out: int, level_embedding: bool) -> None:
        super().__init__()
        width = config.autoencoder.width
        self.k = config.k
        self.frequencies = grid_frequencies(config.autoencoder.head_width, config.k)
        self.project_in = nn.Linear(width_in, width)
        # RoPE gives relative levels only; the decoder also needs to know which level it reads
        self.level_embedding = nn.Parameter(torch.randn(config.levels, width) * 0.02) if level_embedding else None
        self.blocks = LayerList[Block](Block(config.autoencoder) for _ in range(config.autoencoder.layers))
        self.norm = RMSNorm(width)
        self.project_out = nn.Linear(width, width_out)

    def rope(self, grid: Grid, first_level: int, levels: int) -> Rope:
        """Tables of `levels` levels from `first_level` (1-based), each (1,m*P,K/2)."""
        positions = geometry.grid_positions(grid, self.k, first_level, levels)
        cos, sin = geometry.rope_table(positions, self.frequencies)
        return cos[None], sin[None]

    def forward(
        self, x: Tensor, level_onehot: Tensor, rope: Rope, bias: Tensor | None, context: Sequence[KV] = ()
    ) -> tuple[Tensor, list[KV]]:
        """x (B,S,D_in), level_onehot (1,S,n), context per layer -> (B,S,D_out) and K/V of context ++ x per layer."""
        x = self.project_in(x)
        if self.level_embedding is not None:
            x = x + level_onehot @ self.level_embedding
        cache = []
        for i, block in enumerate(self.blocks):
            x, kv = block(x, rope, bias, context[i] if context else None)
            cache.append(kv)
        return self.project_out(self.norm(x)), cache


class LevelMix(nn.Module):
    """level_mix: z'_l = b_l + sum of W_lj z_j over j <= l, the latents of one patch (an extension).

    Levels of one encoder resemble each other: most of their variance is the colour they share, and what a level adds is
    a small residual that latent noise drowns. A linear map can take the shared part out and give each level its own
    scale. It keeps level causality and prefixes, since W is block lower triangular.
    """

    causal: Tensor

    def __init__(self, levels: int, latent_dim: int) -> None:
        super().__init__()
        width = levels * latent_dim
        self.weight = nn.Parameter(torch.eye(width))
        self.bias = nn.Parameter(torch.zeros(width))
        level = torch.arange(levels).repeat_interleave(latent_dim)
        self.register_buffer("causal", (level[:, None] >= level[None, :]).float(), persistent=False)

    def forward(self, per_patch: Tensor) -> Tensor:
        """(...,m*d), levels of a patch side by side, level 1 first -> the same shape."""
        width = per_patch.shape[-1]
        # entries above the diagonal blocks stay 0 while training, so an exported file holds the weight as it is
        weight = self.weight if onnx_ops.exporting() else (self.weight * self.causal)[:width, :width]
        return per_patch @ weight.T + self.bias[:width]


class Depatchifier(PatchStack):
    """LPA: pixels attend to pixels and active latents of their patch, latents only to lower latents (Fig. 12b)."""

    def __init__(self, config: TokConfig) -> None:
        super().__init__(config)
        self.pixel_token = nn.Parameter(torch.randn(config.patch.width) * 0.02)
        self.norm = RMSNorm(config.patch.width)
        self.rgb = nn.Linear(config.patch.width, 3)
        self.read_width, self.readout_scale = config.patch_cache.width, READOUT_SCALE[config.latent_readout]
        self.to_moments = nn.Parameter(torch.zeros(config.levels * self.read_width, MOMENTS)) if config.patch_moments else None

    def given(self, x: Tensor, z: Tensor) -> Tensor:
        """What the depatchifier gets of decoder outputs (...,D) and their latents z (...,d): both, if the readout needs z."""
        return torch.cat([x, z], dim=-1) if self.config.latent_readout else x

    def carry(self, kv: KV, z: Tensor | None) -> KV:
        """latent_readout: K/V with one more head, which nothing looks at, for the latents z."""
        return with_latents(kv, z) if self.config.latent_readout else kv

    def looked_at(self, kv: KV) -> KV:
        """Without the head that `carry` adds."""
        return first_heads(kv, self.config.patch.heads) if self.config.latent_readout else kv

    def read(self, values: Tensor) -> Tensor:
        """What the readout is linear in, (P,m,W): the last values (P,H,m,K) of the latents, and the latents if carried."""
        patches, _, levels, _ = values.shape
        return onnx_ops.reshape(values.transpose(1, 2), [0, 0, self.read_width], (patches, levels, self.read_width))

    def latent_cache(self, latents: Tensor, rope: Rope, context: Sequence[KV] = ()) -> list[KV]:
        """K/V per layer of what is `given` of latents (P,m,D), after those of lower levels; they never depend on pixels."""
        z, carried, new_levels, cache = latents, None, latents.shape[1], []
        if self.config.latent_readout:
            width = self.config.patch.width
            z, carried = onnx_ops.keep(latents, 2, 0, width), onnx_ops.keep(latents, 2, width, latents.shape[2])
        # all levels at once need the causal bias; one new level after its context needs none
        bias = masks.to_bias(torch.ones(new_levels, new_levels).tril().bool()) if new_levels > 1 else None
        for i, block in enumerate(self.blocks):
            h = block.norm1(z)
            kv = join_context(context[i] if context else None, self.carry(block.attention.keys_values(h, rope), carried))
            if i + 1 < len(self.blocks):
                queries = block.attention.queries(h, rope)
                z = block.feed_forward(z + block.attention.attend(queries, self.looked_at(kv), bias))
            cache.append(kv)
        return cache

    def pixel_start(self, rope: Rope, latent_kv: KV) -> Tensor:
        """Pixel tokens before the first block (P,Q,D): one shared vector, its coordinate embedding."""
        # without coord_embed all pixels start equal, but each needs a row of its own for its keys and values
        token = self.pixel_token.expand(1, 1, -1) if self.coord is not None else self.pixel_token + rope[0][..., :1] * 0
        x = self.embed_coords(token, rope)  # (1 or P, Q, D)
        return x if x.shape[0] == latent_kv[0].shape[0] else x.expand(latent_kv[0].shape[0], *x.shape[1:])

    def pixels_among_themselves(self, rope: Rope, latent_cache: Sequence[KV], bias: Tensor | None) -> tuple[Tensor, list[KV]]:
        """The paper's LPA (`full`): features (P,Q,D) of the pixels and, per layer, K/V of [pixels | latents]."""
        x = self.pixel_start(rope, latent_cache[0])
        context = []
        for block, latent_kv in zip(self.blocks, latent_cache, strict=True):
            h = block.norm1(x)
            kv = join_context(self.carry(block.attention.keys_values(h, rope), None), latent_kv)
            x = block.feed_forward(x + block.attention.attend(block.attention.queries(h, rope), self.looked_at(kv), bias))
            context.append(kv)
        return x, context

    def pixels_from_context(self, rope: Rope, context: Sequence[KV], bias: Tensor | None) -> Tensor:
        """Each pixel on its own (`anchor`, `none`): queries to a fixed context, features (P,Q,D)."""
        x = self.pixel_start(rope, context[0])
        for block, kv in zip(self.blocks, context, strict=True):
            queries = block.attention.queries(block.norm1(x), rope)
            x = block.feed_forward(x + block.attention.attend(queries, self.looked_at(kv), bias))
        return x

    def key_bias(self, pixels: int, levels: int, active: Tensor | None) -> Tensor | None:
        """Bias on [pixels | latents] keys, (1 or P, 1, 1, pixels+levels), or None when it is zero."""
        log_measure = self.pixel_log_measure(pixels) if pixels else 0.0
        if active is None and log_measure == 0.0:
            return None
        latents = torch.zeros(1, levels) if active is None else masks.to_bias(active)
        return torch.cat([torch.full((len(latents), pixels), log_measure), latents], dim=1)[:, None, None]

    @property
    def anchor_count(self) -> int:
        """Anchors of a patch."""
        return self.config.anchor_frames * self.config.anchors**2

    def anchor_rope(self) -> Rope:
        """Tables of the anchors: A x A pixels (x A_t frames), whatever the output size."""
        return self.pixel_rope(PatchSize(self.config.anchor_frames, self.config.anchors))

    def forward(self, latents: Tensor, size: PatchSize, active: Tensor | None = None) -> Tensor:
        """Latents (P,m,D), active (P,m) or all -> rgb (P,pt*p*p,3), unclamped, nominal range [-1, 1]."""
        return self.render(self.latent_cache(latents, self.level_rope(latents.shape[1])), size, active)

    def render(self, cache: Sequence[KV], size: PatchSize, active: Tensor | None = None) -> Tensor:
        """`forward` from the `latent_cache` of m levels."""
        levels = cache[0][0].shape[2]
        rope, mode = self.pixel_rope(size), self.config.pixel_attention
        anchor_size = PatchSize(self.config.anchor_frames, self.config.anchors)
        if mode == "full" or (mode == "anchor" and size == anchor_size):  # equal by construction (test 36)
            pixels = size.pt * size.p**2
            x, _ = self.pixels_among_themselves(rope, cache, self.key_bias(pixels, levels, active))
        elif mode == "anchor":
            bias = self.key_bias(self.anchor_count, levels, active)
            _, context = self.pixels_among_themselves(self.anchor_rope(), cache, bias)
            x = self.pixels_from_context(rope, context, bias)
        else:
            x = self.pixels_from_context(rope, cache, self.key_bias(0, levels, active))
        return self.to_rgb(x, rope, cache[-1][1], active)

    def to_rgb(self, x: Tensor, rope: Rope, values: Tensor, active: Tensor | None = None) -> Tensor:
        """Pixel features (P,Q,D) and the last values of the latents (P,H,m,K) -> colours (P,Q,3).

        patch_moments adds a picture that is linear in those values, and in the latents beside them if they are carried.
        """
        rgb = self.rgb(self.norm(x))
        if self.to_moments is None:
            return rgb
        if active is not None:
            values = values * active[:, None, :, None]
        # levels that are not there yet add nothing
        every_level, width = onnx_ops.pad_to(self.read(values), 1, self.config.levels), self.config.levels * self.read_width
        flat = onnx_ops.reshape(every_level, [0, width], (values.shape[0], width))
        return rgb + paint_moments(self.readout_scale * (flat @ self.to_moments), self.moment_basis(rope))


class DCSTok(nn.Module):
    """The whole tokenizer. `encode` and `decode` take videos of any scale; an image is a video of one frame."""

    def __init__(self, config: TokConfig) -> None:
        super().__init__()
        self.config = config
        self.patchifier = Patchifier(config)
        self.encoder = Autoencoder(config, config.patch.width, config.latent_dim, level_embedding=False)
        self.level_mix = LevelMix(config.levels, config.latent_dim) if config.level_mix else None
        # patch_moments: a linear way past the transformer, by which a level can carry what the ones below it leave out
        self.moment_skip = (
            nn.Parameter(torch.zeros(MOMENTS, config.levels * config.latent_dim)) if config.patch_moments else None
        )
        self.decoder = Autoencoder(config, config.latent_dim, config.patch.width, level_embedding=True)
        self.depatchifier = Depatchifier(config)
        init_weights(self)

    def freeze_encoder(self) -> None:
        """No gradient to anything that latents depend on (the decoder fine-tune of 6.3)."""
        for part in (self.patchifier, self.encoder, self.level_mix):
            if part is not None:
                part.requires_grad_(False)
        if self.moment_skip is not None:
            self.moment_skip.requires_grad_(False)

    def encode(self, video: Tensor, size: PatchSize, levels: int | None = None, counts: Tensor | None = None) -> Tensor:
        """Video (B,T,h,w,3) in [-1,1] -> latents z (B,m*P,d), level-major. counts (B,P) masks tails per patch."""
        tokens, moments = self.patch_latents(video, size, levels or self.config.levels)
        return self.latents_of(tokens, moments, self.grid_of(video, size), counts)

    @staticmethod
    def grid_of(video: Tensor, size: PatchSize) -> Grid:
        """Patches of a video (B,T,h,w,3)."""
        _, t, h, w, _ = video.shape
        return Grid(t // size.pt, h // size.p, w // size.p)

    def patch_latents(self, video: Tensor, size: PatchSize, levels: int) -> tuple[Tensor, Tensor | None]:
        """Video (B,T,h,w,3) -> patchifier latents (B,m*P,D), level-major, and moments (B,P,3*F): each patch on its own."""
        pixels = geometry.patchify(video, size)  # (B, P, Q, 3)
        rope, flat = self.patchifier.pixel_rope(size), pixels.flatten(0, 1)
        moments = self.patchifier.moments(flat, rope)
        latent_rope, bias = self.patchifier.level_rope(levels), self.patchifier.latent_bias(levels, pixels.shape[2])
        latents = self.patchifier(flat, rope, latent_rope, bias, moments)
        tokens = latents.unflatten(0, pixels.shape[:2]).transpose(1, 2).flatten(1, 2)
        return tokens, None if moments is None else moments.unflatten(0, pixels.shape[:2])

    def latents_of(self, tokens: Tensor, moments: Tensor | None, grid: Grid, counts: Tensor | None = None) -> Tensor:
        """What `patch_latents` gives -> latents z (B,m*P,d)."""
        m = tokens.shape[1] // grid.patches
        z, _ = self.encoder(tokens, self.level_onehot(grid, m), self.encoder.rope(grid, 1, m), self.bias(grid, m, counts))
        return self.last_maps(z, moments, grid)

    def last_maps(self, z: Tensor, moments: Tensor | None, grid: Grid) -> Tensor:
        """level_mix and the linear way of patch_moments: encoder outputs (B,m*P,d), moments (B,P,3*F) -> latents z."""
        per_patch = z.unflatten(1, (-1, grid.patches)).transpose(1, 2).flatten(2)  # (B, P, m*d)
        if self.level_mix is not None:
            per_patch = self.level_mix(per_patch)
        if self.moment_skip is not None:
            assert moments is not None, "a model with patch_moments reads the moments of its pixels too"
            per_patch = per_patch + moments @ self.moment_skip[:, : per_patch.shape[2]]
        return per_patch.unflatten(2, (-1, self.config.latent_dim)).transpose(1, 2).flatten(1, 2)

    def decode_latents(self, z: Tensor, grid: Grid, counts: Tensor | None = None) -> Tensor:
        """Latents z (B,m*P,d) -> depatchifier latents (B,P,m,D)."""
        m = z.shape[1] // grid.patches
        x, _ = self.decoder(z, self.level_onehot(grid, m), self.decoder.rope(grid, 1, m), self.bias(grid, m, counts))
        return self.depatchifier.given(x, z).unflatten(1, (m, grid.patches)).transpose(1, 2)

    def decode_patches(
        self, z: Tensor, grid: Grid, size: PatchSize, counts: Tensor | None = None, chosen: Tensor | None = None
    ) -> Tensor:
        """Like `decode` for chosen patches (B,C) only (all if None): pixel tokens (B,C,pt*p*p,3)."""
        latents = self.decode_latents(z, grid, counts)  # (B, P, m, D)
        m = latents.shape[2]
        active = None
        if counts is not None:
            active = torch.arange(1, m + 1) <= counts[..., None]  # (B, P, m)
        if chosen is not None:
            rows = torch.arange(len(z))[:, None]
            latents = latents[rows, chosen]
            active = active[rows, chosen] if active is not None else None
        rgb = self.depatchifier(latents.flatten(0, 1), size, active.flatten(0, 1) if active is not None else None)
        return rgb.unflatten(0, latents.shape[:2])

    def decode(self, z: Tensor, grid: Grid, size: PatchSize, counts: Tensor | None = None) -> Tensor:
        """Latents z (B,m*P,d) -> video (B,Gt*pt,Gh*p,Gw*p,3) at any patch size."""
        return geometry.unpatchify(self.decode_patches(z, grid, size, counts), grid, size)

    def level_onehot(self, grid: Grid, levels: int) -> Tensor:
        """Level of each token as (1, m*P, n)."""
        return torch.eye(self.config.levels)[masks.level_index(grid, levels)][None]

    def bias(self, grid: Grid, levels: int, counts: Tensor | None) -> Tensor | None:
        """LCA bias (B or 1,1,m*P,m*P); None for a single level of an image without counts."""
        if levels == 1 and grid.t == 1 and counts is None:
            return None
        mask = masks.level_causal(grid, levels)[None]
        if counts is not None:
            mask = mask & masks.active_tokens(counts, levels)[:, None, :]
        return masks.to_bias(mask)[:, None]
