"""The page of the Python API has all that `import palate` gives."""

import inspect

import pytest

import palate
import palate.testing


@pytest.fixture
def page(written):
    return written["api.md"]


@pytest.mark.parametrize(
    "name", [name for name in palate.__all__ if name not in ("__version__", "PARTS", "hookimpl", "serve")]
)
def test_every_name_of_the_facade_stands_there_with_its_docstring(page, name):
    first = inspect.getdoc(getattr(palate, name)).splitlines()[0].split("`")[0].split("[")[0].split("_")[0]
    assert f"### palate.{name}\n" in page
    assert first in page


@pytest.mark.parametrize("name", palate.serve.__all__)
def test_every_name_of_the_service_stands_there(page, name):
    assert f"### palate.serve.{name}\n" in page


@pytest.mark.parametrize("name", palate.testing.__all__)
def test_every_name_of_the_kit_stands_there(page, name):
    assert f"### palate.testing.{name}\n" in page


@pytest.mark.parametrize(
    ("method", "said"),
    [
        (
            "palate.run(\n    recipe: str | Path | Mapping[str, Any] | Recipe,\n",
            "folder: str | Path = 'runs',",
        ),
        ("Pipeline.recommend(\n    user: Any = None,\n", "only: Iterable[Any] | None = None,"),
        ("Comparison.write(path: str | Path) -> Path", ""),
        ("palate.testing.crowd(seed: int = 0) -> ", ""),
        ("palate.testing.check(\n    cls: ", "**options: Any,"),
    ],
)
def test_signatures_are_those_of_the_code(page, method, said):
    assert method in page
    assert said in page.split(method)[1][:500]
