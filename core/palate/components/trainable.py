"""Components whose weights are trained by gradient, together with the others of their branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Sizes:
    """What the module of a trainable component is made for.

    `items` is the size of the catalogue, `width` the length of the vectors that the module gets, and `scale`
    the root mean square of their entries when training begins.
    """

    items: int
    width: int
    scale: float = 1.0


@runtime_checkable
class Trainable(Protocol):
    """A transform, aggregator or ranker whose weights are trained by gradient, with those of its branch.

    It is no kind of its own: a component of these kinds that has the two methods is one. Its `fit`, where it
    has one, only prepares. The core then puts the modules of all trainable components of a branch into one
    network, trains it to predict the next event of each history (`palate.training.train_chain`), and gives
    each its weights. Trainable transforms stand behind all others, and are prepared with the vectors before
    the first.

    - `torch_module(sizes)` makes the torch module for these `Sizes`. Its `forward` gives, of a transform,
      float32[m, d'] from float32[m, d]; of an aggregator, float32[n, l, k, d] from float32[n, l, d], the
      interests after each event, which must not depend on what follows (short histories are padded behind);
      of a ranker, float32[..., h] from interests float32[..., d], and its method `table()` gives
      float32[items, h]: the inner products of the two are the scores.
    - `set_weights(weights, sizes)` takes the trained weights and buffers by name (NumPy arrays), from which
      `apply`, `profile` or `score` then compute what the module would.

    It may have an option `train`, a `palate.training.TrainOptions` or None; one component of a branch may say
    it for all. An aggregator has a field `length`: how many of a user's last events it reads.
    """

    def torch_module(self, sizes: Sizes) -> Any: ...

    def set_weights(self, weights: Mapping[str, NDArray[Any]], sizes: Sizes) -> None: ...


def is_trainable(component: Any) -> bool:
    """Whether a component, or its class, has weights that are trained with its branch (`Trainable`)."""
    return callable(getattr(component, "torch_module", None))


def gives_shares(component: Any) -> bool:
    """Whether the interests of an aggregator, or of its class, are weighted sums of item vectors."""
    return callable(getattr(component, "shares", None))
