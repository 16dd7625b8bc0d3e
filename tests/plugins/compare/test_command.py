import json

import pytest
import yaml

from palate.cli import main


@pytest.fixture
def files(recipe, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "both.yaml").write_text(yaml.safe_dump(recipe))
    (tmp_path / "one.yaml").write_text(
        "recipe: 1\nname: one\nextends: both.yaml\nbranches: {popular: null}\nfuse: null\n"
    )
    return ["compare", "both.yaml", "one.yaml", "--quiet"]


def test_the_terminal_shows_table_verdict_and_warnings(files, capsys):
    assert main(files) == 0
    printed = capsys.readouterr()
    assert "by ndcg@5" in printed.out
    assert "has the highest ndcg@5" in printed.out
    assert "few users: only" in printed.out
    assert "protocol " in printed.out
    assert printed.err == ""


def test_every_output_has_the_format_of_its_suffix_and_json_is_printed_alone(files, capsys, tmp_path):
    wanted = {"html": "<!doctype", "json": "{", "csv": "metric,first", "tex": "% ", "md": ""}
    words = [word for kind in wanted for word in ("-o", str(tmp_path / f"out.{kind}"))]
    assert main([*files, *words]) == 0
    for kind, start in wanted.items():
        assert (tmp_path / f"out.{kind}").read_text().startswith(start)
    capsys.readouterr()
    assert main([*files, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "out.json").read_text())


def test_variants_baseline_metric_and_threshold_reach_the_comparison(files, capsys):
    words = ["compare", "one.yaml", "--vary", "branches.linear.rank.l2=1,9", "--baseline", "popularity", "-q",
             "--metric", "recall@5", "--threshold", "2%", "--seeds", "1,2", "--json"]  # fmt: skip
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in found["entries"]] == ["one l2=1.0", "one l2=9.0", "popularity"]
    assert (found["baseline"], found["metric"], found["statistics"]["threshold"]) == (
        "popularity",
        "recall@5",
        0.02,
    )
    assert [fold["seed"] for fold in found["entries"][0]["folds"]] == [1, 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--threshold", "much"], "is no share from 0 to below 1"),
        (["--import", "x"], "must look like NAME=FILE"),
        (["--seeds", "1,b"], "--seeds are whole numbers"),
        (["--vary", "l2"], "must look like a.b.c=value,value"),
        (["--baseline", "bth"], "There are"),
        (["--segment", "age"], "a segment is"),
        (["-o", "out.docx"], "'out.docx' must end in .html, .json, .csv, .tex or .md"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(files, capsys, words, said):
    assert main([*files, *words]) == 2
    assert said in capsys.readouterr().err
