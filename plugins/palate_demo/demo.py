"""A data set of one domain, and its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from palate.errors import DataError
from palate_demo.tastes import Floats

README = "README.md"
WRITTEN = """# palate demo {domain}

Made up by `palate demo {domain}`, seed {seed}: no user and no item of it exists.

{files}

## Go on

```bash
{runs}
palate recommend runs/{recipe}-* --user {user}
```

`palate show {recipe}` shows the recipe. The page "Seven domains" of the documentation explains it, and
what to change for files of your own.

## What was planted

{planted}
"""


@dataclass(frozen=True)
class Demo:
    """`tables` are the files by name; `about` says what is in each, `planted` how tastes were made.

    `recipes` run on it, the first first. `likings` is float64[users, items], the planted truth, which is not
    written.
    """

    domain: str
    tables: Mapping[str, pl.DataFrame]
    about: Mapping[str, str]
    planted: str
    recipes: tuple[str, ...]
    likings: Floats
    user: str = "u001"

    def readme(self, folder: Path, seed: int) -> str:
        """What is in the folder, and how to go on."""
        source = f"--set data.source.folder={folder}"
        files = [
            f"- `{name}`: {text} ({table.height:,} rows: {', '.join(table.columns)})"
            for name, text in self.about.items()
            for table in [self.tables[name]]
        ]
        return WRITTEN.format(
            domain=self.domain,
            seed=seed,
            files="\n".join(files),
            runs="\n".join(f"palate run {recipe} {source}" for recipe in self.recipes),
            recipe=self.recipes[0],
            user=self.user,
            planted=self.planted,
        )


def write(demo: Demo, folder: Path, seed: int, force: bool = False) -> list[Path]:
    """Write the files and a README.md; the paths. Raises DataError where the folder holds something else.

    With `force` files of the same names are written over.
    """
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise DataError(
            f"{folder} is not empty; name another folder, or give --force to write over its files"
        )
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in demo.tables.items():
        table.write_csv(folder / name)
        paths.append(folder / name)
    (folder / README).write_text(demo.readme(folder, seed), encoding="utf-8", newline="\n")
    return [*paths, folder / README]


def at(seconds: Any) -> pl.Series:
    """Seconds since 1970 as text: `2025-03-01 08:15:00`."""
    return pl.Series(
        [datetime.fromtimestamp(int(each), UTC).strftime("%Y-%m-%d %H:%M:%S") for each in seconds]
    )


START = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp())
