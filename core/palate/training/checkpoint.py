"""How far a fit is, in a folder: safetensors for what is an array, JSON for the rest."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palate.errors import StoreError, unwritten
from palate.paths import write_whole
from palate.training.task import Epoch

if TYPE_CHECKING:
    import torch

STATE = "state.json"
FORMAT = 1


@dataclass
class Progress:
    """How far training has come: epochs done, the number of the best, seconds, and the best weights.

    `identity` tells the fit it belongs to from all others. `best_file` is the file of the best weights in
    the last checkpoint, with its checksum.
    """

    identity: str
    epochs: list[Epoch] = field(default_factory=list)
    best: int = 0
    seconds: float = 0.0
    weights: dict[str, torch.Tensor] = field(default_factory=dict, repr=False)
    best_file: tuple[str, int] = ("", 0)

    @property
    def done(self) -> int:
        return len(self.epochs)

    def value(self) -> float | None:
        """The best held-out value so far."""
        return self.epochs[self.best - 1].value if self.best else None


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of one fit. Without a `folder` nothing is written and nothing is found.

    Files are named by epoch and `state.json` says which count, so that one killed while it writes leaves the
    checkpoint before in place.
    """

    folder: Path | None
    identity: str

    def load(self, network: torch.nn.Module, optimiser: torch.optim.Optimizer) -> Progress:
        """Set both to where an earlier fit stood; one of another fit, or a damaged one, is not used.

        Raises StoreError where the folder cannot be read for another reason.
        """
        from safetensors.torch import load

        fresh = Progress(self.identity)
        if self.folder is None or not (self.folder / STATE).is_file():
            return fresh
        try:
            state = json.loads((self.folder / STATE).read_text(encoding="utf-8"))
            if (state["format"], state["identity"]) != (FORMAT, self.identity):
                return fresh
            tensors, best = (load(self._whole(*state[name])) for name in ("last_file", "best_file"))
            epochs = [Epoch(**epoch) for epoch in state["epochs"]]
            seconds, file = state["seconds"], tuple(state["best_file"])
            found = Progress(self.identity, epochs, state["best"], seconds, best, file)
            _restore(optimiser, network, tensors)
        except PermissionError as error:
            raise StoreError(f"the checkpoint {self.folder} cannot be read: {error}") from error
        except Exception:  # damaged: as if there were none
            return fresh
        return found

    def save(self, progress: Progress, network: torch.nn.Module, optimiser: torch.optim.Optimizer) -> None:
        """Write where training stands, whole or not at all. Raises StoreError where that fails."""
        from safetensors.torch import save

        if self.folder is None:
            return
        tensors = {f"weights.{name}": value for name, value in weights_of(network).items()}
        tensors |= {f"optimiser.{name}": value for name, value in _moments(optimiser, network).items()}
        try:
            last = self._write(f"epoch-{progress.done}.safetensors", save(tensors))
            if progress.best == progress.done:
                progress.best_file = self._write(f"best-{progress.best}.safetensors", save(progress.weights))
            self._write(STATE, json.dumps(_state(progress, last)).encode())
            for old in self.folder.glob("*.safetensors"):
                if old.name not in (last[0], progress.best_file[0]):
                    old.unlink(missing_ok=True)
        except FileNotFoundError:  # another process has finished this fit, and removed the folder
            return
        except OSError as error:
            raise StoreError(
                f"the checkpoint cannot be written to {self.folder}: {unwritten(error)}"
            ) from error

    def _write(self, name: str, data: bytes) -> tuple[str, int]:
        """Write a file, and return its name with its checksum."""
        if self.folder is not None:
            write_whole(self.folder / name, data)
        return name, zlib.crc32(data)

    def _whole(self, name: str, crc: int) -> bytes:
        """The bytes of a file; raises ValueError where they are not those that were written."""
        data = (self.folder / name).read_bytes() if self.folder is not None else b""
        if zlib.crc32(data) != crc:
            raise ValueError(f"{name} is damaged")
        return data


def weights_of(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """A copy of the weights and buffers by name, on the processor, without weights that are not trained."""
    known = network.state_dict()
    return {name: known[name].detach().cpu().clone().contiguous() for name in kept_of(network)}


def kept_of(network: torch.nn.Module) -> list[str]:
    """The names of weights that are trained, and of buffers."""
    frozen = {
        name for name, each in network.named_parameters(remove_duplicate=False) if not each.requires_grad
    }
    return [name for name in network.state_dict() if name not in frozen]


def _state(progress: Progress, last: tuple[str, int]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "identity": progress.identity,
        "last_file": last,
        "best_file": progress.best_file,
        "epochs": [asdict(epoch) for epoch in progress.epochs],
        "best": progress.best,
        "seconds": progress.seconds,
    }


def _below(tensors: dict[str, Any], start: str) -> dict[str, Any]:
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}


def _moments(optimiser: torch.optim.Optimizer, network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """What Adam remembers of each parameter, by the parameter's name."""
    return {
        f"{name}/{part}": value.detach().cpu().contiguous()
        for name, parameter in network.named_parameters()
        for part, value in optimiser.state.get(parameter, {}).items()
    }


def _restore(
    optimiser: torch.optim.Optimizer, network: torch.nn.Module, tensors: dict[str, torch.Tensor]
) -> None:
    weights = _below(tensors, "weights.")
    if set(weights) != set(kept_of(network)):
        raise ValueError("it has other weights")
    network.load_state_dict(weights, strict=False)
    parameters = dict(network.named_parameters())
    for key, value in _below(tensors, "optimiser.").items():
        name, _, part = key.rpartition("/")
        optimiser.state[parameters[name]][part] = value.to(parameters[name].device)
