from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate import compare
from palate_compare.checks import comparison_warnings
from palate_compare.pairing import PairedValues


def kinds(found):
    return [warned.kind for warned in found.warnings]


def with_results(entry, **changes):
    """The entry as if its run had said something else of itself."""
    first = entry.evaluations[0]
    run = replace(first.run)
    object.__setattr__(run, "results", first.run.results | changes)
    object.__setattr__(run, "lineage", dict(first.run.lineage))
    return replace(entry, evaluations=(replace(first, run=run),))


def said_of(found, entries, paired=None):
    given = comparison_warnings(entries, paired or found.paired, [], found.metric)
    return {warned.kind: warned for warned in given}


def test_a_sound_comparison_has_no_warnings(found):
    assert kinds(found) == []


def test_learning_from_the_future_is_said_and_a_split_by_time_has_none(single, places):
    shuffled = single | {"data": single["data"] | {"split": {"use": "random", "test": 0.2}}}
    warned = {each.kind: each for each in compare(shuffled, **places).warnings}
    assert "of the training events happened after the first test event" in warned["future"].message
    assert "temporal" in warned["future"].fix


def test_events_that_repeat_across_the_split_are_said(single, market, tmp_path, places):
    text = (market / "events.csv").read_text().rstrip().split("\n")
    latest = max(int(line.split(",")[2]) for line in text[1:])
    repeated = [
        f"{line.split(',')[0]},{line.split(',')[1]},{latest + at}" for at, line in enumerate(text[1:60])
    ]
    (tmp_path / "events.csv").write_text("\n".join([*text, *repeated]) + "\n")
    source = single["data"]["source"] | {"interactions": str(tmp_path / "events.csv")}
    found = compare(single | {"data": single["data"] | {"source": source}}, **places)
    warned = {each.kind: each for each in found.warnings}
    assert "repeat earlier ones of the same user" in warned["duplicates"].message
    assert "drop-duplicates" in warned["duplicates"].fix
    assert "no relevant item that is new" in warned["excluded"].message


def test_candidates_and_metrics_that_are_sampled_are_said(found):
    protocol = found.entries[0].evaluations[0].run.results["protocol"] | {"candidates": "100 sampled items"}
    entries = [with_results(found.entries[0], protocol=protocol), *found.entries[1:]]
    assert "100 sampled items" in said_of(found, entries)["sampled"].message
    paired = replace(found.paired, metrics=("ndcg@5", "sampled-recall@5"))
    assert "sampled-recall@5" in said_of(found, found.entries, paired)["sampled"].message


def test_a_table_without_popularity_is_said(found):
    assert "no popularity" in said_of(found, found.entries[:3])


def test_many_variants_evaluated_on_test_are_said_and_so_is_tuning_there(single, found, places):
    vary = ["branches.linear.rank.l2=1,5,25"]
    assert kinds(compare(single, vary=vary, **places)) == ["tuned on test"]
    assert kinds(compare(single, vary=[vary[0][:-3]], **places)) == []
    entry = with_results(found.entries[0])
    entry.evaluations[0].run.lineage["tuned"] = {"part": "test"}
    assert (
        "was tuned on the part it is evaluated on"
        in said_of(found, [entry, *found.entries[1:]])["tuned on test"].message
    )


def test_a_single_user_who_makes_a_difference_is_named():
    values = np.zeros((50, 2, 1))
    values[:, 0, 0] = 0.01
    values[7, 0, 0] = 1.0
    users = pl.Series([f"u{at:02}" for at in range(50)])
    paired = PairedValues(users, values, ("ndcg@5",), ("a", "b"), {})
    found = comparison_warnings([], paired, [(0, 1)], "ndcg@5")
    (warned,) = [each for each in found if each.kind == "single user"]
    assert "67% of the difference between 'a' and 'b' in ndcg@5 comes from user 'u07' alone" in warned.message
    values[7, 0, 0] = 0.02
    assert "single user" not in [each.kind for each in comparison_warnings([], paired, [(0, 1)], "ndcg@5")]


def test_few_users_are_said(found):
    few = replace(found.paired, users=found.paired.users.head(9), values=found.paired.values[:9])
    assert "only 9 users are compared" in said_of(found, found.entries, few)["few users"].message


@pytest.mark.parametrize("name", ["single", "fused"])
def test_who_is_missing_is_counted_by_name(found, name):
    paired = replace(found.paired, missing={name: 3})
    assert f"none under '{name}'" in said_of(found, found.entries, paired)["dropped"].message
