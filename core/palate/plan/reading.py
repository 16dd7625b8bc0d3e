"""What an aggregator that reads texts of its own is given to read with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Items, Training
from palate.errors import ComponentError
from palate.pipeline.reader import Reader
from palate.plan.context import StepContext
from palate.plan.encoding import reading_with
from palate.plan.transforming import learned, transformed
from palate.store.file_tree import FileTree


def with_reader(
    context: StepContext,
    training: Training,
    aggregator: Any,
    at: int,
    items: Items,
    encoded: NDArray[np.float32],
    taught: FileTree | None = None,
) -> Training:
    """The same with the items' texts, and a reader that brings a text among the items' vectors.

    The step's blocks from number `at` on are the encoder and the transforms, which are
    fitted once more as they were on `encoded`, the vectors before any. Raises ComponentError for an
    encoder whose vectors depend on other texts.
    """
    encoder, *transforms = (block.make() for block in context.step.blocks[at:])
    encoder = reading_with(encoder, taught)
    from palate.store.texts import encoder_key

    if callable(getattr(encoder, "fit", None)):
        raise ComponentError(
            f"aggregator {aggregator.name!r} needs an encoder that reads each text by itself; "
            f"{encoder.name!r} is fitted on the texts of all items"
        )
    trained, vectors = training.history.popularity > 0, encoded
    for transform in transforms:
        vectors = transformed(learned(transform, vectors, trained, items), vectors)
    known = encoded[trained]
    middle = known[known.any(axis=1)].mean(axis=0, dtype=np.float64).astype(np.float32)
    key = encoder_key(context.step.blocks[at].identity(), encoder)
    reader = Reader(encoder, key, tuple(transforms), str(context.texts), middle)
    return replace(training, text=items.text, reader=reader)
