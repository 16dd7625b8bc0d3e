"""Texts in requests that are not too large, without the model's own tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

BYTES = 4
"""About so many bytes of UTF-8 are one token, in English; other scripts have more tokens by the letter."""


def tokens_of(text: str) -> int:
    """About how many tokens a text has."""
    return max(1, -(-len(text.encode("utf-8", "replace")) // BYTES))


def cut(text: str, tokens: int) -> str:
    """The text itself, or its start of about so many tokens."""
    room = tokens * BYTES
    if len(text) * BYTES <= room:  # no letter has more bytes
        return text
    whole = text.encode("utf-8", "replace")
    return text if len(whole) <= room else whole[:room].decode("utf-8", "ignore")


def batches(texts: Sequence[str], tokens: int, most: int) -> Iterator[list[int]]:
    """Places of texts, in their order, together at most about so many tokens; one longer text goes alone."""
    some: list[int] = []
    sum_ = 0
    for at, text in enumerate(texts):
        own = tokens_of(text)
        if some and (sum_ + own > tokens or len(some) == most):
            yield some
            some, sum_ = [], 0
        some.append(at)
        sum_ += own
    if some:
        yield some
