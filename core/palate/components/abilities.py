"""What a component of each kind may have beside what it must, in one table; and names that nearly are one.

An ability that is misspelt is one that the component silently does not have, so near misses are reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from palate.components.kinds import KINDS, Kind

_NEAR = 0.8


@dataclass(frozen=True)
class Ability:
    """One optional method, as it is called, or one class variable, and what it is for."""

    written: str
    use: str

    @property
    def name(self) -> str:
        return self.written.partition("(")[0]

    @property
    def is_method(self) -> bool:
        return "(" in self.written


_TELLS_FIT = "whether its options ask for"

OF_EVERY_KIND = (
    Ability("name", "what a recipe calls it; it must have one"),
    Ability("needs", "what it cannot work without, such as `timestamps`"),
    Ability("only_speed", "names of options that change how fast it is and never what comes out"),
    Ability(
        "cost",
        "the powers with which steps and memory grow with `users` and `items`; 1 where it does not say",
    ),
    Ability("libraries", "modules that must be importable"),
    Ability("extra", "the extra of the distribution that installs its libraries"),
    Ability("save(folder)", "keeps fitted state that the core cannot save itself"),
    Ability("load(folder)", "reads what `save` kept"),
)

_TRAINABLE = (
    Ability("torch_module(sizes)", "a torch module that is trained with the others of its branch"),
    Ability("set_weights(weights, sizes)", "takes the weights of the trained module"),
)

ABILITIES: dict[str, tuple[Ability, ...]] = {
    "source": (
        Ability("gives()", "which needs it can meet, as a frozenset"),
        Ability("fingerprint()", "a text that changes when the data behind it do"),
        Ability("load(since)", "loads no interactions before a moment, in seconds since 1970"),
        Ability("names_files", "false where `interactions`, `items` and `users` are no files"),
        Ability(
            "recognises(path)",
            "a class method: the options with which it reads a folder, or None; for `palate init`",
        ),
        Ability("suggests()", "what a first recipe says beside it: `feedback`, `split`, `clean`, `text`"),
    ),
    "cleaner": (
        Ability("wants_fold()", f"{_TELLS_FIT} `restrict`"),
        Ability("restrict(dataset, fold)", "cleans once the data are split"),
        Ability("at_source", "true where it runs within the reading, so that nothing it takes out is stored"),
        Ability("renames_users", "true where users get other ids"),
        Ability("fingerprint()", "of one at the source: changes with what it reads beside its options"),
    ),
    "feedback": (
        Ability(
            "weigh(interactions, items)", "the strength of each of one user's events, few as they may be"
        ),
    ),
    "splitter": (
        Ability("n_folds()", "how many folds it gives, 1 where it does not say"),
        Ability("ignores_time()", "whether it holds out events of users before others that it fits on"),
    ),
    "preprocessor": (
        Ability("keep_in(folder, progress)", "may keep what it has done in a folder of the store"),
        Ability("sends(texts)", "how many texts and about how many tokens would leave this machine"),
        Ability("remarks()", "what is worth knowing about the texts it was last given"),
    ),
    "encoder": (
        Ability("identity()", "what beside its options changes the vectors, such as a model's revision"),
        Ability("fit(texts)", "is fitted on the texts of all items before it encodes"),
        Ability("remarks()", "what is worth knowing about the texts encoded since the last call"),
        Ability("close()", "lets go of the model"),
        Ability(
            "encode_parts(texts)", "some rows with their vectors at a time, kept as soon as they are there"
        ),
        Ability("sends(texts)", "how many texts and about how many tokens would leave this machine"),
        Ability("text_model()", "the language model it reads with, for a finetuner to train"),
        Ability("with_model(folder)", "the same encoder with the model in this folder"),
    ),
    "transform": (Ability("wants_items()", f"{_TELLS_FIT} `fit(vectors, items)`"), *_TRAINABLE),
    "aggregator": (
        Ability("fit(training)", "is fitted on the training part"),
        Ability("begin(history, vectors)", "the state of one user, to be updated by single events"),
        Ability("update(state, item, vector, time, rating)", "the state after one event more"),
        Ability("interests(state)", "what `profile` gives for the whole history"),
        Ability("reads_order", "true where the order of a history changes its interests"),
        Ability("shares(query, vectors)", "how much of each item's vector is in each user's interest"),
        *_TRAINABLE,
    ),
    "index": (Ability("exact(vectors, k)", "the true nearest, against which its recall is measured"),),
    "ranker": (
        Ability("explain(query, items)", "the contributions to each user's score of one item"),
        Ability(
            "partial_fit(added, removed)", "becomes what `fit` would give once the data of some users changed"
        ),
        Ability("can_update()", "whether its options let `partial_fit` do less than `fit`; true if unsaid"),
        Ability(
            "update_tolerance",
            "how far scores after `partial_fit` may be from those of `fit`; 1e-5 if unsaid",
        ),
        Ability("interests(query)", "the vectors that stand for each user in its scores"),
        Ability("item_vectors()", "the vectors of the items among its `interests`"),
        Ability("wants_vectors()", f"{_TELLS_FIT} item vectors"),
        Ability("wants_timestamps()", f"{_TELLS_FIT} the time of each interaction"),
        Ability(
            "check_size(size)",
            "before anything is fitted: refuses what is too large, or says what it does instead",
        ),
        Ability("fits_in_parts()", "whether it can be fitted from parts of the data, with the same result"),
        Ability(
            "fit_part(training, number, count)",
            "what it needs of one of so many parts of the data, as the store can keep it",
        ),
        Ability("rounds()", "in how many rounds it is fitted on its parts, where in more than one go"),
        Ability(
            "fit_round(part, number, before, own)",
            "what it makes of a part, given what the round before made of all parts",
        ),
        Ability("fit_from(training, parts)", "what `fit` gives, from what was made of all parts"),
        Ability("remarks()", "what is worth knowing about the fit, by name; kept with the step"),
        Ability("reads_order", "true where the order of a history changes its scores"),
        Ability(
            "score_items(query, items)", "the scores of a few items only, which saves time behind an index"
        ),
        Ability("similarities(vectors)", "float32[items, items], from which `score_shares` makes scores"),
        Ability(
            "score_shares(shares, vectors, similarities)",
            "the scores of users whose interest is the sum of so much of each item's vector",
        ),
        Ability("score_few(query)", "the scores of one user where most are 0, without writing out those"),
        Ability("predicts_ratings", "true where its scores are ratings, as `rmse` and `mae` take them"),
        *_TRAINABLE,
    ),
    "fuser": (
        Ability("check_branches(names)", "refuses names of branches that its options do not fit"),
        Ability("fit(training)", "is fitted on the training part"),
        Ability("wants_tuning()", f"{_TELLS_FIT} `tune`"),
        Ability("tune(scores)", "chooses its weights by out-of-sample scores"),
        Ability("remarks()", "what tuning found: `weights`, the `parts` of branches, `said` in words"),
        Ability("lengths()", "lengths of histories that it is tuned on too"),
        Ability("fuse_few(scores, query)", "the same for one user, from the few items that stand out"),
        Ability(
            "explain(scores, query, items)", "how each user's score of one item is made of the branches'"
        ),
    ),
    "reranker": (
        Ability("fit(training)", "is fitted on the training part"),
        Ability("wants_vectors()", f"{_TELLS_FIT} item vectors in `fit`"),
        Ability("wants_timestamps()", f"{_TELLS_FIT} the time of each interaction"),
        Ability("pool(wanted)", "how many items it must be given"),
        Ability("allows(query)", "bool[n, items]: which items may be recommended to each user at all"),
    ),
    "metric": (
        Ability("score(ranking, truth)", "one value for each user"),
        Ability("overall(ranking, truth)", "one value for all users together, instead of `score`"),
        Ability("bounds", "the least and the greatest value there can be"),
        Ability("lower_is_better", "true where less is better"),
    ),
}


def abilities(kind: str) -> tuple[Ability, ...]:
    """What a component of this kind may have, its own abilities before those of every kind."""
    return (*ABILITIES.get(kind, ()), *OF_EVERY_KIND)


def near_misses(cls: type, kind: str) -> list[str]:
    """Names of the class that are nearly an ability which it does not have, in words.

    Methods are held against methods and class variables against class variables. Options are left alone,
    and so are private names and those of parents from other packages.
    """
    found = []
    for name, value in _own(cls, KINDS[kind]):
        known = [each.name for each in abilities(kind) if each.is_method == callable(value)]
        if name in known:
            continue
        meant = max(known, key=lambda other: _likeness(name, other))
        if _likeness(name, meant) >= _NEAR and not hasattr(cls, meant):
            sort = "method" if callable(value) else "class variable"
            found.append(f"{kind} {cls.__name__} has a {sort} {name!r}. Did you mean {meant!r}?")
    return found


def _own(cls: type, kind: Kind) -> Iterator[tuple[str, Any]]:
    """Public attributes that may be meant as abilities."""
    meant = {item.name for item in fields(cls)} | {*kind.methods, *kind.one_of}
    package = cls.__module__.partition(".")[0]
    for parent in cls.__mro__:
        if parent.__module__.partition(".")[0] != package:
            continue
        for name in vars(parent):
            if not (name.startswith("_") or name.endswith("_") or name in meant):
                yield name, getattr(cls, name)


def _likeness(name: str, other: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name, other).ratio()
