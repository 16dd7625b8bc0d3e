"""What encoders do, and what trains their language models (see `palate.components.contracts`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.data import Training


@runtime_checkable
class Encoder(Protocol):
    """Turns n texts into float32[n, d]; row i belongs to texts[i] whatever the others are.

    A text it can say nothing of gets zeros, which stand for no opinion everywhere. May have

    - `identity() -> str`: what beside its options changes the vectors, such as the revision of the
      model. It is part of the key under which vectors are kept, and must neither load the model nor
      import its library.
    - `fit(texts)`, for one that is fitted on the texts themselves, such as how rare each word is. It
      is called before `encode` with the text of every item, each text once, and a hash of them all
      becomes part of the key. An encoder without it must need no other text.
    - `remarks() -> Mapping[str, str]`: what is worth knowing about the texts encoded since the last
      call, such as how many were cut. It goes into the notes of the step, and to whoever watches.
    - `close()`, which lets go of the model.
    - `encode_parts(texts)`, which yields int[m] rows with their vectors float32[m, d] as they come in, for
    one whose work is dear: each part is kept at once, so that nothing is done twice after an interruption.
    - `sends(texts) -> Mapping[str, int]`, how many `texts` and `tokens` encoding them would send elsewhere.
    - `text_model() -> TextModel` and `with_model(folder)`, for one whose language model can be trained: the
      model as it reads with it, and the same encoder with the model in another folder.
    """

    name: ClassVar[str]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


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
