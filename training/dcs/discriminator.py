"""A small PatchGAN and its hinge losses (paper Eq. 6, spec 3): the adversarial term of DCS-Tok.

A PatchGAN judges overlapping pieces of a picture, each by itself, so it takes windows of any size from 16 px on.
Letters: B pictures, T frames, h w pixels. Pictures are channels-last in [-1, 1]; a video is judged by frame.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

SLOPE = 0.2  # of the leaky ReLU, as in pix2pix
GROUPS = 8


class PatchDiscriminator(nn.Module):
    """Three halvings and two more layers: 0.46 M parameters at width 32, one score for each 8 x 8 pixels.

    Group norm, not batch norm: batches are small, and a real picture is then judged the same beside any others.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.halvings = nn.ModuleList(
            nn.Conv2d(inside, outside, 4, stride=2, padding=1)
            for inside, outside in ((3, width), (width, 2 * width), (2 * width, 4 * width))
        )
        self.last = nn.Conv2d(4 * width, 8 * width, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(GROUPS, channels) for channels in (2 * width, 4 * width, 8 * width))
        self.score = nn.Conv2d(8 * width, 1, 3, padding=1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (B,h,w,3) or videos (B,T,h,w,3) -> scores (B or B*T, h/8, w/8); above 0 is real.

        Raises:
            ValueError: the pictures are smaller than 16 px, where nothing is left to compare after three halvings.
        """
        if min(pictures.shape[-3:-1]) < 16:
            raise ValueError(f"pictures need 16 x 16 pixels, got {tuple(pictures.shape[-3:-1])}; take a larger window")
        x = frames_of(pictures).permute(0, 3, 1, 2)
        x = F.leaky_relu(self.halvings[0](x), SLOPE)  # the first layer has no norm: colours and contrast stay visible
        for layer, norm in zip((*self.halvings[1:], self.last), self.norms, strict=True):
            x = F.leaky_relu(norm(layer(x)), SLOPE)
        return self.score(x)[:, 0]


def frames_of(pictures: Tensor) -> Tensor:
    """Pictures (B,h,w,3) as they are, videos (B,T,h,w,3) as pictures (B*T,h,w,3)."""
    return pictures.flatten(0, -4)


def discriminator_loss(discriminator: PatchDiscriminator, real: Tensor, fake: Tensor) -> Tensor:
    """Hinge loss of the discriminator: (mean relu(1 - D(real)) + mean relu(1 + D(fake))) / 2; no gradient to `fake`."""
    return (F.relu(1 - discriminator(real)).mean() + F.relu(1 + discriminator(fake.detach())).mean()) / 2


def adversarial_loss(discriminator: PatchDiscriminator, fake: Tensor) -> Tensor:
    """L_adv = -mean D(fake) (spec 3), with a gradient to `fake` alone: the discriminator's parameters get none."""
    fixed = {name: value.detach() for name, value in discriminator.named_parameters()}
    return -functional_call(discriminator, fixed, (fake,)).mean()


def adaptive_weight(matched: Tensor, adversarial: Tensor, rgb_weight: Tensor) -> Tensor:
    """Lambda of Eq. 6: ||grad matched|| / (||grad adversarial|| + 1e-4) at `rgb_weight`, clamped to 0 .. 1e4, detached.

    `matched` is L_rec + L_perc, `rgb_weight` the depatchifier's RGB output weight. Both graphs are kept for the backward
    pass that follows; in a run of several processes each weighs by its own share of the batch.
    """
    (pull,) = torch.autograd.grad(matched, rgb_weight, retain_graph=True)
    (push,) = torch.autograd.grad(adversarial, rgb_weight, retain_graph=True)
    return (pull.norm() / (push.norm() + 1e-4)).clamp(0, 1e4).detach()
