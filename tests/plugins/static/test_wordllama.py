"""The model that the package wordllama carries, against the package itself."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from palate.testing import conforms
from palate_static.encoder import Static

if importlib.util.find_spec("wordllama") is None:
    pytest.skip("the package wordllama carries the model", allow_module_level=True)

TEXTS = ["A quiet film about the sea.", "Heat (1995). Crime, Drama", "安静的海", "x" * 3000]

TestStatic = conforms(Static)


def test_the_same_as_wordllama():
    wordllama = pytest.importorskip("wordllama", reason="compares with wordllama", exc_type=ImportError)
    carried = Path(wordllama.__file__).parent
    theirs = wordllama.WordLlama.load(disable_download=True, cache_dir=carried).embed(TEXTS)
    assert np.allclose(Static().encode(TEXTS), theirs, atol=1e-5)


def test_no_torch_is_imported():
    script = (
        "import sys; from palate_static.encoder import Static; Static().encode(['sea']); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'wordllama')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
