"""A pipeline is in its folder whole or not at all."""

import os

import numpy as np
import pytest

from palate import Pipeline
from palate.errors import StoreError
from palate.runs import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def pipeline(recipe, folder):
    return run(recipe, folder=folder, store=folder / "store").pipeline


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_failure_halfway_leaves_nothing_behind(pipeline, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("palate.store.codec.mapped.save", full)
    with pytest.raises(StoreError, match="kept cannot be written: the disk is full"):
        pipeline.save(tmp_path / "kept")
    assert names(tmp_path) == []
    monkeypatch.undo()
    pipeline.save(tmp_path / "kept")
    assert names(tmp_path) == ["kept"]


def test_a_pipeline_is_replaced_only_on_demand(pipeline, tmp_path):
    pipeline.save(tmp_path / "kept")
    (tmp_path / "kept" / "note").write_text("old")
    with pytest.raises(StoreError, match="holds a pipeline already; --force"):
        pipeline.save(tmp_path / "kept")
    pipeline.save(tmp_path / "kept", force=True)
    assert "note" not in names(tmp_path / "kept")
    assert names(tmp_path) == ["kept"]
    assert Pipeline.load(tmp_path / "kept").recommend("p01").equals(pipeline.recommend("p01"))


def test_what_is_no_pipeline_is_never_replaced(pipeline, tmp_path):
    (tmp_path / "mine").write_text("mine")
    for place in (tmp_path, tmp_path / "mine"):
        with pytest.raises(StoreError, match=r"is not empty, and no pipeline|is a file"):
            pipeline.save(place, force=True)
    assert (tmp_path / "mine").read_text() == "mine"


def test_an_empty_folder_is_taken_and_a_run_is_one_to_load_from(pipeline, tmp_path):
    (tmp_path / "run" / "pipeline").mkdir(parents=True)
    pipeline.save(tmp_path / "run" / "pipeline")
    assert Pipeline.load(tmp_path / "run").recommend("p01").equals(pipeline.recommend("p01"))


@pytest.mark.parametrize("damage", ["cut", "emptied", "garbage", "gone"])
def test_each_damaged_file_is_named_in_one_sentence(pipeline, tmp_path, damage):
    pipeline.save(tmp_path / "kept")
    for path in sorted((tmp_path / "kept").iterdir()):
        whole = path.read_bytes()
        path.write_bytes({"cut": whole[:20], "emptied": b"", "garbage": b"\x80\x04K\x01."}.get(damage, whole))
        if damage == "gone":
            path.unlink()
        with pytest.raises(StoreError) as caught:
            Pipeline.load(tmp_path / "kept")
        said = str(caught.value)
        assert path.name in said
        assert "damaged" in said or "missing" in said or "no tree.json" in said
        assert not {"pickle", "unsafely", "\n"} & set(said.split())
        path.write_bytes(whole)
    assert np.isfinite(Pipeline.load(tmp_path / "kept").recommend("p01")["score"].to_numpy()).all()
    assert os.listdir(tmp_path) == ["kept"]
