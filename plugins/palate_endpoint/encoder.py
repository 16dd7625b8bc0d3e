"""The encoder `endpoint`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt

from palate.components.contracts import Vectors
from palate.secrets import bare
from palate_endpoint.client import ONLY_SPEED, Client, Request, check_address
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
    only_speed: ClassVar[frozenset[str]] = ONLY_SPEED | {"batch_tokens", "batch_texts"}

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

    cut_: int = field(default=0, init=False, repr=False, compare=False)
    width_: int | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError for an address that is none or holds a secret, and a prompt without the text."""
        check_address(self.url)
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
        requests = (
            Request(
                rows, self._document([given[row] for row in rows]), sum(tokens_of(given[r]) for r in rows)
            )
            for rows in batches(given, self.batch_tokens, self.batch_texts)
        )
        for request, vectors in self._client.answers("embeddings", requests, self._read):
            yield request.rows, vectors

    def sends(self, texts: Sequence[str]) -> dict[str, int]:
        """What encoding these texts would send: how many, and tokens, about."""
        given = [self._given(text) for text in texts]
        return {"texts": len(given), "tokens": sum(map(tokens_of, given))}

    def remarks(self) -> dict[str, str]:
        """How many tokens were sent, about, and how many texts were cut, since the last call."""
        sent, shortened, self._client.sent, self.cut_ = self._client.sent, self.cut_, 0, 0
        said = {"sent": f"about {sent:,} tokens were sent to {bare(self.url)}"} if sent else {}
        if shortened:
            said["cut"] = f"{shortened:,} texts are longer than about {self.max_tokens:,} tokens and were cut"
        return said

    def _given(self, text: str) -> str:
        shortened = cut(text, self.max_tokens)
        self.cut_ += shortened is not text
        return self.prompt.replace("{text}", shortened or " ")

    @cached_property
    def _client(self) -> Client:
        given = (self.url, self.model, self.key, self.concurrency, self.timeout, self.attempts)
        return Client(f"encoder {self.name!r}", *given, self.per_second, self.budget_tokens)

    def _alike(self, vectors: Vectors) -> Vectors:
        """The vectors, of the length that all before them had."""
        self.width_ = self.width_ or vectors.shape[1]
        if vectors.shape[1] != self.width_:
            raise self._client.error(
                f"gives vectors of different lengths: {self.width_} and {vectors.shape[1]}"
            )
        return vectors

    def _document(self, texts: list[str]) -> dict[str, Any]:
        document: dict[str, Any] = {"model": self.model, "input": texts, "encoding_format": "float"}
        return document if self.dimensions is None else document | {"dimensions": self.dimensions}

    def _read(self, answer: Any, request: Request) -> Vectors:
        data, count = answer.get("data") if isinstance(answer, dict) else None, len(request.rows)
        if not isinstance(data, list):
            raise self._client.error("answers without a list `data` of embeddings")
        if len(data) != count:
            raise self._client.error(f"gives {len(data)} vectors for {count} texts")
        return self._alike(self._vectors(data, count))

    def _vectors(self, data: list[Any], count: int) -> Vectors:
        """Rows by their `index`, which need not be in order."""
        try:
            order = [int(each.get("index", at)) for at, each in enumerate(data)]
            rows = [np.asarray(each["embedding"], np.float32) for each in data]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise self._client.error("gives embeddings that are no lists of numbers") from None
        if sorted(order) != list(range(count)):
            raise self._client.error("gives two vectors for one text")
        lengths = {len(row) if row.ndim == 1 else 0 for row in rows}
        if len(lengths) > 1 or lengths == {0}:
            raise self._client.error(
                f"gives vectors of different lengths: {', '.join(map(str, sorted(lengths)))}"
            )
        if self.dimensions not in (None, *lengths):
            raise self._client.error(
                f"gives vectors of {lengths.pop()} numbers, and dimensions says {self.dimensions}"
            )
        vectors = np.empty((count, lengths.pop()), np.float32)
        vectors[order] = rows
        if not np.isfinite(vectors).all():
            raise self._client.error("gives vectors with NaN or infinite numbers")
        return vectors
