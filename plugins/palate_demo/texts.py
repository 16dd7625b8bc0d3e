"""Titles and descriptions in English and Chinese, from the words of topics, with noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from palate_demo.tastes import Ints

Words = Mapping[str, tuple[list[str], list[str]]]
"""By topic: its words in English and in Chinese."""

FILLERS = (
    ("new", "great", "simple", "best", "daily", "little", "classic", "modern", "special", "easy", "popular"),
    ("全新", "实用", "简单", "最佳", "日常", "经典", "现代", "特别", "轻松", "完整", "热门", "推荐"),
)
SYLLABLES = ("no", "va", "ko", "ti", "re", "lu", "sa", "mi", "do", "pe")
CHINESE = 0.4
"""The share of items whose texts are in Chinese."""
OWN, OTHER = 0.65, 0.15
"""The share of words from the item's own topic, and from any topic; the rest says nothing."""
MISFILED = 0.1
"""The share of items in a category that is not that of their topic."""


def words(domain: str) -> Words:
    """The words of a domain's topics: `words/DOMAIN.txt`, a line a topic, `name: English | Chinese`."""
    found = {}
    for line in (Path(__file__).parent / "words" / f"{domain}.txt").read_text(encoding="utf-8").splitlines():
        name, _, both = line.partition(": ")
        english, _, chinese = both.partition(" | ")
        found[name] = (english.split(), chinese.split())
    return found


def planted(domain: str) -> str:
    """How the tastes of a domain were planted, in words: `words/DOMAIN.md`."""
    return (Path(__file__).parent / "words" / f"{domain}.md").read_text(encoding="utf-8").strip()


def written(rng: np.random.Generator, topic: Ints, topics: Words) -> pl.DataFrame:
    """`title`, `description`, `language` and `category`, a row for each item."""
    vocabulary = list(topics.values())
    rows = []
    for number, own in enumerate(topic):
        chinese = int(rng.random() < CHINESE)
        title = _words(rng, vocabulary, int(own), chinese, 3)
        text = _words(rng, vocabulary, int(own), chinese, 8)
        between = "" if chinese else " "
        name = between.join(title) + (f"{number + 1}号" if chinese else f" No. {number + 1}")
        rows.append(
            {
                "title": name[:1].upper() + name[1:],
                "description": between.join(text) + ("。" if chinese else "."),
                "language": ("en", "zh")[chinese],
            }
        )
    names = np.array(list(topics))
    filed = np.where(rng.random(len(topic)) < MISFILED, rng.integers(len(names), size=len(topic)), topic)
    return pl.DataFrame(rows).with_columns(category=pl.Series(names[filed].tolist()))


def makers(maker: Ints) -> pl.Series:
    """Names of makers, one word each: Novako, Tirelu, ..."""
    digits = [f"{number:03}" for number in maker]
    return pl.Series(["".join(SYLLABLES[int(digit)] for digit in each).title() for each in digits])


def ids(letter: str, n: int) -> list[str]:
    """`p001`, `p002`, ..."""
    width = len(str(n))
    return [f"{letter}{number:0{width}}" for number in range(1, n + 1)]


def _words(
    rng: np.random.Generator, vocabulary: Sequence[Sequence[Sequence[str]]], own: int, language: int, n: int
) -> list[str]:
    found = []
    for chance in rng.random(n):
        if chance < OWN:
            source = vocabulary[own][language]
        elif chance < OWN + OTHER:
            source = vocabulary[int(rng.integers(len(vocabulary)))][language]
        else:
            source = FILLERS[language]
        found.append(source[int(rng.integers(len(source)))])
    return found
