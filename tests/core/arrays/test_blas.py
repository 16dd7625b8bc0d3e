from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from palate.arrays.blas import one_blas_thread


def threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_blas_has_one_thread_within_and_its_own_number_after():
    before = threads()
    with one_blas_thread():
        with one_blas_thread():
            assert threads() <= {1}
        assert threads() <= {1}
    assert threads() == before


def test_the_number_comes_back_after_an_error():
    before = threads()
    with pytest.raises(ValueError, match="wrong"), one_blas_thread():
        raise ValueError("wrong")
    assert threads() == before


def test_many_threads_within_at_once_leave_it_as_it_was():
    before = threads()

    def work(_):
        with one_blas_thread():
            return float((np.ones((64, 64)) @ np.ones((64, 64))).sum())

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(work, range(200))) == {64.0**3}
    assert threads() == before
