"""Records as lines of JSON at the end of a file."""

from __future__ import annotations

import json
from pathlib import Path

from palate.tracking import Follower, Record

USUAL = "palate.jsonl"


class JsonLines:
    """Appends each record to a file; several processes may write to one, since a line is written at once."""

    def __init__(self, where: str) -> None:
        self.path = Path(where or USUAL).expanduser()
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def receive(self, record: Record) -> None:
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


follow = Follower("jsonl", JsonLines)
