"""Running the checks of a component's kind: as a list, or as tests that pytest finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from palate.errors import ComponentError, MissingLibrary, closest
from palate.testing.case import Case, Check, Nonconforming, case_of
from palate.testing.checklist import checks_for


@dataclass(frozen=True)
class Outcome:
    """How one check went.

    `passed` is False too where a check that was expected to fail does not: `expected` has then lost
    its reason. `message` says what is wrong, or why failing was expected.
    """

    check: str
    passed: bool
    message: str = ""


Reasons = Mapping[str, str]
Values = float | Sequence[float]


def check(
    cls: type,
    *,
    kind: str | None = None,
    expected: Reasons | None = None,
    by_hand: Values | None = None,
    **options: Any,
) -> list[Outcome]:
    """Every check of the component's kind, run on it with these options.

    `expected` names checks that fail for a good reason, and gives the reason. `by_hand` are the
    values of a metric on `worked_example`. Raises ComponentError for a class that is no component,
    an unknown check or an empty reason, MissingLibrary where the component's library is not
    installed.
    """
    return outcomes(case_of(cls, kind, options), expected, by_hand)


def outcomes(case: Case, expected: Reasons | None = None, by_hand: Values | None = None) -> list[Outcome]:
    """The same for a component that is registered."""
    reasons, checks = dict(expected or {}), checks_for(case, by_hand)
    _check_expected(checks, reasons)
    case.make()
    return [_outcome(case, name, run, reasons.get(name)) for name, run in checks.items()]


def conforms(
    cls: type,
    *,
    kind: str | None = None,
    expected: Reasons | None = None,
    by_hand: Values | None = None,
    **options: Any,
) -> type:
    """Tests that pytest finds, one for each check of the component's kind.

    What comes out is a class: `TestEase = conforms(Ease)` in a test module makes pytest run them,
    and so does a class of one's own tests that inherits from it, `class TestEase(conforms(Ease))`.

    The tests are skipped where the component's library is not installed. The rest as in `check`.
    """
    case, reasons = case_of(cls, kind, options), dict(expected or {})
    checks = checks_for(case, by_hand)
    _check_expected(checks, reasons)
    tests = {f"test_{name}": _test(case, name, run, reasons.get(name)) for name, run in checks.items()}
    about = f"Whether {cls.__name__} does what every {case.kind} must."
    return type(f"Test{cls.__name__}", (), {**tests, "__doc__": about})


def _test(case: Case, name: str, run: Check, reason: str | None) -> Any:
    def test(self: object) -> None:
        if case.component.missing:
            import pytest

            pytest.skip(case.component.how_to_install())
        if reason is None:
            run(case)
            return
        outcome = _outcome(case, name, run, reason)
        if not outcome.passed:
            raise Nonconforming(outcome.message)

    test.__doc__ = run.__doc__
    test.__name__ = test.__qualname__ = f"test_{name}"
    return test


def _outcome(case: Case, name: str, run: Check, reason: str | None) -> Outcome:
    try:
        run(case)
    except MissingLibrary:
        raise
    except Exception as error:  # a component may raise anything, and that is what is to be told
        if reason is not None and isinstance(error, Nonconforming):
            return Outcome(name, True, f"expected: {reason}")
        said = str(error) if isinstance(error, Nonconforming) else f"{type(error).__name__}: {error}"
        return Outcome(name, False, said)
    if reason is not None:
        said = f"was expected to fail ({reason}) and does not; take it out of `expected`"
        return Outcome(name, False, f"{name} {said}")
    return Outcome(name, True)


def _check_expected(checks: Mapping[str, Check], reasons: Mapping[str, str]) -> None:
    for name, reason in reasons.items():
        if name not in checks:
            raise ComponentError(f"there is no check {name!r}.{closest(name, checks)}")
        if not reason.strip():
            raise ComponentError(f"say why {name!r} is expected to fail")
