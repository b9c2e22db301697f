"""What hiding later segments costs a sampler that is otherwise perfect (spec 5.7, on the time axis).

    python scripts/causal_bias.py

Four segments of one number each, jointly normal with unit variances and one correlation between any two; all are denoised
with one time, by exact fields: each segment's velocity is its expectation given itself and the earlier segments (temporal
causality), or given all (together). Everything is linear, so the law of the result is computed, not sampled.
Writes docs/figures/causal-bias.json.
"""

from __future__ import annotations

import torch
from torch import Tensor

from dcs.evaluation import FIGURES_DIR, write_json

SEGMENTS, STEPS = 4, 2000
CORRELATIONS = (0.3, 0.5, 0.7, 0.9, 0.97)


def sampled_covariance(truth: Tensor, is_causal: bool, steps: int = STEPS) -> Tensor:
    """Covariance (S,S) of what the probability flow from noise (t = 0) to data (t = 1) makes for data of covariance `truth`.

    x_t = t z + (1-t) eps and v = z - eps give Cov(x_t) = t^2 C + (1-t)^2 I and Cov(v, x_t) = t C - (1-t) I, so that
    E[v_s | x_seen] is linear in the segments seen.
    """
    count = len(truth)
    identity = torch.eye(count, dtype=torch.float64)
    flow = identity.clone()  # x_t as a linear map of the noise
    for step in range(steps):
        t = (step + 0.5) / steps
        of_x, with_v = t**2 * truth + (1 - t) ** 2 * identity, t * truth - (1 - t) * identity
        field = torch.zeros_like(truth)
        for segment in range(count):
            seen = segment + 1 if is_causal else count
            field[segment, :seen] = torch.linalg.solve(of_x[:seen, :seen], with_v[segment, :seen])
        flow = flow + field @ flow / steps
    return flow @ flow.T


def neighbour_correlation(covariance: Tensor) -> float:
    """Of the first two segments."""
    return float(covariance[0, 1] / (covariance[0, 0] * covariance[1, 1]).sqrt())


def main() -> None:
    """Compute, write."""
    rows = []
    for correlation in CORRELATIONS:
        truth = torch.full((SEGMENTS, SEGMENTS), correlation, dtype=torch.float64).fill_diagonal_(1.0)
        causal, together = (sampled_covariance(truth, is_causal) for is_causal in (True, False))
        rows.append(
            {
                "correlation": correlation,
                "together": neighbour_correlation(together),
                "causal": neighbour_correlation(causal),
                "lastDeviation": float(causal[-1, -1].sqrt()),
            }
        )
    report = {"command": "python scripts/causal_bias.py", "segments": SEGMENTS, "steps": STEPS, "rows": rows}
    write_json(FIGURES_DIR / "causal-bias.json", report)


if __name__ == "__main__":
    main()
