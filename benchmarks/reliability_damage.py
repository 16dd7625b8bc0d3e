"""Each kind of stored file damaged: either it heals, or nothing is read from it."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from reliability_world import Done, Found, World, write


def damages(root: Path, count: int, rng: random.Random, found: Found) -> None:
    """Damage `count` files, one at a time, in copies of a world with a finished run and a saved pipeline.

    In turn a file of the run, of the saved pipeline, and of the store, after which the run is gone.
    """
    world = write(root / "whole")
    first = world.run()
    found.ended("before any damage", first)
    found.ended("fit", world.call("fit", "hybrid.yaml", "kept", "-q"))
    (run,) = (world.root / "runs").iterdir()
    shown = called(world, "show", run.relative_to(world.root))
    asked = called(world, "recommend", run.relative_to(world.root), "--user", "u01", "--json", "-q")
    kept = called(world, "recommend", "kept", "--user", "u01", "--json", "-q")
    for number in range(count):
        copy = World(root / str(number))
        shutil.copytree(world.root, copy.root, symlinks=True)
        kind = ("runs", "store", "kept", "store")[number % 4]
        file = rng.choice(_files(copy.root / kind))
        harm = rng.choice([each for each in HARMS if kind != "kept" or each != "link of the folder"])
        what = f"{harm} of {file.relative_to(copy.root)}"
        HARMS[harm](file, rng)
        found.counts["damaged files"] += 1
        found.counts[f"damaged files of {kind}"] += 1
        if kind == "kept":
            _read(copy, what, ("recommend", "kept", "--user", "u01", "--json", "-q"), kept, found)
            found.ended(f"{what}, fit", called(copy, "fit", "hybrid.yaml", "kept", "-q", "--force"))
            kept_again = called(copy, "recommend", "kept", "--user", "u01", "--json", "-q")
            found.same(what, kept_again.out, kept.out)
        if kind == "runs":
            name = run.relative_to(world.root)
            _read(copy, what, ("show", name), shown, found)
            _read(copy, what, ("recommend", name, "--user", "u01", "--json", "-q"), asked, found)
        if kind == "store":
            shutil.rmtree(copy.root / "runs")
        again = called(copy, "run", "hybrid.yaml", "--json", "-q")
        if found.ended(f"{what}, run", again):
            found.same(what, again.rows, first.rows)
            once_more = called(
                copy, "recommend", run.relative_to(world.root), "--user", "u01", "--json", "-q"
            )
            found.same(f"{what}, recommend", once_more.out, asked.out)
        found.clean(what, copy.root)
        shutil.rmtree(copy.root, ignore_errors=True)


def _read(world: World, what: str, words: tuple[object, ...], right: Done, found: Found) -> None:
    """A command that reads says the same as before, or refuses and prints no value."""
    done = called(world, *words)
    if found.ended(f"{what}, {words[0]}", done, (0, 2)):
        found.same(f"{what}, {words[0]}", done.out, right.out if done.code == 0 else "")


def called(world: World, *words: object) -> Done:
    """A command in this process, which saves the imports."""
    from palate.cli import main

    out, err, before, here = io.StringIO(), io.StringIO(), dict(os.environ), Path.cwd()
    os.environ.update(world.environment)
    os.chdir(world.root)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(word) for word in words])
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    return Done(code, out.getvalue(), err.getvalue())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _flip(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def _truncate(path: Path, rng: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(max(1, len(data)))])


def _garbage(path: Path, rng: random.Random) -> None:
    path.write_bytes(rng.randbytes(max(1, path.stat().st_size)))


def _delete(path: Path, rng: random.Random) -> None:
    path.unlink()


def _link(path: Path, rng: random.Random) -> None:
    """A link to another file of the same kind takes the file's place."""
    others = [each for each in _files(path.parents[1]) if each.suffix == path.suffix and each != path]
    path.unlink()
    path.symlink_to(rng.choice(others) if others else "/nowhere")


def _link_folder(path: Path, rng: random.Random) -> None:
    """A link to another folder takes the place of the file's."""
    folder = path.parent
    others = [each for each in folder.parent.parent.glob("*/*") if each.is_dir() and each != folder]
    shutil.rmtree(folder)
    folder.symlink_to(rng.choice(others) if others else "/nowhere")


def _empty(path: Path, rng: random.Random) -> None:
    path.write_bytes(b"")


HARMS: dict[str, Callable[[Path, random.Random], None]] = {
    "flip": _flip, "truncate": _truncate, "empty": _empty, "delete": _delete, "link": _link,
    "link of the folder": _link_folder, "garbage": _garbage,
}  # fmt: skip
