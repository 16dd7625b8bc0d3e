"""From texts to token ids: the prompt, truncation, and which tokens are pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import ComponentError
from palate_transformers.library_logs import quiet

Row = list[int]
TEXT = "{text}"


@dataclass(frozen=True)
class Tokens:
    """The token numbers of each text; how many at the front of each are read and not pooled; and
    how many texts were cut.
    """

    rows: list[Row]
    skipped: NDArray[np.int64]
    cut: int


@dataclass(frozen=True)
class Reading:
    """How a text is given to a model.

    With `echo` the prompt with the text is repeated and only the second copy is pooled, as a decoder
    has then seen the whole text at every token (Springer et al., "Repetition improves language model
    embeddings", 2024). `max_length` counts everything: prompt, echo and special tokens.
    """

    tokenizer: Any
    prompt: str
    echo: bool
    max_length: int | None

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """The tokens of each text. What is too long loses the end of the text, never of the prompt."""
        given = [self.prompt.replace(TEXT, text) for text in texts]
        whole = self._read(given, special=True)
        second = self._read([f" {text}" for text in given], special=False) if self.echo else []
        room = self.max_length
        if self.echo and room is not None:
            room //= 2
        cut = 0
        if room is not None:
            too_long = [len(row) > room for row in whole]
            cut = sum(too_long)
            for at in np.flatnonzero(too_long):
                whole[at] = self._shortened(whole[at], room, self._tail)
            second = [self._shortened(row, room, self._suffix) for row in second]
        skipped = np.array([len(row) for row in whole] if self.echo else [0] * len(whole), np.int64)
        rows = [[*one, *two] for one, two in zip(whole, second, strict=True)] if self.echo else whole
        return Tokens(rows, skipped, cut)

    @property
    def padding(self) -> int:
        return self.tokenizer.pad_token_id or 0

    def _shortened(self, row: Row, room: int, tail: int) -> Row:
        if len(row) <= room:
            return row
        if tail >= room:
            raise ComponentError(
                f"encoder 'transformers': max_length leaves {room} tokens, and the prompt alone has {tail} "
                "behind the text; make max_length larger or the prompt shorter"
            )
        return [*row[: room - tail], *row[len(row) - tail :]]

    @cached_property
    def _suffix(self) -> int:
        """How many tokens of the prompt follow the text."""
        return len(self._read([self.prompt.rpartition(TEXT)[2]], special=False)[0])

    @cached_property
    def _tail(self) -> int:
        """The same with the special tokens at the end."""
        (bare,), (full,) = self._read(["a"], special=False), self._read(["a"], special=True)
        starts = [at for at in range(len(full)) if list(full[at : at + len(bare)]) == list(bare)]
        return self._suffix + (len(full) - starts[0] - len(bare) if starts else 0)

    def _read(self, texts: Sequence[str], special: bool) -> list[Row]:
        if not texts:
            return []
        with quiet():
            rows: list[Row] = self.tokenizer(
                list(texts),
                add_special_tokens=special,
                truncation=False,
                return_attention_mask=False,
                return_token_type_ids=False,
            )["input_ids"]
        return rows
