"""What is done at each place of the API. A method takes a Request and gives a message, or raises Refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import msgspec
import numpy as np

from palate.data import Query
from palate.errors import AmbiguousItem, PalateError, UnknownItem
from palate_serve.messages import (
    Answer,
    Answers,
    Ask,
    AskProfile,
    Batch,
    Kept,
    Recommended,
    Swap,
)
from palate_serve.page import page
from palate_serve.posting import post_of
from palate_serve.refused import Refused, of_palate, unread
from palate_serve.served_run import ServedRun
from palate_serve.service import Service, now
from palate_serve.together import MOST, Together
from palate_serve.variants import weights_of
from palate_serve.writer import Writer

_T = TypeVar("_T")


@dataclass(eq=False, slots=True)
class Request:
    """What came in: parts of the path, the query string's parameters, the body as its type, headers."""

    path: dict[str, str]
    query: dict[str, Any]
    body: Any = None
    headers: dict[bytes, bytes] = field(default_factory=dict)


@dataclass(eq=False)
class Endpoints:
    """The methods that the table of routes names."""

    service: Service
    writer: Writer
    swapper: Any = None
    metrics_page: Any = None
    document: bytes = b"{}"
    pictures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._long = asyncio.Semaphore(2)
        self.together = Together(self.service)

    def health(self, request: Request) -> Any:
        return {"status": "ok"}

    def ready(self, request: Request) -> Any:
        self.service.refresh()
        return {"status": "ready", "run": self.service.run.name}

    def openapi(self, request: Request) -> Any:
        return self.document

    def page(self, request: Request) -> Any:
        return page(pictures=self.pictures)

    def script(self, request: Request) -> Any:
        return page("page.js")

    def style(self, request: Request) -> Any:
        return page("page.css")

    def metrics(self, request: Request) -> Any:
        return self.metrics_page()

    def about(self, request: Request) -> Any:
        service = self.service
        service.refresh()
        run = service.served(request.query.get("run"))
        weights, fuser = weights_of(run.pipeline), run.pipeline.fuser
        branches = [
            {"name": branch.name, "ranker": branch.ranker.name, "weight": weights[branch.name],
             "index": getattr(branch.index, "name", None), "interests": branch.aggregator is not None}
            for branch in run.pipeline.branches
        ]  # fmt: skip
        return {
            "run": run.name, "runs": [service.run.name, *service.beside],
            "users": len(run.users), "items": len(run.ids), "attributes": run.names,
            "branches": branches, "fuser": getattr(fuser, "name", None),
            "rerankers": [each.name for each in run.pipeline.rerankers],
            "repeats": run.pipeline.repeats, "feedback": getattr(run.pipeline.feedback, "name", None),
            "metrics": run.metrics, "recall": run.checked, "events": service.users.count,
        }  # fmt: skip

    async def recommend(self, request: Request) -> Any:
        return await self._one(request.body)

    async def recommend_user(self, request: Request) -> Any:
        asked = {**request.query, "user": request.path["user"]}
        return await self._one(_converted(asked, Ask))

    async def batch(self, request: Request) -> Answers:
        """Some at a time, and other requests in between."""
        batch: Batch = request.body
        if len(batch.requests) > self.service.limits.batch:
            raise Refused(422, f"at most {self.service.limits.batch:,} requests", "requests")
        explained, most = sum(ask.k for ask in batch.requests if ask.explain), self.service.limits.explained
        if explained > most:
            raise Refused(422, f"at most {most:,} items of a batch are explained", "requests")
        answers: list[Any] = []
        for start in range(0, len(batch.requests), MOST):
            some = batch.requests[start : start + MOST]
            answers += await asyncio.gather(*(self._or_refused(ask) for ask in some))
        return Answers(answers)

    def users(self, request: Request) -> Any:
        start, k = request.query.get("q", ""), _count(request, 10)
        self.service.refresh()
        known = self.service.run.users_like(start)
        found = (user for user in known if not self.service.users.is_forgotten(user))
        return {"users": list(islice(found, k))}

    def user(self, request: Request) -> Any:
        service, user = self.service, request.path["user"]
        service.refresh()
        run = service.served(request.query.get("run"))
        query, known = service.of_user(run, user)
        if not known:
            raise Refused(404, f"there is no user {user!r}", "user")
        return {"user": user, "events": _events(run, query)}

    def items(self, request: Request) -> Any:
        run = self.service.served(request.query.get("run"))
        rows = run.search(request.query.get("q", ""), _count(request, 10))
        return {"items": [{"item": run.ids[row], "title": run.titles[row]} for row in rows]}

    def item(self, request: Request) -> Any:
        run = self.service.served(request.query.get("run"))
        row = _item(run, request.path["item"])
        return {"item": run.ids[row], "title": run.titles[row], "attributes": run.attributes(row)}

    def similar(self, request: Request) -> Answer:
        """Items as recommended to a user who has this one item and nothing else."""
        service, item = self.service, request.path["item"]
        run = service.served(request.query.get("run"))
        row = _item(run, item)
        k = _count(request, 10, service.limits.k)
        found = run.pipeline.best(Query(np.array([-1], np.int32), run.pipeline.lookup.told([row])), k)
        pairs = zip(found.items.tolist(), found.scores.tolist(), strict=True)
        items = [
            Recommended(rank, run.ids[at], run.titles[at], score) for rank, (at, score) in enumerate(pairs, 1)
        ]
        return Answer(run.name, None, False, found.fallback, items)

    async def profile_user(self, request: Request) -> Any:
        asked = {**request.query, "user": request.path["user"]}
        return await self._profile(_converted(asked, AskProfile))

    async def profile(self, request: Request) -> Any:
        return await self._profile(request.body)

    async def events(self, request: Request) -> Kept:
        post, unknown = post_of(self.service, request.body, request.headers.get(b"idempotency-key"))
        last, again = await self.writer.keep(post)
        return Kept(len(post.events), last, again, unknown)

    async def forget(self, request: Request) -> Any:
        user = request.path["user"]
        self.service.refresh()
        key, row = self.service.key(self.service.run, user)
        if row is None and key not in self.service.users.events:
            raise Refused(404, f"there is no user {user!r}", "user")
        gone = await self.writer.run(self.service.log.forget, sorted({user, key}), now())
        return {"forgotten": user, "events": gone}

    async def swap(self, request: Request) -> Any:
        body: Swap = request.body
        run: ServedRun = await self.swapper(body.run)
        return {"run": run.name, "users": len(run.users), "items": len(run.ids)}

    async def _aside(self, work: Callable[..., _T], *arguments: Any) -> _T:
        """What takes long, done in a thread while others are answered; two at a time at most."""
        async with self._long:
            return await asyncio.to_thread(work, *arguments)

    async def _one(self, ask: Ask) -> Any:
        found = await self.together.recommend(ask)
        return await self._aside(found.explained) if ask.explain else found.answer

    async def _or_refused(self, ask: Ask) -> Any:
        try:
            return await self._one(ask)
        except Refused as error:
            return {"error": {"status": error.status, "message": error.message, "field": error.field}}

    async def _profile(self, ask: AskProfile) -> Any:
        from palate.registry.entry_points import load_tool

        self.service.refresh()
        tool, run = load_tool("profile"), self.service.run
        if ask.user is None and not ask.history:
            raise Refused(422, "give a user or a history", "user")
        query, known, unknown = self.service.query(run, ask.user, ask.history)
        if ask.user is not None and not known:
            raise Refused(404, f"there is no user {ask.user!r}", "user")
        try:
            branch = tool.interest_branch(run.pipeline, ask.branch)
            found = await self._aside(tool.interests_in_words, run.pipeline, branch, query, ask.user, ask.k)
        except PalateError as error:
            raise of_palate(error, "branch" if ask.branch else None) from None
        return {**found.as_dict(), "unknown_items": unknown}


def _converted(asked: dict[str, Any], kind: type[_T]) -> _T:
    """The parameters of a query string as the message they stand for."""
    try:
        return msgspec.convert(asked, kind)
    except msgspec.ValidationError as error:
        raise unread(error) from None


def _count(request: Request, usual: int, most: int = 1000) -> int:
    k: int = request.query.get("k", usual)
    if not 1 <= k <= most:
        raise Refused(422, f"k is between 1 and {most:,}; got {k}", "k")
    return k


def _item(run: ServedRun, item: str) -> int:
    try:
        row = run.item(item)
        if row is None:
            raise UnknownItem(f"there is no item {item!r}")
    except (UnknownItem, AmbiguousItem) as error:
        raise of_palate(error, "item") from None
    return row


def _events(run: ServedRun, query: Query) -> list[dict[str, Any]]:
    """A user's events as they stand in the query, with what is known of each."""
    past = query.masked
    found = []
    for at, row in enumerate(past.items.tolist()):
        each: dict[str, Any] = {"item": run.ids[row], "title": run.titles[row]}
        for name, values in (("time", past.times), ("rating", past.ratings), ("strength", past.strengths)):
            if values is not None:
                each[name] = values[at].item()
        found.append(each)
    return found
