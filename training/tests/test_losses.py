"""Losses of the tokenizer, the sampling of levels, and PSNR."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from small_models import PICTURE, PICTURE_SIZE, picture, random_counts, small_tok
from torch import Tensor

from dcs import masks
from dcs.discriminator import PatchDiscriminator
from dcs.geometry import Grid, patchify
from dcs.losses import (
    Decoded,
    LossWeights,
    level_shares,
    log_error,
    margin_loss,
    noisy_latents,
    perceptual_distance,
    sample_levels,
    tok_losses,
)
from dcs.metrics import psnr
from dcs.perceptual import SOURCES_DIR, MobileNetV2, load_backbone
from dcs.tok import DCSTok
from dcs.windows import draw_windows, window_weights


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("levels", [1, 2, 4, 8])
def test_level_counts_follow_the_linear_law_of_table_4(levels: int) -> None:
    draws = 100_000
    counts = sample_levels(draws, levels, generator())
    assert counts.shape == (draws,) and int(counts.min()) >= 1 and int(counts.max()) <= levels
    share = torch.bincount(counts, minlength=levels + 1)[1:] / draws
    m = torch.arange(1, levels + 1)
    assert torch.allclose(share, 2 * m / (levels * (levels + 1)), atol=0.01)


def test_the_share_of_a_level_is_the_chance_that_at_least_so_many_are_drawn() -> None:
    assert level_shares(4).tolist() == pytest.approx([1, 0.9, 0.7, 0.4])
    assert float(level_shares(8)[-1]) == pytest.approx(2 / 9)
    counts = sample_levels(100_000, 4, generator())
    drawn = torch.tensor([float((counts >= level).float().mean()) for level in range(1, 5)])
    assert torch.allclose(drawn, level_shares(4).float(), atol=0.01)


@pytest.mark.parametrize("levels", [1, 3, 8])
def test_sampling_levels_weighs_the_loss_of_each_level_by_its_share(levels: int) -> None:
    loss = torch.rand(levels, dtype=torch.float64)
    odds = torch.arange(1, levels + 1, dtype=torch.float64)
    odds /= odds.sum()
    expectation = sum(float(odds[m - 1]) * float(loss[:m].sum()) for m in range(1, levels + 1))
    assert expectation == pytest.approx(float((level_shares(levels) * loss).sum()))


def test_the_margin_loss_is_zero_with_zero_gradient_inside_the_margin() -> None:
    z = torch.tensor([[[-1.0, -0.5, 0.0, 0.999, 1.0]]], requires_grad=True)
    loss = margin_loss(z)
    loss.backward()
    assert float(loss.detach()) == 0 and z.grad is not None and not bool(z.grad.any())


def test_the_margin_loss_is_the_squared_excess_outside_it() -> None:
    z = torch.tensor([[[3.0, -2.0, 0.5, 1.0]]], requires_grad=True)
    loss = margin_loss(z)
    loss.backward()
    assert float(loss.detach()) == pytest.approx((4 + 1) / 4)
    assert z.grad is not None and z.grad.flatten().tolist() == pytest.approx([4 / 4, -2 / 4, 0, 0])
    assert float(margin_loss(z.detach(), margin=0.0)) == pytest.approx(float(z.detach().square().mean()))


def test_the_margin_loss_can_leave_out_inactive_tokens() -> None:
    counts = random_counts(2, PICTURE, 3)
    active = masks.active_tokens(counts, 3)
    z = 5 * torch.randn(2, 3 * PICTURE.patches, 4)
    garbage = torch.where(active[..., None], z, 1e6)
    assert float(margin_loss(garbage, active=active)) == pytest.approx(float(margin_loss(z[active])))


def test_latent_noise_mixes_each_sample_by_one_lambda_with_noise_of_the_given_deviation() -> None:
    z = torch.full((64, 500, 8), 100.0)
    noisy = noisy_latents(z, sigma=3.0, lambda_min=0.0, share=1.0, generator=generator())
    lam = noisy.mean((1, 2)) / 100  # the noise averages out
    assert 0 < float(lam.min()) < 0.1 and 0.9 < float(lam.max()) < 1
    deviation = noisy.std((1, 2))
    assert torch.allclose(deviation, 3 * (1 - lam), atol=0.1)
    for part in (noisy[:, :250], noisy[:, 250:], noisy[:, :, :4]):
        assert torch.allclose(part.mean((1, 2)) / 100, lam, atol=5e-3), "one lambda for all tokens and channels"


def test_latent_noise_reaches_its_share_of_the_samples_and_leaves_the_others_exact() -> None:
    z = torch.randn(4000, 2, 2)
    noisy = noisy_latents(z, sigma=3.0, lambda_min=0.85, share=0.5, generator=generator())
    untouched = (noisy == z).flatten(1).all(1)
    assert float(untouched.float().mean()) == pytest.approx(0.5, abs=0.03)
    assert torch.equal(noisy_latents(z, 3.0, 0.0, 0.0, generator()), z)
    strongest = ((noisy - 0.85 * z)[~untouched]).abs().max()
    assert float(strongest) < 0.15 * 3 * 6 + 0.15 * float(z.abs().max())


def test_latent_noise_lets_the_gradient_through_to_the_encoder_scaled_by_lambda() -> None:
    z = torch.randn(8, 3, 2, requires_grad=True)
    noisy_latents(z, 3.0, 0.0, 1.0, generator()).sum().backward()
    assert z.grad is not None
    per_sample = z.grad.flatten(1)
    assert torch.allclose(per_sample, per_sample[:, :1].expand_as(per_sample))
    assert bool((per_sample > 0).all()) and bool((per_sample < 1).all())


def test_a_decoder_fine_tune_gives_the_encoder_no_gradient() -> None:
    tok = small_tok()
    frozen = (tok.patchifier, tok.encoder)
    for part in frozen:
        part.requires_grad_(False)
    z = tok.encode(picture(), PICTURE_SIZE)
    (tok.decode(z, PICTURE, PICTURE_SIZE).square().mean() + 0.001 * margin_loss(z)).backward()
    assert all(p.grad is None for part in frozen for p in part.parameters())
    assert all(p.grad is not None for part in (tok.decoder, tok.depatchifier) for p in part.parameters())


def test_psnr_of_a_known_error_is_known_and_values_outside_the_range_are_clamped() -> None:
    a = torch.zeros(2, 1, 4, 6, 3)
    b = torch.stack([a[0] + 0.2, a[1] + 2.0])
    assert psnr(a, b).tolist() == pytest.approx([10 * math.log10(4 / 0.04), 10 * math.log10(4)])
    assert float(psnr(a, a)[0]) >= 100


needs_sources = pytest.mark.skipif(
    not (SOURCES_DIR / "node_modules" / "@mediapipe").is_dir(),
    reason="run `npm ci` in training/sources for the weights",
)


def drawings(batch: int = 2, px: int = 32) -> Tensor:
    """Discs on plain grounds."""
    line = torch.linspace(-1, 1, px)
    radius = (line[:, None].square() + line.square()).sqrt()
    return (
        torch.stack([torch.where(radius[..., None] < 0.4 + 0.1 * i, torch.rand(3), torch.rand(3)) for i in range(batch)]) * 2
        - 1
    )


def blurred(pictures: Tensor, window: int) -> Tensor:
    planes = F.pad(pictures.permute(0, 3, 1, 2), [window // 2] * 4, mode="replicate")
    return F.avg_pool2d(planes, window, 1).permute(0, 2, 3, 1)


@needs_sources
@pytest.mark.parametrize("px", [16, 32, 60])
def test_the_perceptual_distance_is_0_for_equal_pictures_and_grows_with_blur(px: int) -> None:
    backbone, pictures = load_backbone(), drawings(px=px)
    distances = torch.stack([perceptual_distance(backbone, blurred(pictures, w), pictures) for w in (1, 3, 5, 9)])
    assert distances.shape == (4, 2)
    assert torch.equal(distances[0], torch.zeros(2))
    assert bool((distances.diff(dim=0) > 0).all()), distances
    assert float(distances.max()) < 4


@needs_sources
def test_the_perceptual_distance_leads_from_a_blurred_picture_back_and_leaves_the_network_alone() -> None:
    backbone, wanted = load_backbone(), drawings()
    start = blurred(wanted, 5).requires_grad_()
    before = perceptual_distance(backbone, start, wanted).mean()
    (gradient,) = torch.autograd.grad(before, start)
    assert bool(gradient.isfinite().all())
    after = perceptual_distance(backbone, start - 0.5 * gradient / gradient.norm(), wanted).mean()
    assert float(after.detach()) < float(before.detach())
    assert all(p.grad is None for p in backbone.parameters())
    same = wanted.clone().requires_grad_()
    (at_rest,) = torch.autograd.grad(perceptual_distance(backbone, same, wanted).sum(), same)
    assert not bool(at_rest.any()), "no pull, and no NaN, where nothing differs"


@needs_sources
def test_the_perceptual_distance_of_a_video_is_the_mean_over_its_frames() -> None:
    backbone, wanted = load_backbone(), drawings(6)
    found = blurred(wanted, 3)
    by_frame = perceptual_distance(backbone, found, wanted)
    video = perceptual_distance(backbone, found.unflatten(0, (2, 3)), wanted.unflatten(0, (2, 3)))
    assert torch.allclose(video, by_frame.view(2, 3).mean(1), rtol=1e-4)


def decoded_windows(tok: DCSTok, window: Grid) -> tuple[Decoded, Tensor]:
    """Windows of pictures through a tokenizer, and the margin loss of their latents."""
    video = picture(2)
    z = tok.encode(video, PICTURE_SIZE)
    chosen = draw_windows(PICTURE, window, 2, generator())
    rgb = tok.decode_patches(z, PICTURE, PICTURE_SIZE, chosen=chosen)
    wanted = patchify(video, PICTURE_SIZE)[torch.arange(2)[:, None], chosen]
    weights = window_weights(PICTURE, window)[chosen]
    return Decoded(rgb, wanted, window, PICTURE_SIZE, weights), margin_loss(z, margin=0.1)


def test_the_total_is_the_weighted_sum_of_its_terms_and_reaches_the_whole_tokenizer() -> None:
    tok, backbone, judge = small_tok(), MobileNetV2().requires_grad_(False), PatchDiscriminator(16)
    decoded, margin = decoded_windows(tok, Grid(1, 4, 5))
    weights = LossWeights(perceptual=0.5, adversarial=0.2, margin=0.01)
    found = tok_losses(decoded, margin, tok.depatchifier.rgb.weight, weights, backbone, judge)
    terms = (found.reconstruction, 0.5 * found.perceptual, 0.2 * found.adaptive_weight * found.adversarial, 0.01 * margin)
    assert float(found.total.detach()) == pytest.approx(sum(float(term.detach()) for term in terms), rel=1e-5)
    assert 0 < float(found.adaptive_weight) <= 1e4
    assert all(p.grad is None for p in tok.parameters()), "asking for the losses changes nothing"
    found.total.backward()
    assert all(p.grad is not None and bool(p.grad.isfinite().all()) for p in tok.parameters())
    assert all(p.grad is None for p in judge.parameters())


def test_terms_with_no_weight_or_no_network_are_left_out() -> None:
    tok = small_tok()
    decoded, margin = decoded_windows(tok, Grid(1, 4, 4))
    rgb_weight = tok.depatchifier.rgb.weight
    bare = tok_losses(decoded, margin, rgb_weight, LossWeights())
    unweighted = tok_losses(
        decoded, margin, rgb_weight, LossWeights(0.0, 0.0, 0.001), MobileNetV2().requires_grad_(False), PatchDiscriminator(16)
    )
    for found in (bare, unweighted):
        assert [float(x) for x in (found.perceptual, found.adversarial, found.adaptive_weight)] == [0, 0, 0]
        expected = float(found.reconstruction.detach()) + 0.001 * float(margin.detach())
        assert float(found.total.detach()) == pytest.approx(expected)


def test_all_patches_as_the_window_give_the_plain_squared_error() -> None:
    tok, video = small_tok(), picture(2)
    decoded, margin = decoded_windows(tok, PICTURE)
    found = tok_losses(decoded, margin, tok.depatchifier.rgb.weight, LossWeights())
    fake, real = decoded.pictures()
    assert float(found.reconstruction.detach()) == pytest.approx(float((fake - real).square().mean().detach()), rel=1e-5)
    assert fake.shape == video.shape


def test_the_log_error_weighs_a_decibel_alike_at_every_error() -> None:
    """Halving an error gains as much at 20 dB as at 30; below the floor, hardly anything."""
    gains = [float(log_error(torch.tensor([e])) - log_error(torch.tensor([e / 2]))) for e in (0.04, 0.004, 4e-6)]
    assert gains[0] == pytest.approx(gains[1], rel=0.1)
    assert gains[2] < 0.02 * gains[0]
    errors = torch.tensor([0.04, 0.004], requires_grad=True)
    log_error(errors).backward()
    assert errors.grad is not None
    assert float(errors.grad[1] / errors.grad[0]) == pytest.approx(10, rel=0.1)
