"""A model brought into memory, in numbers that are quick here and true enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.contracts import Vectors
from palate.errors import ComponentError
from palate_transformers.batches import in_batches
from palate_transformers.folder import ModelFolder, Pooling
from palate_transformers.pooling import pooled
from palate_transformers.precision import computes_bfloat16, device, settled
from palate_transformers.quiet import quiet

if TYPE_CHECKING:
    import torch

PROBE = (
    "The Godfather (1972). Crime, Drama",
    "A lonely robot left on an empty earth falls in love, and follows her into space.",
    "吃",
    "cheap waterproof hiking boots, size 43, with red laces",
)
TRUE_ENOUGH = 0.999  # the least cosine between vectors in bfloat16 and in float32


@dataclass(frozen=True)
class Model:
    """A tokenizer and a network on a device, and how its token vectors become one."""

    tokenizer: Any
    network: Any
    device: str
    pooling: Pooling
    max_length: int | None

    def vectors(self, texts: Sequence[str], budget: int) -> Vectors:
        """float32[n, d]; row i belongs to texts[i]. Raises ComponentError as `in_batches`."""
        if not texts:
            return np.zeros((0, self.width), np.float32)
        with quiet():
            tokens = self.tokenizer(
                list(texts),
                truncation=self.max_length is not None,
                max_length=self.max_length,
                return_attention_mask=False,
                return_token_type_ids=False,
            )["input_ids"]
        padding = self.tokenizer.pad_token_id or 0
        return in_batches(tokens, self.width, budget, padding, self._forward)

    @property
    def width(self) -> int:
        return int(self.network.config.get_text_config().hidden_size)

    def _forward(self, numbers: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors:
        import torch

        real = torch.from_numpy(mask).to(self.device)
        with torch.inference_mode():
            given = torch.from_numpy(numbers).to(self.device)
            hidden = self.network(input_ids=given, attention_mask=real).last_hidden_state
            vectors: Vectors = pooled(hidden, real, self.pooling).cpu().numpy()
        return vectors


def load(folder: ModelFolder, dtype: str, pooling: Pooling, max_length: int | None) -> Model:
    """The model of a folder, ready to encode.

    With dtype `auto`, bfloat16 is taken where it is quick and turns the vectors of a few texts by
    no more than a cosine of .999; else float32. Raises ComponentError where transformers cannot
    load the folder, or its weights are incomplete.
    """
    import torch

    where, kind = device(), settled(dtype)
    trial = dtype == "auto" and kind == "bfloat16"
    if trial and not computes_bfloat16(where):
        kind, trial = "float32", False
    trained = folder.config.get("dtype") or folder.config.get("torch_dtype")
    trial = trial and trained != "bfloat16"
    tokenizer, network = _read(folder, torch.float32 if trial else getattr(torch, kind))
    model = Model(tokenizer, network.to(where), where, pooling, max_length)
    if not trial:
        return model
    exact = model.vectors(PROBE, len(PROBE) * 64)
    quick = replace(model, network=network.to(torch.bfloat16))
    if _cosines(exact, quick.vectors(PROBE, len(PROBE) * 64)).min() >= TRUE_ENOUGH:
        return quick
    _, network = _read(folder, torch.float32)
    return replace(model, network=network.to(where))


def _read(folder: ModelFolder, dtype: torch.dtype) -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer

    place = str(folder.path)
    safely = {"trust_remote_code": False, "local_files_only": True}
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(place, padding_side="right", **safely)
            network, read = AutoModel.from_pretrained(
                place, dtype=dtype, use_safetensors=True, output_loading_info=True, **safely
            )
    except Exception as error:  # whatever is wrong with the files, the libraries have many words for it
        said = str(error).strip().split("\n")[0]
        raise ComponentError(
            f"encoder 'transformers': the model in {folder.path} cannot be loaded: "
            f"{said or type(error).__name__}"
        ) from error
    absent = sorted(key for key in read["missing_keys"] if not key.startswith("pooler."))
    if absent:
        raise ComponentError(
            f"encoder 'transformers': the weights in {folder.path} lack {len(absent)} parts of the model, "
            f"such as {absent[0]}; its vectors would be random. Take a complete model of the kind that its "
            "config.json names"
        )
    if network.config.is_encoder_decoder:
        network = network.get_encoder()
    if hasattr(network.config, "use_cache"):
        network.config.use_cache = False
    return tokenizer, network.eval()


def _cosines(left: Vectors, right: Vectors) -> NDArray[np.float32]:
    """The cosine of each pair of rows; 0 where one is not finite."""
    product = np.einsum("ij,ij->i", left, right)
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    cosines = np.zeros(len(left), np.float32)
    np.divide(product, lengths, out=cosines, where=np.isfinite(product) & (lengths > 0))
    return cosines
