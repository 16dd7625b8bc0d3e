"""Training the language model of an encoder on what users liked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from palate.components.calling import calling
from palate.data import Dataset, Fold, Items
from palate.errors import ComponentError
from palate.plan.context import StepContext
from palate.plan.training_data import training_data
from palate.store.file_tree import FileTree

FROZEN = "the model was left as it was"
"""The note of a finetuner that found nothing better than the model it was given."""


def finetune(context: StepContext, dataset: Dataset, fold: Fold, items: Items) -> FileTree:
    """The folder of the model that a finetuner made.

    It gets the likes that models evaluated on this part may be fitted on, and the texts of the items in them:
    the text of an item that only the held-out part has is blank, and no other column is there.
    Raises ComponentError for a finetuner that wrote no model.
    """
    finetuner, encoder, *objectives = context.components()
    training = training_data(context, dataset, fold, context.part)
    known = pl.Series(training.history.popularity > 0)
    text = pl.select(pl.when(known).then(items.text.fill_null("")).otherwise(pl.lit(""))).to_series()
    known_items = Items(items.frame.select("id")).with_text(text)
    training = replace(training, text=text, items=known_items, checkpoints=context.checkpoints)
    room = TemporaryDirectory(prefix="palate-finetune-", ignore_cleanup_errors=True)
    folder, who = Path(room.name), f"finetuner {finetuner.name!r}"
    with calling(who):
        notes = finetuner.train(encoder.text_model(), training, objectives, folder)
    if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
        raise ComponentError(f"{who} must write a model: config.json, its tokenizer and *.safetensors")
    context.notes |= dict(notes)
    if FROZEN in notes:
        context.notice(f"{FROZEN}: {notes[FROZEN]}")
    return FileTree(folder, room)
