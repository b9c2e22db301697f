"""A wider tokenizer that starts as the narrow one."""

from __future__ import annotations

import pytest
import torch
from small_models import CLIP, CLIP_SIZE, EXTENDED, PICTURE, PICTURE_SIZE, clip, picture, small_tok

from dcs.config import StackConfig
from dcs.growth import widen
from dcs.tok import DCSTok

WIDE = StackConfig(32, 4, 2, 64)


def grown() -> tuple[DCSTok, DCSTok]:
    narrow = small_tok(**EXTENDED)
    wide = small_tok(**EXTENDED, patch=WIDE)
    widen(narrow, wide)
    return narrow, wide


def test_a_grown_tokenizer_reads_and_draws_the_same() -> None:
    narrow, wide = grown()
    for video, grid, size in ((picture(), PICTURE, PICTURE_SIZE), (clip(), CLIP, CLIP_SIZE)):
        z = narrow.encode(video, size)
        assert torch.allclose(wide.encode(video, size), z, atol=1e-4)
        assert torch.allclose(wide.decode(z, grid, size), narrow.decode(z, grid, size), atol=1e-4)


def test_new_channels_heads_and_hidden_units_learn() -> None:
    _, wide = grown()
    start = {name: value.clone() for name, value in wide.named_parameters()}
    optimizer = torch.optim.SGD(wide.parameters(), lr=0.1)
    for _ in range(3):
        video = picture(2)
        loss = (wide.decode(wide.encode(video, PICTURE_SIZE), PICTURE, PICTURE_SIZE) - video).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    old = small_tok(**EXTENDED).state_dict()
    for name, value in wide.named_parameters():
        if value.shape != old[name].shape:
            moved = (value != start[name]).float().mean()
            assert float(moved) > 0.75, name  # the coordinates of a picture have no time and no level


def test_a_tokenizer_of_another_head_width_is_refused() -> None:
    with pytest.raises(ValueError, match="only grow in heads"):
        widen(small_tok(), small_tok(patch=StackConfig(32, 2, 2, 64)))
