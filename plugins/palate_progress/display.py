"""What a user sees while a plan runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from palate.events import Event
from palate_progress.columns import Count, Pace, Said, Time
from palate_progress.formatting import memory, printable, seconds


@dataclass
class Display:
    """Bars on a terminal, one plain line for each finished step elsewhere, nothing when quiet.

    A display that cannot be drawn closes and stays silent: it never fails a run.
    """

    console: Console
    quiet: bool = False
    _bars: Progress | None = field(default=None, init=False, repr=False)
    _plan: TaskID | None = field(default=None, init=False, repr=False)
    _steps: dict[str, TaskID] = field(default_factory=dict, init=False, repr=False)

    def on_event(self, event: Event) -> None:
        if self.quiet:
            return
        try:
            self._show(event)
        except Exception:  # drawing depends on a terminal that may be gone; the run does not
            self.quiet = True
            self.close()

    def close(self) -> None:
        """Remove the bars and release the terminal."""
        bars, self._bars = self._bars, None
        try:
            if bars is not None:
                bars.stop()
        except Exception:
            self.quiet = True

    def _show(self, event: Event) -> None:
        match event.what:
            case "plan-started":
                self._start(event)
            case "step-started":
                self._begin(event)
            case "step-progress":
                self._advance(event)
            case "step-finished":
                self._finish(event)
            case "notice":
                named = not event.step or event.message.startswith(f"{event.step}:")
                self._line(f"note: {event.message}" if named else f"note: {event.step}: {event.message}")
            case "plan-finished" | "plan-interrupted":
                self.close()

    def _start(self, event: Event) -> None:
        name = printable(str(event.details.get("name", "plan")))
        if self.console.is_terminal and not self.console.is_dumb_terminal:
            self._bars = Progress(
                TextColumn("{task.description}", markup=False), BarColumn(24),
                Count(), Pace(), Time(), Said(),
                console=self.console, transient=True, refresh_per_second=8, redirect_stdout=False,
            )  # fmt: skip
            self._plan = self._bars.add_task(name, total=event.total, completed=event.done, unit="steps")
            self._bars.start()
        elif event.done < event.total:
            self._line(f"{name}: {event.total} steps, {event.done} of them in the store")

    def _begin(self, event: Event) -> None:
        if self._bars is not None:
            name = printable(event.step)
            self._steps[event.step] = self._bars.add_task(f"  {name}", total=None, unit="", step=True)

    def _advance(self, event: Event) -> None:
        task = self._steps.get(event.step)
        if self._bars is not None and task is not None:
            said = printable(event.message)
            self._bars.update(
                task, completed=event.done, total=event.total or None, unit=event.unit, said=said
            )

    def _finish(self, event: Event) -> None:
        task = self._steps.pop(event.step, None)
        if self._bars is not None and task is not None:
            self._bars.remove_task(task)
        self._count(event)
        cost = f"{seconds(event.seconds)}, {memory(event.peak_bytes)}"
        place = f"{event.done}/{event.total} " if event.total else ""
        self._line(f"{place}{event.step}: {cost}")

    def _count(self, event: Event) -> None:
        if self._bars is not None and self._plan is not None and event.total:
            self._bars.update(self._plan, completed=event.done, total=event.total)

    def _line(self, text: str) -> None:
        self.console.print(Text(printable(text)), soft_wrap=True)
