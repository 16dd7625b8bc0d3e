"""The values of a trial are what the recipe has."""

import optuna
from optuna.trial import create_trial

from palate.recipe.search import spaces
from palate.recipe.yaml import Origin, of_plain
from palate_tune.trial_table import values


def test_numbers_of_a_choice_stay_numbers_and_blocks_have_their_names():
    options = {
        "neighbours": [50, 200], "l2": ["auto", 2.5], "rank": [{"use": "ease"}, {"use": "ials"}],
        "normal": [True, False], "nothing": [None, 3],
    }  # fmt: skip
    searched = {name: {"search": "choice", "values": of} for name, of in options.items()}
    found = tuple(space for space, _ in spaces(of_plain({"branches": searched}, Origin("test"))))
    names = {space.path: space.name(space.values[0]) for space in found}
    distributions = {
        space.path: optuna.distributions.CategoricalDistribution([space.name(one) for one in space.values])
        for space in found
    }
    trial = create_trial(value=1.0, params=names, distributions=distributions)
    got = {path.split(".")[-1]: value for path, value in values(trial, found).items()}
    assert got == {"neighbours": 50, "l2": "auto", "rank": "ease", "normal": True, "nothing": None}
    assert type(got["neighbours"]) is int
    assert got["normal"] is True
