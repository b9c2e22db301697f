"""Windows of patches: connected, inside the grid, fair to every patch."""

from __future__ import annotations

import itertools

import pytest
import torch

from dcs.geometry import Grid, PatchSize, patchify
from dcs.windows import assemble, draw_windows, fit_window, start_odds, window_weights

GRIDS = [
    (Grid(1, 8, 12), Grid(1, 4, 4)),
    (Grid(3, 4, 6), Grid(2, 2, 3)),
    (Grid(1, 4, 6), Grid(1, 4, 6)),
    (Grid(2, 5, 7), Grid(1, 3, 1)),
]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("grid", "window"), GRIDS)
def test_an_assembled_window_is_the_same_piece_of_the_picture(grid: Grid, window: Grid) -> None:
    size, batch = PatchSize(2, 3), 5
    video = torch.rand(batch, grid.t * size.pt, grid.h * size.p, grid.w * size.p, 3)
    chosen = draw_windows(grid, window, batch, generator())
    assert chosen.shape == (batch, window.patches)
    pieces = assemble(patchify(video, size)[torch.arange(batch)[:, None], chosen], window, size)
    for picture, piece, first in zip(video, pieces, chosen[:, 0].tolist(), strict=True):
        g, y, x = first // (grid.h * grid.w), first // grid.w % grid.h, first % grid.w
        assert torch.equal(
            piece,
            picture[
                g * size.pt : (g + window.t) * size.pt,
                y * size.p : (y + window.h) * size.p,
                x * size.p : (x + window.w) * size.p,
            ],
        )


@pytest.mark.parametrize(("grid", "window"), GRIDS)
def test_a_weighted_mean_over_a_window_is_in_the_mean_that_over_all_patches(grid: Grid, window: Grid) -> None:
    loss, weights, expected = torch.rand(grid.patches), window_weights(grid, window), 0.0
    odds = [start_odds(n, length) for n, length in zip(grid, window, strict=True)]
    for g, y, x in itertools.product(*(range(len(o)) for o in odds)):
        inside = torch.zeros(grid)
        inside[g : g + window.t, y : y + window.h, x : x + window.w] = 1
        mean = (loss * weights)[inside.flatten().bool()].mean()
        expected += float(odds[0][g] * odds[1][y] * odds[2][x]) * float(mean)
    assert expected == pytest.approx(float(loss.mean()), rel=1e-5)


def test_windows_are_drawn_by_their_odds_and_reach_every_place() -> None:
    grid, window, draws = Grid(1, 8, 8), Grid(1, 4, 4), 20_000
    starts = draw_windows(grid, window, draws, generator())[:, 0]
    odds = start_odds(8, 4)
    assert odds.tolist() == pytest.approx([3 / 9, 1 / 9, 1 / 9, 1 / 9, 3 / 9])
    share = torch.bincount(starts, minlength=64).view(8, 8)[:5, :5] / draws
    assert torch.allclose(share.double(), odds[:, None] * odds, atol=0.01)
    assert float(window_weights(grid, window).max()) < 2.3, "no patch counts much more than others"


def test_a_window_is_cut_to_the_grid() -> None:
    assert fit_window(Grid(1, 8, 12), Grid(4, 4, 16)) == Grid(1, 4, 12)
    everything = draw_windows(Grid(1, 2, 3), Grid(1, 2, 3), 2, generator())
    assert everything.tolist() == [list(range(6))] * 2
    assert torch.allclose(window_weights(Grid(1, 2, 3), Grid(1, 2, 3)), torch.ones(6))
