"""The site is built strictly: a link, a reference or a page that leads nowhere is an error."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="needs the extra `docs`")
pytest.importorskip("myst_parser", reason="needs the extra `docs`")
pytest.importorskip("furo", reason="needs the extra `docs`")

DOCS = Path(__file__).parents[2] / "docs"


def build(source, target):
    options = ["--fail-on-warning", "--keep-going", "--quiet", "-b", "html", "-d", target / "doctrees"]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *options, source, target / "site"], capture_output=True, text=True
    )


def test_the_site_builds_without_a_warning(tmp_path):
    done = build(DOCS, tmp_path)
    assert done.returncode == 0, done.stderr
    for page in (
        "index",
        "tutorial",
        "reference/hooks",
        "reference/kinds/ranker",
        "reference/components/ranker-ease",
    ):
        assert (tmp_path / "site" / f"{page}.html").is_file()


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path):
    source = tmp_path / "docs"
    source.mkdir()
    conf = (DOCS / "conf.py").read_text(encoding="utf-8")
    (source / "conf.py").write_text(conf.replace("str(Path(__file__).parent)", repr(str(DOCS))))
    (source / "index.md").write_text("# A page\n\n[nowhere](missing.md)\n")
    done = build(source, tmp_path)
    assert done.returncode != 0
    assert "missing.md" in done.stderr
