from palate.testing import conforms
from palate_baselines.again import Again
from palate_baselines.fresh import Fresh
from palate_baselines.popularity import Popularity
from palate_baselines.random import Random

TestPopularity = conforms(
    Popularity, expected={"finds_the_held_out_item": "everybody gets the same, whatever they like"}
)
TestFresh = conforms(
    Fresh,
    column="year",
    half_life=1000,
    expected={"finds_the_held_out_item": "everybody gets the same, whatever they like"},
)
TestAgain = conforms(
    Again,
    half_life=30,
    expected={"finds_the_held_out_item": "it knows no item that the user has not had"},
)
TestRandom = conforms(
    Random,
    expected={
        "finds_the_held_out_item": "it looks for nothing",
        "unknown_users_are_served_from_their_history": "the person's number is part of what is hashed",
    },
)
