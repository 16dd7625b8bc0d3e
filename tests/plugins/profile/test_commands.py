import json

import polars as pl
import pytest


def test_a_profile_is_shown_in_words(made, palate):
    code, out, _ = palate("profile", made().folder, "--user", "p01")
    assert code == 0
    assert "loud tool (100%, average 50%)" in out
    assert "nearest" in out


def test_a_profile_of_a_history_as_json(made, palate):
    code, out, _ = palate("profile", made().folder, "--json", "--history", "thing 2", "thing 4")
    found = json.loads(out)
    assert code == 0
    assert found["items"] == 2
    assert found["interests"][0]["features"]["kind"][0]["name"] == "sweet fruit"


def test_all_vectors_go_into_a_file(made, palate, tmp_path):
    code, out, err = palate("profile", made().folder, "--output", tmp_path / "out" / "vectors.parquet")
    table = pl.read_parquet(tmp_path / "out" / "vectors.parquet")
    assert (code, out, table.height) == (0, "", 54)
    assert "54 vectors" in err
    assert table.schema["vector"] == pl.Array(pl.Float32, 256)


def test_a_map_goes_into_a_page(made, palate, tmp_path):
    code, out, err = palate("map", made().folder, "--color-by", "kind", "-o", tmp_path / "map.html")
    assert code == 0
    assert out.strip() == str(tmp_path / "map.html")
    assert "24 items and 30 interests of users" in err
    assert "thing 5" in (tmp_path / "map.html").read_text()


def test_a_map_and_its_picture(made, palate, tmp_path):
    pytest.importorskip("matplotlib", reason="draws the PNG")
    code, _, _ = palate("map", made().folder, "-o", tmp_path / "map.html", "-o", tmp_path / "map.png")
    assert code == 0
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["profile", "RUN"], "give --user ID, --history ITEM ..., or --output FILE.parquet"),
        (
            ["profile", "RUN", "--user", "p01", "--history", "1"],
            "give only one of --user ID, --history",
        ),
        (["profile", "RUN", "--user", "nobody"], "there is no user 'nobody' in this run"),
        (["profile", "RUN", "--history", "thing 99"], "there is no item 'thing 99'"),
        (["profile", "RUN", "--user", "p01", "--branch", "contents"], "Did you mean 'content'?"),
        (["map", "RUN", "--color-by", "kinds"], "no attribute 'kinds'"),
        (["map", "RUN", "--method", "guess"], "'guess' is not one of"),
        (["map", "RUN", "-o", "map.gif"], "'map.gif' must end in .html or .png"),
        (["profile", "RUN", "-o", "vectors.csv"], "must end in .parquet"),
        (["map", "nowhere"], "nowhere has no pipeline"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_and_nothing_is_written(
    made, palate, tmp_path, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    folder = made().folder
    code, out, err = palate(*[folder if word == "RUN" else word for word in words])
    assert code == 2
    assert said in err
    assert out == ""
    assert "Traceback" not in err
    assert not (tmp_path / "map.html").exists()
