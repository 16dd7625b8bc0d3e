import json

import numpy as np
import pytest
from click.testing import CliRunner

from palate.cli.explain import command, in_words
from palate.pipeline.explain import BranchPart, Explanation
from palate.runs import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def done(recipe, folder):
    recipe["branches"]["near"] = {"rank": "item-knn"}
    recipe["fuse"] = {"use": "weighted", "weights": {"linear": 1, "popular": 0.3, "near": 0.5}}
    return run(recipe, folder=folder, store=folder / "store")


def asked(*words):
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_json_holds_parts_that_add_up_with_ids_and_titles(done):
    found = json.loads(asked(done.folder, "--history", 1, 3, 5, "--item", "thing 7", "--json").output)
    assert (found["item"], found["title"], found["fallback"]) == (7, "thing 7", False)
    assert sum(part["adds"] for part in found["branches"]) == pytest.approx(found["score"], abs=1e-5)
    assert sorted(line["item"] for line in found["history"]) == [1, 3, 5]
    assert {line["title"] for line in found["history"]} == {"thing 1", "thing 3", "thing 5"}
    for name in ("linear", "near"):
        part = next(part for part in found["branches"] if part["name"] == name)
        assert sum(line[name] for line in found["history"]) + part["rest"] == pytest.approx(
            part["adds"], abs=1e-9
        )


def test_words_and_bars_name_the_branches_and_the_items_of_the_history_strongest_first(done):
    said = asked(done.folder, "--user", "p03", "--item", 7).output
    assert said.startswith("thing 7: score ")
    assert "Top contributors among branches: " in said
    assert "linear (ease)" in said
    assert "Not broken down by item: popular." in said
    table = said.split("what each item of the history adds")[1].splitlines()
    amounts = [
        float(line.split("+")[1].split()[0]) for line in table if line.startswith("thing") and "+" in line
    ]
    assert amounts == sorted(amounts, reverse=True)
    longest = max((line for line in table if line.startswith("thing")), key=lambda line: line.count("█"))
    assert longest.split()[1] in said.split("items of the history: ")[1].split(",")[0]


def test_fewer_lines_are_summed_up(done):
    said = asked(done.folder, "--history", 1, 3, 5, 7, 9, "--item", 11, "-k", 2).output
    assert "3 more" in said
    assert "not from the history" in said


def test_a_new_user_is_explained_without_a_history(done):
    said = asked(done.folder, "--new-user", "--item", 7).output
    assert "No opinion: linear, near." in said
    assert "what each item of the history adds" not in said


def test_where_only_ranks_count_the_history_is_not_listed(recipe, folder):
    done = run(recipe | {"fuse": "rrf"}, folder=folder, store=folder / "store")
    said = asked(done.folder, "--history", 1, 3, 5, "--item", 7).output
    assert "Not broken down by item: linear, popular." in said
    assert "what each branch adds" in said
    assert "what each item of the history adds" not in said


def test_one_user_at_a_time():
    found = asked("somewhere", "--item", 7)
    assert found.exit_code == 2
    assert "give one of --user ID, --history ITEM ..., --new-user" in found.output


def test_an_item_is_required():
    found = asked("somewhere", "--user", 3)
    assert found.exit_code == 2
    assert "--item" in found.output


def explanation(*adds, past=(-0.3, -0.1)):
    parts = [
        BranchPart(f"branch {at}", "ease", value, value, np.array(past) if at == 0 else None)
        for at, value in enumerate(adds)
    ]
    titles = ("Alien\x1b[31m", "&#9733; Brazil")
    return Explanation(0, "Casino", sum(adds), 1, tuple(parts), np.array([1, 2], np.int32), titles)


def test_nothing_is_named_as_a_cause_where_nothing_adds():
    assert in_words(explanation(-0.4, -0.2)) == (
        "No branch adds to the score. No item of the history adds to the score. "
        "Not broken down by item: branch 1."
    )


def test_only_what_adds_is_named_with_what_it_adds_and_titles_are_readable():
    assert in_words(explanation(-0.4, 0.5, past=(-0.6, 0.2))) == (
        "Top contributors among branches: branch 1 (+0.5000). "
        "Top contributors among items of the history: ★ Brazil (+0.2000). Not broken down by item: branch 1."
    )
