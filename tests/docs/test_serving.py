"""What docs/serving.md says of the service is so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")


def test_every_risk_of_owasp_names_tests_that_there_are():
    there = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/plugins/serve").glob("test_*.py")
    )
    rows = re.findall(r"^\| (\d+) .*$", TEXT, re.MULTILINE)
    assert rows == [str(number) for number in range(1, 11)]
    for row in re.findall(r"^\| \d+ .*$", TEXT, re.MULTILINE):
        named = re.findall(r"`(test_\w+)`", row)
        assert named
        assert [name for name in named if f"def {name}(" not in there] == []


def test_every_place_and_option_it_names_is_one():
    pytest.importorskip("msgspec")
    from palate_serve.command import command
    from palate_serve.routes import ROUTES

    places = {route.path for route in ROUTES}
    named = set(re.findall(r"(?:GET|POST|DELETE) (/[\w/{}.]*)", TEXT))
    assert named
    assert named <= places
    options = {name for parameter in command.params for name in parameter.opts}
    assert (
        set(re.findall(r"(?<=[`\s])(--[a-z]+)", re.sub(r"```dockerfile.*?```", "", TEXT, flags=re.DOTALL)))
        <= options
    )


def test_the_limits_are_those_it_says():
    pytest.importorskip("msgspec")
    from palate.serve import Limits

    limits = Limits()
    said = f"bodies of {limits.body // 1_000_000} MB, `k` {limits.k:,}, histories of {limits.history:,}, "
    assert said + f"{limits.concurrency} requests at once, {limits.seconds:g} s an answer" in TEXT
