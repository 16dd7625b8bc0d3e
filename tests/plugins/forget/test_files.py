import gzip
import json

import numpy as np
import polars as pl
import pytest

from palate_forget.files import LeftFile, expanded
from palate_forget.mentions import Mentions

LONG = Mentions(("marker-user",))


def left(path, leaving=LONG):
    file = LeftFile(path, leaving)
    removal = file.removal
    file.rewrite()
    return removal


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet"])
def test_a_table_loses_the_rows_of_the_user_and_nothing_else(tmp_path, suffix):
    path, frame = tmp_path / f"t.{suffix}", pl.DataFrame({"user": ["7", "8"], "score": ["8", "7"]})
    write = {"parquet": frame.write_parquet, "csv": frame.write_csv}
    write.get(suffix, lambda to: frame.write_csv(to, separator="\t"))(path)
    path.chmod(0o640)
    assert left(path, Mentions(("7",))).count == 1
    found = (
        pl.read_parquet(path)
        if suffix == "parquet"
        else pl.read_csv(path, separator="\t" if suffix == "tsv" else ",", infer_schema=False)
    )
    assert found.rows() == [("8", "7")]
    assert path.stat().st_mode & 0o777 == 0o640


def test_vectors_of_a_user_go_and_those_of_an_item_with_the_same_id_stay(tmp_path):
    frame = pl.DataFrame({"kind": ["user", "item"], "id": ["7", "7"], "vector": [[1.0], [2.0]]})
    frame.write_parquet(tmp_path / "v.parquet")
    assert left(tmp_path / "v.parquet", Mentions(("7",))).count == 1
    assert pl.read_parquet(tmp_path / "v.parquet")["kind"].to_list() == ["item"]


def test_a_log_loses_the_lines_that_mention_a_long_id(tmp_path):
    (tmp_path / "a.log").write_text("one\nabout marker-user: x\nmarker-user2 stays\n")
    assert left(tmp_path / "a.log").count == 1
    assert (tmp_path / "a.log").read_text() == "one\nmarker-user2 stays\n"


def test_a_short_id_counts_only_where_a_user_is_meant(tmp_path):
    (tmp_path / "a.log").write_text("took 42 ms\nuser 42 asked\nusers=42\nuser 421\n")
    assert left(tmp_path / "a.log", Mentions(("42",))).count == 2
    assert (tmp_path / "a.log").read_text() == "took 42 ms\nuser 421\n"
    lines = [{"user": 42}, {"time": 42}, {"event": {"user_id": "42"}}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert left(tmp_path / "a.jsonl", Mentions(("42",))).count == 2
    assert (tmp_path / "a.jsonl").read_text() == '{"time": 42}\n'


def test_a_report_that_mentions_the_user_goes_whole_and_another_stays(tmp_path):
    (tmp_path / "a.html").write_text("<p>marker-user</p>")
    (tmp_path / "b.html").write_text("<p>others</p>")
    np.savez(tmp_path / "c.npz", ids=np.array(["marker-user"], "S"))
    (tmp_path / "d.json.gz").write_bytes(gzip.compress(b'["marker-user"]'))
    gone = [left(path) is not None for path in expanded((tmp_path,))]
    assert gone == [True, False, True, True]
    assert [path.name for path in tmp_path.iterdir()] == ["b.html"]


def test_links_are_not_followed(tmp_path):
    (tmp_path / "real.log").write_text("marker-user\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.log").symlink_to(tmp_path / "real.log")
    assert expanded((tmp_path / "in",)) == ()
