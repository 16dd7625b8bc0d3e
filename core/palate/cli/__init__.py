"""The terminal: one module a command, imported only when the command is given.

The module of a built-in command holds a click command named `command`. It gets the options that
all commands share (`--quiet`, `--debug`) added, and reads them with `@click.pass_obj` as a
`palate.cli.terminal.Terminal`. It raises PalateError for what the user can fix.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    0 done; 1 a bug; 2 something that the user can fix; 130 stopped by Ctrl-C, 143 by SIGTERM. The overview
    and the version are given without importing click, which alone costs more than all the rest.
    """
    from palate.cli.stopping import stopped_by_signals
    from palate.cli.streams import prepare_streams

    prepare_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    seldom = gc.get_threshold()
    gc.set_threshold(10_000, *seldom[1:])  # imports make objects that stay; looking at them takes long
    try:
        with stopped_by_signals():
            code = _run(words)
            sys.stdout.flush()
    except BaseException as error:
        from palate.cli.exit_codes import ending

        return ending(error, debug="--debug" in words)
    finally:
        gc.set_threshold(*seldom)
    return code


def _run(words: list[str]) -> int:
    from palate.cli.overview import COMPLETION, overview

    if words in ([], ["-h"], ["--help"]) and COMPLETION not in os.environ:
        sys.stdout.write(overview() + "\n")
        return 0
    if words == ["--version"]:
        from palate import __version__

        sys.stdout.write(f"palate {__version__}\n")
        return 0
    from palate.cli.group import run

    return run(words)
