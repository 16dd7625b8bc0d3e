import os
import time

import numpy as np
import pytest

from palate.cli import main
from palate.store import Meta, Store
from palate.store.texts import TextVectors
from palate_hash.encoder import Hash

PRINT = "ab" + "0" * 30


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """A cache folder with a download of 2,000,000 bytes, an artifact and the vectors of a model."""
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PALATE_STORE", str(tmp_path / "cache" / "store"))
    store = tmp_path / "cache" / "store"
    for place, size in (
        (tmp_path / "cache" / "movielens" / "ml.zip", 2_000_000),
        (store / "artifacts" / "ab" / PRINT / "meta.json", 300_000),
        (store / "artifacts" / "ab" / PRINT / "array.npy", 800_000),
        (store / "texts" / "model" / "vectors.npy", 500_000),
        (store / "not-ours.txt", 1),
    ):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x" * size)
    return store


def left(store):
    return sorted(str(path.relative_to(store.parent)) for path in store.parent.rglob("*") if path.is_file())


def test_it_shows_what_is_kept_and_how_large_it_is(store, capsys):
    assert main(["cache"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[1:] == [
        ["artifacts", "2", "1.1", "MB", str(store / "artifacts")],
        ["texts", "1", "0.5", "MB", str(store / "texts")],
        ["downloads", "1", "2.0", "MB", str(store.parent)],
    ]


def test_an_empty_place_is_shown_as_empty(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PALATE_STORE", str(tmp_path / "nowhere"))
    assert main(["cache"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:4] == ["artifacts", "0", "0.0", "MB"]


def test_clearing_removes_artifacts_and_vectors_and_nothing_else(store, capsys):
    assert main(["cache", "clear", "--yes"]) == 0
    assert left(store) == ["movielens/ml.zip", "store/not-ours.txt"]
    assert "removed 2 entries" in capsys.readouterr().err


def test_clearing_asks_first_and_without_an_answer_removes_nothing(store, monkeypatch):
    before = left(store)
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115
    assert main(["cache", "clear"]) == 130
    assert left(store) == before


def test_clearing_may_spare_what_is_young(store, capsys):
    old = store / "texts" / "model"
    os.utime(old, (0, 0))
    assert main(["cache", "clear", "--yes", "--older", "30"]) == 0
    assert not old.exists()
    assert (store / "artifacts" / "ab" / PRINT / "meta.json").exists()


def test_clearing_an_empty_store_says_so(tmp_path, capsys):
    assert main(["cache", "clear", "--yes", "--store", str(tmp_path / "nowhere")]) == 0
    assert "nothing to remove" in capsys.readouterr().err
    assert main(["cache", "clear", "--yes", "-q", "--store", str(tmp_path / "nowhere")]) == 0
    assert capsys.readouterr().err == ""


def test_a_link_in_the_store_is_removed_and_not_followed(store, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("x")
    (store / "texts" / "link").symlink_to(tmp_path / "precious")
    assert main(["cache", "clear", "--yes"]) == 0
    assert (tmp_path / "precious" / "file").exists()
    assert not (store / "texts" / "link").is_symlink()


@pytest.fixture
def encoded(tmp_path, monkeypatch):
    """A store with the vectors of two encoders, used 40 and 10 days ago, and an artifact of today."""
    root = tmp_path / "full"
    monkeypatch.setenv("PALATE_STORE", str(root))
    for key, days, options in (("k1", 40, {"dimensions": 8}), ("k2", 10, {"model": "tiny-bert"})):
        encoder = Hash(dimensions=8)
        about = {"encoder": "hash" if key == "k1" else "transformers", "options": options}
        TextVectors(root / "texts").encode(["sea", "film", "sea film"], encoder, key, about=about)
        then = time.time() - days * 24 * 3600
        for path in (root / "texts" / key, root / "texts" / key / ".about.json"):
            os.utime(path, (then, then))
    Store(root).save("ab" + "1" * 30, np.ones(1000), Meta("step", 0.0, 0.0, 0))
    return root


def kept(root):
    return sorted(path.name for kind in ("texts", "artifacts/ab") for path in (root / kind).iterdir())


def test_it_shows_whose_vectors_there_are(encoded, capsys):
    assert main(["cache"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[5:]]
    assert [row[:2] for row in rows[1:]] == [["transformers", "tiny-bert"], ["hash", "3"]]
    assert rows[1][2] == "3"


def test_clearing_by_age_goes_by_the_last_use(encoded):
    assert main(["cache", "clear", "--yes", "--older", "30"]) == 0
    assert kept(encoded) == ["ab" + "1" * 30, "k2"]


def test_clearing_by_model(encoded, capsys):
    assert main(["cache", "clear", "--yes", "--model", "BERT"]) == 0
    assert kept(encoded) == ["ab" + "1" * 30, "k1"]
    assert main(["cache", "clear", "--yes", "--model", "nothing"]) == 0
    assert "nothing to remove" in capsys.readouterr().err


def test_clearing_to_a_size_takes_the_longest_unused_first(encoded):
    assert main(["cache", "clear", "--yes", "--to", "1TB"]) == 0
    assert kept(encoded) == ["ab" + "1" * 30, "k1", "k2"]
    size = sum(path.stat().st_size for path in encoded.rglob("*") if path.is_file())
    assert main(["cache", "clear", "--yes", "--to", str(size - 1)]) == 0
    assert kept(encoded) == ["ab" + "1" * 30, "k2"]
    assert main(["cache", "clear", "--yes", "--to", "0"]) == 0
    assert kept(encoded) == []


def test_a_size_that_is_none_is_refused(encoded, capsys):
    assert main(["cache", "clear", "--to", "much"]) == 2
    assert "'much' is no size; write 500MB or 2GB" in capsys.readouterr().err


def test_verifying_finds_damage_removes_it_and_says_so(encoded, capsys):
    assert main(["cache", "verify"]) == 0
    assert "all of 3 entries" in capsys.readouterr().err
    artifact = encoded / "artifacts" / "ab" / ("ab" + "1" * 30)
    (vectors,) = (encoded / "texts" / "k1").glob("*/vectors.npy")
    for file in (artifact / "1.npy", vectors):
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    assert main(["cache", "verify"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"{vectors.parent} is damaged; removed",
        f"{artifact / '1.npy'} is damaged; removed",
    ]
    assert "2 damaged parts removed" in err
    assert not artifact.exists()
    assert not vectors.exists()
    assert main(["cache", "verify"]) == 0


def test_checkpoints_of_a_fit_that_was_stopped_are_shown_and_removed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PALATE_STORE", str(tmp_path))
    fit = tmp_path / "training" / "0123abcd"
    (fit / "identity").mkdir(parents=True)
    (fit / "identity" / "epoch-3.safetensors").write_bytes(b"x" * 2_000_000)
    assert main(["cache"]) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("training")]
    assert row.split()[1:4] == ["1", "2.0", "MB"]
    assert main(["cache", "verify"]) == 0
    assert main(["cache", "clear", "--yes"]) == 0
    assert not fit.exists()
