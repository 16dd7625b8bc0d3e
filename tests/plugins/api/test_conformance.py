import importlib.util
import json
from pathlib import Path

import pytest

from palate.testing import conforms
from palate_api.source import Api

pytest.importorskip("urllib3", reason="palate[api] is not installed")

PLACE = Path(__file__).parents[2] / "server.py"
SPEC = importlib.util.spec_from_file_location("tests_server", PLACE)
SERVER = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(SERVER)
EVENTS = [{"user": user, "item": item, "time": user + item} for user in range(4) for item in range(user, 6)]
SERVED = SERVER.site()
SITE = SERVED.__enter__()
SITE.answer = lambda path, headers: (200, {}, json.dumps(EVENTS).encode())


@pytest.fixture(scope="module", autouse=True)
def _served():
    yield
    SERVED.__exit__(None, None, None)


TestApi = conforms(Api, interactions=f"{SITE.url}/events")
