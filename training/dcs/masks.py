"""Which token may attend to which (paper Figures 4, 12, 13; spec 2.4 to 2.6, 5.8); True = may attend.

Letters: n levels, P patches, N = P tokens of a level. Token order is level-major.
"""

from __future__ import annotations

import torch
from torch import Tensor

from dcs.geometry import Grid

BLOCKED = -1e4


def level_index(grid: Grid, levels: int) -> Tensor:
    """Level (from 0) of each token, (levels*P,)."""
    return torch.arange(levels).repeat_interleave(grid.patches)


def segment_index(grid: Grid, levels: int) -> Tensor:
    """Time segment of each token, (levels*P,)."""
    return torch.arange(grid.t).repeat_interleave(grid.h * grid.w).repeat(levels)


def level_causal(grid: Grid, levels: int, temporal: bool = True) -> Tensor:
    """LCA, Fig. 12(c) and 13: own and lower levels, own and earlier segments. (levels*P, levels*P)."""
    level, segment = level_index(grid, levels), segment_index(grid, levels)
    mask = level[None, :] <= level[:, None]
    return mask & (segment[None, :] <= segment[:, None]) if temporal else mask


def active_tokens(counts: Tensor, levels: int) -> Tensor:
    """counts (B,P), 1..n -> (B, levels*P): level l of a patch is active while l <= its count, Fig. 12(d)."""
    level = torch.arange(1, levels + 1, device=counts.device)
    return (level[None, :, None] <= counts[:, None, :]).flatten(1)


def dual_stream(grid: Grid, levels: int, temporal: bool = True) -> Tensor:
    """Clean-context training, spec 5.8: sequence [clean levels 1..m-1 | noisy levels 1..m].

    clean l sees clean l' <= l; noisy l sees clean l' < l and noisy l' = l. ((2m-1)P, (2m-1)P).
    """
    clean, noisy = level_index(grid, levels - 1), level_index(grid, levels)
    is_noisy = torch.cat([torch.zeros_like(clean), torch.ones_like(noisy)]).bool()
    level = torch.cat([clean, noisy])
    query, key = level[:, None], level[None, :]
    query_noisy, key_noisy = is_noisy[:, None], is_noisy[None, :]
    mask = torch.where(query_noisy, torch.where(key_noisy, key == query, key < query), ~key_noisy & (key <= query))
    if not temporal:
        return mask
    segment = torch.cat([segment_index(grid, levels - 1), segment_index(grid, levels)])
    return mask & (segment[None, :] <= segment[:, None])


def to_bias(mask: Tensor) -> Tensor:
    """Boolean mask -> additive float bias, 0 or BLOCKED (finite, so that no row can become NaN)."""
    return torch.where(mask, 0.0, BLOCKED)
