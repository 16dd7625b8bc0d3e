"""A library is loaded at its first use, and is then what it would have been."""

import os
import subprocess
import sys
import textwrap

import pytest


def python(code, site):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(site)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def site(tmp_path):
    """A package of two modules that need one another, and print when they are loaded."""
    package = tmp_path / "slow"
    package.mkdir()
    (package / "__init__.py").write_text(
        "print('slow')\nimport slow.part as part\nVALUE = 3\n"
        "def __getattr__(name):\n    if name == 'made':\n        return 5\n    raise AttributeError(name)\n"
    )
    (package / "part.py").write_text("print('part')\nimport slow\nassert not hasattr(slow, 'VALUE')\n")
    (package / "inner.py").write_text("print('inner')\nNUMBER = 7\n")
    return tmp_path


def test_importing_it_twice_loads_nothing_and_the_first_use_everything(site):
    code = """
        from palate.late import load_late
        load_late("slow")
        import slow
        import slow as again
        print("imported", again is slow)
        print(again.VALUE, slow.made, slow.part.__name__, hasattr(slow, "nothing"), type(slow).__name__)
    """
    assert python(code, site) == [
        "imported",
        "True",
        "slow",
        "part",
        "3",
        "5",
        "slow.part",
        "False",
        "module",
    ]


def test_a_module_inside_a_package_is_loaded_alone_at_its_first_use(site):
    code = """
        from palate.late import load_late
        load_late("slow.inner")
        import slow.inner as inner
        print("imported")
        print(inner.NUMBER)
        from slow.inner import NUMBER
    """
    assert python(code, site) == ["slow", "part", "imported", "inner", "7"]


def test_what_is_not_installed_is_missing_as_ever(site):
    code = """
        from palate.late import load_late
        load_late("a_library_nobody_has")
        try:
            import a_library_nobody_has
        except ModuleNotFoundError as error:
            print(error.name)
    """
    assert python(code, site) == ["a_library_nobody_has"]


def test_several_threads_may_be_the_first_to_use_it(site):
    (site / "slow" / "__init__.py").write_text("import time\ntime.sleep(0.1)\nVALUE = 3\n")
    code = """
        from concurrent.futures import ThreadPoolExecutor
        from palate.late import load_late
        load_late("slow")
        import slow
        with ThreadPoolExecutor(8) as pool:
            print(*pool.map(lambda _: slow.VALUE, range(8)))
    """
    assert python(code, site) == ["3"] * 8


def test_a_mistake_in_a_recipe_is_reported_without_loading_polars_or_sparse_arrays(tmp_path):
    (tmp_path / "r.yaml").write_text(
        "recipe: 1\ndata:\n  source: movielens\n  split: {use: temporal, test: 0.2}\n"
        "branches:\n  linear: {rank: {use: ease, l3: 5}}\n"
    )
    code = f"""
        import sys
        from palate.cli import main
        assert main(["run", {str(tmp_path / "r.yaml")!r}]) == 2
        print(*[name for name in ("polars.dataframe", "scipy.sparse._csr") if name in sys.modules])
        import polars, scipy.sparse
        print(polars.DataFrame({{"a": [1]}}).height, scipy.sparse.csr_array((2, 3)).shape[1])
    """
    assert python(code, tmp_path) == ["1", "3"]
