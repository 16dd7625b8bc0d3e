"""The columns beside a bar: count, pace and time."""

from __future__ import annotations

from rich.progress import ProgressColumn, Task
from rich.text import Text

from palate_progress.formatting import rate, seconds


class Count(ProgressColumn):
    """`3/12 steps`; empty while the total is unknown."""

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
    """The time left for a step, estimated from its pace; for the plan, the time that has passed."""

    def render(self, task: Task) -> Text:
        if not task.fields.get("step"):
            return Text(seconds(task.elapsed or 0))
        left = task.time_remaining
        return Text(f"{seconds(left)} left" if left else seconds(task.elapsed or 0))


class Said(ProgressColumn):
    """What a step says of how it goes, such as its loss."""

    def render(self, task: Task) -> Text:
        return Text(str(task.fields.get("said", "")), style="dim", no_wrap=True, overflow="ellipsis")
