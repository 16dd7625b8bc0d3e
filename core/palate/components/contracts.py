"""What each kind of component does. No base class is needed: these are Protocols.

A component is a dataclass. Its fields are its options, their annotations the bounds. Class
variables tell the rest:

- `name`: what a recipe calls it.
- `needs`: what it cannot work without, any of `palate.components.needs.NEEDS`.
- `only_speed`: names of options that change how fast it is, and never what comes out.
- `cost`: the powers with which steps and memory grow with `users` and `items`, at most; 1 where
  it does not say.
- `libraries`: modules that must be importable, and `extra`, the extra of the distribution that
  brings them (`palate[llm]`).

What a component learns goes into fields with a trailing underscore, declared as
`field(init=False, repr=False, compare=False)`. Arrays, sparse arrays, polars frames, numbers,
text, other components and lists and dicts of these are saved and loaded by the core; a component
with other state has `save(folder)` and `load(folder)`.

An option may hold another component: `teacher: Annotated[Any, Nested("ranker")]` (`palate.components.nested`)
is written in a recipe as `teacher: ease` or `teacher: {use: ease, l2: 300}`, and is handed over as
a new, unfitted instance, of which `fit` fits a copy into a field such as `teacher_`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from palate.components.language_models import Encoder as Encoder
from palate.components.language_models import Finetuner as Finetuner
from palate.components.language_models import Objective as Objective
from palate.data import Dataset, Fold, Items, Query, Ranking, Training

if TYPE_CHECKING:
    from palate.events import Emit
    from palate.plan import MergedPlan, Plan

Vectors = NDArray[np.float32]
Scores = NDArray[np.float32]


@runtime_checkable
class Source(Protocol):
    """Brings data in. May have `gives() -> frozenset[str]`, which needs it can meet, and
    `fingerprint() -> str`, which changes when the data behind it do; its `load` may take `since`, seconds
    since 1970, and then gives no interactions before it. `names_files = False` says that its options
    `interactions`, `items` and `users`, if it has such, are no paths of files.

    For `palate init`: the class method `recognises(path)`, the options with which it reads a folder, or None,
    and `suggests()`, what a recipe says beside it, as under `data`, with `text`, a list of attributes.
    """

    name: ClassVar[str]

    def load(self) -> Dataset: ...


@runtime_checkable
class Cleaner(Protocol):
    """Takes rows, users or items out, or fixes them.

    It runs before the split, so what it takes out must not depend on what comes after the cut; and no
    user may unsee an item by it: an event that says nothing of liking stays, as `dataset.seen_only(rows)`.
    May have `wants_fold() -> bool`, whether its options ask for `restrict(dataset, fold)`, which is called
    after the split and gives the fold with rows labelled `unused` or `seen`.

    One with the class variable `at_source = True` runs within the step that reads the data, before all
    others, so that the store never has what it takes out; its `fingerprint() -> str` changes with what it
    reads beside its options. One that gives users other ids says so with `renames_users = True`.
    """

    name: ClassVar[str]

    def apply(self, dataset: Dataset) -> Dataset: ...


@runtime_checkable
class Feedback(Protocol):
    """Says what each event tells: a like and how strong, a dislike, or only that the item was seen.

    `mark` gives the same dataset with `dataset.with_strengths(strengths, pairs)`: float32 beside the
    interactions, above 0 a like, below 0 a dislike, 0 seen only; `pairs` says what several events of
    one user with one item come to. It reads the columns that the source gives: `rating`, or others such
    as `label` and `type`. No event goes, and what one says must not depend on later events, which a
    split may hold out.

    May have `weigh(interactions, items) -> float64[events]`, the strengths of events of one user, a frame
    such as `mark` reads, oldest first: serving tells by it what an event says that has just happened. A
    class variable `pairs` or an option of that name says what several events of one item come to.
    """

    name: ClassVar[str]

    def mark(self, dataset: Dataset) -> Dataset: ...


@runtime_checkable
class Splitter(Protocol):
    """Divides the interactions into parts; one fold, or several for cross-validation.

    `n_folds() -> int` says how many, if several; `ignores_time() -> bool` whether it tests events of a user
    before others that it fits on; a field `repeats`, "discover" or "allow", whether seen items count.
    """

    name: ClassVar[str]

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]: ...


@runtime_checkable
class Preprocessor(Protocol):
    """Writes or rewrites the text of each item.

    One whose work is dear may have `keep_in(folder, progress)`, called before `apply` with a folder in the
    store where it may keep what it has done, and `remarks() -> Mapping[str, str]`, as encoders have. One that
    sends texts elsewhere has both, and `sends(texts) -> Mapping[str, int]`: how many `texts` and `tokens` it
    would send for these, and how many tokens of `answers` it may get.
    """

    name: ClassVar[str]

    def apply(self, items: Items) -> Items: ...


@runtime_checkable
class Transform(Protocol):
    """Changes vectors. `fit` sees only the vectors of items in training.

    A vector of zeros stands for no text; nothing is fitted on it, and it stays zeros. May have
    `wants_items() -> bool`, whether its options ask for `fit(vectors, items)`, with the same rows of
    the catalogue beside the vectors. With `torch_module` and `set_weights` it is trained with its branch.
    """

    name: ClassVar[str]

    def fit(self, vectors: Vectors) -> Any: ...

    def apply(self, vectors: Vectors) -> Vectors: ...


@runtime_checkable
class Aggregator(Protocol):
    """Makes a user's history into interest vectors: float32[n, interests, d].

    A user without history gets zeros. May have `fit(training)`; with "encoder" in its `needs`, the
    training has `text` and `reader`. One whose interests one event more changes in constant time has

    - `begin(history, vectors)`: the state of the one user in `history`, or None where its options
      leave nothing but to compute afresh;
    - `update(state, item, vector, time=None, rating=None)`: the state after one event more, newer than
      those before: the item's row number, its vector float32[d], its time in seconds and its rating.
      The state it is given may change;
    - `interests(state)`: float32[interests, d], what `profile` gives for the whole history, to 1e-6.

    One whose interest is a weighted sum of item vectors may have `shares(query, vectors)`, sparse
    float32[n, items] with `profile` = shares @ vectors: a transform and a ranker can then be trained through
    it. With `torch_module` and `set_weights` it is itself trained (`palate.components.trainable`). The class
    variable `reads_order = True` is that of rankers.
    """

    name: ClassVar[str]

    def profile(self, query: Query, vectors: Vectors) -> Vectors: ...


@runtime_checkable
class Index(Protocol):
    """Finds the items whose vectors are nearest to a user's interests, as candidates for a ranker.

    `build(vectors)` takes float32[items, d] and returns itself; an item whose vector is all zeros is
    never found. `search(vectors, k)` gives int32[n, k] for float32[n, d]: row numbers, nearest first,
    -1 where there are no more. Its field `candidates` is how many are looked for, what a user has
    seen among them; `exact(vectors, k)`, if it has that, is what its recall is measured against.
    """

    name: ClassVar[str]

    def build(self, vectors: Vectors) -> Any: ...

    def search(self, vectors: Vectors, k: int) -> NDArray[np.int32]: ...


@runtime_checkable
class Ranker(Protocol):
    """Scores every item for a batch of users.

    `fit(training)` learns and returns itself. `score(query)` gives float32[n, items], higher is
    better, NaN for an item it has no opinion on. It must not mask what the user has seen: the
    core does. A user whose `needs` are not met never counts: the core replaces that row.

    One whose scores are ratings says so with the class variable `predicts_ratings = True`; metrics of
    predicted ratings take them as they are.

    May have `explain(query, items)`, which gives the `Contributions` to each user's score of one item
    (int32[n]); they add up to the score. One that makes vectors of users itself may have
    `interests(query)`, float32[n, k, d], those that it scores with, zeros for a user without history; and
    `item_vectors()`, float32[items, d], what it compares them with, zeros for an item that it knows nothing
    of: profiles, maps and exports then show these, not those of an aggregator. May have `score_items(query,
    items)`, float32[n, c], the scores of only these (int32[n, c], -1 for none), which saves time behind an
    index; and `similarities(vectors)`, float32[items, items], with `score_shares(shares, vectors,
    similarities)`, what `score` gives for interests that are `shares` @ `vectors`, sparse [n, items], in less
    time for users with few items. One that scores most items 0 may have `score_few(query)`: what `score`
    gives for one user, as `palate.data.few_scores.FewScores`, or None. May have `wants_vectors()` and
    `wants_timestamps()`, whether its options ask for item vectors or times, and `remarks()`, what is worth
    knowing about the fit by name, kept with the step. May have `check_size(size)`, asked before anything is
    fitted: it refuses, by ComponentError, what its options do not allow (`palate.data.size`), and returns
    what it does otherwise than they say, or None.
    One that can be fitted from parts of the data with the same result has `fits_in_parts()`,
    `fit_part(training, number, count)`, what it needs of one of so many parts, and `fit_from(training,
    parts)`: an engine of several machines then divides the fit. One that goes over its parts in rounds has
    `rounds()` and `fit_round(part, number, before, own)` too: what it makes of a part given what the round
    before made of all (nothing in the first) and what it made of this one in the round before that (None in
    the first two); `fit_from` gets what the last round made.
    One with the class variable `reads_order = True` is reported where the data have no times to order
    events by. With `torch_module` and `set_weights` it is trained with its branch
    (`palate.components.trainable`).
    One that can be brought up to date for less than a fit has `partial_fit(added, removed)`, and may have
    `update_tolerance` and `can_update()` (`palate.components.updating`).
    """

    name: ClassVar[str]

    def fit(self, training: Training) -> Any: ...

    def score(self, query: Query) -> Scores: ...


@runtime_checkable
class Fuser(Protocol):
    """Makes one block of scores from one a branch.

    A row of NaN says that the branch cannot serve the user. May have

    - `check_branches(names)`, which raises ComponentError for names its options do not fit, called first;
    - `fit(training)`, called with what the branches are fitted on, before fusing and again before tuning;
    - `tune(tuning)`, called once with out-of-sample scores (`palate.data.ValidationScores`) when its options
      ask for it, which `wants_tuning() -> bool` says. `fit` leaves what was tuned as it is;
    - `remarks() -> Mapping[str, Any]`: what tuning found, kept with the step: `weights` by branch, `parts`
      with the `gain` and standard `error` of each branch, and `said`, sentences to be shown;
    - `lengths() -> tuple[int, ...]`: it is to be tuned for histories of so many events too;
    - `fuse_few(scores, query)`: what `fuse` gives for one user from `FewScores` of each branch, or None;
    - `explain(scores, query, items)`, which gives how each user's score of one item (int32[n]) is made
      of the branches' (`palate.data.contributions.Affine`).
    """

    name: ClassVar[str]

    def fuse(self, scores: Mapping[str, Scores], query: Query) -> Scores: ...


@runtime_checkable
class Reranker(Protocol):
    """Puts the items of a ranking into another order, each with its score or a new one.

    It gets several times the `ranking.wanted` that will be kept, and may leave some out, with -1
    behind the rest. May have `fit(training)`, with the item vectors of the first branch that has
    any; `wants_vectors()` and `wants_timestamps()`, whether its options ask for them or for times; and
    `pool(wanted) -> int`, how many items it must be given. One that is a rule of what may be recommended
    has `allows(query) -> bool[n, items]`: nothing else is recommended to each user, however many items it
    leaves out, since that is asked before the best are taken; its `rerank` then leaves out the same.
    """

    name: ClassVar[str]

    def rerank(self, query: Query, ranking: Ranking) -> Ranking: ...


@runtime_checkable
class Metric(Protocol):
    """One value for each user, float64[n]; its field `k` is the cut-off.

    Class variables: `bounds` are the least and the greatest possible value, `math.inf` where
    there is none; `lower_is_better = True` says that less is better, without it more is.

    A value that belongs to all users together, such as coverage, has
    `overall(ranking, truth) -> float` instead of `score`.
    """

    name: ClassVar[str]


@runtime_checkable
class Engine(Protocol):
    """Where the steps of a plan run."""

    name: ClassVar[str]

    def run(self, plan: Plan | MergedPlan, emit: Emit) -> Any: ...


class Savable(Protocol):
    """A component that keeps its learned state itself. Never pickle."""

    def save(self, folder: Path) -> None: ...

    def load(self, folder: Path) -> None: ...
