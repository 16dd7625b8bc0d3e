"""Options that hold a component: checked, made, told apart, and kept like any other."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar

import jsonschema
import numpy as np
import pytest
from annotated_types import Gt

from palate import hookimpl, load_recipe
from palate.components.component import Component
from palate.components.nested import Nested, needs_of, nested_options
from palate.errors import ComponentError, MissingLibrary, RecipeError
from palate.pipeline import FittedBranch
from palate.recipe.model import Block
from palate.recipe.schema import schema
from palate.registry import PluginEntry, Registry, plugin_entries
from palate.store.codec import pack, unpack
from palate.testing import asking, training_of


@dataclass
class Constant:
    """The same score for everything."""

    name: ClassVar[str] = "constant"
    only_speed: ClassVar[frozenset[str]] = frozenset({"quick"})

    value: Annotated[float, Gt(0)] = 1.0
    quick: bool = False
    people_: int = field(init=False, repr=False, compare=False)

    def fit(self, training):
        self.people_ = len(training.history)
        return self

    def score(self, query):
        return np.full((len(query), query.history.n_items), self.value * self.people_, np.float32)


@dataclass
class Acquainted(Constant):
    """The same score for everything, for people it knows."""

    name: ClassVar[str] = "acquainted"
    needs: ClassVar[frozenset[str]] = frozenset({"known users", "timestamps"})


@dataclass
class Elsewhere(Constant):
    """Needs what is not there."""

    name: ClassVar[str] = "elsewhere"
    libraries: ClassVar[tuple[str, ...]] = ("no_such_library",)


@dataclass
class Doubled:
    """Twice what another ranker says."""

    name: ClassVar[str] = "doubled"

    teacher: Annotated[Any, Nested("ranker")]
    second: Annotated[Any, Nested("ranker")] | None = None
    teacher_: Any = field(init=False, repr=False, compare=False)

    def fit(self, training):
        self.teacher_ = deepcopy(self.teacher).fit(training)
        return self

    def score(self, query):
        return 2 * self.teacher_.score(query)


@pytest.fixture
def registry():
    found = Registry()
    for entry in plugin_entries():
        found.load(entry)

    class Plugin:
        @hookimpl
        def register_rankers(self):
            return [Constant, Acquainted, Elsewhere, Doubled]

    found.load(PluginEntry("school", entry=Plugin()))
    assert not [failure for failure in found.failures if failure.plugin == "school"]
    return found


@pytest.fixture
def doubled(registry):
    return registry.find("ranker", "doubled")


def block(doubled, options):
    resolved, problems = doubled.check(options)
    assert problems == {}
    return Block(doubled, resolved)


def test_the_options_that_hold_a_component_are_found_by_their_mark():
    assert nested_options(Doubled) == {"teacher": "ranker", "second": "ranker"}
    assert nested_options(Constant) == {}


def test_a_bare_name_and_a_mapping_are_filled_in_with_every_option(doubled):
    right = {"teacher": {"use": "constant", "value": 1.0, "quick": False}, "second": None}
    assert doubled.check({"teacher": "constant"}) == (right, {})
    assert doubled.check(right) == (right, {})
    assert doubled.check({"teacher": {"use": "constant", "value": 3}})[0]["teacher"]["value"] == 3.0


def test_what_is_wrong_within_is_told_with_its_place(doubled):
    _, problems = doubled.check({"teacher": {"use": "constant", "value": -1, "vlaue": 2}})
    assert problems["teacher.value"] == "value must be greater than 0; got -1"
    assert "Did you mean 'value'" in problems["teacher.vlaue"]
    assert "'constant'" in doubled.check({"teacher": "constnat"})[1]["teacher"]
    assert "must be the name of a ranker" in doubled.check({"teacher": 7})[1]["teacher"]
    assert "must be the name of a ranker" in doubled.check({"teacher": {"value": 7}})[1]["teacher"]
    assert doubled.check({})[1] == {"teacher": "teacher is required"}


def test_components_may_hold_components_that_hold_components(doubled):
    deep = {"use": "doubled", "teacher": {"use": "constant", "value": 0}}
    assert list(doubled.check({"teacher": deep})[1]) == ["teacher.teacher.value"]
    made = doubled.make({"teacher": {"use": "doubled", "teacher": "constant"}})
    assert made == Doubled(teacher=Doubled(teacher=Constant()))


def test_it_gets_an_unfitted_instance_of_its_own(doubled):
    one, other = (doubled.make({"teacher": {"use": "constant", "value": 2}}) for _ in range(2))
    assert one.teacher == Constant(value=2.0)
    assert one.teacher is not other.teacher
    assert one.second is None
    with pytest.raises(ComponentError, match="value must be greater than 0"):
        doubled.make({"teacher": {"use": "constant", "value": 0}})
    with pytest.raises(MissingLibrary, match="no_such_library"):
        doubled.make({"teacher": "elsewhere"})


def test_what_is_held_counts_in_the_identity_but_for_speed(doubled):
    one = block(doubled, {"teacher": {"use": "constant", "value": 2}}).identity()
    assert one == block(doubled, {"teacher": {"use": "constant", "value": 2, "quick": True}}).identity()
    assert one != block(doubled, {"teacher": {"use": "constant", "value": 3}}).identity()
    assert one != block(doubled, {"teacher": "acquainted"}).identity()
    held = Component("ranker", Constant, "school", "-", "0")
    assert held.code in json.dumps(one)


def test_another_text_of_what_is_held_is_another_identity(doubled, monkeypatch):
    before = block(doubled, {"teacher": "ease"}).identity()
    changed = property(lambda self: "changed" if self.name == "ease" else "same")
    monkeypatch.setattr(Component, "code", changed)
    one = block(doubled, {"teacher": "ease"}).identity()
    assert before != one
    assert "changed" in json.dumps(one)


def test_what_is_held_has_needs_too(doubled):
    needs = frozenset({"known users", "timestamps"})
    assert block(doubled, {"teacher": "acquainted"}).needs == needs
    assert needs_of(Doubled(teacher=Acquainted())) == needs
    assert needs_of(Doubled(teacher=Doubled(teacher=Acquainted()))) == needs
    assert needs_of(SimpleNamespace()) == frozenset()


def test_whom_what_is_held_cannot_serve_is_not_served():
    branch = FittedBranch("x", Doubled(teacher=Acquainted()).fit(training_of([[0], [1]], 2)))
    scores = branch.score(asking([[0], [0]], 2, users=[0, -1]))
    assert scores[0].tolist() == [4.0, 4.0]
    assert np.isnan(scores[1]).all()


def test_a_recipe_tells_every_problem_within_with_file_line_and_path(recipe, registry, tmp_path):
    path = tmp_path / "r.yaml"
    recipe["branches"] = {"x": {"rank": {"use": "doubled", "teacher": {"use": "constant", "value": 0}}}}
    del recipe["fuse"]
    path.write_text(json.dumps(recipe, indent=1))
    with pytest.raises(RecipeError) as error:
        load_recipe(path, registry=registry)
    (problem,) = error.value.problems
    assert problem.path == "branches.x.rank.teacher.value"
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if '"value"' in text)
    assert problem.where.split(":")[1] == str(line)


def test_a_recipe_is_told_what_to_install_and_what_is_needed_for_what_is_held(recipe, registry):
    recipe["branches"] = {"x": {"rank": {"use": "doubled", "teacher": "elsewhere"}}}
    with pytest.raises(RecipeError, match=r"branches\.x\.rank: ranker 'elsewhere' needs no_such_library"):
        load_recipe({key: value for key, value in recipe.items() if key != "fuse"}, registry=registry)


def test_a_fitted_one_is_kept_and_read_again(registry, tmp_path):
    fitted = Doubled(teacher=Doubled(teacher=Constant(value=3.0))).fit(training_of([[0], [1]], 2))
    pack(fitted, tmp_path, registry)
    again = unpack(tmp_path, registry)
    assert again == fitted
    query = asking([[0]], 2)
    assert again.score(query).tolist() == fitted.score(query).tolist() == [[24.0, 24.0]]


def test_the_schema_takes_any_ranker_there(registry):
    written = schema(registry)
    rank = {"use": "doubled", "teacher": {"use": "constant", "value": 2}}

    def recipe(rank):
        return {"recipe": 1, "branches": {"x": {"rank": rank}}}

    jsonschema.validate(recipe(rank), written)
    jsonschema.validate(recipe({"use": "doubled", "teacher": "constant"}), written)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(recipe({"use": "doubled", "teacher": {"use": "constant", "value": 0}}), written)
