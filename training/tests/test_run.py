"""Runs on disk: a stopped run goes on as if it had never stopped, on any number of processes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from small_models import small_tok
from tiny_training import train
from torch import Tensor, nn

from dcs.optim import OptimConfig, Optimizers, WeightAverage
from dcs.run import Processes, Run, averaged
from dcs.tok import DCSTok

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _signal_handlers_are_put_back() -> Iterator[None]:
    kept = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]
    yield
    for number, handler in kept:
        signal.signal(number, handler)


def fresh_tok(seed: int = 0) -> DCSTok:
    torch.manual_seed(seed)
    return small_tok()


def same_bits(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def optimizer_tensors(optimizers: Optimizers) -> dict[str, Tensor]:
    return {
        f"{part}.{index}.{name}": value
        for part, state in enumerate(optimizers.state_dict())
        for index, values in state["state"].items()
        for name, value in values.items()
    }


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_a_run_stopped_in_the_middle_and_resumed_ends_with_the_same_bits(tmp_path: Path, kind: str) -> None:
    whole = fresh_tok()
    average, optimizers, _ = train(tmp_path, "whole", 6, whole, kind, noise=True)
    first = fresh_tok()
    train(tmp_path, "parted", 3, first, kind, noise=True)
    resumed = fresh_tok(seed=99)  # the checkpoint decides, not what the new process starts with
    average_resumed, optimizers_resumed, step = train(tmp_path, "parted", 6, resumed, kind, noise=True)
    assert step == 6
    assert same_bits(resumed.state_dict(), whole.state_dict())
    assert same_bits(average_resumed.weights, average.weights)
    assert same_bits(optimizer_tensors(optimizers_resumed), optimizer_tensors(optimizers))
    assert not same_bits(first.state_dict(), whole.state_dict())
    assert not same_bits(average.weights, whole.state_dict())
    with (tmp_path / "parted" / "train.csv").open() as f:
        resumed_rows = [(row["step"], row["loss"], row["grad_norm"]) for row in csv.DictReader(f)]
    with (tmp_path / "whole" / "train.csv").open() as f:
        assert resumed_rows == [(row["step"], row["loss"], row["grad_norm"]) for row in csv.DictReader(f)]


def test_a_signal_ends_the_loop_after_the_step_and_saves(tmp_path: Path) -> None:
    whole, stopped = fresh_tok(), fresh_tok()
    train(tmp_path, "whole", 5, whole)
    *_, step = train(tmp_path, "stopped", 5, stopped, signal_rank=0)
    assert step == 3, "the step in which the signal came is finished"
    resumed = fresh_tok(seed=99)
    train(tmp_path, "stopped", 5, resumed)
    assert same_bits(resumed.state_dict(), whole.state_dict())


def test_a_run_goes_on_with_its_encoder_frozen(tmp_path: Path) -> None:
    average, *_ = train(tmp_path, "run", 3, fresh_tok())
    tuned = fresh_tok(seed=99)
    average_after, _, step = train(tmp_path, "run", 6, tuned, freeze_encoder=True)
    assert step == 6
    before, after = average.weights, tuned.state_dict()
    for name in before:  # the average is what made the cached latents: it is what stays
        is_frozen = name.startswith(("patchifier.", "encoder."))
        assert torch.equal(before[name], after[name]) == is_frozen, name
        assert torch.equal(before[name], average_after.weights[name]) == is_frozen, name
    again = fresh_tok(seed=98)
    *_, step = train(tmp_path, "run", 8, again)
    assert step == 8, "and back"


def small_run(tmp_path: Path, rank: int = 0) -> tuple[Run, nn.Module, WeightAverage, Optimizers]:
    model = nn.Linear(3, 2)
    return Run("r", {"a": 1}, tmp_path, rank), model, WeightAverage(model, 0.9), Optimizers(model, OptimConfig())


def test_a_new_run_starts_at_step_0_and_writes_its_configuration(tmp_path: Path) -> None:
    run, model, average, optimizers = small_run(tmp_path)
    before = model.state_dict()
    assert run.load(model, average, optimizers) == 0
    assert same_bits(model.state_dict(), before)
    assert json.loads((tmp_path / "r" / "config.json").read_text()) == {"a": 1}


def test_a_write_that_fails_leaves_the_last_checkpoint_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, model, average, optimizers = small_run(tmp_path)
    run.save(7, model, average, optimizers)

    def fail_half_way(_: object, path: Path) -> None:
        path.write_bytes(b"half a file")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", fail_half_way)
    with pytest.raises(OSError, match="disk full"):
        run.save(8, model, average, optimizers)
    assert run.load(model, average, optimizers) == 7


def test_only_the_first_process_writes(tmp_path: Path) -> None:
    run, model, average, optimizers = small_run(tmp_path, rank=1)
    run.log("train", 1, {"loss": 1.0})
    run.save(1, model, average, optimizers)
    assert list((tmp_path / "r").iterdir()) == []


def test_a_table_is_one_csv_with_one_header_over_all_sessions(tmp_path: Path) -> None:
    for session in range(2):
        run, *_ = small_run(tmp_path)
        run.log("psnr", session, {"a": 1.5, "b": session})
    with (tmp_path / "r" / "psnr.csv").open() as f:
        rows = list(csv.reader(f))
    assert rows[0] == ["step", "time_s", "a", "b"]
    assert [(row[0], *row[2:]) for row in rows[1:]] == [("0", "1.5", "0"), ("1", "1.5", "1")]


def test_a_table_with_other_columns_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    for step, values in ((1, {"a": 1.0}), (2, {"a": 1.0, "b": 2.0}), (3, {"a": 1.5, "b": 2.5})):
        Run("r", {}, tmp_path).log("psnr", step, values)
    kept = (tmp_path / "r" / "psnr-until-2.csv").read_text().splitlines()
    now = (tmp_path / "r" / "psnr.csv").read_text().splitlines()
    assert [kept[0], len(kept)] == ["step,time_s,a", 2]
    assert [now[0], len(now)] == ["step,time_s,a,b", 3]


def test_a_checkpoint_takes_the_curves_with_it(tmp_path: Path) -> None:
    run, model, average, optimizers = small_run(tmp_path)
    run.log("train", 1, {"loss": 1.0})
    run.save(1, model, average, optimizers)
    (events,) = (tmp_path / "r" / "tensorboard").iterdir()
    assert b"train/loss" in events.read_bytes()


def test_a_checkpoint_is_due_when_the_last_one_is_old(tmp_path: Path) -> None:
    run, model, average, optimizers = small_run(tmp_path)
    assert not run.due(60)
    run.saved_at -= 61
    assert run.due(60)
    run.save(1, model, average, optimizers)
    assert not run.due(60)


def test_evaluation_takes_the_averaged_weights_and_leaves_the_model_alone() -> None:
    model = nn.Linear(2, 2)
    average, before = WeightAverage(model, 0.5), model.weight.detach().clone()
    average.weights["weight"] += 1
    evaluation = averaged(nn.Linear(2, 2), average)
    assert not evaluation.training
    assert same_bits(evaluation.state_dict(), average.weights)
    assert torch.equal(model.weight.detach(), before)


def test_one_process_alone_averages_nothing() -> None:
    model = nn.Linear(2, 2)
    model.weight.grad = torch.ones(2, 2)
    processes = Processes()
    processes.average_gradients(model)
    assert (processes.rank, processes.count) == (0, 1)
    assert torch.equal(model.weight.grad, torch.ones(2, 2))
    assert processes.any(True) and not processes.any(False)


def run_two_processes(root: Path, *options: str) -> None:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    script = [str(HERE / "tiny_training.py"), "--root", str(root), *options]
    path = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command + script, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def curve(path: Path) -> list[tuple[float, float]]:
    """Loss and gradient norm of every step."""
    with path.open() as f:
        return [(float(row["loss"]), float(row["grad_norm"])) for row in csv.DictReader(f)]


@pytest.mark.parametrize("kind", ["muon", pytest.param("adamw", marks=pytest.mark.slow)])
def test_two_processes_have_the_loss_curve_and_weights_of_one_with_the_doubled_batch(tmp_path: Path, kind: str) -> None:
    run_two_processes(tmp_path, "--steps", "6", "--kind", kind)
    alone, start = fresh_tok(), fresh_tok().state_dict()
    train(tmp_path, "alone", 6, alone, kind)
    together = torch.load(tmp_path / "run" / "last.pt", weights_only=True)
    assert together["step"] == 6
    for name, weight in alone.state_dict().items():
        assert torch.allclose(together["model"][name], weight, rtol=0, atol=1e-5), name
    assert not same_bits(together["model"], start)
    of_two, of_one = curve(tmp_path / "run" / "train.csv"), curve(tmp_path / "alone" / "train.csv")
    assert len(of_one) == 6 and len({loss for loss, _ in of_one}) == 6
    for two, one in zip(of_two, of_one, strict=True):
        assert two == pytest.approx(one, rel=2e-5)  # sums in another order, six digits in the file


@pytest.mark.slow
@pytest.mark.parametrize("rank", ["0", "1"])
def test_a_signal_to_one_process_stops_both_after_the_same_step(tmp_path: Path, rank: str) -> None:
    run_two_processes(tmp_path, "--steps", "100000", "--kind", "adamw", "--signal-rank", rank)
    assert torch.load(tmp_path / "run" / "last.pt", weights_only=True)["step"] == 3
