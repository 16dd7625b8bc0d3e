"""A recipe that is checked already may be given where any recipe may."""

import pytest

from palate import load_recipe


def test_a_checked_recipe_is_returned_as_it_is(recipe):
    checked = load_recipe(recipe)
    assert load_recipe(checked) is checked


def test_settings_over_a_checked_recipe_are_refused(recipe):
    with pytest.raises(ValueError, match="checked already"):
        load_recipe(load_recipe(recipe), ["top=3"])
