"""Texts that a language model wrote, kept one by one, so that none is asked for twice."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palate.checksums import of_json
from palate.errors import StoreError, unwritten

ANSWERS = "answers"
OF_ITEMS, OF_USERS = "items", "users"
_CHECK = "check"


@dataclass(frozen=True)
class Answer:
    """What a model wrote, and how it came to an end: `stop`, `length` (it was cut off) or `refused`."""

    text: str
    ended: str = "stop"


@dataclass(frozen=True)
class Answers:
    """A folder of answers to prompts, of one model with one set of options. Processes may share it.

    Each process appends lines of JSON to a file of its own. A line that a killed process left unfinished, or
    that was damaged since, is as if it were not there. Prompts are kept as checksums only.
    """

    folder: Path

    def read(self) -> dict[str, Answer]:
        """The answers by `digest` of the prompt."""
        found = {}
        for path in sorted(self.folder.glob("*.jsonl")):
            with contextlib.suppress(OSError):
                for line in path.read_bytes().splitlines():
                    said = _said(line)
                    if said is not None:
                        found[said["prompt"]] = Answer(said["text"], said["ended"])
        return found

    @contextlib.contextmanager
    def writing(self) -> Iterator[Callable[[str, Answer], None]]:
        """Yield what keeps the answer to a prompt at once. Raises StoreError where the folder cannot be
        written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}.jsonl"
            with path.open("ab") as file:

                def keep(prompt: str, answer: Answer) -> None:
                    said = {"prompt": digest(prompt), "text": answer.text, "ended": answer.ended}
                    line = json.dumps(said | {_CHECK: of_json(said)}, ensure_ascii=True)
                    file.write(line.encode() + b"\n")
                    file.flush()

                yield keep
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be written: {unwritten(error)}") from error


def digest(prompt: str) -> str:
    """The checksum under which the answer to a prompt is kept."""
    return hashlib.blake2b(prompt.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def answers_beside(texts: Path, of: str) -> Path:
    """Where answers about items (`OF_ITEMS`) or users (`OF_USERS`) are kept, beside the vectors of texts."""
    return texts.parent / ANSWERS / of


def _said(line: bytes) -> dict[str, Any] | None:
    """What a line says, or None where it is not whole."""
    try:
        said = json.loads(line)
        check = said.pop(_CHECK)
        fits = check == of_json(said) and all(
            isinstance(said[name], str) for name in ("prompt", "text", "ended")
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return said if fits else None
