"""The options that several commands share."""

import click
import pytest
from click.testing import CliRunner

from palate.cli.options import OneUser, one_user


def told(words, **choices):
    """What a command with these options is handed, or the line with which click refuses."""
    handed = []

    @click.command()
    @one_user(**choices)
    @click.option("-k", default=3)
    def command(who, k):
        handed.append((who, k))

    done = CliRunner().invoke(command, words)
    return handed[0] if handed else done.output.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (["--user", "7"], OneUser("7", None)),
        (["--user", ""], OneUser("", None)),
        (["--history", "a", "b"], OneUser(None, ["a", "b"])),
        (["--history", "a", "--history", "b", "-k", "3"], OneUser(None, ["a", "b"])),
        (["--new-user"], OneUser(None, [])),
    ],
)
def test_a_user_is_a_known_one_or_a_history_or_new(words, who):
    assert told(words) == (who, 3)


@pytest.mark.parametrize("words", [[], ["--user", "7", "--new-user"], ["--user", "7", "--history", "a"]])
def test_one_way_to_name_a_user_must_be_given_and_no_more(words):
    assert told(words) == "Error: give one of --user ID, --history ITEM ..., --new-user"


def test_a_command_may_do_without_a_user_and_have_nothing_for_new_ones():
    assert told([], new=False, required=False) == (None, 3)
    assert told(["--user", "7"], new=False, required=False) == (OneUser("7", None), 3)
    said = told(["--user", "7", "--history", "a"], new=False, required=False)
    assert said == "Error: give only one of --user ID, --history ITEM ..."
    assert "No such option '--new-user'" in told(["--new-user"], new=False)
