"""The source `mind`."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import PARTS, Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.text_tables import headless
from palate_datasets.values import one_each, with_ids

logger = logging.getLogger(__name__)

TIME = "%m/%d/%Y %I:%M:%S %p"
BEHAVIORS = ["impression", "user", "time", "history", "shown"]
NEWS = ["id", "category", "subcategory", "title", "abstract", "url", "title_entities", "abstract_entities"]
LAYOUT = Layout(
    "mind",
    "MIND is behaviors.tsv and news.tsv, alone or in folders whose names end in train, dev and test",
    (
        Part("behaviors", "behaviors.tsv", (r"behaviors\.tsv",), many=True),
        Part("news", "news.tsv", (r"news\.tsv",), many=True),
    ),
)
KNOWN = {
    "small": Known(all_items=65_238, users=94_057),
    "large": Known(all_items=161_013),
}
_SPLITS = {"train": "train", "dev": "test", "valid": "test", "test": "test"}


@dataclass
class Mind:
    """MIND, news of Microsoft News: what users were shown, what of it they clicked, and the articles.

    F. Wu et al., MIND: A Large-scale Dataset for News Recommendation, ACL (2020). Impressions are kept as
    they were shown: a click is a like (`label` 1, `strength` 1), and what was shown and not clicked is seen
    only (`label` 0, `strength` 0); `impression` says which were shown together. Clicks of the history, which
    have no times, stand before all impressions, in their order. `type` is click, shown or history.

    Folders that end in train and dev make the split that `column` uses, dev as its test part. Impressions
    without labels, which are those of the published test part, are left out.
    """

    name: ClassVar[str] = "mind"

    folder: str | None = None
    """The folder with the files, or with folders of them such as MINDsmall_train."""
    files: dict[str, str] = field(default_factory=dict)
    """`{behaviors: FILE, news: FILE}`, instead of a folder."""
    shown: bool = True
    """Whether what was shown and not clicked is kept; without it only clicks are."""
    history: bool = True
    """Whether clicks of the history count."""
    size: Literal["small", "large"] | None = None
    """Which data set it is said to be: a warning tells where its counts are others."""

    def load(self) -> Dataset:
        """All impressions and articles. Raises DataError for lines of other columns or times."""
        found = LAYOUT.find(self.folder, self.files)
        read = [(_split(path), headless(path, BEHAVIORS)) for path in found["behaviors"]]
        logs = [
            self._events(frame, split, path)
            for (split, frame), path in zip(read, found["behaviors"], strict=True)
        ]
        if not any(log.height for log in logs):
            raise DataError(
                f"mind: no impression has a label, so nothing says what was clicked. {LAYOUT.said}"
            )
        interactions = pl.concat([log for log in logs if log.height])
        if self.history:
            past = _history(pl.concat([frame for _, frame in read]), interactions["time"].min())
            interactions = pl.concat([past, interactions])
        if len({split for split, _ in read}) == 1:
            interactions = interactions.drop("part")
        news = one_each(pl.concat([headless(path, NEWS) for path in found["news"]]))
        dataset = Dataset.from_frames(*with_ids(interactions, _articles(news)))
        if self.size is not None:
            KNOWN[self.size].check(dataset, f"MIND {self.size}")
        return dataset

    def gives(self) -> frozenset[str]:
        return frozenset({"timestamps", "text"})

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        return {"folder": str(path)} if LAYOUT.recognised(path) else None

    def suggests(self) -> dict[str, Any]:
        splits = {_split(path) for path in LAYOUT.find(self.folder, self.files)["behaviors"]}
        several = {"split": {"use": "column", "validation": 0.1}} if len(splits) > 1 else {}
        return {"text": ["title", "category", "abstract"], **several}

    def _events(self, frame: pl.DataFrame, split: str, path: Path) -> pl.DataFrame:
        """One row for each article of each impression."""
        words = pl.col("shown").str.split(" ")
        long = frame.select("user", "time", "impression", item=words).explode("item")
        long = long.filter(pl.col("item").fill_null("") != "")
        parts = pl.col("item").str.extract_groups(r"^(?<item>\S+)-(?<label>[01])$")
        events = long.select("user", "time", "impression", word="item", parts=parts).unnest("parts")
        unlabelled = events["label"].is_null()
        if unlabelled.any():
            if not unlabelled.all():
                at = int(unlabelled.arg_true()[0])
                raise DataError(f"{path}: {events['word'][at]!r} is no article with -0 or -1 behind it")
            logger.warning("the impressions of %s have no labels, and are left out", path)
            events = events.clear()
        time = pl.col("time").str.to_datetime(TIME, strict=False).dt.epoch("s")
        label = pl.col("label").cast(pl.Int8)
        found = events.select(
            "user", "item", time=time, part=pl.lit(PARTS[split], pl.UInt8), strength=label.cast(pl.Float32),
            label=label, type=pl.when(label == 1).then(pl.lit("click")).otherwise(pl.lit("shown")),
            impression=pl.col("impression").cast(pl.Int64, strict=False),
        )  # fmt: skip
        if found["time"].null_count():
            at = int(found["time"].is_null().arg_true()[0])
            raise DataError(f"{path}: {events['time'][at]!r} is no time such as 11/13/2019 8:36:57 AM")
        return found if self.shown else found.filter(pl.col("label") == 1)


def _history(frame: pl.DataFrame, first: Any) -> pl.DataFrame:
    """The clicks before the log, a second apart, the last of each user a second before `first`."""
    longest = frame.with_columns(size=pl.col("history").str.len_bytes().fill_null(0))
    longest = longest.sort("size", descending=True, maintain_order=True).unique("user", maintain_order=True)
    past = longest.select("user", item=pl.col("history").str.split(" ")).explode("item")
    past = past.filter(pl.col("item").fill_null("") != "")
    left = pl.len().over("user") - pl.int_range(pl.len()).over("user")
    return past.select(
        "user", "item", time=(pl.lit(first) - left).cast(pl.Int64), part=pl.lit(PARTS["train"], pl.UInt8),
        strength=pl.lit(1.0, pl.Float32), label=pl.lit(1, pl.Int8), type=pl.lit("history"),
        impression=pl.lit(None, pl.Int64),
    )  # fmt: skip


def _articles(news: pl.DataFrame) -> pl.DataFrame:
    """Articles with their texts, and the names of the entities in their titles as a list."""
    names = pl.col("title_entities").str.extract_all(r'"Label":\s*"(?:[^"\\]|\\.)*"')
    bare = names.list.eval(pl.element().str.replace(r'^"Label":\s*"', "").str.strip_suffix('"'))
    return news.select("id", "title", "category", "subcategory", "abstract", entities=bare)


def _split(path: Path) -> str:
    """The part that a folder's name says, `train` where it says none."""
    word = path.parent.name.lower().replace("-", "_").rpartition("_")[2]
    return _SPLITS.get(word, "train")
