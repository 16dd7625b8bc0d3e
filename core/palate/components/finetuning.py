"""What trains the language model of an encoder does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.data import Training


@runtime_checkable
class Finetuner(Protocol):
    """Trains the language model of an encoder on what users liked; the encoder then reads what comes out.

    `train` writes a whole model folder (config.json, tokenizer, *.safetensors; what transformers and
    sentence-transformers load) into the empty `folder` and returns what is worth noting, by name.
    `training.history` holds only what may be trained on, and `training.text` the text of each item in it, ""
    for every other item. Objectives are new and not fitted. `training.checkpoints` is as for any long fit.
    """

    name: ClassVar[str]

    def train(
        self, model: TextModel, training: Training, objectives: Sequence[Objective], folder: Path
    ) -> Mapping[str, Any]: ...


@runtime_checkable
class Objective(Protocol):
    """A loss by which a language model is trained, over batches of texts and behaviour.

    `fit(training, model)` looks at the data once, with `training` as a finetuner gets it. `batches(rng)` are
    those of one epoch, each an array with one row an example, all randomness from `rng`. `loss(network,
    batch)` is the mean loss of a batch, a torch scalar; `network` is a `palate.training.TextNetwork`. An
    option `weight` says how much the loss counts beside others, 1 where there is none.
    """

    name: ClassVar[str]

    def fit(self, training: Training, model: TextModel) -> Any: ...

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[Any]]: ...

    def loss(self, network: Any, batch: NDArray[Any]) -> Any: ...
