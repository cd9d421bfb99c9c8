"""The training loop of averaged token vectors, with checkpoints that survive a kill.

Owns the vectors, the optimiser and the schedule. Refuses to know texts and files other than
its checkpoint.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save
from tqdm import tqdm  # type: ignore[import-untyped]

from retrieval.training.files import replace_file
from retrieval.training.loss import contrast, repeats
from retrieval.training.sampling import CROSSED_SPANS, Batch
from retrieval.training.teacher import SentenceTeacher
from retrieval.training.tokens import Bags

CROSS_TASKS = ("bitext", "glossary", "section-en-vi", "section-vi-en", *CROSSED_SPANS)


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Numbers of one training run.

    Attributes:
        dimension: length of a vector.
        steps: batches in all.
        rate: greatest step of the optimiser, in units of a vector component.
        warmup: fraction of the steps over which the rate rises.
        scale: inverse temperature of the contrast within one language.
        cross_scale: the same between languages, where a softer contrast carries further.
        teacher_weight: share of the teacher's sentence vectors in the loss of a task between
            languages; 0 leaves them out.
        rarity: the `a` of the initial token weight a / (a + p), p the token's frequency.
        beta2: memory of Adam's second moment.
        checkpoint_steps: steps between checkpoints.
        seed: seeds the initial vectors.
    """

    dimension: int = 384
    steps: int = 1500
    rate: float = 0.3
    warmup: float = 0.05
    scale: float = 20.0
    cross_scale: float = 12.0
    teacher_weight: float = 0.5
    rarity: float = 1e-4
    beta2: float = 0.999
    checkpoint_steps: int = 150
    seed: int = 7


def initial_vectors(
    counts: NDArray[np.int64], settings: TrainSettings, start: NDArray[np.float32] | None = None
) -> torch.Tensor:
    """Return (vocabulary, dimension) float32 vectors; rare tokens are long, frequent ones short.

    A random projection of weighted words is already a fair lexical retriever; training starts
    from it instead of from noise.

    Args:
        counts: (vocabulary,) how often each token occurs in training text.
        settings: dimension, rarity and seed are used.
        start: (vocabulary, dimension) directions to use instead of random ones.
    """
    generator = torch.Generator().manual_seed(settings.seed)
    vectors = torch.randn(len(counts), settings.dimension, generator=generator)
    if start is not None:
        vectors = torch.from_numpy(start)
    frequency = torch.from_numpy(counts / max(1, counts.sum())).float()
    vectors *= (settings.rarity / (settings.rarity + frequency))[:, None]
    vectors[0] = 0.0  # the unknown token says nothing
    return vectors


def embed(vectors: torch.Tensor, bags: Bags) -> torch.Tensor:
    """Return (batch, dimension) unit rows: the normalised mean vector of each bag."""
    summed = torch.nn.functional.embedding_bag(
        torch.from_numpy(bags.ids).long(), vectors, torch.from_numpy(bags.starts), mode="sum"
    )
    return torch.nn.functional.normalize(summed, dim=1)


def rate_at(step: int, settings: TrainSettings) -> float:
    """Return the learning rate of a step: linear warm-up, then a cosine down to zero."""
    warm = max(1, int(settings.steps * settings.warmup))
    if step < warm:
        return settings.rate * (step + 1) / warm
    done = (step - warm) / max(1, settings.steps - warm)
    return settings.rate * 0.5 * (1.0 + math.cos(math.pi * done))


@dataclass(slots=True)
class State:
    """Everything that a resumed run needs.

    Attributes:
        vectors: (vocabulary, dimension) float32 parameters.
        optimiser: Adam over the vectors.
        step: batches done.
    """

    vectors: torch.Tensor
    optimiser: torch.optim.Adam
    step: int = 0

    @classmethod
    def fresh(cls, vectors: torch.Tensor, settings: TrainSettings) -> State:
        """Start from given vectors."""
        parameter = torch.nn.Parameter(vectors)
        betas = (0.9, settings.beta2)
        adam = torch.optim.Adam([parameter], lr=settings.rate, betas=betas, fused=True)
        return cls(parameter, adam)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        moments = self.optimiser.state.get(self.vectors, {})
        tensors = {"vectors": self.vectors.detach()}
        tensors |= dict(moments)
        with replace_file(path) as stream:
            stream.write(save(tensors, metadata={"step": str(self.step)}))

    @classmethod
    def resume(cls, path: Path, settings: TrainSettings) -> State:
        """Continue from a checkpoint."""
        with safe_open(path, framework="pt") as file:
            state = cls.fresh(file.get_tensor("vectors"), settings)
            state.step = int(file.metadata()["step"])
            moments = {k: file.get_tensor(k) for k in file.keys() if k != "vectors"}  # noqa: SIM118
        if moments:
            state.optimiser.state[state.vectors] = moments
        return state


def step_once(
    state: State, batch: Batch, settings: TrainSettings, teacher: SentenceTeacher | None = None
) -> float:
    """Train on one batch and return its loss."""
    masked = np.concatenate([repeats(batch.query_texts), repeats(batch.passage_texts)], axis=1)
    for group in state.optimiser.param_groups:
        group["lr"] = rate_at(state.step, settings)
    queries, passages = embed(state.vectors, batch.queries), embed(state.vectors, batch.passages)
    scale = settings.cross_scale if batch.task.startswith(CROSS_TASKS) else settings.scale
    loss = contrast(queries, passages, scale, torch.from_numpy(masked))
    if teacher is not None and batch.task.startswith(CROSS_TASKS):
        loss = loss + settings.teacher_weight * _taught(teacher, batch, queries, passages, scale)
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    state.optimiser.step()
    with torch.no_grad():
        state.vectors[0] = 0.0
    state.step += 1
    return float(loss.detach())


def _taught(
    teacher: SentenceTeacher,
    batch: Batch,
    queries: torch.Tensor,
    passages: torch.Tensor,
    scale: float,
) -> torch.Tensor:
    """Return the loss of matching both sides with the teacher's vector of the English one."""
    rows = np.maximum(teacher.rows[batch.query_texts], teacher.rows[batch.passage_texts])
    known = np.flatnonzero(rows >= 0)
    if len(known) < 2:
        return queries.new_zeros(())
    wanted = torch.from_numpy(teacher.vectors[rows[known]].astype(np.float32))
    masked = torch.from_numpy(repeats(rows[known]))
    kept = torch.from_numpy(known)
    return contrast(queries[kept], wanted, scale, masked) + contrast(
        passages[kept], wanted, scale, masked
    )


def train(
    state: State,
    draw: Callable[[int], Batch],
    settings: TrainSettings,
    checkpoint: Path,
    *,
    teacher: SentenceTeacher | None = None,
    on_checkpoint: Callable[[State], str] | None = None,
) -> list[float]:
    """Run the remaining steps.

    Args:
        state: fresh or resumed; changed in place.
        draw: gives the batch of a step.
        settings: the numbers of the run.
        checkpoint: file that is replaced every `checkpoint_steps` and at the end.
        teacher: gives sentence vectors to the tasks between languages.
        on_checkpoint: called after each checkpoint; its answer is shown.

    Returns:
        The loss of each step that was run.
    """
    losses: list[float] = []
    began = time.monotonic()
    smooth: dict[str, float] = {}
    with tqdm(total=settings.steps, initial=state.step, unit="batch", mininterval=5) as bar:
        while state.step < settings.steps:
            batch = draw(state.step)
            losses.append(step_once(state, batch, settings, teacher))
            before = smooth.get(batch.task, losses[-1])
            smooth[batch.task] = 0.9 * before + 0.1 * losses[-1]
            bar.update(1)
            if state.step % settings.checkpoint_steps == 0 or state.step == settings.steps:
                state.save(checkpoint)
                tqdm.write(" ".join(f"{t}={v:.2f}" for t, v in sorted(smooth.items())))
                if on_checkpoint is not None:
                    tqdm.write(f"{time.monotonic() - began:.0f} s: {on_checkpoint(state)}")
    return losses
