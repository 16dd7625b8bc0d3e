"""Places that do not play along: full disks, read-only ones, no HOME, closed pipes, an ASCII terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from reliability_world import COMMAND, Done, Found, World, write

_RUN = ("run", "hybrid.yaml", "--json", "-q")


def places(root: Path, found: Found, sizes: int = 8, together: int = 3) -> None:
    """Run in each of these places, and then where nothing is wrong, to the same values."""
    world = write(root / "whole")
    first = world.run()
    found.ended("a plain run", first)
    right = first.rows
    for number in range(sizes):
        _full_disk(write(root / f"full-{number}"), 2 ** (4 + number), right, found)
    _read_only(write(root / "read-only"), right, found)
    _surroundings(write(root / "surroundings"), right, found)
    for number in range(together):
        _together(write(root / f"together-{number}"), right, found)


def _full_disk(world: World, blocks: int, right: Any, found: Found) -> None:
    """No file may grow past `blocks` KiB, and then there is room again."""
    what = f"files of {blocks} KiB at most"
    done = world.call(*_RUN, preexec_fn=_limit(blocks * 1024))
    found.counts["full disks"] += 1
    found.ended(what, done, (0, 2))
    again = world.run()
    if found.ended(f"{what}, again", again):
        found.same(what, again.rows, right)
    found.clean(what, world.root)


def _limit(size: int) -> Any:
    def limit() -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def _read_only(world: World, right: Any, found: Found) -> None:
    """A store and a folder of runs that cannot be written; root may write anywhere but to a mount."""
    for name in ("store", "runs"):
        folder = world.root / name
        folder.mkdir()
        mount = f'mount -t tmpfs -o size=64k none {folder} && mount -o remount,ro {folder} && exec "$@"'
        words = ["unshare", "-m", "sh", "-c", mount, "sh", *COMMAND, *_RUN]
        if shutil.which("unshare") is None or os.geteuid() != 0:
            folder.chmod(0o500)
            words = [*COMMAND, *_RUN]
        found.counts["read-only places"] += 1
        found.ended(f"a read-only {name}", _done(world, words), (2,))
        folder.chmod(0o700)
    again = world.run()
    if found.ended("where a read-only place was", again):
        found.same("where a read-only place was", again.rows, right)


def _surroundings(world: World, right: Any, found: Found) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    (world.root / "items.csv").write_text(
        (world.root / "items.csv").read_text().replace("item 3,", "ítem 三,")
    )
    for what, words, more in (
        ("an ASCII terminal", _RUN, ascii_only),
        ("an ASCII terminal, tables", ("run", "hybrid.yaml"), ascii_only),
        ("an ASCII terminal, plugins", ("plugins",), ascii_only),
        ("no colours, no width", ("run", "hybrid.yaml"), {"NO_COLOR": "1", "COLUMNS": "1"}),
    ):
        found.counts["surroundings"] += 1
        done = world.call(*words, env=more)
        found.ended(what, done)
    without = {
        name: value for name, value in world.environment.items() if name not in ("HOME", "PALATE_CACHE")
    }
    found.counts["surroundings"] += 1
    found.ended(
        "no HOME", _done(world, [*COMMAND, *_RUN], without | {"XDG_CACHE_HOME": str(world.root / "x")})
    )
    for words in ("plugins", "run hybrid.yaml", "recipes", "--help"):
        for shell in ('"$@" | true', '"$@" >&-', '"$@" > /dev/full'):
            found.counts["surroundings"] += 1
            line = ["bash", "-c", f"set -o pipefail; {shell}", "bash", *COMMAND, *words.split()]
            done = _done(world, line)
            found.ended(f"{words} with {shell}", done, (0, 2, 120, 141))


def _done(world: World, words: list[str], environment: dict[str, str] | None = None) -> Done:
    done = subprocess.run(
        words,
        cwd=world.root,
        env=environment or world.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _together(world: World, right: Any, found: Found) -> None:
    """Four processes that run one recipe over one store at the same time."""
    found.counts["shared stores"] += 1
    started = [world.start(*_RUN) for _ in range(4)]
    for process in started:
        out, err = process.communicate()
        done = Done(process.returncode, out, err)
        if found.ended("four at once", done):
            found.same("four at once", done.rows, right)
    found.clean("four at once", world.root)
