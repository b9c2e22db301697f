"""How does a clip move? A classifier trained on real clips alone, to measure generated ones.

Each frame, and what changed since the frame before, go through a small convolutional network that keeps places; a
network along time reads the row of frames. Letters: B clips, T frames of one second, n pixels a side, M kinds of motion.
Clips are (B,T,n,n,3) in [-1,1]. Not here: drawing training clips (scripts/train_motion_classifier.py).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from dcs.motion import MOTION_WEIGHTS, MotionKind

KINDS: tuple[MotionKind, ...] = tuple(MOTION_WEIGHTS)
FRAMES, PX = 8, 32


class MotionClassifier(nn.Module):
    """Kind of motion of one second at 8 frames/s and 32 px."""

    def __init__(self, width: int = 128) -> None:
        super().__init__()
        sizes = (6, 24, 48, 48)
        self.frame = nn.Sequential(
            *(
                layer
                for i in range(3)
                for layer in (nn.Conv2d(sizes[i], sizes[i + 1], 3, 2, 1), nn.BatchNorm2d(sizes[i + 1]), nn.GELU())
            ),
            nn.Flatten(),
            nn.Linear(sizes[-1] * (PX // 8) ** 2, width),
            nn.GELU(),
        )
        self.time = nn.Sequential(
            nn.Conv1d(width, width, 3, padding=1), nn.GELU(), nn.Conv1d(width, width, 3, padding=1), nn.GELU()
        )
        self.answer = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * width, len(KINDS)))

    def forward(self, clips: Tensor) -> Tensor:
        """(B,8,32,32,3) -> scores (B,M)."""
        x = clips.permute(0, 1, 4, 2, 3)  # (B, T, 3, n, n)
        # the background says nothing of the motion
        x = x - x.flatten(3).median(dim=3).values.median(dim=1, keepdim=True).values[..., None, None]
        change = torch.cat([torch.zeros_like(x[:, :1]), x[:, 1:] - x[:, :-1]], dim=1)
        frames = self.frame(torch.cat([x, change], dim=2).flatten(0, 1)).unflatten(0, clips.shape[:2])  # (B, T, D)
        read = self.time(frames.transpose(1, 2))  # (B, D, T)
        return self.answer(torch.cat([read.mean(2), read.amax(2)], dim=1))

    @torch.no_grad()
    def kinds(self, clips: Tensor, batch: int = 64) -> list[MotionKind]:
        """The likeliest motion of each clip."""
        answers = torch.cat([self(part.clamp(-1, 1)) for part in clips.split(batch)])
        return [KINDS[i] for i in answers.argmax(1).tolist()]


def save_motion_classifier(path: Path, classifier: MotionClassifier) -> None:
    """Write the weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(classifier.state_dict(), path)


def load_motion_classifier(path: Path) -> MotionClassifier:
    """Read what `save_motion_classifier` wrote.

    Raises:
        FileNotFoundError: there is no such file; it is made by scripts/train_motion_classifier.py.
    """
    if not path.exists():
        raise FileNotFoundError(f"no classifier at {path}; run `python scripts/train_motion_classifier.py` first")
    classifier = MotionClassifier()
    classifier.load_state_dict(torch.load(path, weights_only=True))
    return classifier.eval()
