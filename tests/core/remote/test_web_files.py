"""Files behind https:// and hf:// (served over http:// here)."""

import gzip
import traceback

import pytest

from palate.errors import DataError
from palate.tables import locate, open_table
from palate_files.source import Files

CSV = b"user,item\nann,1\nbob,2\n"
WORD = "sesame-hunter2"


def serve(site, files):
    def answer(path, headers):
        body = files.get(path.partition("?")[0])
        if body is None:
            return 404, {}, b"no"
        tag = f'"{hash(body)}"'
        return (
            (304, {"ETag": tag}, b"") if headers.get("if-none-match") == tag else (200, {"ETag": tag}, body)
        )

    site.answer = answer


def test_a_file_is_read_and_called_by_its_address(site):
    serve(site, {"/a/events.csv": CSV})
    (path,) = locate(f"{site.url}/a/events.csv", "interactions")
    table = open_table(path)
    assert table.read().rows() == [("ann", "1"), ("bob", "2")]
    assert str(table) == f"{site.url}/a/events.csv"


def test_packed_files_are_unpacked_by_their_name(site):
    serve(site, {"/events.csv.gz": gzip.compress(CSV)})
    assert Files(interactions=f"{site.url}/events.csv.gz?version=2").load().interactions.height == 2


def test_one_that_is_still_so_is_not_sent_again_and_another_is(site):
    files = {"/events.csv": CSV}
    serve(site, files)
    source = Files(interactions=f"{site.url}/events.csv")
    first = source.fingerprint()
    assert source.fingerprint() == first
    assert site.asked[-1][1]["if-none-match"]
    files["/events.csv"] = CSV + b"cy,3\n"
    assert source.fingerprint() != first
    assert source.load().interactions.height == 3


def test_problems_name_the_address_and_not_the_copy(site, tmp_path):
    serve(site, {"/x.csv": b"person,thing\n1,2\n", "/y.csv": b"", "/z.csv": b"user,item,time\na,1,5\nb,,6\n"})
    for name, said in (
        ("x.csv", r"no column of http://127.0.0.1:\d+/x\.csv is called as items"),
        ("y.csv", r"http://127.0.0.1:\d+/y\.csv is empty"),
        ("z.csv", r"1 of 2 rows of http://127.0.0.1:\d+/z\.csv do not read: line 3"),
        ("none.csv", r"http://127.0.0.1:\d+/none\.csv: there is nothing there \(404\)"),
    ):
        with pytest.raises(DataError, match=said) as caught:
            Files(interactions=f"{site.url}/{name}").load()
        assert str(tmp_path) not in str(caught.value)


def test_a_line_that_is_cut_is_tried_again_and_leaves_no_half_file(site, tmp_path):
    served = [(200, {"cut": 5}, CSV), (200, {}, CSV)]
    site.answer = lambda path, headers: served.pop(0)
    assert Files(interactions=f"{site.url}/events.csv").load().interactions.height == 2
    site.answer = lambda path, headers: (200, {"cut": 5}, CSV)
    with pytest.raises(DataError, match=r"/other\.csv was cut off 5 times"):
        Files(interactions=f"{site.url}/other.csv").load()
    assert list((tmp_path / "cache").rglob("*other*")) == []


def test_a_token_goes_to_the_server_that_it_is_for(site, monkeypatch):
    serve(site, {"/events.csv": CSV})
    monkeypatch.setenv("PALATE_TOKEN_127_0_0_1", WORD)
    Files(interactions=f"{site.url}/events.csv").load()
    assert site.asked[-1][1]["authorization"] == f"Bearer {WORD}"
    other = site.url.replace("127.0.0.1", "localhost")
    site.answer = lambda path, headers: (302, {"Location": f"{other}/events.csv"}, b"")
    with pytest.raises(DataError):
        Files(interactions=f"{site.url}/moved.csv").load()
    assert "authorization" not in site.asked[-1][1]


@pytest.mark.parametrize(
    "address",
    [f"https://me:{WORD}@h/x.csv", f"https://h/x.csv?X-Amz-Signature={WORD}", f"https://h/x?sig={WORD}"],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(address):
    with pytest.raises(DataError, match="does not belong in a recipe") as caught:
        Files(interactions=address).load()
    assert WORD not in "".join(traceback.format_exception(caught.value))


def test_the_hub_is_asked_for_a_revision_with_its_token(site, monkeypatch):
    serve(site, {"/datasets/org/name/resolve/v2/a/events.csv": CSV})
    monkeypatch.setenv("HF_ENDPOINT", site.url)
    monkeypatch.setenv("HF_TOKEN", WORD)
    assert Files(interactions="hf://datasets/org/name@v2/a/events.csv").load().interactions.height == 2
    assert site.asked[-1][1]["authorization"] == f"Bearer {WORD}"
    with pytest.raises(DataError, match=r"none of hf://datasets/ORGANISATION/NAME/PATH"):
        Files(interactions="hf://datasets/name").load()
