"""A first recipe for a folder that a source recognises."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from palate.data import Dataset
from palate.errors import PalateError
from palate.recipe import load_recipe
from palate_init.quoting import comment, plain
from palate_init.recognised import Recognised
from palate_init.trying import ENOUGH, FEW_ITEMS, SMALL, evaluable, reports

LOADED = 50 * 2**20
TEMPORAL: dict[str, Any] = {"use": "temporal", "test": 0.1, "validation": 0.1}
RANDOM: dict[str, Any] = {"use": "random", "test": 0.2, "validation": 0.1}
CONTENT = """  # Items that read like those a user liked, new items too.
  content:
    text:
      - {{use: template, template: {template}}}
    encode: {encode}
    transform: [center, l2]
    aggregate: mean
    rank: cosine"""


@dataclass(frozen=True)
class LayoutDraft:
    """The choices of such a recipe; `notes` is what to tell about them, `counts` what was found."""

    known: Recognised
    split: Any
    text: tuple[str, ...]
    linear: bool = True
    tuned: bool = True
    counts: str = ""
    encode: str = "tfidf"
    notes: tuple[str, ...] = ()

    def noting(self, note: str) -> LayoutDraft:
        return replace(self, notes=(*self.notes, note))

    def recipe(self, schema: bool = False) -> str:
        """The text of the recipe."""
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", self.known.path.resolve().name).strip("-_") or "first"
        head = [
            *comment(f"A first recipe for {self.known.path}, which has the files of {self.known.source!r}."),
            *comment(self.counts),
            *(line for note in self.notes for line in comment(f"Note: {note}")),
            *(["# yaml-language-server: $schema=recipe.schema.json"] if schema else []),
        ]
        data = {
            name: block
            for name, block in {
                "source": {"use": self.known.source, **self.known.options},
                "clean": self.known.suggested.get("clean"),
                "feedback": self.known.suggested.get("feedback"),
                "split": self.split,
            }.items()
            if block is not None
        }
        body = ["recipe: 1", f"name: {name}", "seed: 7", "", "data:"]
        body += [f"  {name}: {_flow(block)}" for name, block in data.items()]
        return "\n".join([*head, *body, "", *self._branches(), "", *self._end(), ""])

    def _branches(self) -> list[str]:
        mark = "" if self.linear else "# "
        lines = [
            "branches:",
            "  popularity:",
            "    rank: popularity",
            "  neighbours:",
            "    rank: {use: item-knn, neighbours: 100}",
            "  # Mostly the best that is fitted on behaviour alone; its memory grows with the items squared.",
            f"  {mark}linear:",
            f"  {mark}  rank: {{use: ease, l2: 300}}",
        ]
        if self.text:
            template = plain(". ".join(f"{{{name}}}" for name in self.text))
            lines.append(CONTENT.format(template=template, encode=self.encode))
        return lines

    def _end(self) -> list[str]:
        fuse = "{use: weighted, normalize: z-score, weights: tune}" if self.tuned else "rrf"
        return [f"fuse: {fuse}", "top: 20", "evaluate: [ndcg@10, recall@20, coverage@10]"]


def draft_of(known: Recognised) -> LayoutDraft:
    """The recipe's choices, tried where the files are small, and checked against the plugins in any case."""
    times = "timestamps" in known.instance.gives()
    split = known.suggested.get("split", TEMPORAL if times else RANDOM)
    draft = LayoutDraft(known, split, tuple(known.suggested.get("text", ())))
    with tempfile.TemporaryDirectory(prefix="palate-init-") as folder:
        size = sum(file.stat().st_size for file in known.path.rglob("*") if file.is_file())
        if size <= LOADED:
            draft = _tried(draft, Path(folder), times)
        else:
            draft = replace(draft, linear=False).noting(
                f"the files have {size / 2**20:,.0f} MB and were not loaded; `palate data` reads all of them"
            )
        draft = _with_model(draft, Path(folder))
        _check(draft, Path(folder))
    return draft


def _tried(draft: LayoutDraft, folder: Path, times: bool) -> LayoutDraft:
    """The draft with the counts of the data, a split that leaves users to evaluate, and what runs."""
    with reports(draft.known.package) as said:
        dataset = _prepared(draft, folder)
    for line in said:
        draft = draft.noting(line)
    counts = f"{dataset.interactions.height:,} interactions of {dataset.users.height:,} users with"
    known = [name for name in draft.text if name in dataset.items.attributes]
    draft = replace(
        draft, counts=f"{counts} {len(dataset.items):,} items.", text=tuple(known),
        linear=len(dataset.items) <= 2 * FEW_ITEMS,
    )  # fmt: skip
    draft = _split(draft, dataset, folder, times)
    if dataset.interactions.height > SMALL or len(dataset.items) > FEW_ITEMS:
        return draft.noting("loaded and split, but not run: there is much of it; see `palate plan`")
    return _run(draft, folder)


def _prepared(draft: LayoutDraft, folder: Path) -> Dataset:
    made = _check(draft, folder)
    dataset: Dataset = made.source.make().load()
    for block in made.clean:
        dataset = block.make().apply(dataset)
    return made.feedback.make().mark(dataset) if made.feedback is not None else dataset


def _split(draft: LayoutDraft, dataset: Dataset, folder: Path, times: bool) -> LayoutDraft:
    """The first split, the suggested one before others, that leaves enough users to evaluate.

    A published one is kept, with a larger share to validate if need be.
    """
    if draft.split == "column" or (isinstance(draft.split, dict) and draft.split["use"] == "column"):
        others: list[Any] = [{"use": "column", "validation": share} for share in (0.2, 0.4)]
    else:
        random = {**RANDOM, "test": 0.3, "validation": 0.3}
        others = [{**TEMPORAL, "use": "user-temporal", "test": 0.2, "validation": 0.2}, random]
        others = others if times else [random]
    for split in (draft.split, *others):
        made = _check(replace(draft, split=split), folder)
        try:
            (fold,) = made.split.make().split(dataset, np.random.default_rng(made.seed))
        except PalateError:
            continue
        if evaluable(dataset, fold, tuned=True) >= min(ENOUGH, max(dataset.users.height // 10, 1)):
            return replace(draft, split=split)
    return replace(draft, tuned=False).noting(
        "few users can be evaluated: the intervals of the values are wide"
    )


def _run(draft: LayoutDraft, folder: Path) -> LayoutDraft:
    """The draft that runs, the whole of it or with less."""
    from palate.runs import run

    first = ""
    for candidate in _simpler(draft):
        path = folder / "tried.yaml"
        path.write_text(candidate.recipe(), encoding="utf-8")
        try:
            with reports(draft.known.package):
                run(path, folder=folder / "runs")
        except PalateError as error:
            first = first or str(error).splitlines()[0]
            continue
        return candidate.noting(f"the reason: {first}") if first else candidate
    return draft.noting(f"it does not run as it stands: {first}")


def _simpler(draft: LayoutDraft) -> Iterator[LayoutDraft]:
    yield draft
    if draft.tuned:
        draft = replace(draft, tuned=False).noting(
            "weights cannot be tuned on these data, so ranks are joined"
        )
        yield draft
    if draft.text:
        draft = replace(draft, text=()).noting("the branch 'content' does not run on these data")
        yield draft
    if draft.linear:
        yield replace(draft, linear=False).noting("the branch 'linear' does not run on these data")


def _with_model(draft: LayoutDraft, folder: Path) -> LayoutDraft:
    """The draft with a language model where one can be used, which reads one text."""
    if not draft.text or not all(find_spec(library) for library in ("torch", "transformers")):
        return draft
    chosen = replace(draft, encode="{use: transformers, model: all-MiniLM-L6-v2}")
    try:
        for branch in _check(chosen, folder).branches:
            if branch.encode is not None:
                branch.encode.make().encode(["one text"])
    except PalateError as error:
        return draft.noting(f"no language model can be used, so words are counted: {error}")
    return chosen.noting("the language model was tried on one text, and the rest with counted words")


def _check(draft: LayoutDraft, folder: Path) -> Any:
    path = folder / "tried.yaml"
    path.write_text(draft.recipe(), encoding="utf-8")
    return load_recipe(path)


def _flow(block: Any) -> str:
    """A block on one line."""
    if isinstance(block, str):
        return plain(block)
    return yaml.safe_dump(
        block, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    ).strip()
