"""In-batch contrast with a hand-written gradient.

The score matrix of a large batch is the cost of a step. The two directions (query → passage,
passage → query) share one exponential, and the matrix products run in bfloat16, which the
CPU's matrix units multiply several times faster than float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


class _Contrast(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        queries: torch.Tensor,
        passages: torch.Tensor,
        scale: float,
        masked: torch.Tensor,
    ) -> torch.Tensor:
        """Return the mean loss; rows are unit vectors, so no logit exceeds `scale`."""
        half_q, half_p = queries.bfloat16(), passages.bfloat16()
        weights = (half_q @ half_p.T).float()  # (n, n) cosines
        own = (queries * passages).sum(1)  # (n,) exact, not rounded to bfloat16
        weights.sub_(1.0).mul_(scale).exp_()
        weights[masked[0], masked[1]] = 0.0
        diagonal = torch.exp((own - 1.0) * scale)
        weights.diagonal().copy_(diagonal)
        rows, columns = weights.sum(1), weights.sum(0)
        loss = 0.5 * (rows.log() + columns.log()).mean() + scale * (1.0 - own).mean()
        grads = weights * (0.5 / rows)[:, None]
        grads.addcmul_(weights, (0.5 / columns)[None, :].expand_as(weights))
        grads.diagonal().sub_(1.0)
        factor = scale / len(queries)
        half_grads = grads.bfloat16()
        ctx.save_for_backward(
            (half_grads @ half_p).float() * factor, (half_grads.T @ half_q).float() * factor
        )
        return loss

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None, None]:
        """Scale the stored gradients."""
        for_queries, for_passages = ctx.saved_tensors
        return for_queries * grads[0], for_passages * grads[0], None, None


def contrast(
    queries: torch.Tensor, passages: torch.Tensor, scale: float, masked: torch.Tensor
) -> torch.Tensor:
    """Return the symmetric in-batch cross-entropy of matching row i with row i.

    Args:
        queries: (n, d) float32 unit rows.
        passages: (n, d) float32 unit rows.
        scale: inverse temperature of the cosines.
        masked: (2, k) int64 row and column of pairs that are no negatives.
    """
    loss: torch.Tensor = _Contrast.apply(queries, passages, scale, masked)  # type: ignore[no-untyped-call]
    return loss


def repeats(numbers: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return (2, k) all ordered pairs of different places that hold the same number."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    found: list[tuple[int, int]] = []
    for start in np.flatnonzero(ordered[1:] == ordered[:-1]):
        later = int(start) + 1
        while later < len(ordered) and ordered[later] == ordered[start]:
            first, second = int(order[start]), int(order[later])
            found += [(first, second), (second, first)]
            later += 1
    return np.array(found, dtype=np.int64).reshape(-1, 2).T
