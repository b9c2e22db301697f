"""Take a trained DCS-DiT over to the latents of another tokenizer.

Two tokenizers of the same pictures tell much the same in other coordinates. A rotation of the channels keeps the noise of the
flow what it is, so the rotation that brings the old latents nearest to the new ones (orthogonal Procrustes) goes into the
first and last layer, and training starts from there. Letters: d latent channels, S tokens.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from dcs.dit import DCSDiT


def nearest_rotation(old: Tensor, new: Tensor) -> tuple[Tensor, float]:
    """Orthogonal Q (d,d) that minimises |old Q - new|, and the correlation of old Q with new. old, new (S,d)."""
    u, _, vh = torch.linalg.svd(old.T.double() @ new.double())
    q = (u @ vh).to(old.dtype)
    carried = old @ q
    return q, float((carried * new).sum() / (carried.norm() * new.norm()))


@torch.no_grad()
def rotated(dit: DCSDiT, q: Tensor) -> DCSDiT:
    """A copy that does to x Q what `dit` does to x: its velocity is that of `dit`, times Q."""
    turned = copy.deepcopy(dit)
    turned.project_in.weight.copy_(dit.project_in.weight @ q)
    turned.project_out.weight.copy_(q.T @ dit.project_out.weight)
    turned.project_out.bias.copy_(dit.project_out.bias @ q)
    return turned
