"""`palate init FOLDER`: folders that a source recognises."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from palate import Dataset, hookimpl
from palate.cli import main
from palate.errors import DataError
from palate.registry import PluginEntry, Registry
from palate_init import known_layout
from palate_init.recognised import Recognised


@pytest.fixture
def palate(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(known_layout, "find_spec", lambda _: None)  # counted words, no language model

    def call(*words):
        code = main([*words])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return call


def shop(folder):
    """30 users with ten interactions each, of 20 items with titles."""
    folder.mkdir()
    rows = "".join(
        f"{n % 30}\t{(n * 7 + n // 30) % 20}\t{(n + n // 30) % 5 + 1}\t{1000 + n}\n" for n in range(300)
    )
    (folder / "shop.inter").write_text(f"user_id:token\titem_id:token\trating:float\ttimestamp:float\n{rows}")
    titles = "".join(f"{n}\tThing {n} {'red' if n % 2 else 'blue'}\n" for n in range(20))
    (folder / "shop.item").write_text(f"item_id:token\tname:token_seq\n{titles}")


def test_a_folder_that_is_recognised_gets_a_recipe_that_was_tried(palate, tmp_path):
    shop(tmp_path / "shop")
    code, shown = palate("init", "shop")
    assert code == 0, shown
    text = (tmp_path / "recipe.yaml").read_text()
    assert "300 interactions of 30 users with 20 items." in text
    assert "source: {use: recbole, folder: shop}" in text
    assert "feedback: ratings" in text
    assert 'template: "{title}"' in text
    assert "$schema=recipe.schema.json" in text
    assert "does not run" not in shown, "it was tried"


def test_a_published_split_is_kept_and_given_a_validation_part(palate, tmp_path):
    (tmp_path / "gowalla").mkdir()
    lines = {"train": (0, 3), "test": (3, 5)}
    for part, (low, high) in lines.items():
        rows = (" ".join(map(str, [n, *((n * 5 + i) % 17 for i in range(low, high))])) for n in range(40))
        (tmp_path / "gowalla" / f"{part}.txt").write_text("\n".join(rows))
    code, shown = palate("init", "gowalla")
    assert code == 0, shown
    text = (tmp_path / "recipe.yaml").read_text()
    assert "split: {use: column, validation: 0.2}" in text, "a tenth of three rounds to none"
    assert "content" not in text
    assert "does not run" not in shown


def test_large_files_are_not_loaded_and_the_recipe_says_so(palate, tmp_path, monkeypatch):
    shop(tmp_path / "shop")
    monkeypatch.setattr(known_layout, "LOADED", 100)
    code, shown = palate("init", "shop")
    assert code == 0
    assert "were not loaded" in shown
    assert "# linear:" in (tmp_path / "recipe.yaml").read_text()


def test_what_the_source_reports_is_a_note(palate, tmp_path):
    rows = "".join(f"{n % 30},{(n * 7 + n // 30) % 20},,2\n" for n in range(300))
    head = "user_id,video_id,timestamp,watch_ratio\n"
    (tmp_path / "kuai").mkdir()
    for name in ("big", "small"):
        (tmp_path / "kuai" / f"{name}_matrix.csv").write_text(head + rows)
    code, shown = palate("init", "kuai")
    assert code == 0, shown
    assert "note: 300 of 300 rows of kuai/big_matrix.csv have no time" in shown
    assert shown.count("have no time") == 1


def test_a_folder_that_nothing_recognises_is_refused_with_what_to_do(palate, tmp_path):
    (tmp_path / "mine").mkdir()
    code, shown = palate("init", "mine")
    assert code == 2
    assert "no source recognises the folder mine by its files; name the file of interactions in it" in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "recipe.yaml").exists()


@dataclass
class Mine:
    """A layout of a third party: a folder with a file that has its name."""

    name: ClassVar[str] = "mine"
    file: ClassVar[str] = "mine.data"

    folder: str

    def load(self) -> Dataset:
        raise NotImplementedError

    @classmethod
    def recognises(cls, path):
        return {"folder": str(path)} if (path / cls.file).exists() else None


@dataclass
class Other(Mine):
    """Another that takes the same folders for its own."""

    name: ClassVar[str] = "other"


class Plugin:
    @hookimpl
    def register_sources(self):
        return [Mine, Other]


@pytest.fixture
def registry():
    found = Registry()
    found.load(PluginEntry("mine", entry=Plugin()))
    return found


def test_a_source_of_a_third_party_joins_in_and_two_that_fit_are_told_apart_by_name(tmp_path, registry):
    (tmp_path / "mine.data").touch()
    with pytest.raises(
        DataError, match="looks like data of the sources 'mine', 'other': say which with --source"
    ):
        Recognised.of(tmp_path, registry=registry)
    found = Recognised.of(tmp_path, "other", registry)
    assert (found.source, found.options, found.suggested) == ("other", {"folder": str(tmp_path)}, {})
    with pytest.raises(DataError, match=r"no source 'othr' that recognises folders\. Did you mean 'other'\?"):
        Recognised.of(tmp_path, "othr", registry)
