"""Fitting a small network to examples that are all in memory: what both classifiers of real art are trained with."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn


def fit(
    parameters: Iterable[nn.Parameter],
    loss_of: Callable[[Tensor], Tensor],
    count: int,
    epochs: int,
    peak_rate: float,
    batch: int = 64,
    generator: torch.Generator | None = None,
) -> None:
    """AdamW with a rate that falls in a line to 0. `loss_of` takes the numbers of a batch of the `count` examples (R,).

    The examples are drawn in a new order every epoch; what does not fill a batch is left out.
    """
    optimizer = torch.optim.AdamW(parameters, lr=peak_rate, weight_decay=0.05)
    batches = count // batch
    steps = epochs * batches
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(1 - step / steps, 0.0))
    for epoch in range(epochs):
        total = 0.0
        for rows in torch.randperm(count, generator=generator).split(batch)[:batches]:
            loss = loss_of(rows)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1}: loss {total / batches:.3f}", flush=True)
