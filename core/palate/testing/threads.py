"""Whether several threads may ask one component at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from palate.testing import aggregators, fusers, metrics, rerankers, transforms
from palate.testing.case import Case, ensure, same
from palate.testing.data import crowd

KINDS = ("aggregator", "fuser", "reranker", "transform", "metric")


def threads_may_share_it(case: Case) -> None:
    ask = _question(case)
    right = ask()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: ask(), range(8)))
    ensure(all(same(one, right) for one in found), "four threads that ask at once get other answers")


def _question(case: Case) -> Callable[[], Any]:
    """Something that a component of this kind is asked, ready to be asked again."""
    if case.kind == "aggregator":
        fitted = case.fitted()
        return lambda: fitted.profile(*aggregators._asked())
    if case.kind == "fuser":
        blocks = fusers._blocks(case)
        fuser = fusers._ready(case, blocks)
        return lambda: fuser.fuse(fusers._blocks(case), crowd()[1])
    if case.kind == "reranker":
        reranker = case.fitted()
        return lambda: reranker.rerank(*rerankers._asked())
    if case.kind == "transform":
        transform = case.transform(transforms._vectors())
        return lambda: transform.apply(transforms._vectors())
    return lambda: metrics._value(case, *metrics._evaluated(metrics._all_users()))


CHECKS = (threads_may_share_it,)
