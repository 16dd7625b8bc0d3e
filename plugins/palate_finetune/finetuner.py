"""Training a language model that transformers loads."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Lt

from palate.components.text_model import TextModel
from palate.data import Training
from palate.digest import file_digest
from palate_finetune.held_out import Held, hold_out, nothing_to_hold
from palate_finetune.network import loaded, network_of, with_lora
from palate_finetune.pairs import texts_of
from palate_finetune.saving import save
from palate_finetune.task import Multitask

FROZEN = "the model was left as it was"


@dataclass
class Transformers:
    """Trains the language model of an encoder by one or more objectives.

    All of its weights are trained, or LoRA adapters. After each epoch, items are ranked by text for users
    whose last like is held out within the training data; the weights with the best NDCG@10 are kept, those of
    the model as it was among them.
    """

    name: ClassVar[str] = "transformers"
    libraries: ClassVar[tuple[str, ...]] = ("torch", "transformers", "peft")
    extra: ClassVar[str] = "finetune"

    adapter: Literal["none", "lora"] = "none"
    """`none` trains all weights; `lora` adapters of a low `rank`, added to the weights at the end."""
    rank: Annotated[int, Ge(1)] = 16
    """The rank of adapters."""
    alpha: Annotated[float, Gt(0)] = 32.0
    """Adapters count times alpha / rank."""
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.05
    """The share of inputs that an adapter does not see in a step."""
    modules: list[str] | None = None
    """The linear layers that get adapters, such as [query, value]; all where it does not say."""
    epochs: Annotated[int, Ge(1)] = 20
    """The largest number of epochs, of at most `steps` each."""
    steps: Annotated[int, Ge(1)] = 200
    """The largest number of steps in an epoch, and so between two evaluations."""
    patience: Annotated[int, Ge(0)] = 3
    """After how many epochs without a rise of the held-out NDCG@10 training ends; 0: never."""
    minutes: Annotated[float, Gt(0)] | None = 30.0
    """The longest time that training may take; null for no limit."""
    learning_rate: Annotated[float, Gt(0)] | None = None
    """The largest step size of Adam; 5e-5 where it does not say, and 5e-4 for adapters."""
    warmup: Annotated[float, Ge(0)] = 0.5
    """Over how many epochs the step size rises."""
    decay: Literal["linear", "constant"] = "linear"
    """How the step size falls to the end of all epochs."""
    weight_decay: Annotated[float, Ge(0)] = 0.01
    """How much all weights shrink at each step, times the step size."""
    held_out: Literal["events", "items"] = "events"
    """What tells when to stop: the last likes of some users, or a tenth of the items, as new ones will be."""
    users: Annotated[int, Ge(20)] = 400
    """The largest number of users it is evaluated on."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of products in training; `auto` takes bfloat16 where the hardware has it."""

    def train(
        self, model: TextModel, training: Training, objectives: Sequence[Any], folder: Path
    ) -> dict[str, Any]:
        """Train, write the model into `folder`, and say how it went.

        Raises ComponentError where there is too little to train on or to hold out, the loss is not finite, or
        the model cannot be trained.
        """
        from palate.training import train

        rest, held = hold_out(training, self.held_out, self.users)
        if held is None and self.patience:
            raise nothing_to_hold(self.held_out)
        for objective in objectives:
            objective.fit(rest, model)
        with quiet():
            network = self._network(model)
            task = Multitask(lambda: network, objectives, held, self.steps)
            before = self._before(network, held)
            trained = train(
                task,
                self._schedule(),
                seed=training.seed,
                precision=self.precision,
                checkpoints=training.checkpoints,
                identity=self._identity(model, rest, objectives),
                report=training.progress,
            )
            value = trained.epochs[trained.best - 1].value
            better = before is None or value is None or value > before
            if better:
                self._take(network, trained.weights)
            body = network.body if better else loaded(model)
            save(model, body.merge_and_unload() if better and self.adapter == "lora" else body, folder)
        known = {} if before is None else {"held-out value before": before}
        said = {} if better else {FROZEN: "no epoch ranked the held-out users' items better"}
        return {"objectives": ", ".join(each.name for each in objectives), **known, **trained.remarks, **said}

    def _network(self, model: TextModel) -> Any:
        import torch

        from palate.training.device import device

        body = loaded(model)
        if self.adapter == "lora":
            torch.manual_seed(0)
            body = with_lora(body, self.rank, self.alpha, self.dropout, self.modules)
        return network_of(model, body).to(device())

    def _before(self, network: Any, held: Held | None) -> float | None:
        import torch

        network.eval()
        with torch.no_grad():
            return None if held is None else held.ndcg(network)

    def _schedule(self) -> Any:
        from palate.training import Schedule

        rate = self.learning_rate or (5e-4 if self.adapter == "lora" else 5e-5)
        return Schedule(
            self.epochs,
            self.patience,
            self.minutes,
            rate,
            warmup=self.warmup,
            weight_decay=self.weight_decay,
            betas=(0.9, 0.999),
            clip=1.0,
            decay=self.decay,
        )

    def _take(self, network: Any, weights: dict[str, Any]) -> None:
        import torch

        network.load_state_dict(
            {name: torch.from_numpy(each) for name, each in weights.items()}, strict=False
        )

    def _identity(self, model: TextModel, training: Training, objectives: Sequence[Any]) -> str:
        """What tells this training from others: the model, all options and all data."""
        said = [asdict(self), [(each.name, _options(each)) for each in objectives]]
        found = hashlib.blake2b(repr(said).encode(), digest_size=16)
        for path in sorted(model.folder.glob("*.safetensors")):
            found.update(file_digest(path).encode())
        for array in (training.history.indptr, training.history.items):
            found.update(np.ascontiguousarray(array).data)
        found.update("\0".join(texts_of(training)).encode())
        return found.hexdigest()


def _options(objective: Any) -> dict[str, str]:
    return {each.name: repr(getattr(objective, each.name)) for each in fields(objective) if each.init}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars, log lines below errors, or warnings of libraries within."""
    import warnings

    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            logging.set_verbosity(level)
            if bars:
                logging.enable_progress_bar()
