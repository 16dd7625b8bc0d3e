import io
import sys

import pytest
from rich.console import Console

from palate import Event
from palate_progress import on_event
from palate_progress.columns import Said
from palate_progress.display import Display
from palate_progress.watch import Watch, watch

PLAN = [
    Event("plan-started", done=1, total=3, details={"name": "hybrid"}),
    Event("step-started", "encode", done=1, total=3),
    Event("step-progress", "encode", done=64, total=1682, unit="texts"),
    Event("step-finished", "encode", done=2, total=3, seconds=75.0, peak_bytes=1_234_000_000),
    Event("notice", "rank", message="damaged; it is made again"),
    Event("step-started", "rank", done=2, total=3),
    Event("step-finished", "rank", done=3, total=3, seconds=0.031, peak_bytes=5_000_000),
    Event("plan-finished", done=3, total=3),
]


def shown(events, quiet=False, **console):
    out = io.StringIO()
    display = Display(Console(file=out, width=100, **console), quiet)
    for event in events:
        display.on_event(event)
    display.close()
    return out.getvalue()


def test_a_pipe_gets_a_plain_line_for_each_finished_step():
    assert shown(PLAN, force_terminal=False).splitlines() == [
        "hybrid: 3 steps, 1 of them in the store",
        "2/3 encode: 1 min 15 s, 1,234 MB",
        "note: rank: damaged; it is made again",
        "3/3 rank: 0.03 s, 5 MB",
    ]


def test_a_dumb_terminal_gets_the_same_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert shown(PLAN, force_terminal=True, color_system=None) == shown(PLAN, force_terminal=False)


def test_what_a_step_is_called_cannot_move_the_cursor():
    text = shown([Event("step-finished", "a\x1b[2Jb\r", done=1, total=1)], force_terminal=False)
    assert text == "1/1 a [2Jb : 0.00 s, 0 MB\n"


def test_square_brackets_are_no_markup():
    text = shown([Event("notice", message="[red]x[/nothing]")], force_terminal=False)
    assert text == "note: [red]x[/nothing]\n"


def test_a_long_line_is_not_folded_in_a_pipe():
    assert shown([Event("notice", message="x" * 300)], force_terminal=False).count("\n") == 1


def test_a_plan_without_anything_to_do_says_nothing():
    events = [Event("plan-started", done=3, total=3), Event("plan-finished", done=3, total=3)]
    assert shown(events, force_terminal=False) == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_shows_nothing(terminal):
    assert shown(PLAN, quiet=True, force_terminal=terminal) == ""


def test_a_terminal_gets_bars_for_the_plan_and_the_step_with_count_and_unit():
    text = shown(PLAN[:3], force_terminal=True, force_interactive=True, legacy_windows=False)
    assert "hybrid" in text
    assert "1/3 steps" in text
    assert "64/1,682 texts" in text


def test_a_terminal_gets_the_pace_and_the_time_left():
    out = io.StringIO()
    display = Display(Console(file=out, width=100, force_terminal=True))
    clock = iter(range(1000))
    for event in PLAN[:2]:
        display.on_event(event)
    bars = display._bars
    bars.get_time = lambda: float(next(clock))
    for done in (100, 200, 300):
        display.on_event(Event("step-progress", "encode", done=done, total=1000, unit="texts"))
    bars.refresh()
    display.close()
    assert "/s" in out.getvalue()
    assert " left" in out.getvalue()


def test_a_terminal_keeps_one_line_a_finished_step_and_takes_the_bars_away():
    text = shown(PLAN, force_terminal=True)
    assert "2/3 encode: 1 min 15 s, 1,234 MB" in text
    assert "3/3 rank: 0.03 s, 5 MB" in text
    assert text.endswith(("\x1b[2K", "\x1b[?25h")), text[-40:]


def test_a_step_made_again_outside_the_plan_does_not_move_the_plan():
    out = io.StringIO()
    display = Display(Console(file=out, width=100, force_terminal=True))
    display.on_event(PLAN[0])
    display.on_event(Event("step-started", "again"))
    display.on_event(Event("step-finished", "again", done=1, total=0, seconds=1.0))
    (plan,) = display._bars.tasks
    display.close()
    assert (plan.completed, plan.total) == (1, 3)
    assert "again: 1.00 s" in out.getvalue()


class Broken(io.StringIO):
    def write(self, text):
        raise OSError("the terminal is gone")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_display_that_cannot_write_falls_silent_and_fails_nothing(terminal):
    display = Display(Console(file=Broken(), force_terminal=terminal))
    for event in PLAN:
        display.on_event(event)
    display.close()
    assert display.quiet


def test_events_that_come_without_a_start_fail_nothing():
    for terminal in (True, False):
        display = Display(Console(file=io.StringIO(), force_terminal=terminal))
        for event in PLAN[1:]:
            display.on_event(event)
        assert not display.quiet


def with_details(events, **details):
    return [
        Event(
            e.what, e.step, e.done, e.total, e.unit, e.seconds, e.peak_bytes, e.message, e.details | details
        )
        for e in events
    ]


def test_the_hook_shows_on_standard_error_only_what_asks_for_it(capsys):
    for event in PLAN:
        on_event(event)
    assert capsys.readouterr() == ("", "")
    for event in with_details(PLAN, display=True):
        on_event(event)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "3/3 rank: 0.03 s, 5 MB" in printed.err
    assert "\x1b" not in printed.err
    assert watch.display is None


def test_the_hook_is_silent_when_the_run_asks_for_quiet(capsys):
    for event in with_details(PLAN, display=True, quiet=True):
        on_event(event)
    assert capsys.readouterr() == ("", "")


def test_forced_colours_do_not_make_a_pipe_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    for event in with_details(PLAN, display=True):
        on_event(event)
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("end", ["plan-finished", "plan-interrupted"])
def test_a_display_lives_from_the_start_of_a_plan_to_its_end(end, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    here = Watch()
    here(Event("step-finished", "stray"))
    assert here.display is None
    here(PLAN[0])
    first = here.display
    here(PLAN[0])
    assert here.display is not first
    here(Event(end))
    assert here.display is None


def test_a_notice_that_comes_without_a_plan_is_shown_too(capsys):
    on_event(Event("notice", message="versions differ", details={"display": True}))
    assert capsys.readouterr().err == "note: versions differ\n"
    on_event(Event("notice", message="versions differ", details={"display": True, "quiet": True}))
    assert capsys.readouterr().err == ""


def test_what_a_step_says_of_itself_stands_beside_its_bar():
    events = [*PLAN[:2], Event("step-progress", "encode", 2, 9, message="loss 5.31,\x1b[2J held-out 0.04")]
    display = Display(Console(file=io.StringIO(), width=200, force_terminal=True))
    for event in events:
        display.on_event(event)
    (task,) = [task for task in display._bars.tasks if task.fields.get("step")]
    (said,) = [column for column in display._bars.columns if isinstance(column, Said)]
    assert said.render(task).plain == "loss 5.31, [2J held-out 0.04"
    display.close()
