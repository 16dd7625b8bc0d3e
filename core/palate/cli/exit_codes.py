"""How a command that fails ends: lines on standard error and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path

import click

from palate.cli.stopping import Terminated
from palate.cli.terminal import colour
from palate.errors import PalateError, RecipeError, disk_full, shortened

STOPPED = "stopped; finished steps are kept: run the same command again to go on"
_SURROUNDINGS = {
    errno.ENOSPC: "disk full",
    errno.EDQUOT: "disk full (quota)",
    errno.EFBIG: "a file may not grow so large here",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENAMETOOLONG: "no name of a file may be so long",
}


def ending(error: BaseException, debug: bool = False) -> int:
    """Say what happened and return the exit code."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | click.Abort):
        _echo("stopped" if isinstance(error, click.Abort) else STOPPED)
        return 128 + (error.number if isinstance(error, Terminated) else 2)
    if isinstance(error, SystemExit):
        return _code(error)
    if isinstance(error, BrokenPipeError):
        _close_stdout()
        return 141
    if debug and not isinstance(error, click.ClickException):
        _echo("".join(traceback.format_exception(error)).rstrip())
    lines = _in_words(error)
    if lines:
        for line in (*lines, *_notes(error)):
            _error(line)
        return 2
    for line in (_bug(error, debug), *_notes(error)):
        _error(line)
    return 1


def _in_words(error: BaseException) -> list[str]:
    """What the user can fix, a line each; nothing for a bug."""
    if isinstance(error, RecipeError):
        return [str(problem) for problem in error.problems]
    if isinstance(error, PalateError):
        return [str(error)]
    if isinstance(error, click.UsageError):
        return [_usage(error)]
    if isinstance(error, click.ClickException):
        return [error.format_message()]
    if isinstance(error, OSError) and error.errno in _SURROUNDINGS:
        place = error.filename2 or error.filename
        return [_SURROUNDINGS[error.errno] + (f": {place}" if place else "")]
    if disk_full(error):
        return [f"disk full: {error}"]
    if isinstance(error, MemoryError):
        return [f"not enough memory{': ' + str(error) if str(error) else ''}"]
    return []


def _notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", ()))


def _usage(error: click.UsageError) -> str:
    hint = f"{error.ctx.command_path} --help" if error.ctx else "palate --help"
    return f"{error.format_message()} ({hint} says more)"


def _bug(error: BaseException, debug: bool) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {'/'.join(Path(frames[-1].filename).parts[-2:])}:{frames[-1].lineno}" if frames else ""
    try:
        said = " ".join(str(error).split())
    except Exception:  # a plugin's exception may not even say what it is
        said = "it cannot say what is wrong"
    hint = "" if debug else "; --debug shows the traceback"
    return f"{type(error).__name__}{where}: {said} (a bug in palate or in a plugin{hint})"


def _code(error: SystemExit) -> int:
    if isinstance(error.code, str):
        _error(error.code)
        return 1
    return error.code or 0


def _error(text: str) -> None:
    _echo(click.style("error:", fg="red", bold=True) + f" {shortened(text)}")


def _echo(text: str) -> None:
    click.echo(text, err=True, color=colour())


def _close_stdout() -> None:
    """The reader has gone; Python must not complain about it a second time at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
