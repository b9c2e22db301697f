"""The paper's configuration end to end with random weights: no model of its size is trained here, its path is.

`paper` has the sizes of Table 3 (tokenizer of 8 levels, label DiT of 4), `paper-small` the same choices in a fraction of
the size. A label becomes latents of a few levels and then a picture, once through the exported files and once in PyTorch.
Not here: what it takes to train them (docs/cluster.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from dcs import config
from dcs.captions import Vocabulary
from dcs.chain import BundleChain, label_inputs
from dcs.config import DiTConfig, TokConfig
from dcs.dit import DCSDiT
from dcs.export import Description
from dcs.flow import Sampler, SamplerMode, label_conditions
from dcs.geometry import Grid, PatchSize
from dcs.graphs import Models
from dcs.parity import BundleSessions
from dcs.tok import DCSTok

SIZES: dict[str, tuple[Callable[[], TokConfig], Callable[[], DiTConfig]]] = {
    "paper": (config.paper_tok, config.paper_dit),
    "paper-small": (config.paper_small_tok, config.paper_small_dit),
}
STEPS, GUIDANCE = 50, 6.0  # Table 5
MODE: SamplerMode = "sync"


def awaken(module: nn.Module) -> None:
    """Random numbers in place of zeros: adaLN and the last layer would hide everything else."""
    for parameter in module.parameters():
        if not bool(parameter.any()):
            nn.init.normal_(parameter, std=0.5 * parameter.shape[-1] ** -0.5)


def random_models(size: str, seed: int = 0) -> Models:
    """Random models of one of `SIZES`, in eval mode."""
    torch.manual_seed(seed)
    tok_config, dit_config = SIZES[size]
    tok, dit = DCSTok(tok_config()), DCSDiT(dit_config())
    for module in (tok, dit):
        module.eval().requires_grad_(False)
        awaken(module)
    shape = (tok.config.levels, tok.config.latent_dim)
    return Models(None, tok, dit, z_mean=0.1 * torch.randn(shape), z_std=1 + 0.1 * torch.randn(shape))


def description(size: str) -> Description:
    """What the manifest says of it."""
    return Description(
        id=size,
        name="The paper's sizes" if size == "paper" else "The paper's choices, small",
        description="Random weights: it shows that the configuration exports and runs, and draws noise.",
        licence="Apache-2.0",
        created_at="2026-01-01T00:00:00Z",
        vocabulary=Vocabulary(concepts=[], colors=[], colorSynonyms={}, styles=[], sizes=[], positions=[]),
        credits=[],
        evaluation={},
        steps=STEPS,
        guidance=GUIDANCE,
        mode=MODE,
    )


@dataclass(frozen=True)
class Request:
    """A picture to draw; `px` of its short side must be a multiple of k = 16."""

    label: int
    levels: int = 1
    steps: int = 2
    px: int = 64
    seed: int = 0
    guidance: float = GUIDANCE

    def __post_init__(self) -> None:
        """Check the size.

        Raises:
            ValueError: whole patches of 2 pixels or more do not fill the picture.
        """
        if self.px % 16 or self.px < 32:
            raise ValueError(f"px must be a multiple of 16 from 32 on, got {self.px}")


@dataclass(frozen=True)
class Drawing:
    """Latents zn (1,m*P,d) and the picture (h,w,3)."""

    zn: Tensor
    picture: Tensor


def draw_with_files(folder: Path, size: str, request: Request) -> Drawing:
    """Through onnxruntime; one graph is in memory at a time."""
    make_tok, make_dit = SIZES[size]
    tok_config, dit_config = make_tok(), make_dit()
    sessions = BundleSessions(folder)
    chain = BundleChain(
        sessions, tok_config, dit_config, label_inputs(request.label, dit_config.classes),
        Grid(1, tok_config.k, tok_config.k), request.seed, request.steps, request.guidance, MODE, time_shift=1.0,
    )  # fmt: skip
    zn = chain.advance(request.levels)
    sessions.release("dit_step")
    return Drawing(zn, chain.decode(request.px // tok_config.k))


@torch.no_grad()
def draw_with_pytorch(models: Models, request: Request) -> Drawing:
    """The same with the models themselves; their weights must be rounded as those of the files are."""
    grid = Grid(1, models.tok.config.k, models.tok.config.k)
    prompt, empty = label_conditions(models.dit, [request.label])
    zn = Sampler(models.dit, grid, prompt, empty, request.seed, request.steps, request.guidance, MODE).advance(request.levels)
    onehot = models.tok.level_onehot(grid, request.levels)
    z = zn * (onehot @ models.z_std) + onehot @ models.z_mean
    picture = models.tok.decode(z, grid, PatchSize(1, request.px // models.tok.config.k))[0, 0]
    return Drawing(zn, picture)
