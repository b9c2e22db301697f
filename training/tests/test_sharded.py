"""The cluster's trainer: weights split over two processes give the losses of one process that holds them all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).resolve().parents[1]
SCRIPT = ["scripts/train_sharded.py", "--size", "tiny", "--steps", "3"]
STEP = re.compile(r"^\d+ loss ([\d.]+) norm", re.MULTILINE)
HELD = re.compile(r"process 0 of (\d) holds (\d+) weights")


def run(*command: str) -> str:
    """What the trainer prints."""
    environment = {**os.environ, "PYTHONPATH": str(TRAINING), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=TRAINING, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stderr[:3000]}\n...\n{done.stderr[-1000:]}"  # the cause comes first
    return done.stdout


def test_two_processes_with_half_the_weights_each_lose_what_one_does() -> None:
    one = run(*SCRIPT)
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    two = run(*torchrun, *SCRIPT, "--shard", "fsdp")
    losses = [[float(loss) for loss in STEP.findall(text)] for text in (one, two)]
    assert len(losses[0]) == 3
    assert losses[1] == pytest.approx(losses[0], abs=1e-5)
    held = [match.groups() for text in (one, two) if (match := HELD.search(text))]
    assert [processes for processes, _ in held] == ["1", "2"]
    assert int(held[1][1]) < 0.52 * int(held[0][1])
