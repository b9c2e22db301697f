"""The measures against known values."""

from __future__ import annotations

import math

import pytest
import torch

from dcs.metrics import (
    frechet_distance,
    is_in_top,
    kernel_distance,
    mean_pairwise_distance,
    nearest,
    psnr,
    reduced,
    ridge_r2,
    ssim,
)


def pictures(count: int, side: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, side, side, 3, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_psnr_of_a_constant_error_is_its_logarithm():
    a = torch.zeros(2, 8, 8, 3)
    b = a + torch.tensor([0.2, 0.02])[:, None, None, None]
    torch.testing.assert_close(psnr(a, b), torch.tensor([20.0, 40.0]), atol=1e-3, rtol=0)


def test_psnr_does_not_punish_what_the_screen_clips():
    a = torch.ones(1, 8, 8, 3)
    assert float(psnr(a, a + 3)) == float(psnr(a, a))


def test_ssim_is_one_for_equal_pictures_and_symmetric():
    a, b = pictures(3, 24, 1), pictures(3, 24, 2)
    torch.testing.assert_close(ssim(a, a), torch.ones(3))
    torch.testing.assert_close(ssim(a, b), ssim(b, a))
    assert float(ssim(a, b).max()) < 0.5


def test_ssim_of_flat_pictures_is_the_luminance_term():
    a, b = torch.full((1, 16, 16, 3), 0.5), torch.full((1, 16, 16, 3), -0.25)
    expected = (2 * 0.5 * -0.25 + 0.02**2) / (0.5**2 + 0.25**2 + 0.02**2)
    assert float(ssim(a, b)) == pytest.approx(expected, abs=1e-4)


def test_ssim_matches_a_direct_sum_over_one_window():
    a, b = pictures(1, 11, 3).double(), pictures(1, 11, 4).double()
    steps = torch.arange(11, dtype=torch.float64) - 5
    bell = torch.exp(-(steps**2) / 4.5)
    weights = (bell[:, None] * bell[None, :] / bell.sum() ** 2)[None, :, :, None]

    def mean(x: torch.Tensor) -> torch.Tensor:
        return (x * weights).sum((1, 2))

    x, y = mean(a), mean(b)
    var_x, var_y, covariance = mean(a * a) - x * x, mean(b * b) - y * y, mean(a * b) - x * y
    c1, c2 = 0.02**2, 0.06**2
    expected = (2 * x * y + c1) * (2 * covariance + c2) / ((x**2 + y**2 + c1) * (var_x + var_y + c2))
    torch.testing.assert_close(ssim(a, b), expected.mean(1))


def test_ssim_refuses_pictures_smaller_than_its_window():
    with pytest.raises(ValueError, match="11 x 11"):
        ssim(pictures(1, 8), pictures(1, 8))


def test_reducing_averages_boxes_and_refuses_broken_factors():
    small = reduced(torch.arange(16.0).view(1, 4, 4, 1).expand(1, 4, 4, 3), 2)
    assert small[0, :, :, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]
    with pytest.raises(ValueError, match="96 px to 64 px"):
        reduced(pictures(1, 96), 64)


def test_top_k_counts_any_accepted_answer():
    scores = torch.tensor([[0.1, 0.9, 0.5], [0.9, 0.1, 0.5]])
    accepted = torch.tensor([[False, False, True], [True, True, False]])
    assert is_in_top(scores, accepted, 1).tolist() == [False, True]
    assert is_in_top(scores, accepted, 2).tolist() == [True, True]


def test_kernel_distance_is_about_zero_within_one_distribution_and_grows_with_a_shift():
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(400, 8, generator=generator), torch.randn(400, 8, generator=generator)
    assert abs(kernel_distance(x, y)) < 0.02
    distances = [kernel_distance(x, y + shift) for shift in (0.0, 0.5, 1.0)]
    assert distances == sorted(distances)
    assert distances[2] > 0.5


def test_kernel_distance_is_the_textbook_sum():
    x, y = pictures(3, 1, 5).flatten(1).double(), pictures(4, 1, 6).flatten(1).double()

    def kernel(p: torch.Tensor, q: torch.Tensor) -> float:
        return (float(p @ q) / 3 + 1) ** 3

    xx = sum(kernel(x[i], x[j]) for i in range(3) for j in range(3) if i != j) / 6
    yy = sum(kernel(y[i], y[j]) for i in range(4) for j in range(4) if i != j) / 12
    xy = sum(kernel(p, q) for p in x for q in y) / 12
    assert kernel_distance(x, y) == pytest.approx(xx + yy - 2 * xy)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_ridge_r2_finds_the_share_that_was_put_in(correlation: float):
    generator = torch.Generator().manual_seed(1)
    x, noise = (torch.randn(6000, 4, generator=generator) for _ in range(2))
    y = correlation * x @ torch.linalg.qr(torch.randn(4, 4, generator=generator))[0]
    y = y + math.sqrt(1 - correlation**2) * noise
    test = torch.arange(6000) % 2 == 0
    assert ridge_r2(x, y, test) == pytest.approx(correlation**2, abs=0.02)


def test_the_frechet_distance_of_gaussians_is_the_known_one() -> None:
    torch.manual_seed(0)
    x = torch.randn(200_000, 3, dtype=torch.float64)
    mix = torch.tensor([[2.0, 0.0, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 0.5]], dtype=torch.float64)
    y = torch.randn(200_000, 3, dtype=torch.float64) @ mix.T + torch.tensor([1.0, -2.0, 0.0])
    # against the identity: |mean|^2 + sum (1 - s)^2 over the square roots s of the eigenvalues of mix mix^T
    expected = 5 + float((1 - torch.linalg.svdvals(mix)).square().sum())
    assert frechet_distance(x, y) == pytest.approx(expected, rel=0.02)
    assert frechet_distance(y, x) == pytest.approx(frechet_distance(x, y), rel=1e-6)


def test_the_frechet_distance_to_itself_is_zero_also_with_fewer_rows_than_features() -> None:
    x = torch.randn(10, 30)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-4)
    moved = frechet_distance(x, x + 2)
    assert moved == pytest.approx(4 * 30, rel=1e-4)


def test_pairwise_distance_is_per_feature_and_nearest_finds_the_row() -> None:
    rows = torch.zeros(3, 16)
    rows[2] = 3.0
    assert mean_pairwise_distance(rows) == pytest.approx(2.0)
    pool = torch.randn(20, 16)
    distance, index = nearest(pool[[7, 3]] + 0.01, pool)
    assert index.tolist() == [7, 3]
    assert distance.tolist() == pytest.approx([0.01, 0.01], rel=1e-3)
