"""The PatchGAN, its hinge losses, and the adaptive weight of the adversarial term."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dcs.discriminator import (
    PatchDiscriminator,
    adaptive_weight,
    adversarial_loss,
    discriminator_loss,
)


def pictures(batch: int = 2, px: int = 16) -> Tensor:
    return torch.rand(batch, px, px, 3) * 2 - 1


def test_it_is_small_and_scores_windows_of_any_size_from_16_px_on() -> None:
    judge = PatchDiscriminator()
    assert 0.3e6 < sum(p.numel() for p in judge.parameters()) < 1e6
    assert judge(torch.rand(2, 16, 24, 3)).shape == (2, 2, 3)
    video = torch.rand(2, 3, 32, 24, 3)
    assert torch.allclose(judge(video), judge(video.flatten(0, 1)), atol=1e-5)
    with pytest.raises(ValueError, match="larger window"):
        judge(torch.rand(1, 15, 64, 3))


def test_a_picture_is_judged_the_same_beside_any_others() -> None:
    judge, real = PatchDiscriminator(), pictures(3)
    torch.testing.assert_close(judge(real)[1:2], judge(real[1:2]), rtol=1e-4, atol=1e-5)


def test_the_hinge_losses_are_those_of_the_scores_and_reach_one_side_each() -> None:
    judge, real, fake = PatchDiscriminator(), pictures(), pictures().requires_grad_()
    loss = discriminator_loss(judge, real, fake)
    expected = (F.relu(1 - judge(real)).mean() + F.relu(1 + judge(fake)).mean()) / 2
    assert float(loss.detach()) == pytest.approx(float(expected.detach()))
    loss.backward()
    assert fake.grad is None and all(p.grad is not None for p in judge.parameters())
    judge.zero_grad(set_to_none=True)
    generator_loss = adversarial_loss(judge, fake)
    assert float(generator_loss.detach()) == pytest.approx(-float(judge(fake).mean().detach()), abs=1e-6)
    generator_loss.backward()
    assert fake.grad is not None and bool(fake.grad.any())
    assert all(p.grad is None for p in judge.parameters())


def test_it_learns_to_tell_sharp_from_blurred_and_then_pulls_towards_sharp() -> None:
    judge = PatchDiscriminator(width=16)
    optimizer = torch.optim.Adam(judge.parameters(), 1e-3, betas=(0.5, 0.9))

    def both() -> tuple[Tensor, Tensor]:
        sharp = pictures(8).sign()
        blurred = F.avg_pool2d(sharp.permute(0, 3, 1, 2), 3, 1, 1).permute(0, 2, 3, 1)
        return sharp, blurred

    for _ in range(30):
        optimizer.zero_grad()
        discriminator_loss(judge, *both()).backward()
        optimizer.step()
    sharp, blurred = both()
    assert float(judge(sharp).mean().detach()) > 0.5 > -0.5 > float(judge(blurred).mean().detach())
    mixed = (0.5 * sharp + 0.5 * blurred).requires_grad_()
    adversarial_loss(judge, mixed).backward()
    assert mixed.grad is not None
    assert float((-mixed.grad * (sharp - blurred)).sum()) > 0, "down the loss is towards the sharp picture"


def head_and_losses(scale: float) -> tuple[nn.Linear, Tensor, Tensor]:
    torch.manual_seed(1)
    head, features = nn.Linear(5, 3), torch.randn(7, 5)
    rgb = head(features)
    return head, (rgb - 1).square().mean(), scale * rgb.sin().sum()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_the_adaptive_weight_makes_both_gradients_equal_at_the_rgb_weight(scale: float) -> None:
    head, matched, adversarial = head_and_losses(scale)
    factor = adaptive_weight(matched, adversarial, head.weight)
    assert float(factor) > 0 and not factor.requires_grad
    assert head.weight.grad is None, "nothing is accumulated"
    (pull,) = torch.autograd.grad(matched, head.weight, retain_graph=True)
    (push,) = torch.autograd.grad(factor * adversarial, head.weight, retain_graph=True)
    assert float(push.norm()) == pytest.approx(float(pull.norm()), rel=0.05)
    (matched + factor * adversarial).backward()  # the graphs are still there


def test_the_adaptive_weight_is_at_most_10000_and_0_when_nothing_pulls() -> None:
    head, matched, adversarial = head_and_losses(1.0)
    assert float(adaptive_weight(1e6 * matched, 0 * adversarial, head.weight)) == 1e4
    assert float(adaptive_weight(0 * matched, adversarial, head.weight)) == 0
