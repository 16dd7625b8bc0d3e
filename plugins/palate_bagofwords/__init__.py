"""Encoders that count the words of a text, weighted by how rare each word is."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_encoders() -> list[type]:
    from palate_bagofwords.bm25 import BM25
    from palate_bagofwords.tfidf import TfIdf

    return [TfIdf, BM25]
