"""Loading a model, in a number format that is fast here and accurate enough."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.errors import ComponentError
from palate.paths import write_whole
from palate_transformers.batches import in_batches
from palate_transformers.hardware import Dtype, computes_bfloat16, device, settled
from palate_transformers.model_folder import ModelFolder, Pooling
from palate_transformers.pooling import pooling_weights
from palate_transformers.tokens import Reading
from palate_transformers.torch_network import Integers, Network, TorchNetwork, read_module, read_tokenizer

PROBE = (
    "The Godfather (1972). Crime, Drama",
    "A lonely robot left on an empty earth falls in love, and follows her into space.",
    "吃",
    "cheap waterproof hiking boots, size 43, with red laces",
)
TRUE_ENOUGH = 0.999  # the least cosine between vectors in bfloat16 and in float32
NEAR_ENOUGH = 0.99  # the mean cosine between vectors in eight bits and in float32


@dataclass
class Tally:
    """How many texts were encoded, and how many of them truncated."""

    read: int = 0
    cut: int = 0


@dataclass(frozen=True)
class Model:
    """A tokenizer with its prompt, a network, and the pooling of its token vectors."""

    reading: Reading
    network: Network
    pooling: Pooling
    remark: str = ""
    tally: Tally = field(default_factory=Tally, compare=False)

    def vectors(self, texts: Sequence[str], budget: int) -> Vectors:
        """float32[n, d]; row i belongs to texts[i]. Raises ComponentError as `in_batches`."""
        tokens = self.reading.tokens(texts)
        self.tally.read += len(texts)
        self.tally.cut += tokens.cut

        def forward(rows: NDArray[np.intp], numbers: Integers, mask: Integers) -> Vectors:
            weights = pooling_weights(mask, tokens.skipped[rows], self.pooling)
            return self.network.vectors(numbers, mask, weights)

        return in_batches(tokens.rows, self.network.width, budget, self.reading.padding, forward)


def load(
    folder: ModelFolder, reading: Callable[[object], Reading], dtype: str, backend: str, pooling: Pooling
) -> Model:
    """The model of a folder, ready to encode; `reading` makes one of a tokenizer.

    With dtype `auto`, bfloat16 is used where it is fast and the vectors of a few texts keep a cosine of at
    least .999 to those in float32; else float32. The backend `auto` takes OpenVINO, and torch for what
    OpenVINO cannot compile. Raises ComponentError where the folder cannot be loaded.
    """
    kind = settled(dtype)
    where = device()
    if kind == "bfloat16" and dtype == "auto" and not computes_bfloat16(where):
        kind = "float32"
    read = reading(read_tokenizer(folder))
    remark = ""
    if backend in ("openvino", "auto"):
        try:
            return _openvino(folder, read, dtype, kind, pooling)
        except ComponentError as error:
            if backend == "openvino" or kind == "int8":
                raise
            remark = f"{error}; torch computes instead"
    return replace(_torch(folder, read, dtype, kind, where, pooling), remark=remark)


def _torch(
    folder: ModelFolder, reading: Reading, dtype: str, kind: Dtype, where: str, pooling: Pooling
) -> Model:
    import torch

    trained = folder.config.get("dtype") or folder.config.get("torch_dtype")
    trial = dtype == "auto" and kind == "bfloat16" and trained != "bfloat16"
    module = read_module(folder, torch.float32 if trial else getattr(torch, kind))
    model = Model(reading, TorchNetwork(module.to(where), where), pooling)
    if not trial:
        return model
    exact = _probed(model)
    quick = replace(model, network=TorchNetwork(module.to(torch.bfloat16), where))
    if _cosines(exact, _probed(quick)).min() >= TRUE_ENOUGH:
        return replace(quick, tally=Tally())
    module = read_module(folder, torch.float32)
    return Model(reading, TorchNetwork(module.to(where), where), pooling)


def _openvino(folder: ModelFolder, reading: Reading, dtype: str, kind: Dtype, pooling: Pooling) -> Model:
    from palate_transformers.openvino import compiled

    network = compiled(folder, kind)
    model = Model(reading, network, pooling)
    if kind == "float32" or (dtype != "auto" and kind != "int8"):
        return model
    cosines = _compared(folder, model, network.place, kind)
    if kind == "int8":
        _check_eight_bits(folder, float(cosines.mean()))
    elif cosines.min() < TRUE_ENOUGH:
        return Model(reading, compiled(folder, "float32"), pooling)
    return replace(model, tally=Tally())


def _compared(folder: ModelFolder, model: Model, place: Path, kind: Dtype) -> NDArray[np.float32]:
    """The cosines of some texts' vectors to those in float32, kept beside the compiled network."""
    from palate_transformers.openvino import compiled

    note = place / f"{kind}-{model.pooling}.json"
    if not note.is_file():
        exact = replace(model, network=compiled(folder, "float32"))
        write_whole(note, json.dumps(_cosines(_probed(exact), _probed(model)).tolist()).encode())
    return np.array(json.loads(note.read_text(encoding="ascii")), np.float32)


def _check_eight_bits(folder: ModelFolder, cosine: float) -> None:
    if cosine < NEAR_ENOUGH:
        raise ComponentError(
            f"encoder 'transformers': in int8 the vectors of {folder.path.name!r} have a mean cosine of "
            f"{cosine:.3f} to those in float32, and less than {NEAR_ENOUGH} is not taken; set dtype to auto"
        )


def _probed(model: Model) -> Vectors:
    return model.vectors(PROBE, len(PROBE) * 64)


def _cosines(left: Vectors, right: Vectors) -> NDArray[np.float32]:
    """The cosine of each pair of rows; 0 where one is not finite."""
    product = np.einsum("ij,ij->i", left, right)
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    cosines = np.zeros(len(left), np.float32)
    np.divide(product, lengths, out=cosines, where=np.isfinite(product) & (lengths > 0))
    return cosines
