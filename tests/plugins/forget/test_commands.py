import polars as pl
import pytest

from palate.errors import DataError
from palate.runs import Run
from palate_forget.export import export
from palate_forget.keys import new_key, read_key
from palate_forget.pseudonyms import pseudonym

USER = "marker-user-7f3a"


def test_the_command_says_what_went_and_the_signature_is_checked(place, key, palate, tmp_path):
    (tmp_path / "users.txt").write_text(f"user_id\n{USER}\n")
    words = ("forget", place.run, "--users", tmp_path / "users.txt", "--key", key)
    code, out, _ = palate(*words, "--dry-run")
    assert code == 0
    assert f"run {place.run} would be made anew without them" in out
    assert "  updated: " in out
    assert "  fitted again: branches.content.fit, branches.content.fit@validation (no partial_fit)" in out
    assert "branches.knn.fit, branches.knn.fit@validation (with its options an update is a fit)" in out
    code, out, err = palate("-q", *words, "--receipt", tmp_path / "gone.json")
    assert code == 0
    assert f"signed list of what was removed: {tmp_path / 'gone.json'}" in out
    assert USER not in out + err
    assert palate("forget", "--verify", tmp_path / "gone.json", "--key", key)[0] == 0
    new_key(tmp_path / "other")
    code, _, err = palate("forget", "--verify", tmp_path / "gone.json", "--key", tmp_path / "other")
    assert (code, "another key" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give the folder of a RUN"),
        (("runs/none",), "give --user ID, --users FILE or --item ID"),
        (("runs/none", "--user", "u001"), "runs/none is not a run"),
    ],
)
def test_what_is_missing_is_said_in_one_line(palate, words, said):
    code, _, err = palate("forget", *words)
    assert (code, said in err, "Traceback" in err) == (2, True, False)


def test_without_a_key_nothing_begins(place, palate):
    code, _, err = palate("forget", place.run, "--user", USER)
    assert (code, "no key: name its file" in err) == (2, True)
    assert USER in Run(place.run).pipeline.users["id"]


def test_pseudonyms_are_printed_and_brought_along_to_a_new_key(key, palate, tmp_path):
    assert palate("pseudonym", "--new-key", tmp_path / "next")[0] == 0
    old, new = read_key(key), read_key(tmp_path / "next")
    code, out, _ = palate("pseudonym", "42", "--key", key)
    assert (code, out) == (0, pseudonym(old, "42") + "\n")
    code, out, _ = palate("pseudonym", "42", "--key", tmp_path / "next", "--old-key", key)
    assert out == f"{pseudonym(old, 42)}\t{pseudonym(new, 42)}\n"
    assert palate("pseudonym")[0] == 2


def test_an_export_leaves_out_users_with_few_events(place, palate, tmp_path):
    found = Run(place.run)
    counts = dict(zip(found.pipeline.users["id"], found.pipeline.history.counts.tolist(), strict=True))
    whole = export(found)
    some = export(found, min_events=9)
    assert whole.left_out == 0
    assert set(some.table["user"]) == {user for user in whole.table["user"] if counts[user] >= 9}
    assert some.left_out == whole.table["user"].n_unique() - some.table["user"].n_unique() > 0
    code, _, err = palate("export-rankings", place.run, "--min-events", 9, "-o", tmp_path / "out.csv")
    assert (code, f"{some.left_out} users left out" in err) == (0, True)
    assert pl.read_csv(tmp_path / "out.csv")["user"].to_list() == some.table["user"].to_list()
    with pytest.raises(DataError, match=r"all .* users would be left out"):
        export(found, min_events=1000)


def test_an_export_leaves_out_users_in_small_groups(place):
    found = Run(place.run)
    tested = found.ranking("hybrid")["user"].unique(maintain_order=True).to_list()
    town = {user: "small" if user in tested[:2] else "large" for user in found.pipeline.users["id"]}
    found.pipeline.users.insert_column(1, pl.Series("town", list(town.values())))
    some = export(found, group="town", min_group=3)
    assert set(some.table["user"]) == set(tested[2:])
    assert some.left_out == 2
    with pytest.raises(DataError, match=r"no attribute 'twon'. Did you mean 'town'"):
        export(found, group="twon", min_group=3)
