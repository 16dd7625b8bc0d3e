"""The encoder `endpoint`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt

from palate.components.contracts import Vectors
from palate.errors import ComponentError, DataError
from palate.remote.web import Web, bearer, read_json
from palate.secrets import bare, secrets_of
from palate_endpoint.texts import batches, cut, tokens_of


@dataclass
class Endpoint:
    """Vectors from any server with the OpenAI embeddings protocol: vLLM, Ollama, TEI, llama.cpp, OpenAI.

    A key, if the server wants one, comes from the environment variable `key`, or from PALATE_TOKEN_HOST, HOST
    the name of the server in capitals; it is in no recipe, no lineage and no message. A server that is busy
    or broken is asked again, after the time that it names. Vectors are kept as soon as a chunk of texts is
    done, and no text is sent twice.
    """

    name: ClassVar[str] = "endpoint"
    libraries: ClassVar[tuple[str, ...]] = ("urllib3",)
    extra: ClassVar[str] = "api"
    only_speed: ClassVar[frozenset[str]] = frozenset(
        {
            "key",
            "batch_tokens",
            "batch_texts",
            "concurrency",
            "timeout",
            "attempts",
            "per_second",
            "budget_tokens",
        }
    )

    url: str
    """The address before `/embeddings`, such as http://localhost:11434/v1."""
    model: str
    """What the server calls the model."""
    dimensions: Annotated[int, Ge(1)] | None = None
    """How many numbers a vector is to have, for models that can be cut; what the model gives where it does
    not say."""
    prompt: str = "{text}"
    """What the model is given; `{text}` stands for the text."""
    max_tokens: Annotated[int, Ge(1)] = 8192
    """Tokens, about, after which a text is cut."""
    revision: str = ""
    """Changes the vectors' key: another word where the server has another model under the same name."""
    key: str | None = None
    """The environment variable that holds the key."""
    batch_tokens: Annotated[int, Ge(1)] = 16384
    """Tokens, about, in a request."""
    batch_texts: Annotated[int, Ge(1)] = 128
    """The most texts in a request."""
    concurrency: Annotated[int, Ge(1)] = 4
    """Requests at a time."""
    timeout: Annotated[float, Gt(0)] = 60.0
    """Seconds that an answer may take."""
    attempts: Annotated[int, Ge(1)] = 6
    """How often a server that is busy or broken is asked in all."""
    per_second: Annotated[float, Gt(0)] | None = None
    """The most requests in a second, of each that goes on at a time."""
    budget_tokens: Annotated[int, Ge(1)] | None = None
    """Tokens, about, after which encoding stops before more are sent; what is done is kept."""

    spent_: int = field(default=0, init=False, repr=False, compare=False)
    sent_: int = field(default=0, init=False, repr=False, compare=False)
    cut_: int = field(default=0, init=False, repr=False, compare=False)
    width_: int | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError for an address that is none or holds a secret, and a prompt without the text."""
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"url must begin with http:// or https://; got {bare(self.url)!r}")
        if secrets_of(self.url):
            raise ValueError("url holds a key; put it into an environment variable and name that with `key`")
        if "{text}" not in self.prompt:
            raise ValueError(
                f"prompt must say where the text goes, as in 'query: {{text}}'; got {self.prompt!r}"
            )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32[n, d]; row i belongs to texts[i]. Raises ComponentError as `encode_parts`."""
        if not len(texts):
            return np.zeros((0, self.width_ or self.dimensions or self.encode(["a"]).shape[1]), np.float32)
        parts = list(self.encode_parts(texts))
        vectors = np.empty((len(texts), parts[0][1].shape[1]), np.float32)
        for rows, part in parts:
            vectors[rows] = part
        return vectors

    def encode_parts(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Places of texts with their vectors, as requests are answered; what was answered comes before an
        error.

        Raises ComponentError where the server cannot be reached or answers otherwise than the protocol says,
        where the key is missing, or where the budget is spent.
        """
        given = [self._given(text) for text in texts]
        here, headers = threading.local(), self._headers()

        def asked(rows: list[int]) -> tuple[list[int], Vectors]:
            if not hasattr(here, "web"):
                here.web = Web(self.attempts, self.timeout, per_second=self.per_second, secrets=headers)
            return rows, self._request(here.web, [given[row] for row in rows])

        problem: ComponentError | None = None
        with ThreadPoolExecutor(self.concurrency) as pool:
            todo = batches(given, self.batch_tokens, self.batch_texts)
            running: set[Future[tuple[list[int], Vectors]]] = set()
            while True:
                while problem is None and len(running) < self.concurrency and (rows := next(todo, None)):
                    problem = self._unaffordable(sum(tokens_of(given[row]) for row in rows))
                    if problem is None:
                        running.add(pool.submit(asked, rows))
                if not running:
                    break
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for each in done:
                    try:
                        yield each.result()[0], self._alike(each.result()[1])
                    except ComponentError as error:
                        problem = problem or error
        if problem is not None:
            raise problem

    def sends(self, texts: Sequence[str]) -> dict[str, int]:
        """What encoding these texts would send: how many, and tokens, about."""
        given = [self._given(text) for text in texts]
        return {"texts": len(given), "tokens": sum(map(tokens_of, given))}

    def remarks(self) -> dict[str, str]:
        """How many tokens were sent, about, and how many texts were cut, since the last call."""
        sent, shortened, self.sent_, self.cut_ = self.sent_, self.cut_, 0, 0
        said = {"sent": f"about {sent:,} tokens were sent to {bare(self.url)}"} if sent else {}
        if shortened:
            said["cut"] = f"{shortened:,} texts are longer than about {self.max_tokens:,} tokens and were cut"
        return said

    def _given(self, text: str) -> str:
        shortened = cut(text, self.max_tokens)
        self.cut_ += shortened is not text
        return self.prompt.replace("{text}", shortened or " ")

    def _unaffordable(self, tokens: int) -> ComponentError | None:
        """Why so many tokens more cannot be sent; else they count as sent."""
        if self.budget_tokens is not None and self.spent_ + tokens > self.budget_tokens:
            return ComponentError(
                f"encoder 'endpoint': the budget of {self.budget_tokens:,} tokens does not suffice: about "
                f"{self.spent_:,} were sent, and the next request has {tokens:,}. What is done is kept; "
                "raise budget_tokens to go on"
            )
        self.spent_ += tokens
        self.sent_ += tokens
        return None

    def _alike(self, vectors: Vectors) -> Vectors:
        """The vectors, of the length that all before them had."""
        self.width_ = self.width_ or vectors.shape[1]
        if vectors.shape[1] != self.width_:
            raise self._error(f"gives vectors of different lengths: {self.width_} and {vectors.shape[1]}")
        return vectors

    def _headers(self) -> dict[str, str]:
        try:
            return bearer(self.url, self.key)
        except DataError as error:
            raise ComponentError(f"encoder 'endpoint': {error}") from None

    def _request(self, web: Web, texts: list[str]) -> Vectors:
        document: dict[str, Any] = {"model": self.model, "input": texts, "encoding_format": "float"}
        if self.dimensions is not None:
            document["dimensions"] = self.dimensions
        address = f"{self.url.rstrip('/')}/embeddings"
        try:
            answer = read_json(web.post(address, document).body, bare(address))
        except DataError as error:
            raise ComponentError(f"encoder 'endpoint': {error}") from None
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, list):
            raise self._error("answers without a list `data` of embeddings")
        if len(data) != len(texts):
            raise self._error(f"gives {len(data)} vectors for {len(texts)} texts")
        return self._vectors(data, len(texts))

    def _vectors(self, data: list[Any], count: int) -> Vectors:
        """Rows by their `index`, which need not be in order."""
        try:
            order = [int(each.get("index", at)) for at, each in enumerate(data)]
            rows = [np.asarray(each["embedding"], np.float32) for each in data]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise self._error("gives embeddings that are no lists of numbers") from None
        if sorted(order) != list(range(count)):
            raise self._error("gives two vectors for one text")
        lengths = {len(row) if row.ndim == 1 else 0 for row in rows}
        if len(lengths) > 1 or lengths == {0}:
            raise self._error(f"gives vectors of different lengths: {', '.join(map(str, sorted(lengths)))}")
        if self.dimensions not in (None, *lengths):
            raise self._error(
                f"gives vectors of {lengths.pop()} numbers, and dimensions says {self.dimensions}"
            )
        vectors = np.empty((count, lengths.pop()), np.float32)
        vectors[order] = rows
        if not np.isfinite(vectors).all():
            raise self._error("gives vectors with NaN or infinite numbers")
        return vectors

    def _error(self, said: str) -> ComponentError:
        return ComponentError(f"encoder 'endpoint': {bare(self.url)} {said} (model {self.model!r})")
