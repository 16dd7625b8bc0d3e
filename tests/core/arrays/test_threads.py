import threading

import pytest

from palate.arrays import threads
from palate.arrays.threads import shared_out


def test_results_come_in_the_order_of_the_parts(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 3)
    assert shared_out(lambda part: part * part, range(20)) == [part * part for part in range(20)]


def test_work_inside_work_takes_no_more_threads(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    seen = shared_out(lambda _: {*shared_out(lambda _: threading.get_ident(), range(4))}, range(2))
    assert all(len(found) == 1 for found in seen)


def test_an_exception_in_one_part_is_raised(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        shared_out(lambda part: 1 // part, [1, 0, 2])
