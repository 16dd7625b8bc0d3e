"""Files in object storage: a server that speaks S3."""

import io
import sys
import traceback

import polars as pl
import pytest

from palate.errors import DataError, MissingLibrary
from palate_files.source import Files

SECRET = "sesame-hunter2-secret"


@pytest.fixture(scope="module")
def server():
    pytest.importorskip("obstore", reason="palate[cloud] is not installed")
    moto = pytest.importorskip("moto.server", reason="moto is not installed")
    served = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    served.start()
    host, port = served.get_host_and_port()
    yield f"http://{host}:{port}"
    served.stop()


@pytest.fixture
def put(server, monkeypatch):
    """Puts objects into a bucket."""
    import obstore
    import urllib3
    from obstore.store import S3Store

    settings = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "reader",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    urllib3.request("PUT", f"{server}/shop")
    store = S3Store("shop", client_options={"allow_http": True})
    return lambda name, content: obstore.put(store, name, content)


def parquet(rows):
    made = io.BytesIO()
    frame = pl.DataFrame({"user": [f"u{n}" for n in rows], "item": list(rows)})
    frame.write_parquet(made)
    return made.getvalue()


def test_objects_are_read_and_fetched_again_when_they_have_changed(put):
    put("logs/events.parquet", parquet(range(3)))
    source = Files(interactions="s3://shop/logs/events.parquet")
    assert source.load().interactions.height == 3
    first = source.fingerprint()
    put("logs/events.parquet", parquet(range(4)))
    assert source.fingerprint() != first
    assert source.load().interactions.height == 4


def test_a_pattern_names_several_in_one_folder(put):
    for name in ("many/a1.parquet", "many/a2.parquet", "many/b.parquet", "many/deep/a3.parquet"):
        put(name, parquet(range(len(name))))
    assert Files(interactions="s3://shop/many/a*.parquet").load().interactions.height == 30
    with pytest.raises(DataError, match=r"no object matches s3://shop/many/c\*"):
        Files(interactions="s3://shop/many/c*").load()


def test_what_is_missing_is_told_in_a_sentence_without_secrets(put, tmp_path):
    for address in ("s3://shop/none.csv", "s3://nowhere/none.csv"):
        with pytest.raises(DataError, match=f"{address}") as caught:
            Files(interactions=address).load()
        assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert len(str(caught.value)) < 400
        assert "\n" not in str(caught.value)


def test_a_problem_names_the_object(put):
    put("x.csv", b"person,thing\n1,2\n")
    with pytest.raises(DataError, match=r"no column of s3://shop/x\.csv is called as items usually are"):
        Files(interactions="s3://shop/x.csv").load()


def test_the_library_that_is_missing_is_named_with_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(MissingLibrary, match=r'needs the library obstore.*pip install "palate\[cloud\]"'):
        Files(interactions="gs://shop/x.csv").load()
