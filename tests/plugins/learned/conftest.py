import importlib.util

import pytest


@pytest.fixture(autouse=True)
def one_thread():
    """Tiny products are slower on several threads."""
    if not importlib.util.find_spec("torch"):
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
