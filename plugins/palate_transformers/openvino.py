"""The same networks compiled by OpenVINO for the processor.

A network is traced once, by torch, and kept in the cache folder; from then on torch computes
nothing.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.checksums import damage
from palate.components.contracts import Vectors
from palate.errors import ComponentError
from palate.leftovers import sweep
from palate.paths import cache_folder
from palate_transformers.eight_bits import quantized
from palate_transformers.hardware import settled
from palate_transformers.library_logs import quiet, unreported
from palate_transformers.made_once import made_once
from palate_transformers.model_folder import ModelFolder
from palate_transformers.torch_network import Integers, TorchNetwork, read_module

_KINDS = {"float32": "f32", "bfloat16": "bf16"}
_GRAPH, _NOTE = "network.xml", "note.json"
_THREADS = "OMP_NUM_THREADS"
_SAME = 1e-3  # of a vector's length, in float32


@dataclass(frozen=True)
class CompiledNetwork:
    """A compiled network and how wide its vectors are."""

    request: Any
    width: int
    place: Path

    def vectors(self, numbers: Integers, mask: Integers, weights: NDArray[np.float32]) -> Vectors:
        found = self.request.infer([numbers, mask, weights], share_inputs=True)
        vectors: Vectors = np.array(found[0], np.float32)
        return vectors


def compiled(folder: ModelFolder, dtype: str) -> CompiledNetwork:
    """The network of a model, compiled to compute in this kind of number.

    Raises ComponentError where the network cannot be traced, which is remembered.
    """
    with unreported():
        import openvino

    place = _traced(folder)
    width = int(json.loads((place / _NOTE).read_text(encoding="utf-8"))["width"])
    if dtype == "int8":  # what is not in eight bits is computed in what is fast here
        place, dtype = quantized(folder, place, _GRAPH), settled("auto")
    core = openvino.Core()
    settings = {"INFERENCE_PRECISION_HINT": _KINDS[dtype], "PERFORMANCE_HINT": "LATENCY"}
    if os.environ.get(_THREADS, "").isdigit():
        settings["INFERENCE_NUM_THREADS"] = os.environ[_THREADS]
    try:
        model = core.compile_model(str(place / _GRAPH), "CPU", settings)
    except RuntimeError as error:
        raise ComponentError(
            f"encoder 'transformers': OpenVINO cannot compile {folder.path.name!r}: {_line(error)}; "
            "set backend to torch"
        ) from error
    return CompiledNetwork(model.create_infer_request(), width, place)


def _traced(folder: ModelFolder) -> Path:
    """The folder of the traced network, made at first use."""
    versions = "-".join(importlib.metadata.version(name) for name in ("openvino", "transformers"))
    place = cache_folder() / "openvino" / f"{folder.digest}-{versions}"
    note = place / _NOTE
    sweep(place.parent)
    if damage(place):
        _trace(folder, place)
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(note.read_text(encoding="utf-8")).get("failed")
        if said:
            raise ComponentError(
                f"encoder 'transformers': OpenVINO cannot trace {folder.path.name!r}: {said}; set backend "
                "to torch"
            )
    return place


def _trace(folder: ModelFolder, place: Path) -> None:
    import openvino
    import torch

    module = read_module(folder, torch.float32)
    note: dict[str, Any] = {"width": int(module.config.get_text_config().hidden_size)}
    with made_once(place) as made:
        try:
            with quiet(), unreported(), warnings.catch_warnings(), torch.no_grad():
                warnings.simplefilter("ignore")
                graph = openvino.convert_model(_pooled(module), example_input=_example())
                _compare(graph, module)
                openvino.save_model(graph, made / _GRAPH, compress_to_fp16=False)
        except Exception as error:  # a network may trip torch's tracer or OpenVINO's reader in any way
            note["failed"] = _line(error)
        (made / _NOTE).write_text(json.dumps(note), encoding="utf-8")


def _pooled(module: Any) -> Any:
    """The network with the pooling inside."""
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = module

        def forward(self, numbers: Any, mask: Any, weights: Any) -> Any:
            hidden = self.inner(input_ids=numbers, attention_mask=mask).last_hidden_state
            return torch.bmm(weights.unsqueeze(1), hidden).squeeze(1)

    return Pooled().eval()


def _compare(graph: Any, module: Any) -> None:
    """A trace keeps what happened to its example; another shape must give what the network gives."""
    import openvino

    numbers = np.array([[4, 9, 8, 7, 6, 5, 4, 3, 5, 9, 8], [9, 8, 7, 1, 1, 1, 1, 1, 1, 1, 1], [5] * 11])
    mask = np.where(np.arange(11) < np.array([11, 3, 8])[:, None], 1, 0)
    weights = (mask / mask.sum(axis=1, keepdims=True)).astype(np.float32)
    exact = TorchNetwork(module, "cpu").vectors(numbers, mask, weights)
    network = openvino.Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = np.asarray(network([numbers, mask, weights])[0])
    gap = np.linalg.norm(found - exact, axis=1) / np.linalg.norm(exact, axis=1)
    if not gap.max() < _SAME:
        raise ValueError(f"its vectors would be {gap.max():.2g} of their length away from those of torch")


def _example() -> tuple[Any, Any, Any]:
    """Two texts of unlike length, so that the trace keeps what a mask is for."""
    import torch

    numbers = torch.tensor([[5, 6, 7, 8, 9, 4, 3], [5, 6, 7, 1, 1, 1, 1]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0, 0]])
    return numbers, mask, mask / mask.sum(dim=1, keepdim=True)


def _line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:200]
