"""Sizes of DCS-Tok and DCS-DiT as frozen dataclasses, and the named presets (paper Table 3, spec section 10).

No logic beyond validation. A preset is a function that returns a whole configuration; it is saved with every checkpoint
and in the manifest. Letters: k patches on the short side, n levels, d latent channels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CoordMode = Literal["corner", "center"]
PixelAttention = Literal["full", "anchor", "none"]

# How nano is sampled, measured and shipped; LOG.md has the comparison.
NANO_STEPS = 12
NANO_GUIDANCE = 4.0
NANO_TIME_SHIFT = 0.25  # of training times and sampler steps: in flat pictures shape is decided below t = 0.2


@dataclass(frozen=True)
class RopeFrequencies:
    """Frequencies in radians per unit of each axis; their counts split the pairs of a head into groups (t, y, x, level)."""

    t: tuple[float, ...]
    y: tuple[float, ...]
    x: tuple[float, ...]
    level: tuple[float, ...]

    @property
    def pairs(self) -> int:
        """Channel pairs of a head."""
        return len(self.t) + len(self.y) + len(self.x) + len(self.level)


def geometric(first: float, last: float, count: int) -> tuple[float, ...]:
    """`count` frequencies from `first` to `last`, equal ratios."""
    if count == 1:
        return (first,)
    return tuple(first * (last / first) ** (i / (count - 1)) for i in range(count))


def patch_frequencies(head_width: int) -> RopeFrequencies:
    """Inside a patch (coordinates in [0, 1], levels 1..n): pairs split about t:y:x:level = 1:2:2:1 or equally."""
    pairs = head_width // 2
    axis = pairs // 3 if pairs % 3 == 0 else pairs // 4
    side = (pairs - 2 * axis) // 2
    return RopeFrequencies(
        t=geometric(math.pi / 2, 8 * math.pi, side),
        y=geometric(math.pi / 2, 16 * math.pi, axis),
        x=geometric(math.pi / 2, 16 * math.pi, axis),
        level=geometric(1.0, 0.1, side),
    )


def grid_frequencies(head_width: int, k: int) -> RopeFrequencies:
    """Between patches (segment index, row/k, column/k, levels 1..n): four equal groups, spec 2.7."""
    count = head_width // 8
    decay = [100.0 ** (-j / count) for j in range(count)]
    space = tuple(k * f for f in decay)
    return RopeFrequencies(t=tuple(decay), y=space, x=space, level=geometric(1.0, 0.1, count))


@dataclass(frozen=True)
class StackConfig:
    """A stack of transformer blocks."""

    width: int
    heads: int
    layers: int
    mlp_hidden: int

    def __post_init__(self) -> None:
        """Check divisibility.

        Raises:
            ValueError: the head width is not a whole multiple of 8.
        """
        if self.width % self.heads or (self.width // self.heads) % 8:
            raise ValueError(f"head width must be a multiple of 8, got width {self.width} / heads {self.heads}")

    @property
    def head_width(self) -> int:
        """Channels of a head."""
        return self.width // self.heads


def swiglu_hidden(width: int) -> int:
    """2/3 * 4 * width rounded up to a multiple of 8."""
    return 8 * math.ceil(width * 8 / 3 / 8)


@dataclass(frozen=True)
class TokConfig:
    """DCS-Tok. `pixel_attention`, `coord_embed`, `measure_bias`, `coord_mode` name the extensions of spec 2.2 and 2.5.

    `level_mix` ends the encoder with a level-causal linear map of the latents of each patch (dcs.tok.LevelMix);
    `patch_moments` leads cosine moments of a patch into its latents, past the attention, and out again (dcs.moments); with
    `latent_readout` the way out also starts at the latents themselves, a way that is linear from end to end.
    """

    k: int
    kt: int
    levels: int
    latent_dim: int
    patch: StackConfig
    autoencoder: StackConfig
    coord_mode: CoordMode
    pixel_attention: PixelAttention
    coord_embed: bool
    measure_bias: bool
    anchors: int = 4
    anchor_frames: int = 1
    reference_pixels: int = 64
    level_mix: bool = False
    patch_moments: bool = False
    latent_readout: bool = False

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: a count is below 1, or `latent_readout` has no moments to read out or no head that holds a latent.
        """
        if self.latent_readout and not (self.patch_moments and self.latent_dim <= self.patch.head_width):
            raise ValueError(
                "TokConfig.latent_readout needs patch_moments and latents no wider than a head of the patch stacks, got "
                f"patch_moments {self.patch_moments}, latent_dim {self.latent_dim}, head width {self.patch.head_width}"
            )
        for name in ("k", "kt", "levels", "latent_dim", "anchors", "anchor_frames"):
            if getattr(self, name) < 1:
                raise ValueError(f"TokConfig.{name} must be at least 1, got {getattr(self, name)}")

    @property
    def patch_cache(self) -> StackConfig:
        """Heads of the depatchifier's K/V: with `latent_readout` one more than look, whose values are the latents."""
        patch, more = self.patch, int(self.latent_readout)
        return replace(patch, width=patch.width + more * patch.head_width, heads=patch.heads + more)


@dataclass(frozen=True)
class DiTConfig:
    """DCS-DiT. `classes` > 0 gives the label model (no cross attention), otherwise `text_width` > 0 the text model."""

    k: int
    levels: int
    latent_dim: int
    blocks: StackConfig
    text_width: int = 0
    classes: int = 0
    time_width: int = 256
    temporal_causal: bool = True
    absolute_positions: bool = False  # ours: tokens are told their place and time, not only their distances (LOG.md)

    def __post_init__(self) -> None:
        """Check the conditioning.

        Raises:
            ValueError: both or neither of text and label conditioning are asked for.
        """
        if (self.text_width > 0) == (self.classes > 0):
            raise ValueError(f"give text_width or classes, got {self.text_width} and {self.classes}")


def nano_tok(
    latent_dim: int = 16,
    level_mix: bool = False,
    patch_width: int = 48,
    patch_moments: bool = False,
    latent_readout: bool = False,
) -> TokConfig:
    """The tokenizer trained here: 2.8 M parameters (spec section 10), 3.1 M with patch stacks of width 96."""
    return TokConfig(
        k=8, kt=4, levels=4, latent_dim=latent_dim,
        patch=StackConfig(patch_width, patch_width // 24, 2, swiglu_hidden(patch_width)),
        autoencoder=StackConfig(192, 6, 3, 512),
        coord_mode="center", pixel_attention="anchor", coord_embed=True, measure_bias=True, level_mix=level_mix,
        patch_moments=patch_moments, latent_readout=latent_readout,
    )  # fmt: skip


def nano_dit(
    latent_dim: int = 16, text_width: int = 512, classes: int = 0, absolute_positions: bool = False,
    temporal_causal: bool = True,
) -> DiTConfig:  # fmt: skip
    """The diffusion transformer trained here: about 12.9 M parameters with text."""
    return DiTConfig(
        k=8, levels=4, latent_dim=latent_dim, blocks=StackConfig(256, 8, 8, 688), text_width=text_width, classes=classes,
        temporal_causal=temporal_causal, absolute_positions=absolute_positions,
    )  # fmt: skip


def paper_tok(levels: int = 8) -> TokConfig:
    """Table 3: patchifier 256 x 3, autoencoder 768 x 12, no extension."""
    return TokConfig(
        k=16, kt=6, levels=levels, latent_dim=16,
        patch=StackConfig(256, 8, 3, swiglu_hidden(256)), autoencoder=StackConfig(768, 12, 12, swiglu_hidden(768)),
        coord_mode="corner", pixel_attention="full", coord_embed=False, measure_bias=False,
    )  # fmt: skip


def paper_dit(text_width: int = 0, classes: int = 1000) -> DiTConfig:
    """Table 3: ViT-XL, 1152 x 28, 16 heads."""
    return DiTConfig(
        k=16, levels=4, latent_dim=16, blocks=StackConfig(1152, 16, 28, swiglu_hidden(1152)),
        text_width=text_width, classes=classes,
    )  # fmt: skip


def paper_small_tok() -> TokConfig:
    """`paper_tok` narrower and with fewer layers, every other choice the same: for tests."""
    return replace(paper_tok(), patch=StackConfig(32, 2, 2, 64), autoencoder=StackConfig(48, 2, 2, 128))


def paper_small_dit() -> DiTConfig:
    """`paper_dit` narrower and with fewer layers and classes: for tests."""
    return replace(paper_dit(classes=10), blocks=StackConfig(48, 2, 3, 128))


def tiny_tok() -> TokConfig:
    """Random-weight tokenizer for tests, a few tens of thousands of parameters."""
    return TokConfig(
        k=4, kt=2, levels=3, latent_dim=8,
        patch=StackConfig(16, 2, 2, 32), autoencoder=StackConfig(32, 2, 2, 64),
        coord_mode="center", pixel_attention="anchor", coord_embed=True, measure_bias=True,
    )  # fmt: skip


def tiny_dit(text_width: int = 32, classes: int = 0) -> DiTConfig:
    """Random-weight diffusion transformer for tests."""
    return DiTConfig(
        k=4, levels=3, latent_dim=8, blocks=StackConfig(32, 2, 2, 64), text_width=text_width, classes=classes, time_width=256
    )


Config = TypeVar("Config", bound="DataclassInstance")


def from_dict(kind: type[Config], values: dict[str, Any]) -> Config:
    """Rebuild a configuration from `dataclasses.asdict`, nested ones included.

    Raises:
        ValueError: a key is unknown.
    """
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"{kind.__name__}: unknown keys {sorted(unknown)}, expected {sorted(known)}")
    nested = {name: StackConfig(**v) if hints[name] is StackConfig else v for name, v in values.items()}
    return kind(**nested)
