"""The columns beside a bar: how many, how fast, how long."""

from __future__ import annotations

from rich.progress import ProgressColumn, Task
from rich.text import Text

from palate_progress.words import rate, seconds


class Count(ProgressColumn):
    """`3/12 steps`; nothing while no user knows how many there are."""

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text("")
        return Text(f"{task.completed:,.0f}/{task.total:,.0f} {task.fields['unit']}".rstrip())


class Pace(ProgressColumn):
    """Units of a step a second."""

    def render(self, task: Task) -> Text:
        if task.speed is None or not task.fields.get("step"):
            return Text("")
        return Text(f"{rate(task.speed)}/s")


class Time(ProgressColumn):
    """How long a step will still take, as far as its pace tells; for the plan, how long it has run."""

    def render(self, task: Task) -> Text:
        if not task.fields.get("step"):
            return Text(seconds(task.elapsed or 0))
        left = task.time_remaining
        return Text(f"{seconds(left)} left" if left else seconds(task.elapsed or 0))
