"""From the texts of items to their vectors, by one encoder or by several views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Items
from palate.errors import ComponentError, listed
from palate.plan.context import StepContext
from palate.store.file_tree import FileTree

if TYPE_CHECKING:
    from palate.store.texts import TextVectors


def encode(context: StepContext, items: Items, taught: FileTree | None = None) -> NDArray[np.float32]:
    """The vector of each item's text, from what is kept and else from the encoder, with the model taught.

    Raises ComponentError where the encoder has nothing to say of any text.
    """
    component, kept, key, about = _kept(context, taught)
    result = kept.encode(items.text, component, key, context.progress, about)
    context.notes |= {"encoded": result.encoded, "reused": result.reused}
    keep_remarks(context, component)
    _say_what_is_without(context, items, result.vectors)
    return result.vectors


def reading_with(encoder: Any, taught: FileTree | None) -> Any:
    """The encoder with the model that was finetuned for it, or as it is."""
    return encoder if taught is None else encoder.with_model(taught.path)


def encode_shard(context: StepContext, items: Items, taught: FileTree | None = None) -> int:
    """Keep the vectors of every so manieth chunk of texts; how many were encoded for it."""
    number, count = context.params["shard"]
    component, kept, key, about = _kept(context, taught)
    return kept.encode_chunks(items.text, component, key, number, count, about)


def encode_joined(
    context: StepContext, parts: Sequence[int], items: Items, taught: FileTree | None = None
) -> NDArray[np.float32]:
    """What `encode` gives, once all shards are kept."""
    vectors = encode(context, items, taught)
    context.notes["encoded"] += sum(parts)
    context.notes["reused"] -= sum(parts)
    return vectors


def _kept(context: StepContext, taught: FileTree | None) -> tuple[Any, TextVectors, str, dict[str, Any]]:
    """The encoder, where its vectors are kept, under which key, and whose they are in words."""
    from palate.store.texts import TextVectors, encoder_key

    component = reading_with(context.components()[0], taught)
    block = context.step.blocks[0]
    about = {"encoder": block.name, "options": block.options}
    kept = TextVectors(context.texts, context.exchange)
    return component, kept, encoder_key(block.identity(), component), about


def join(context: StepContext, *views: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors of several views side by side, each times the square root of its weight.

    Of views whose vectors have length one, the inner product of two items is then the weighted sum
    of the views' own.
    """
    widths = [view.shape[1] for view in views]
    joined = np.empty((len(views[0]), sum(widths)), np.float32)
    starts = np.cumsum([0, *widths])
    for view, weight, start in zip(views, context.params["weights"], starts, strict=False):
        np.multiply(view, np.float32(weight**0.5), out=joined[:, start : start + view.shape[1]])
    context.notes["dimensions"] = " + ".join(map(str, widths))
    return joined


def keep_remarks(context: StepContext, component: object) -> None:
    """Keep with the step, and report, what a component found worth knowing."""
    remarks = getattr(component, "remarks", None)
    if callable(remarks):
        for name, said in remarks().items():
            context.notes[name] = said
            context.notice(said)


def _say_what_is_without(context: StepContext, items: Items, vectors: NDArray[np.float32]) -> None:
    """Items whose text the encoder knows nothing of are named; no item may be left out in silence."""
    without = np.flatnonzero(~_filled(vectors))
    if not len(without):
        return
    name = context.step.blocks[0].name
    shown = [text[:40] for text in items.text.gather(without[:3]).to_list()]
    if len(without) == len(vectors):
        raise ComponentError(
            f"encoder {name!r} gives zeros for all {len(vectors):,} texts, such as {listed(shown)}: it knows "
            "none of their words. Take another encoder, or another text"
        )
    said = (
        f"encoder {name!r} knows no word of {len(without):,} of {len(vectors):,} texts, such as "
        f"{listed(shown)}; these items are left out of what this branch recommends"
    )
    context.notes["without a vector"] = len(without)
    context.notice(said)


def _filled(vectors: NDArray[np.float32], step: int = 65536) -> NDArray[np.bool_]:
    """bool[n]: which rows are not all zeros, seen a part at a time."""
    from palate.store import mapped

    filled = np.empty(len(vectors), bool)
    for start in range(0, len(vectors), step):
        filled[start : start + step] = vectors[start : start + step].any(axis=1)
        mapped.release(vectors)
    return filled
