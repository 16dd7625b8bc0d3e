"""What every finetuner must do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.data import Training
from palate.testing.case import Case, ensure, same
from palate.testing.models import liking, text_model, write_model


@dataclass
class Nearer:
    """A small objective: texts that one user liked one after the other are nearer than those of the next
    pair.
    """

    name: ClassVar[str] = "nearer"

    weight: float = 1.0

    training_: Any = field(init=False, repr=False, compare=False)

    def fit(self, training: Training, model: TextModel) -> Nearer:
        self.training_ = training
        return self

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        history = self.training_.history
        after = np.flatnonzero(history.owners[1:] == history.owners[:-1])
        for some in np.array_split(rng.permutation(after), 4):
            yield np.stack([history.items[some], history.items[some + 1]], axis=1).astype(np.int64)

    def loss(self, network: Any, batch: NDArray[np.int64]) -> Any:
        texts = [[self.training_.text[int(item)] for item in side] for side in batch.T]
        left, right = (network.vectors(side) for side in texts)
        near, far = ((left - right) ** 2).sum(1), ((left - right.roll(1, 0)) ** 2).sum(1)
        return (near - far + 1).clamp(min=0).mean()


def writes_a_whole_model(case: Case) -> None:
    """A config, the tokenizer's files, and the weights that the model had, by their names."""
    with _trained(case) as (given, made, _):
        for name in ("config.json", "vocab.txt"):
            ensure((made / name).is_file(), f"{name} is missing in what it wrote")
        before, after = _weights(given), _weights(made)
        missing = [
            name
            for name in before
            if name not in after and f"bert.{name}" not in after and "pooler" not in name
        ]
        ensure(not missing, f"these weights are missing in what it wrote: {', '.join(missing[:5])}")


def changes_the_weights(case: Case) -> None:
    with _trained(case) as (given, made, _):
        before, after = _weights(given), _weights(made)
        moved = [name for name in before if name in after and not np.allclose(before[name], after[name])]
        ensure(bool(moved), "no weight is another than before")


def leaves_the_given_model_as_it_is(case: Case) -> None:
    with _trained(case) as (given, _, _), TemporaryDirectory() as folder:
        write_model(Path(folder))
        for path in Path(folder).iterdir():
            ensure(path.read_bytes() == (given / path.name).read_bytes(), f"it changes {path.name}")


def leaves_the_data_as_they_are(case: Case) -> None:
    training = liking()
    before = deepcopy((training.history, training.text))
    with _trained(case, training):
        ensure(same((training.history, training.text), before), "training changes the data")


def the_same_seed_gives_the_same_model(case: Case) -> None:
    with _trained(case) as (_, one, _), _trained(case) as (_, other, _):
        ensure(same(_weights(one), _weights(other)), "two trainings with one seed give two models")


def what_it_notes_can_be_kept(case: Case) -> None:
    with _trained(case) as (_, _, notes):
        try:
            json.dumps(dict(notes))
        except (TypeError, ValueError) as error:
            ensure(False, f"train() must return a mapping of numbers and texts: {error}")


@contextmanager
def _trained(case: Case, training: Training | None = None) -> Iterator[tuple[Path, Path, Any]]:
    """The folder of a model, that of what a finetuner made of it, and its notes."""
    with TemporaryDirectory() as room:
        given, made = Path(room) / "given", Path(room) / "made"
        write_model(given)
        made.mkdir()
        notes = case.make().train(text_model(given), training or liking(), [Nearer()], made)
        yield given, made, notes


def _weights(folder: Path) -> dict[str, NDArray[Any]]:
    from safetensors.numpy import load_file

    found: dict[str, NDArray[Any]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        found |= load_file(path)
    return found


CHECKS = (
    writes_a_whole_model,
    changes_the_weights,
    leaves_the_given_model_as_it_is,
    leaves_the_data_as_they_are,
    the_same_seed_gives_the_same_model,
    what_it_notes_can_be_kept,
)
