"""Recipes mutated by hypothesis: each is refused in words, or runs."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reliability_damage import called
from reliability_world import Found, recipes, write

_SECONDS = 60


def mutations(root: Path, count: int, seed: int, found: Found) -> None:
    """Ask for the plan of `count` mutated recipes; every fifth that has one is run."""
    import hypothesis as h
    from hypothesis import strategies as st

    world = write(root)
    file = world.root / "mutated.yaml"
    seen: set[str] = set()

    @h.seed(seed)
    @h.settings(
        max_examples=2 * count, database=None, deadline=None, phases=[h.Phase.generate],
        suppress_health_check=list(h.HealthCheck),
    )  # fmt: skip
    @h.given(_texts(st))
    def one(text: str) -> None:
        if text in seen or len(seen) >= count:
            return
        seen.add(text)
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        found.counts["mutated recipes"] += 1
        words = ("plan", "mutated.yaml")
        what = f"plan of {text[:2000]!r}"
        with _limited():
            done = called(world, *words)
            if not found.ended(what, done, (0, 2)) or done.code:
                return
            found.counts["mutated recipes with a plan"] += 1
            if len(seen) % 5 == 0:
                found.counts["mutated recipes run"] += 1
                found.ended(f"run{what[4:]}", called(world, "run", "mutated.yaml", "-q"), (0, 2))

    one()


def _limited() -> Any:
    """A block that takes longer raises TimeoutError."""
    from contextlib import contextmanager

    @contextmanager
    def limited() -> Iterator[None]:
        def late(*_: Any) -> None:
            raise TimeoutError(f"more than {_SECONDS} s")

        before = signal.signal(signal.SIGALRM, late)
        signal.alarm(_SECONDS)
        try:
            yield
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)

    return limited()


def _texts(st: Any) -> Any:
    """Recipes as text, with one to three mutations of their values, or of the text itself."""
    odd = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.just({}), st.just([]),
        st.integers(1, 20), st.floats(0.1, 0.9), st.integers(1, 20), st.floats(0.1, 0.9),
        st.sampled_from(["9" * 5000, "-0", "\0", "\u202e", "é" * 300, "../../x", "${HOME}", "!!int x", "*a"]),
        st.recursive(
            st.integers(),
            lambda inner: st.one_of(
                st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)
            ),
        ),
    )  # fmt: skip
    base = st.sampled_from(list(recipes().values()))
    change = st.tuples(
        st.integers(0, 2**16),
        st.sampled_from(["nudge"] * 5 + ["set", "drop", "drop", "rename", "twice", "add"]),
        odd,
    )

    def written(drawn: tuple[Any, list[Any], int, int, str]) -> str:
        recipe, changes, place, length, insert = drawn
        value = json.loads(json.dumps(recipe))
        for at, what, new in changes:
            _mutate(value, random.Random(at), what, new)
        text = json.dumps(value, indent=1, ensure_ascii=False)
        if length:
            place %= len(text)
            text = text[:place] + insert + text[place + length :]
        return text

    edits = st.tuples(st.integers(0, 2**16), st.sampled_from([0, 0, 0, 0, 0, 0, 1, 7]), st.text(max_size=6))
    return st.tuples(base, st.lists(change, min_size=1, max_size=3), edits).map(
        lambda drawn: written((drawn[0], drawn[1], *drawn[2]))
    )


def _mutate(value: Any, rng: random.Random, what: str, new: Any) -> None:
    """Change one place of a nested value, in place."""
    spots: list[tuple[Any, Any]] = []

    def walk(inner: Any) -> None:
        for key in inner if isinstance(inner, dict) else range(len(inner)):
            spots.append((inner, key))
            if isinstance(inner[key], (dict, list)):
                walk(inner[key])

    walk(value)
    if not spots:
        return
    holder, key = rng.choice(spots)
    numbers = [(inner, at) for inner, at in spots if isinstance(inner[at], (int, float))]
    if what == "nudge" and numbers:
        inner, at = rng.choice(numbers[1:] or numbers)  # the first says the version of the format
        inner[at] = type(inner[at])(rng.choice([1, 2, 3, 0.25, 0.5, 7, 20]))
    elif what == "set" or isinstance(holder, list):
        holder[key] = new
    elif what == "drop":
        del holder[key]
    elif what == "rename":
        holder[f"{key}{rng.choice('xs_ ')}"] = holder.pop(key)
    elif what == "twice":
        other, place = rng.choice(spots)
        other[place] = json.loads(json.dumps(holder[key]))
    else:
        holder[str(new)[:20]] = new
