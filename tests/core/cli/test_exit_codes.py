"""How a command that fails ends."""

from palate.cli.exit_codes import ending


class Silent(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even that")


def test_an_exception_that_cannot_say_what_is_wrong_is_one_line(capsys):
    assert ending(Silent()) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: Silent: it cannot say what is wrong (a bug in palate or in a plugin")
    assert said.count("\n") == 1


def test_a_file_that_may_not_grow_is_the_surroundings_fault(capsys):
    assert ending(OSError(27, "File too large", "x.npy")) == 2
    assert capsys.readouterr().err == "error: a file may not grow so large here: x.npy\n"
