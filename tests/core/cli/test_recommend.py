"""`palate recommend` and what it says beside its table."""

import json

import pytest

from palate.cli import main
from palate.runs import run

TITLE = "&#9733; Amélie \x1b[31m[bold]" + "long " * 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def done(recipe, folder, shop):
    things = (shop / "things.csv").read_text().replace("thing 7,", f'"{TITLE}",')
    (folder / "things.csv").write_text(things)
    recipe["data"]["source"]["items"] = str(folder / "things.csv")
    return run(recipe, folder=folder, store=folder / "store")


@pytest.fixture
def palate(done, capsys):
    def run(*words, code=0):
        assert main(["recommend", str(done.folder), *map(str, words)]) == code
        return capsys.readouterr()

    return run


def ids(shown):
    return [int(line.split()[-2]) for line in shown.out.splitlines()[1:]]


def test_a_title_is_printed_as_it_is_read_and_cut(palate):
    printed = palate("--new-user", "--only", 7, "-k", 1)
    (line,) = printed.out.splitlines()[1:]
    assert "★ Amélie [bold]long long" in line
    assert "…" in line
    assert "\x1b" not in line
    assert len(line) < 120
    assert printed.err == ""


def test_json_has_the_title_as_the_data_have_it(palate):
    (line,) = json.loads(palate("--new-user", "--only", 7, "--json").out)
    assert line["title"] == TITLE.strip()


def test_a_shelf_is_filled_up_from_options_and_files(palate, tmp_path):
    (tmp_path / "shelf.csv").write_text("item_id,stock\n3,1\n5,2\n99,1\n")
    (tmp_path / "gone.txt").write_text("5\n")
    printed = palate("--history", 1, "--only-file", tmp_path / "shelf.csv", "--only", 8, "-k", 2)
    assert len(ids(printed)) == 2
    assert set(ids(printed)) < {3, 5, 8}
    assert printed.err == "only: 1 of 4 ids are unknown: '99'\n"
    printed = palate(
        *("--history", 1, "--only-file", tmp_path / "shelf.csv", "--exclude-file", tmp_path / "gone.txt"),
        *("--exclude", 9, "-k", 1),
    )
    assert ids(printed) == [3]


def test_why_there_are_fewer_is_said_beside_the_table(palate):
    printed = palate("--history", 1, 3, "--only", 1, "--only", 5, "-k", 3)
    assert ids(printed) == [5]
    assert printed.err == (
        "1 instead of 3 recommendations: 2 of 24 items allowed, "
        "1 of them seen (--include-seen recommends them again)\n"
    )
    assert palate("--history", 1, "--only", 1, "-k", 3, "-q").err == ""


def test_who_has_seen_everything_gets_no_table_but_the_reason(palate):
    printed = palate("--history", *range(24))
    assert printed.out == ""
    assert "has interacted with all 24 items; --include-seen recommends them again" in printed.err
    assert len(ids(palate("--history", *range(24), "--include-seen", "-k", 24))) == 24


def test_a_huge_k_gives_all_there_is(palate):
    assert len(ids(palate("--new-user", "-k", 10**9))) == 24


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--new-user", "-k", "-1"], "-1 is not in the range x>=1"),
        (["--user", "p01", "--only", "99"], "only: no item has any of these ids: '99'"),
        (["--user", "p01", "--only-file", "nowhere.csv"], "nowhere.csv"),
        (["--user", "p99"], "there is no user 'p99'"),
    ],
)
def test_a_mistake_is_one_line(palate, words, said):
    printed = palate(*words, code=2)
    assert said in printed.err
    assert printed.err.count("\n") == 1
