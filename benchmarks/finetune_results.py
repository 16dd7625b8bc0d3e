"""What `finetune.py` has found so far: one JSON file, and the same as a table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Values = dict[str, Any]

HOW = "## How options were chosen"
"""Written by hand: from here to its end a page is kept as it is."""


@dataclass(frozen=True)
class Results:
    """`finetune.json` and `finetune.md` in a folder, written anew whenever a piece is done."""

    folder: Path

    def read(self) -> dict[str, Values]:
        """What is known: `planted`, and by part and data set the rest."""
        path = self.folder / "finetune.json"
        found: dict[str, Values] = json.loads(path.read_text()) if path.is_file() else {}
        return found

    def add(self, part: str, name: str | None, values: Values) -> None:
        """Publish a piece; `name` is its data set, where the part has several."""
        found = self.read()
        if name is None:
            found[part] = values
        else:
            found.setdefault(part, {})[name] = values
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "finetune.json").write_text(json.dumps(found, indent=1) + "\n")
        written = self.folder / "finetune.md"
        _, head, kept = (written.read_text() if written.is_file() else "").partition(HOW)
        written.write_text("\n".join([page(found), head + kept]) if head else page(found))

    def has(self, part: str, name: str | None, minutes: float) -> bool:
        """Whether a piece is there that had as many minutes, or more."""
        known = self.read().get(part, {})
        piece = known if name is None else known.get(name, {})
        return float(piece.get("minutes", -1.0)) >= minutes


def page(found: dict[str, Values]) -> str:
    """The page for people."""
    first = (
        "NDCG@10 with all-MiniLM-L6-v2 as it is (frozen) and trained on what users liked (tuned). Written by "
        "`benchmarks/finetune.py`."
    )
    lines = ["# Language models trained on likes", "", first]
    if "planted" in found:
        lines += [
            "",
            "## Words that mean nothing",
            "",
            _words(found["planted"]),
            "",
            *_made(found["planted"]),
        ]
    rows = [
        _row(part, name, each)
        for part in ("content", "cold", "hybrid")
        for name, each in found.get(part, {}).items()
    ]
    if "folds" in found:
        rows.append(_row("folds", "ml-1m", found["folds"]))
    if rows:
        head = [
            "| part | data | frozen | tuned | tuned - frozen (95%) | trained by | on | minutes at most |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += ["", "## Real data", "", *head, *rows]
    return "\n".join(lines) + "\n"


def _made(planted: Values) -> list[str]:
    values = " | ".join(f"{planted[name]:.4f}" for name in ("chance", "frozen", "tuned", "oracle"))
    return ["| chance | frozen | tuned | the groups themselves |", "|---|---|---|---|", f"| {values} |"]


def _row(part: str, name: str, each: Values) -> str:
    interval = f"{each['diff']:+.4f} ({each['low']:+.4f} to {each['high']:+.4f})"
    values = f"{each['frozen']:.4f} | {each['tuned']:.4f} | {interval}"
    return f"| {part} | {name} | {values} | {each['objectives']} | {each['device']} | {each['minutes']:g} |"


def _words(planted: Values) -> str:
    return (
        "Users like items of a hidden group. A text has one made word of its group and four that any item "
        "may have; new items are ranked among themselves. Trained for at most "
        f"{planted['minutes']:g} minutes on one core: {planted['epochs']} epochs of {planted['steps']} "
        "steps. The groups themselves put the items of a group in any order, so a ranking that knows no "
        "more may be a little above."
    )
