"""A run folder that is damaged shows no value, and the same command makes it again from the store."""

import json
import shutil

import pytest

from palate import Run
from palate.cli import main
from palate.errors import StoreError
from palate.runs import fit, run


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return tmp_path_factory.mktemp("whole")


@pytest.fixture
def where(recipe, whole, tmp_path):
    """A copy of a finished run with the store it came from, as arguments of `run`."""
    if not list(whole.iterdir()):
        run(recipe, folder=whole / "runs", store=whole / "store")
    shutil.copytree(whole / "runs", tmp_path / "runs")
    return {"folder": tmp_path / "runs", "store": whole / "store"}


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_each_sort_of_file_is_healed_whatever_happened_to_it(recipe, where):
    done = run(recipe, **where)
    assert done.computed == 0
    before = {path.relative_to(done.folder): path.read_bytes() for path in files(done.folder)}
    some = {path.relative_to(done.folder).parts[0]: path for path in files(done.folder)}
    for at, path in enumerate(some.values()):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 64
        [lambda: path.write_bytes(data), lambda: path.write_bytes(b""), path.unlink][at % 3]()  # noqa: B023
        again = run(recipe, **where)
        assert again.computed == 0
        assert again.metrics.drop("seconds").equals(done.metrics.drop("seconds"))
        after = {path.relative_to(done.folder): path.read_bytes() for path in files(done.folder)}
        assert set(after) == set(before)
        assert all(
            after[name] == data
            for name, data in before.items()
            if name.parts[0] in ("pipeline", "rankings", "ground_truth", "per_user.parquet", "recipe.yaml")
        )
    assert [path.name for path in where["folder"].iterdir()] == [done.folder.name]


def test_a_changed_value_is_not_shown_but_how_to_make_it_again(recipe, where, capsys):
    done = run(recipe, **where)
    path = done.folder / "results.json"
    found = json.loads(path.read_text())
    found["rows"][0]["metrics"]["ndcg@5"]["value"] += 0.1
    path.write_text(json.dumps(found))
    assert main(["show", str(done.folder)]) == 2
    said = capsys.readouterr()
    remedy = f"damaged, or changed since it was written; run its recipe again: palate run {done.folder}"
    assert (said.out, remedy in said.err) == ("", True)
    again = [str(done.folder / "recipe.yaml"), "--runs", str(where["folder"]), "--store", str(where["store"])]
    assert main(["run", *again]) == 0
    assert main(["show", str(done.folder)]) == 0


@pytest.mark.parametrize("name", ["per_user", "pipeline", "lineage", "ground_truth", "recipe", "steps"])
def test_nothing_is_read_from_a_damaged_file(recipe, where, name):
    done = run(recipe, **where)
    path = next(
        path for path in files(done.folder) if path.relative_to(done.folder).parts[0].startswith(name)
    )
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match=path.name):
        getattr(Run(done.folder), name)


def test_the_pipeline_of_another_run_in_its_place_is_noticed(recipe, where, tmp_path):
    done = run(recipe, **where)
    other = run(recipe | {"name": "other", "seed": 8}, folder=tmp_path / "others", store=where["store"])
    for link in (done.folder / "pipeline", done.folder):
        target = other.folder / link.relative_to(done.folder)
        shutil.rmtree(link)
        link.symlink_to(target)
        again = run(recipe, **where)
        assert again.results["fingerprint"] == done.results["fingerprint"]
        assert again.pipeline.seed == done.pipeline.seed == recipe["seed"]
        assert not link.is_symlink()
    assert other.metrics.equals(Run(other.folder).metrics)


def test_a_damaged_pipeline_of_fit_is_replaced_on_demand(recipe, where, tmp_path, capsys):
    pipeline = fit(recipe, store=where["store"])
    pipeline.save(tmp_path / "kept")
    (tmp_path / "kept" / "tree.json").unlink()
    assert main(["recommend", str(tmp_path / "kept"), "--new-user"]) == 2
    assert "tree.json: missing" in capsys.readouterr().err
    pipeline.save(tmp_path / "kept", force=True)
    assert main(["recommend", str(tmp_path / "kept"), "--new-user"]) == 0


def test_a_record_that_is_damaged_in_the_store_is_made_again(recipe, tmp_path):
    where = {"folder": tmp_path / "runs", "store": tmp_path / "store"}
    done = run(recipe, **where)
    for record in (tmp_path / "store").rglob("meta.json"):
        record.write_text(record.read_text()[:-20])
    shutil.rmtree(where["folder"])
    again = run(recipe, **where)
    assert again.computed == done.computed
    assert again.metrics.drop("seconds", "peak_gb").equals(done.metrics.drop("seconds", "peak_gb"))
    shutil.rmtree(where["folder"])
    assert run(recipe, **where).computed == 0


@pytest.mark.parametrize("step", ["data.source", "data.split", "fuse.tune"])
def test_a_stored_result_that_is_damaged_is_made_again_for_who_needs_it(recipe, where, tmp_path, step):
    other = recipe | {"top": 4}  # another recipe that goes on from what the first one left in the store
    right = run(other, folder=tmp_path / "right", store=tmp_path / "fresh").metrics
    shutil.copytree(where["store"], tmp_path / "store")
    steps = {
        json.loads(path.read_text())["step"]: path.parent for path in (tmp_path / "store").rglob("meta.json")
    }
    for number, path in enumerate(files(steps[step])):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] if number % 2 else b"")

    done = run(other, folder=tmp_path / "other", store=tmp_path / "store")

    values = ["name", "ndcg@5", "recall@5", "coverage@5"]
    assert done.metrics.select(values).equals(right.select(values))
    assert not any((tmp_path / "store" / "writing").iterdir())
