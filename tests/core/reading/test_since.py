"""Interactions since a moment, from any source that reads tables."""

import pytest

from palate.errors import DataError
from palate_files.source import Files

CSV = "user,item,time\nann,1,1970-01-01\nann,2,1970-01-02\nbob,1,1970-01-03\n"


@pytest.fixture
def source(tmp_path):
    (tmp_path / "x.csv").write_text(CSV)
    return Files(interactions=str(tmp_path / "x.csv"))


def test_those_at_the_moment_and_after_are_loaded(source):
    assert source.load(since=86_400).interactions["time"].to_list() == [86_400, 172_800]


def test_without_times_or_events_after_it_there_is_a_word(source, tmp_path):
    with pytest.raises(DataError, match="no interactions since 172801"):
        source.load(since=172_801)
    (tmp_path / "x.csv").write_text("user,item\nann,1\n")
    with pytest.raises(DataError, match=r"what came since a moment cannot be told: .*x\.csv has no times"):
        source.load(since=0)
