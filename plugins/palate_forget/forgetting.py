"""Users and items taken out of runs, the store, logs and files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from palate.errors import PalateError
from palate.forgetting import Removal
from palate.holding import BlockedFolder, Hold
from palate.registry import Registry, installed
from palate.runs.engines import EngineChoice
from palate.store.place import store_at
from palate_forget.departure import Departure, together
from palate_forget.exclusion_list import ExclusionList
from palate_forget.files import expanded
from palate_forget.keys import read_key
from palate_forget.mentions import Mentions
from palate_forget.receipt import receipt, write_receipt
from palate_forget.run_leaving import RunLeaving, beside

LIST = "excluded.txt"
_Place = str | Path


@dataclass(frozen=True)
class Forgotten:
    """What was removed, or would be, with what could bring it back; `receipt` is the signed list of it.

    `rankers` has those of each run that is made anew: why each is fitted again, or None where it is updated.
    """

    removals: tuple[Removal, ...]
    warnings: tuple[str, ...]
    list_file: Path
    receipt: Path | None = None
    rankers: dict[str, dict[str, str | None]] = field(default_factory=dict)


def forget(
    runs: _Place | Sequence[_Place],
    users: Iterable[object] = (),
    items: Iterable[object] = (),
    *,
    key: _Place | None = None,
    list_file: _Place | None = None,
    store: _Place | None = None,
    also: Iterable[_Place] = (),
    receipt_file: _Place | None = None,
    dry_run: bool = False,
    refit: bool = False,
    engine: EngineChoice = "local",
    display: bool = False,
    registry: Registry | None = None,
) -> Forgotten:
    """Take users and items, by id, out of runs, the store, event logs beside the runs, and files in `also`.

    Each run is made and evaluated anew as if they had never been in its source, and takes its place in one
    step; what is stopped midway is completed by the same call. Rankers whose `partial_fit` ends where a fit
    does are updated, unless `refit`; all others are fitted again. They are put on a list of keyed hashes
    (default: `excluded.txt` beside the first run), which the runs' recipes leave out from then on. `key`
    is the file of the key (default: from the environment). Raises PalateError, with all that is wrong,
    before anything is touched.
    """
    named = [Path(run) for run in ([runs] if isinstance(runs, str | Path) else runs)]
    leaving = Mentions(_texts(users), _texts(items))
    if not named or not (leaving.users or leaving.items):
        raise PalateError("name at least one run, and at least one user or item to forget")
    opened = [RunLeaving(run, leaving) for run in dict.fromkeys(named)]
    together([problem for run in opened for problem in run.problems()])
    secret = read_key(key)
    excluded = ExclusionList.at(Path(list_file or named[0].parent / LIST).expanduser().absolute(), secret)
    key_file = Path(key).expanduser().absolute() if key else None
    where = store_at(store)
    files = expanded(tuple(map(Path, also)))
    written = Path(receipt_file) if receipt_file else named[0].parent / f"forgotten-{_now()}.json"
    together(_misplaced(named, files, key_file, where.root, () if dry_run else (excluded.path, written)))
    work = Departure(
        leaving,
        opened,
        files,
        excluded,
        secret,
        key_file,
        where,
        registry or installed(),
        engine,
        display,
        refit,
    )
    with ExitStack() as holds:
        together([] if dry_run else _held(named, holds))
        work.check_known()
        warnings = [said for run in opened for said in run.warnings(where, work.registry)]
        warnings += _others(named, leaving)
        if dry_run:
            return Forgotten(tuple(work.preview()), tuple(warnings), excluded.path, None, work.rankers)
        gone = work.carry_out()
    warnings += [
        f"{path} may still be written by a process and was left; run this again later" for path in work.busy
    ]
    write_receipt(receipt(gone, [run.name for run in named], secret), written)
    return Forgotten(tuple(gone), tuple(warnings), excluded.path, written, work.rankers)


def _texts(ids: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for each in ids))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")


def _misplaced(
    runs: list[Path], files: tuple[Path, ...], key_file: Path | None, store: Path, written: Sequence[Path]
) -> list[str]:
    """What cannot be written, and what lies where it must not, in words."""
    found = []
    for folder in (*runs, store):
        if key_file is not None and folder.resolve() in key_file.resolve().parents:
            found.append(f"the key {key_file} lies in {folder}; keep it outside of runs and stores")
    for path in files:
        if path.name in ("tree.json", "results.json"):
            found.append(f"{path.parent} is a run or a pipeline: name it as RUN, and not with --also")
    if written:
        folders = {path.absolute().parent for path in (*runs, *files, *written)} | {store}
        there = sorted(folder for folder in folders if folder.is_dir())
        found += [f"{folder} cannot be written" for folder in there if not os.access(folder, os.W_OK)]
    return list(dict.fromkeys(found))


def _held(runs: list[Path], holds: ExitStack) -> list[str]:
    """Claim the runs; which of them others use, in words."""
    found = []
    for run in runs:
        try:
            holds.callback(Hold(run, alone=True).release)
        except BlockedFolder:
            found.append(
                f"{run} is being served, or forgotten from: a service would keep the user in its memory. "
                "DELETE /v1/users/{user} has it stop using what it knows at once; then end it, forget, "
                "and start it again"
            )
    return found


def _others(runs: list[Path], leaving: Mentions) -> list[str]:
    found = beside(runs, leaving)
    return [f"other runs have them too; forget there as well: {', '.join(found)}"] if found else []
