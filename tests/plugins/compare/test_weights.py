"""How the fused entries of a comparison weigh their branches."""

import pytest

from palate import compare


@pytest.fixture(scope="module")
def weighed(fused, single, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    tuned = fused | {"name": "tuned", "fuse": {"use": "weighted", "weights": "tune"}}
    return compare(fused, tuned, single, folder=folder / "runs", store=folder / "store")


def by_name(weighed):
    return {entry["name"]: entry["weights"] for entry in weighed.as_dict()["entries"]}


def test_given_weights_have_shares_and_add_nothing_known(weighed):
    assert by_name(weighed)["fused"] == [
        {"branch": name, "weight": 1.0, "share": 0.5, "gain": None, "low": None, "high": None, "words": ""}
        for name in ("linear", "near")
    ]
    assert by_name(weighed)["single"] == []


def test_tuned_weights_are_those_of_the_run_with_what_each_branch_adds(weighed):
    entry = next(entry for entry in weighed.entries if entry.name == "tuned")
    (row,) = (row for row in entry.evaluations[0].run.results["rows"] if row["name"] == "hybrid")
    lines = {line["branch"]: line for line in by_name(weighed)["tuned"]}
    assert {name: line["weight"] for name, line in lines.items()} == row["weights"]
    assert sum(line["share"] for line in lines.values()) == pytest.approx(1)
    assert row["parts"]
    for name, part in row["parts"].items():
        assert lines[name]["gain"] == part["gain"]
        assert lines[name]["high"] - lines[name]["gain"] == pytest.approx(1.96 * part["error"])
        assert lines[name]["gain"] - lines[name]["low"] == pytest.approx(1.96 * part["error"])


def test_the_page_shows_them(weighed, single, tmp_path):
    page = weighed.to_html()
    section = page[page.index("Fused weights") :]
    for line in by_name(weighed)["tuned"]:
        assert f"{line['weight']:.3f}" in section
    without = compare(single, single | {"name": "again"}, folder=tmp_path / "runs", store=tmp_path / "store")
    assert "Fused weights" not in without.to_html()
