"""A training run on disk: exact resume, CSV and TensorBoard logs, sample sheets, more than one process.

A run directory holds `last.pt` (weights, average, optimizers, generator, step), `config.json`, a CSV per table,
`tensorboard/` and `sheets/`. A checkpoint is written to a temporary file and renamed, so an interrupted write loses
nothing. Batches are drawn from (seed, step, rank), so a resumed run sees exactly the data it would have seen.
Not here: what a step computes (the scripts).
"""

from __future__ import annotations

import atexit
import csv
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.utils.tensorboard import SummaryWriter

from dcs.optim import Optimizers, WeightAverage

DEFAULT_ROOT = Path.home() / ".cache" / "dcs-studio" / "runs"


LEAVE_S = 0.3


def leave_group() -> None:
    """Leave the other processes before the interpreter ends.

    A thread of gloo lets go of the last tensors it reduced, for which it needs the interpreter's lock; if the
    interpreter ends while it waits for that, the process is aborted (exit code -6, one run in twenty on a busy machine).
    Sleeping gives it the lock. Destroying the group is not enough: after a step of an optimizer its threads live on.
    """
    time.sleep(LEAVE_S)
    dist.destroy_process_group()


class Processes:
    """This process among the others of torchrun or accelerate launch; alone without them."""

    def __init__(self) -> None:
        self.rank, self.count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        if self.count > 1 and not dist.is_initialized():
            dist.init_process_group("gloo")
            atexit.register(leave_group)

    def any(self, flag: bool) -> bool:
        """True on all processes if it is on one of them, so that they leave a loop at the same step."""
        if self.count == 1:
            return flag
        shared = torch.tensor(int(flag))
        dist.all_reduce(shared, dist.ReduceOp.MAX)
        return bool(shared)

    def mean(self, value: float) -> float:
        """Mean over all processes, on each of them: what a log says of a batch that they share."""
        if self.count == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64)
        dist.all_reduce(shared)
        return float(shared) / self.count

    def average_gradients(self, model: nn.Module) -> None:
        """Mean of the gradients over all processes, in place."""
        if self.count == 1:
            return
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in grads])
        dist.all_reduce(flat)
        flat /= self.count
        offset = 0
        for g in grads:
            g.copy_(flat[offset : offset + g.numel()].view_as(g))
            offset += g.numel()


class Run:
    """Checkpoints and logs of one run; stops cleanly on SIGTERM and SIGINT."""

    def __init__(self, name: str, config: dict[str, Any], root: Path = DEFAULT_ROOT, rank: int = 0) -> None:
        self.directory, self.rank = root / name, rank
        self.directory.mkdir(parents=True, exist_ok=True)
        self.stopping = False
        self.saved_at = self.logged_at = time.monotonic()
        self._columns: dict[str, list[str]] = {}
        self.board = SummaryWriter(str(self.directory / "tensorboard")) if rank == 0 else None
        if rank == 0:
            (self.directory / "config.json").write_text(json.dumps(config, indent=1))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def save(self, step: int, model: nn.Module, average: WeightAverage, optimizers: Optimizers) -> None:
        """Write `last.pt` atomically (rank 0 only)."""
        if self.rank == 0:
            state = {
                "step": step,
                "model": model.state_dict(),
                "average": average.weights,
                "optimizers": optimizers.state_dict(),
                "generator": torch.get_rng_state(),
            }
            temporary = self.directory / "last.pt.tmp"
            torch.save(state, temporary)
            temporary.rename(self.directory / "last.pt")
            if self.board is not None:
                self.board.flush()
        self.saved_at = time.monotonic()

    def load(self, model: nn.Module, average: WeightAverage, optimizers: Optimizers) -> int:
        """Restore everything from `last.pt` if it is there; returns the step to go on with. Frozen weights are the averages."""
        path = self.directory / "last.pt"
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        average.weights = state["average"]
        average.give_to_frozen(model)
        optimizers.load_state_dict(state["optimizers"])
        torch.set_rng_state(state["generator"])
        return int(state["step"])

    def due(self, every_s: float) -> bool:
        """True when the last checkpoint is older than `every_s` seconds."""
        return time.monotonic() - self.saved_at > every_s

    def log(self, table: str, step: int, values: dict[str, float]) -> None:
        """One row of `<table>.csv` and the same numbers to TensorBoard (rank 0 only).

        A file with other columns, written by an earlier version of a trainer, is kept as `<table>-until-<step>.csv`.
        """
        if self.rank or self.board is None:
            return
        path, columns = self.directory / f"{table}.csv", ["step", "time_s", *values]
        if self._columns.get(table) != columns:
            self._columns[table] = columns
            if path.exists() and path.read_text().splitlines()[0].split(",") != columns:
                path.rename(self.directory / f"{table}-until-{step}.csv")
        fresh = not path.exists()
        with path.open("a", newline="") as f:
            writer = csv.writer(f)
            if fresh:
                writer.writerow(columns)
            writer.writerow([step, f"{time.time():.0f}", *(f"{v:.6g}" for v in values.values())])
        for name, value in values.items():
            self.board.add_scalar(f"{table}/{name}", value, step)


def averaged(model: nn.Module, average: WeightAverage) -> nn.Module:
    """Put the averaged weights into `model` (an evaluation copy) and return it in eval mode."""
    model.load_state_dict(average.weights)
    return model.eval()
