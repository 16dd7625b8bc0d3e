"""A store in object storage: a server that speaks S3, fails now and then, and several machines over it."""

import threading
from dataclasses import dataclass, field

import numpy as np
import pytest

from palate.cli import main
from palate.errors import StoreError
from palate.remote import objects as remote_objects
from palate.runs import run
from palate.store import Meta, Store
from palate.store.objects import ObjectStore, record
from palate.store.place import store_at
from palate.store.texts import TextVectors

PRINT, OTHER = "ab" + "0" * 30, "cd" + "1" * 30
META = Meta("fit", 5.0, 0.5, 10)


@dataclass
class Faults:
    """What the server does to requests: `plan` has a status for each that matches, None lets it through."""

    plan: list = field(default_factory=list)
    matches: object = None
    seen: list = field(default_factory=list)

    def status(self, method, path, headers):
        self.seen.append((method, path))
        if self.plan and self.matches(method, path, headers):
            return self.plan.pop(0)
        return None


FAULTS = Faults()


@pytest.fixture(scope="module")
def server():
    pytest.importorskip("obstore", reason="palate[cloud] is not installed")
    pytest.importorskip("moto.server", reason="moto is not installed")
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    inside = DomainDispatcherApplication(create_backend_app)

    def app(environ, start):
        code = FAULTS.status(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ)
        if code is None:
            return inside(environ, start)
        if code == "lost":  # done, and the answer lost
            list(inside(environ, lambda *_: None))
            code = 500
        else:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start(f"{code} injected", [("Content-Length", "0")])
        return [b""]

    served = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()


@pytest.fixture
def place(server, monkeypatch, tmp_path):
    """The address of an empty store, and a cache folder of this machine's own."""
    import urllib3

    settings = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "writer",
        "AWS_SECRET_ACCESS_KEY": "sesame",
        "AWS_REGION": "us-east-1",
        "PALATE_CACHE": str(tmp_path / "cache"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(remote_objects, "_PAUSE", 0.001)
    FAULTS.plan, FAULTS.seen = [], []
    urllib3.request("PUT", f"{server}/shared")
    return f"s3://shared/{tmp_path.name}"


@pytest.fixture
def machine(place, monkeypatch, tmp_path):
    """The store as another machine has it, with copies of its own."""

    def made(name):
        monkeypatch.setenv("PALATE_CACHE", str(tmp_path / name))
        return store_at(place)

    return made


def value():
    return {"factors": np.arange(12, dtype=np.float32).reshape(3, 4), "names": ["a", "b"]}


def same(found):
    assert found["names"] == ["a", "b"]
    np.testing.assert_array_equal(found["factors"], value()["factors"])


def create(method, path, headers):
    return method == "PUT" and headers.get("HTTP_IF_NONE_MATCH") == "*"


def test_what_one_machine_keeps_another_reads(machine):
    one = machine("one")
    assert not one.has(PRINT)
    one.save(PRINT, value(), META)
    other = machine("two")
    assert other.root != one.root
    assert other.has(PRINT)
    same(other.load(PRINT))
    assert other.meta(PRINT).seconds == 0.5


def test_the_record_is_written_last_and_only_where_there_is_none(machine):
    machine("one").save(PRINT, value(), META)
    puts = [path for method, path in FAULTS.seen if method == "PUT" and "/artifacts/" in path]
    assert puts[-1].endswith(f"{PRINT}/meta.json")
    assert len(puts) == 3


def test_of_two_that_write_one_artifact_the_first_counts_and_nothing_is_left_of_the_other(machine):
    machine("one").save(PRINT, value(), META)
    second = machine("two")
    second.save(PRINT, value(), Meta("fit", 6.0, 9.0, 10))
    assert machine("three").meta(PRINT).seconds == 0.5
    assert len(second.objects.listed("artifacts")) == 3


@pytest.mark.parametrize("failure", [500, 503, 412, "lost"])
def test_a_failure_while_the_record_is_written_is_tried_again(machine, failure):
    FAULTS.matches, FAULTS.plan = create, [failure, failure] if failure != "lost" else [failure]
    machine("one").save(PRINT, value(), META)
    assert FAULTS.plan == []
    same(machine("two").load(PRINT))


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_failures_of_other_requests_are_tried_again(machine, method):
    FAULTS.matches = lambda asked, path, headers: asked == method and not create(asked, path, headers)
    one = machine("one")
    FAULTS.plan = [500, 503]
    assert not one.has(PRINT)
    one.save(PRINT, value(), META)
    same(machine("two").load(PRINT))
    assert FAULTS.plan == []


def test_a_storage_that_keeps_failing_is_said_in_a_sentence(machine, monkeypatch):
    monkeypatch.setattr(remote_objects, "TRIES", 1)
    FAULTS.matches, FAULTS.plan = create, [412] * 50
    with pytest.raises(StoreError, match=r"the store s3://shared/\S+ cannot be written: .*is not$"):
        machine("one").save(PRINT, value(), META)


def test_a_bucket_that_is_not_there_is_said(place):
    with pytest.raises(StoreError, match=r"s3://nowhere/x cannot be written: there is no such bucket"):
        store_at("s3://nowhere/x").save(PRINT, value(), META)


def test_a_changed_object_is_found_by_its_checksum(machine):
    one = machine("one")
    one.save(PRINT, value(), META)
    (name,) = [each.name for each in one.objects.listed("artifacts") if each.name.endswith(".npy")]
    content = one.objects.read(name)
    one.objects.put(name, content[:-1] + b"!")
    with pytest.raises(StoreError, match="is damaged"):
        machine("two").load(PRINT)


def test_a_damaged_copy_of_this_machine_is_fetched_again(machine):
    one = machine("one")
    one.save(PRINT, value(), META)
    (file,) = one.path(PRINT).glob("*.npy")
    file.write_bytes(b"rubbish")
    same(one.load(PRINT))


def test_an_artifact_that_no_listing_shows_yet_is_found(machine, monkeypatch):
    machine("one").save(PRINT, value(), META)
    two = machine("two")
    monkeypatch.setattr(type(two.objects), "listed", lambda self, prefix: [])
    assert two.has(PRINT)
    same(two.load(PRINT))


def test_what_another_machine_removed_is_missing(machine):
    one, two = machine("one"), machine("two")
    one.save(PRINT, value(), META)
    two.discard(PRINT)
    assert not store_at(one.place).has(PRINT)
    assert two.objects.listed("artifacts") == []


@dataclass
class Counting:
    name = "counting"
    asked: list = field(default_factory=list)

    def encode(self, texts):
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], np.float32)


def test_text_vectors_that_one_machine_made_are_not_made_by_another(machine):
    encoder = Counting()
    one, two = machine("one"), machine("two")
    TextVectors(one.texts, one.exchange).encode(["a", "bb"], encoder, "key")
    found = TextVectors(two.texts, two.exchange).encode(["bb", "ccc"], encoder, "key")
    assert encoder.asked == ["bb", "a", "ccc"]
    np.testing.assert_array_equal(found.vectors, [[2, 1], [3, 1]])


def test_a_run_on_object_storage_equals_one_in_a_folder_and_another_machine_reuses_it(
    machine, recipe, tmp_path
):
    there = machine("one")
    done = run(recipe, folder=tmp_path / "r1", store=there.place)
    here = run(recipe, folder=tmp_path / "r2", store=tmp_path / "here")
    assert done.computed == here.computed > 0
    for path in (tmp_path / "here" / "artifacts").rglob("*"):
        if path.is_file() and path.name != "meta.json":
            assert (there.root / path.relative_to(tmp_path / "here")).read_bytes() == path.read_bytes()
    machine("two")
    assert run(recipe, folder=tmp_path / "r3", store=there.place).computed == 0


def test_cache_shows_verifies_and_clears_it(machine, place, monkeypatch, capsys):
    store = machine("one")
    store.save(PRINT, value(), META)
    store.save(OTHER, value(), META)
    TextVectors(store.texts, store.exchange).encode(
        ["a", "bb"], Counting(), "key", about={"encoder": "counting", "options": {}}
    )
    monkeypatch.setenv("PALATE_STORE", place)
    assert main(["cache"]) == 0
    shown = capsys.readouterr().out
    assert f"{place}/artifacts" in shown
    assert "counting" in shown
    assert main(["cache", "verify"]) == 0
    (name, _) = [each.name for each in store.objects.listed("artifacts") if each.name.endswith(".npy")]
    store.objects.put(name, b"rubbish")
    assert main(["cache", "verify"]) == 1
    assert "is damaged; removed" in capsys.readouterr().out
    assert main(["cache", "clear", "--yes"]) == 0
    assert "removed 2 entries" in capsys.readouterr().err
    assert store.objects.listed("") == []
    assert not store.objects.has(record(OTHER))


def test_addresses_and_folders_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("PALATE_STORE", "gs://bucket/below")
    assert isinstance(store_at(), ObjectStore)
    assert store_at("az://container").place == "az://container"
    assert type(store_at(tmp_path)) is Store
    assert store_at(tmp_path).root == tmp_path
