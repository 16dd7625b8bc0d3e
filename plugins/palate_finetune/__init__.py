"""Training language models on what users liked: a finetuner, and objectives for it."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_finetuners() -> list[type]:
    from palate_finetune.finetuner import Transformers

    return [Transformers]


@hookimpl
def register_objectives() -> list[type]:
    from palate_finetune.contrastive import Contrastive
    from palate_finetune.distil import Distil
    from palate_finetune.masked_words import MaskedWords
    from palate_finetune.next_word import NextWord
    from palate_finetune.user_item import UserItem

    return [Contrastive, UserItem, MaskedWords, NextWord, Distil]
