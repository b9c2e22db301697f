"""Latents that evaluations sample, kept on disk: what one measure has generated, no other generates again.

A file holds the latents of one model under one way of sampling; a row is named by its text and seed. Sampling goes on
where it was stopped. Letters: R pictures, n levels, P patches, d latent channels. Not here: decoding and measuring.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from dcs.dit import DCSDiT
from dcs.evaluation import Sampling, Weights, prompt_sampler
from dcs.geometry import Grid
from dcs.run import DEFAULT_ROOT
from dcs.text import TextEncoder, TextTokenizer

SAMPLED_DIR = DEFAULT_ROOT.parent / "sampled"


@dataclass(frozen=True)
class Wish:
    """A picture that is wanted: its prompt and the seed of its noise."""

    text: str
    seed: int

    @property
    def name(self) -> str:
        """Its name in a file."""
        return f"{self.seed} {self.text}"


@dataclass(frozen=True)
class Sampled:
    """Normalised latents zn (R,n*P,d) and the CPU seconds (R,n) that each level of each took, in its batch."""

    zn: Tensor
    cpu_s: Tensor


@dataclass(frozen=True)
class Painter:
    """A diffusion transformer with its text encoder, and where what it samples is kept."""

    dit: DCSDiT
    weights: Weights
    encoder: TextEncoder
    tokenizer: TextTokenizer
    folder: Path = SAMPLED_DIR
    batch: int = 8

    def path(self, how: Sampling) -> Path:
        """File of one way of sampling with these weights; seeds are in its rows."""
        way = f"{how.mode}-{how.solver}-{how.steps}-{how.guidance:g}-{how.time_shift:g}"
        return self.folder / f"{self.weights.digest}-{way}.pt"

    def sample(self, wishes: Sequence[Wish], how: Sampling) -> Sampled:
        """Square pictures with all levels; only what is not in the file yet is sampled. `how.first_seed` is not used."""
        path = self.path(how)
        rows: dict[str, tuple[Tensor, Tensor]] = torch.load(path, weights_only=True) if path.exists() else {}
        missing = list({wish.name: wish for wish in wishes if wish.name not in rows}.values())
        # prompts of similar length share a batch, so that short ones do not pay for long ones
        missing.sort(key=lambda wish: len(self.tokenizer.encode(wish.text).ids))
        for start in range(0, len(missing), self.batch):
            part = missing[start : start + self.batch]
            rows |= {wish.name: row for wish, row in zip(part, self._sample_together(part, how), strict=True)}
            _save(path, rows)
            print(f"{path.stem}: {start + len(part)} of {len(missing)} pictures", flush=True)
        chosen = [rows[wish.name] for wish in wishes]
        return Sampled(torch.stack([zn for zn, _ in chosen]), torch.stack([cpu_s for _, cpu_s in chosen]))

    def _sample_together(self, part: Sequence[Wish], how: Sampling) -> list[tuple[Tensor, Tensor]]:
        grid = Grid(1, self.dit.config.k, self.dit.config.k)
        texts, seeds = [wish.text for wish in part], [wish.seed for wish in part]
        sampler = prompt_sampler(self.dit, self.encoder, self.tokenizer, texts, seeds, how, grid)
        times = [time.process_time()]
        for level in range(1, self.dit.config.levels + 1):
            sampler.advance(level)
            times.append(time.process_time())
        cpu_s = torch.tensor(times, dtype=torch.float64).diff() / len(part)
        return [(row.clone(), cpu_s) for row in torch.cat(sampler.levels, dim=1)]


def _save(path: Path, rows: dict[str, tuple[Tensor, Tensor]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    torch.save(rows, temporary)
    temporary.rename(path)
