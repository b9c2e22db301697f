"""The best linear tokenizer of cosine moments: where training of a tokenizer with `latent_readout` starts.

z = S' M, moments painted from z: R' z. A principal component is the best such pair for pictures of one size; here sizes and
clips share one pair, and the first m levels alone have to be good too. Both come from second moments alone.
Letters: M moments of a patch (3*F), S (3*F, n*d) reads them, R (n*d, 3*F) paints them, G (3*F, 3*F) the basis's Gram matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dcs.moments import FUNCTIONS, MOMENTS, SIDE, TIME
from dcs.tok import DCSTok


@dataclass(frozen=True)
class Kind:
    """Patches of one size, all (3F,3F): means of M M' and of M N', the Gram matrix of the basis on their pixels.

    M is what the patchifier reads, N the moments as they are (`read_moments`).
    """

    power: Tensor
    cross: Tensor
    gram: Tensor


def gram_of(basis: Tensor) -> Tensor:
    """The Gram matrix of a basis (1,Q,F) on the pixels of a patch, for three colours."""
    return torch.block_diag(*[basis[0].T @ basis[0] / basis.shape[1]] * 3)


def error(kind: Kind, read: Tensor, paint: Tensor) -> Tensor:
    """Mean square of what S R leaves of a pixel, less what no basis changes: tr(G W E[M M'] W') - 2 tr(W E[M N'])."""
    painted = paint.T @ read.T  # W: moments to moments
    return ((kind.gram @ painted @ kind.power * painted).sum() - 2 * (painted * kind.cross.T).sum()) / 3


def principal(kind: Kind, width: int) -> tuple[Tensor, Tensor]:
    """S and R of the principal components of pictures: time's first cosine alone, the basis is orthonormal then."""
    once = torch.zeros(3, SIDE, TIME, SIDE, dtype=kind.power.dtype)
    once[:, :, 0] = 1
    mask = once.flatten()
    _, vectors = torch.linalg.eigh(kind.power * mask[:, None] * mask)
    components = vectors.flip(1)[:, :width]
    return components, components.T.clone()


def standardised(z: Tensor) -> Tensor:
    """Latents (S,d) with mean 0 and a spread of 1 in each channel."""
    return (z - z.mean(0)) / z.std(0)


def turned_towards(new: Tensor, old: Tensor, floor: float) -> Tensor:
    """A (d,d) for which new A is close to old, so that a diffusion transformer of the old latents is near its goal. (S,d) both.

    Least squares, but no direction is scaled below `floor`: what the old latents do not tell has to stay above the noise.
    Old latents count with a spread of 1 in each channel, as a diffusion transformer gets them.
    """
    u, s, vh = torch.linalg.svd(torch.linalg.lstsq(new - new.mean(0), standardised(old)).solution)
    return u * s.clamp_min(floor) @ vh


def fit(kinds: Sequence[Kind], levels: int, latent_dim: int, steps: int = 3000, rate: float = 3e-3) -> tuple[Tensor, Tensor]:
    """S (3F, n*d) and R (n*d, 3F) that leave the least error, summed over kinds and over the first 1 to n levels.

    `kinds` begins with pictures. Latents have a mean square of 1 over them.
    """
    assert kinds[0].power.shape == (3 * FUNCTIONS, 3 * FUNCTIONS)
    parts = [part.clone().requires_grad_() for part in principal(kinds[0], levels * latent_dim)]
    read, paint = parts
    optimizer = torch.optim.Adam(parts, lr=rate)
    widths = [m * latent_dim for m in range(1, levels + 1)]
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * (1 - step / steps)
        total = torch.stack([error(kind, read[:, :w], paint[:w]) for kind in kinds for w in widths]).sum()
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
    spread = ((read.T @ kinds[0].power) * read.T).sum(1).clamp_min(1e-12).sqrt().detach()
    return read.detach() / spread, paint.detach() * spread[:, None]


@torch.no_grad()
def start_at(tok: DCSTok, read: Tensor, paint: Tensor) -> None:
    """Make a tokenizer with `latent_readout` the linear map of S and R: its transformers' outputs are 0 from now on."""
    config, stack = tok.config, tok.depatchifier
    assert tok.moment_skip is not None and stack.to_moments is not None and config.latent_readout
    by_level = torch.zeros(config.levels, stack.read_width, MOMENTS)
    first = config.patch.width  # after the values
    by_level[:, first : first + config.latent_dim] = paint.unflatten(0, (config.levels, -1))
    tok.moment_skip.copy_(read)
    stack.to_moments.copy_(by_level.flatten(0, 1) / stack.readout_scale)
    for layer in (tok.encoder.project_out, stack.rgb):
        layer.weight.zero_()
        layer.bias.zero_()
