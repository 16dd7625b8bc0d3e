"""Approximate nearest-neighbour search in a graph (HNSW)."""

from __future__ import annotations

import errno
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.errors import ComponentError
from palate.store import mapped
from palate_retrieval.order import near_order
from palate_retrieval.similarity import Measure, nearest, prepared

METRICS = {"cosine": "ip", "dot": "ip", "euclidean": "l2sq"}
TYPES = {"float32": "f32", "bfloat16": "bf16", "int8": "i8"}


@dataclass
class HNSW:
    """The items nearest to a user's interests, approximately, by a graph of near items (HNSW).

    Malkov and Yashunin, Efficient and robust approximate nearest neighbor search using hierarchical
    navigable small world graphs, TPAMI 2020, by usearch. Each item has `links`, chosen from
    `build_effort` near ones; a search keeps the `search_effort` nearest so far, at least as many as
    are wanted. More of each finds more, and takes longer. Items are added one after another, near ones
    together, so that a search finds them together in memory, and the same vectors always give the same
    graph. `dot` suits vectors of about one
    length; with others the graph misses more.
    """

    name: ClassVar[str] = "hnsw"
    libraries: ClassVar[tuple[str, ...]] = ("usearch",)
    extra: ClassVar[str] = "hnsw"

    candidates: Annotated[int, Ge(1)] = 1000
    """How many items are looked for, the user's items among them."""
    measure: Measure = "cosine"
    """The similarity: that of the ranker that scores the candidates."""
    links: Annotated[int, Ge(2)] = 16
    build_effort: Annotated[int, Ge(1)] = 128
    search_effort: Annotated[int, Ge(1)] = 128
    precision: Literal["float32", "bfloat16", "int8"] = "float32"
    """How the graph keeps vectors: bfloat16 takes half the memory, and int8, for `cosine` alone, a quarter.
    The ranker scores candidates by the vectors themselves."""

    vectors_: Vectors = field(init=False, repr=False, compare=False)
    graph_: Any = field(init=False, repr=False, compare=False)

    def build(self, vectors: Vectors) -> HNSW:
        """Add every item of float32[items, d] that has a vector to the graph.

        Raises ComponentError for int8 with another measure than cosine: it holds no number beyond 1.
        """
        if self.precision == "int8" and self.measure != "cosine":
            raise ComponentError(
                f"index 'hnsw': `precision: int8` is for `measure: cosine`; use bfloat16 for {self.measure!r}"
            )
        self.vectors_ = prepared(vectors, self.measure)
        self.graph_ = self._empty(vectors.shape[1])
        there = np.flatnonzero(self.vectors_.any(axis=1))
        if len(there):
            there = there[near_order(self.vectors_[there])]
            self.graph_.add(there.astype(np.uint64), self.vectors_[there], threads=1)
        return self

    def search(self, vectors: Vectors, k: int) -> NDArray[np.int32]:
        """int32[n, k]: items for float32[n, d], nearest first, -1 where fewer are found."""
        found = np.full((len(vectors), k), -1, np.int32)
        wanted = min(k, len(self.graph_))
        if not (wanted and len(vectors)):
            return found
        matches = self.graph_.search(prepared(vectors, self.measure), wanted, threads=1)
        if len(vectors) == 1:  # a batch of one comes back without its first axis, and with what was found
            found[0, : len(matches.keys)] = matches.keys
            return found
        real = np.arange(wanted) < np.asarray(matches.counts).reshape(-1, 1)
        found[:, :wanted] = np.where(real, matches.keys.astype(np.int64), -1)
        return found

    def exact(self, vectors: Vectors, k: int) -> NDArray[np.int32]:
        """The exact result of `search`."""
        return nearest(vectors, self.vectors_, k, self.measure)

    def save(self, folder: Path) -> None:
        """The vectors and the graph, as files of numpy and usearch."""
        np.save(folder / "vectors.npy", self.vectors_, allow_pickle=False)
        place = folder / "graph.usearch"
        try:
            self.graph_.save(str(place))
        except RuntimeError as error:  # usearch does not say why
            full = shutil.disk_usage(folder).free < self.graph_.serialized_length
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error), str(place)) from error

    def load(self, folder: Path) -> None:
        """The index that `save` wrote; its files are mapped, and brought into memory where they are read."""
        self.vectors_ = mapped.load_private(folder / "vectors.npy")
        self.graph_ = self._empty(self.vectors_.shape[1])
        self.graph_.view(str(folder / "graph.usearch"))
        self.graph_.expansion_search = self.search_effort

    def _empty(self, width: int) -> Any:
        from usearch.index import Index

        return Index(
            ndim=width,
            metric=METRICS[self.measure],
            dtype=TYPES[self.precision],
            connectivity=self.links,
            expansion_add=self.build_effort,
            expansion_search=self.search_effort,
        )
