"""What the aggregators that read a history with a network have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from annotated_types import Ge, Lt
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.components.trainable import Sizes
from palate.data import Query
from palate.errors import ComponentError
from palate.training import TrainOptions, interests_at_the_end
from palate_learned.untrained import check_trained

if TYPE_CHECKING:
    import torch


@dataclass
class Reading(ABC):
    """A network that reads the vectors of a user's last events in their order."""

    name: ClassVar[str]
    reads_order: ClassVar[bool] = True
    libraries: ClassVar[tuple[str, ...]] = ("torch", "safetensors")
    extra: ClassVar[str] = "sequence"

    dimensions: Annotated[int, Ge(2)] = 64
    """The width of the network; interests are as wide as the item vectors, whatever it is."""
    length: Annotated[int, Ge(1)] = 50
    """How many of a user's last events are read."""
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.2
    """The share of activations that is dropped in training."""
    train: TrainOptions | None = None
    """How the branch is trained, said by one of its components."""

    weights_: dict[str, NDArray[Any]] = field(init=False, repr=False, compare=False)
    sizes_: Sizes = field(init=False, repr=False, compare=False)

    @abstractmethod
    def torch_module(self, sizes: Sizes) -> torch.nn.Module:
        """float32[n, l, interests, width] from float32[n, l, width]: interests after each event."""

    def set_weights(self, weights: Mapping[str, NDArray[Any]], sizes: Sizes) -> None:
        self.weights_, self.sizes_ = dict(weights), sizes
        self.__dict__.pop("_module", None)

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, interests, d] from float32[items, d]; zeros for a user without history.

        Raises ComponentError before it is trained, and for vectors of another width than it was trained on.
        """
        check_trained(self, "weights_")
        if vectors.shape[1] != self.sizes_.width:
            raise ComponentError(
                f"aggregator {self.name!r} was trained on vectors of {self.sizes_.width} dimensions; "
                f"these have {vectors.shape[1]}"
            )
        return interests_at_the_end(self._module, vectors, query.history, self.length)

    @cached_property
    def _module(self) -> torch.nn.Module:
        """The trained network, made again from its weights."""
        import torch

        made = self.torch_module(self.sizes_)
        made.load_state_dict({name: torch.tensor(value) for name, value in self.weights_.items()})
        return made.eval()
