"""The grammar of recipes: every key, in the order in which they are written.

This table is all there is to know of a key. Checking, merging, the schema, search spaces, the resolved
recipe and the documentation read it. To add a place for components, add a row (and its kind to
`palate.components.kinds`): its blocks are then in `recipe.blocks`, `branch.blocks` or `view.blocks`, and
`palate.plan.build` makes a step of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NAME = "^[A-Za-z0-9][A-Za-z0-9_-]*$"


@dataclass(frozen=True)
class Place:
    """One key of a recipe. In its `path`, `*` is any name and `[]` any entry of a list.

    A place for components has their `kind`; `many` says that a list of them may stand there,
    `default` are those that stand there where the key is left out, and `off` is the word that leaves
    the place empty. Trials of `palate tune` may differ in what is `searchable`.

    `takes` is what a block here works on, and `gives` what it makes: both are `text`, `vectors` or
    `interests`; `without` says in words that nothing before it gives what it takes.

    A place without a kind has the JSON `schema` of its value; one without either is a mapping of
    other places.
    """

    path: str
    about: str
    kind: str = ""
    many: bool = False
    required: bool = False
    searchable: bool = True
    default: tuple[str, ...] = ()
    off: str = ""
    takes: str = ""
    gives: str = ""
    without: str = ""
    schema: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The last part of its path: `rank` of `branches.*.rank`."""
        return self.path.rpartition(".")[2]

    @property
    def above(self) -> str:
        """The path of the mapping it stands in: `branches.*` of `branches.*.rank`."""
        return self.path.rpartition(".")[0]


BRANCH = "branches.*"
VIEW = "branches.*.encode[]"
VIEWS = "branches.*.encode"
"""The place where a list is not one of blocks but of views, each with places of its own."""

PLACES = (
    Place("recipe", "the version of the grammar", required=True, schema={"const": 1}),
    Place(
        "name", "letters, digits, `-` and `_`",
        schema={"type": "string", "pattern": NAME, "maxLength": 100, "default": "recipe"},
    ),
    Place("extends", "the path or name of a recipe on which this one is laid", schema={"type": "string"}),
    Place(
        "seed", "a whole number; all randomness comes from it",
        schema={"type": "integer", "minimum": 0, "maximum": 2**32 - 1, "default": 0},
    ),
    Place("data", "where the interactions come from, and how they are divided", required=True),
    Place(
        "data.source", "where interactions, items and users are read from",
        kind="source", required=True, searchable=False,
    ),
    Place(
        "data.clean", "what takes rows, users or items out, one after another",
        kind="cleaner", many=True, searchable=False,
    ),
    Place(
        "data.feedback",
        "which interactions are likes, how strong, and which are dislikes; without it, all are likes",
        kind="feedback", searchable=False,
    ),
    Place(
        "data.split", "how the interactions are divided into training, validation and test parts",
        kind="splitter", required=True, searchable=False,
    ),
    Place("branches", "one way from the data to scores, by name", required=True),
    Place(BRANCH, "letters, digits, `-` and `_`"),
    Place(
        "branches.*.text", "what writes the text of each item, one after another",
        kind="preprocessor", many=True, gives="text",
    ),
    Place(
        VIEWS, "what makes a vector of each text; or a list of views",
        kind="encoder", takes="text", gives="vectors",
        without="an encoder needs a text; add one under `text:`, such as {use: template, template: ...}",
    ),
    Place(
        "branches.*.finetune", "what trains the encoder's language model on what users liked",
        kind="finetuner", takes="vectors",
        without="a finetuner trains the model of an encoder; add `encode:` to the branch",
    ),
    Place(
        "branches.*.objectives", "the losses by which `finetune` trains, together if several",
        kind="objective", many=True, takes="vectors",
        without="objectives train the model of an encoder; add `encode:` to the branch",
    ),
    Place(
        f"{VIEW}.text", "the text of this view, where it is not the branch's",
        kind="preprocessor", many=True, gives="text",
    ),
    Place(
        f"{VIEW}.finetune", "what trains the language model of this view on what users liked",
        kind="finetuner",
    ),
    Place(
        f"{VIEW}.objectives", "the losses by which `finetune` trains, together if several",
        kind="objective", many=True,
    ),
    # Views of any length can only be weighed against one another where all are of length one.
    Place(
        f"{VIEW}.transform", "what changes the vectors of this view",
        kind="transform", many=True, default=("center", "l2"),
    ),
    Place(
        f"{VIEW}.weight", "how much this view counts beside the others",
        schema={"type": "number", "exclusiveMinimum": 0, "default": 1.0},
    ),
    Place(
        "branches.*.transform", "what changes the vectors, one after another",
        kind="transform", many=True, takes="vectors",
        without="there are no vectors to transform; add `encode:` to the branch",
    ),
    Place(
        "branches.*.aggregate", "what makes a user's interests of the vectors of their items",
        kind="aggregator", takes="vectors", gives="interests",
        without="there are no vectors to aggregate; add `encode:` to the branch",
    ),
    Place(
        "branches.*.retrieve", "what finds candidates, so that not every item is scored",
        kind="index", takes="interests",
        without="an index is searched with interest vectors; add `aggregate:`",
    ),
    Place("branches.*.rank", "what scores the items", kind="ranker", required=True),
    Place("fuse", "how several branches make one score; required with two branches or more", kind="fuser"),
    Place(
        "fallback", "for users that no branch can serve", kind="ranker",
        default=("popularity",), off="none",
    ),
    Place(
        "rerank", "what puts the ranking into another order, one after another",
        kind="reranker", many=True,
    ),
    Place(
        "top", "how many items a user gets, 1 to 1000",
        schema={"type": "integer", "minimum": 1, "maximum": 1000, "default": 20},
    ),
    Place(
        "ask",
        "what is asked in the test part: `each-user` once, for all that they go on to like, or `each-event`, "
        "for what comes next after all before it",
        schema={"type": "string", "enum": ["each-user", "each-event"], "default": "each-user"},
    ),
    Place(
        "evaluate", "as `ndcg@10` or with options", kind="metric", many=True, searchable=False,
        default=("ndcg@10", "recall@20", "coverage@10"),
    ),
)  # fmt: skip

_BY_PATH = {place.path: place for place in PLACES}
SEARCHABLE = tuple(
    dict.fromkeys(place.path.split(".")[0] for place in PLACES if place.kind and place.searchable)
)
"""The top keys under which a search space may stand."""


def place_of(path: str) -> Place:
    """The row of this path. Raises KeyError."""
    return _BY_PATH[path]


def below(path: str, components: bool = False) -> tuple[Place, ...]:
    """The places directly in the mapping at this path (empty for the top); or those for components."""
    return tuple(place for place in PLACES if place.above == path and (place.kind or not components))


def keys(path: str) -> tuple[str, ...]:
    """The keys that may stand in the mapping at this path."""
    return tuple(place.key for place in below(path))


def at(path: Sequence[str]) -> Place | None:
    """The row that the keys of a recipe lead to, such as `("branches", "near", "rank")`."""
    fits = (
        place
        for place in PLACES
        if len(parts := place.path.split(".")) == len(path)
        and all(part in ("*", key) for part, key in zip(parts, path, strict=True))
    )
    return next(fits, None)


def searchable(kind: str) -> bool:
    """Whether trials may differ in components of this kind."""
    return any(place.searchable for place in PLACES if place.kind == kind)


def join(path: str, key: str) -> str:
    """The path of a key in the mapping at a path."""
    return f"{path}.{key}" if path and key else path or key
