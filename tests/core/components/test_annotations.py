"""The types of options are read, and those of fitted state are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar

import pytest
from annotated_types import Gt

from palate.components.annotations import option_annotations

if TYPE_CHECKING:
    from a_library_nobody_has import Frame

Alias = int


@dataclass
class Parent:
    """Has an option, and fitted state of a type that cannot be loaded."""

    name: ClassVar[str] = "parent"
    size: Annotated[Alias, Gt(0)] = 1
    frame_: Frame = field(init=False, repr=False, compare=False)


@dataclass
class Child(Parent):
    """Has one more, and another type for the first."""

    size: float = 1.0
    weights: dict[str, float] | None = None


def test_options_have_their_types_with_bounds_and_fitted_state_is_left_alone():
    assert option_annotations(Parent) == {"size": Annotated[int, Gt(0)]}
    assert option_annotations(Child) == {"size": float, "weights": dict[str, float] | None}


def test_an_option_whose_type_cannot_be_read_raises():
    @dataclass
    class Wrong:
        """Names a type that is not there."""

        when: Nowhere = None  # noqa: F821

    with pytest.raises(NameError, match="Nowhere"):
        option_annotations(Wrong)
