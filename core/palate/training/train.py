"""The epoch loop."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.errors import ComponentError
from palate.training.checkpoint import Checkpoints, Progress, kept_of, weights_of
from palate.training.device import Precision, device
from palate.training.schedule import Schedule
from palate.training.stepping import Stepping
from palate.training.task import Epoch, Task, Trained

if TYPE_CHECKING:
    import torch


class Report(Protocol):
    """Is told after each epoch how training goes, in words and as numbers: `loss`, `held_out`, `seconds`."""

    def __call__(self, done: int, total: int, message: str, /, **values: float) -> None: ...


def unheard(done: int, total: int, message: str, /, **values: float) -> None:
    """Nobody is watching."""


def train(
    task: Task,
    schedule: Schedule,
    *,
    seed: int = 0,
    precision: Precision = "auto",
    checkpoints: Path | None = None,
    identity: str = "",
    report: Report = unheard,
    start: Mapping[str, NDArray[Any]] | None = None,
) -> Trained:
    """Train the network of a task and return the weights of its best epoch.

    The same seed gives the same weights on one machine. With a folder for `checkpoints` a fit that was
    killed goes on after its last whole epoch, to the weights that it would have reached undisturbed, and one
    that was finished is not done again; whoever gives the folder removes it. `identity` says what beside the
    schedule and the seed makes it this fit (options, data): a checkpoint of another is not used.
    `report(epoch, epochs, message, loss=..., held_out=...)` is called after each epoch. `start` has weights
    by name from which training begins, those of an earlier fit; where they are NaN, or there are none of a
    name, the network's own stay.

    Raises ComponentError, in one sentence, where the loss is not finite or an epoch has no batches, and
    StoreError where a checkpoint cannot be written.
    """
    import torch

    where = device()
    torch.manual_seed(_number(seed, 0))
    network = task.network()
    begin_at(network, start or {})
    network = network.to(where)
    optimiser = torch.optim.AdamW(
        [each for each in network.parameters() if each.requires_grad],
        schedule.learning_rate,
        schedule.betas,
        weight_decay=schedule.weight_decay,
        fused=True,
    )
    name = _identity(schedule, seed, precision, identity + _digest(start), network)
    kept = Checkpoints(checkpoints and checkpoints / name, name)
    progress = kept.load(network, optimiser)
    stepping = Stepping(task, network, where, precision)
    while not (ended := _ended(schedule, progress)):
        started, number = time.perf_counter(), progress.done + 1
        rng = np.random.default_rng([seed, number])
        torch.manual_seed(_number(seed, number))
        loss = _one_epoch(stepping, optimiser, schedule, number, rng)
        network.eval()
        with torch.no_grad():
            value = task.evaluate(network)
        _advance(progress, network, Epoch(number, loss, value, time.perf_counter() - started))
        kept.save(progress, network, optimiser)
        report(number, schedule.epochs, _said(schedule, progress) + stepping.said, **_values(progress))
    weights = {name: progress.weights[name].numpy() for name in kept_of(network)}
    return Trained(weights, tuple(progress.epochs), progress.best, ended, stepping.parts)


def begin_at(network: torch.nn.Module, start: Mapping[str, NDArray[Any]]) -> None:
    """Give a network these weights by name, where they are not NaN."""
    import torch

    own = network.state_dict()
    for name, given in start.items():
        value = torch.from_numpy(np.ascontiguousarray(given)).to(own[name].dtype)
        own[name].copy_(torch.where(value.isnan(), own[name], value))


def _digest(start: Mapping[str, NDArray[Any]] | None) -> str:
    found = hashlib.blake2b(digest_size=8)
    for name, value in sorted((start or {}).items()):
        found.update(name.encode() + np.ascontiguousarray(value).tobytes())
    return found.hexdigest() if start else ""


def _one_epoch(
    stepping: Stepping,
    optimiser: torch.optim.Optimizer,
    schedule: Schedule,
    number: int,
    rng: np.random.Generator,
) -> float:
    """Take every batch once; the mean loss."""
    import torch

    stepping.network.train()
    losses: list[float] = []
    batches = list(stepping.task.batches(rng))
    for at, batch in enumerate(batches):
        _warm_up(optimiser, schedule, number - 1 + at / len(batches))
        losses.append(stepping.gradients(batch))
        if not math.isfinite(losses[-1]):
            raise ComponentError(
                f"training diverged: the loss is {losses[-1]} in epoch {number}, batch {at + 1} of "
                f"{len(batches)}; a smaller learning_rate (now {schedule.learning_rate:g}) usually helps"
            )
        if schedule.clip:
            torch.nn.utils.clip_grad_norm_(stepping.network.parameters(), schedule.clip)
        optimiser.step()
    if not losses:
        raise ComponentError("there is nothing to train on: an epoch has no batches")
    return float(np.mean(losses))


def _warm_up(optimiser: torch.optim.Optimizer, schedule: Schedule, epochs: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = schedule.rate(epochs)


def _advance(progress: Progress, network: torch.nn.Module, epoch: Epoch) -> None:
    """Add an epoch; its weights are the best where its value is, or where nothing is held out."""
    best = progress.value()
    progress.epochs.append(epoch)
    progress.seconds += epoch.seconds
    if epoch.value is None or best is None or epoch.value > best:
        progress.best, progress.weights = epoch.number, weights_of(network)


def _ended(schedule: Schedule, progress: Progress) -> str:
    """Why training ends here, in words; nothing while it goes on."""
    if progress.done >= schedule.epochs:
        return f"all {schedule.epochs} epochs are done"
    if schedule.patience and progress.best and progress.done - progress.best >= schedule.patience:
        return f"the held-out value has not risen for {schedule.patience} epochs"
    if schedule.minutes is not None and progress.seconds >= 60 * schedule.minutes:
        return f"its {schedule.minutes:g} minutes are over"
    return ""


def _said(schedule: Schedule, progress: Progress) -> str:
    """`loss 5.3124, held-out ndcg@10 0.0412 (best 0.0420 in epoch 7), at most 3 min left`."""
    last, best = progress.epochs[-1], progress.value()
    parts = [f"loss {last.loss:.4f}"]
    if last.value is not None and best is not None:
        parts.append(f"held-out {last.value:.4f} (best {best:.4f} in epoch {progress.best})")
    left = (schedule.epochs - progress.done) * progress.seconds / progress.done
    if schedule.minutes is not None:
        left = min(left, 60 * schedule.minutes - progress.seconds)
    parts.append(f"at most {max(left, 0) / 60:.0f} min left")
    return ", ".join(parts)


def _values(progress: Progress) -> dict[str, float]:
    """The last epoch as numbers; `held_out` only where something is held out."""
    last = progress.epochs[-1]
    held = {} if last.value is None else {"held_out": last.value}
    return {"loss": last.loss, **held, "seconds": last.seconds}


def _identity(schedule: Schedule, seed: int, precision: str, identity: str, network: torch.nn.Module) -> str:
    """What must be the same for a checkpoint to be gone on from."""
    shapes = {name: list(value.shape) for name, value in network.state_dict().items()}
    said: list[Any] = [asdict(schedule), seed, precision, identity, shapes]
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=16).hexdigest()


def _number(seed: int, epoch: int) -> int:
    """A seed for torch's generator in this epoch."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0]) >> 1
