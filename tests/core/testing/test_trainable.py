"""The checks of trainable components find those that would go wrong in a branch."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from palate.testing import trainable
from palate.testing.case import Nonconforming, case_of
from palate.training import interests_at_the_end

torch = pytest.importorskip("torch")


class Weighted(torch.nn.Module):
    """The mean of the events up to each, times a number."""

    def __init__(self):
        super().__init__()
        self.by = torch.nn.Parameter(torch.full((1,), 2.0))

    def forward(self, vectors):
        counts = torch.ones_like(vectors[..., :1]).cumsum(1)
        return (self.by * vectors.cumsum(1) / counts)[:, :, None]


class SeesAhead(Weighted):
    def forward(self, vectors):
        return self.by * vectors.mean(1, keepdim=True).expand_as(vectors)[:, :, None]


class Flat(Weighted):
    def forward(self, vectors):
        return super().forward(vectors)[:, :, 0]


class Idle(Weighted):
    def __init__(self):
        super().__init__()
        self.never = torch.nn.Parameter(torch.zeros(1))


@dataclass
class Sound:
    """An aggregator that does all it must."""

    name: ClassVar[str] = "sound"
    module: ClassVar[type] = Weighted

    length: int = 10

    weights_: dict = field(init=False, repr=False, compare=False)

    def torch_module(self, sizes):
        return self.module()

    def set_weights(self, weights, sizes):
        self.weights_ = dict(weights)

    def profile(self, query, vectors):
        made = self.module()
        made.load_state_dict({name: torch.tensor(value) for name, value in self.weights_.items()})
        return interests_at_the_end(made, vectors, query.history, self.length)


@dataclass
class Halved(Sound):
    """One that uses other weights than it is given."""

    name: ClassVar[str] = "halved"

    def set_weights(self, weights, sizes):
        self.weights_ = {name: value / 2 for name, value in weights.items()}


def with_module(module):
    return dataclass(type("Odd", (Sound,), {"__module__": __name__, "name": "odd", "module": module}))


@pytest.mark.parametrize("check", trainable.CHECKS)
def test_a_sound_one_passes(check):
    check(case_of(Sound, "aggregator", {}))


@pytest.mark.parametrize(
    ("cls", "check", "message"),
    [
        (with_module(Flat), "its_module_gives_what_its_place_asks_for", r"must give \[n, l, interests, d\]"),
        (with_module(SeesAhead), "interests_do_not_depend_on_what_follows", "depend on later ones"),
        (with_module(Idle), "every_weight_is_trained", "no gradient: never"),
        (Halved, "it_works_with_the_weights_it_is_given", "something else than its module"),
    ],
)
def test_what_is_wrong_is_found(cls, check, message):
    with pytest.raises(Nonconforming, match=message):
        getattr(trainable, check)(case_of(cls, "aggregator", {}))


def test_the_mean_of_the_kit_is_computed_by_hand():
    made = Weighted()(torch.tensor([[[1.0], [3.0]]])).detach().numpy()
    np.testing.assert_allclose(made, [[[[2.0]], [[4.0]]]])
