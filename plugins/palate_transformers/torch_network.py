"""A language model that turns token ids into vectors, by torch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.errors import ComponentError, PalateError
from palate_transformers.library_logs import quiet
from palate_transformers.model_folder import ModelFolder

if TYPE_CHECKING:
    import torch

Integers = NDArray[np.int64]


class Network(Protocol):
    """Token vectors of `width` numbers, summed with weights."""

    @property
    def width(self) -> int: ...

    def vectors(self, numbers: Integers, mask: Integers, weights: NDArray[np.float32]) -> Vectors:
        """float32[n, width] from token numbers, mask and pooling weights, [n, t] each."""
        ...


@dataclass(frozen=True)
class TorchNetwork:
    """A network on a device."""

    module: Any
    device: str

    @property
    def width(self) -> int:
        return int(self.module.config.get_text_config().hidden_size)

    def vectors(self, numbers: Integers, mask: Integers, weights: NDArray[np.float32]) -> Vectors:
        import torch

        with torch.inference_mode():
            given, real, share = (torch.from_numpy(part).to(self.device) for part in (numbers, mask, weights))
            hidden = self.module(input_ids=given, attention_mask=real).last_hidden_state
            pooled: Vectors = torch.bmm(share[:, None], hidden.float())[:, 0].cpu().numpy()
        return pooled


def read_tokenizer(folder: ModelFolder) -> Any:
    """The tokenizer of a model. Raises ComponentError where transformers cannot load it."""
    from transformers import AutoTokenizer

    with _in_one_line(folder), quiet():
        return AutoTokenizer.from_pretrained(
            str(folder.readable), padding_side="right", trust_remote_code=False, local_files_only=True
        )


def read_module(folder: ModelFolder, dtype: torch.dtype) -> Any:
    """The network of a model, ready to compute but on no device.

    Raises ComponentError where transformers cannot load it, or its weights are incomplete.
    """
    from transformers import AutoModel

    with _in_one_line(folder), quiet():
        module, read = AutoModel.from_pretrained(
            str(folder.readable),
            dtype=dtype,
            use_safetensors=True,
            output_loading_info=True,
            trust_remote_code=False,
            local_files_only=True,
        )
    absent = sorted(key for key in read["missing_keys"] if not key.startswith("pooler."))
    if absent:
        raise ComponentError(
            f"encoder 'transformers': the weights in {folder.path} are missing {len(absent)} parts of the "
            f"model, such as {absent[0]}; its vectors would be random. Take a complete model of the "
            "kind that its config.json names"
        )
    if module.config.is_encoder_decoder:
        module = module.get_encoder()
    if hasattr(module.config, "use_cache"):
        module.config.use_cache = False
    return module.eval()


@contextlib.contextmanager
def _in_one_line(folder: ModelFolder) -> Iterator[None]:
    """The first line of a library's error, which may have many."""
    try:
        yield
    except PalateError:
        raise
    except Exception as error:
        said = str(error).strip().split("\n")[0]
        raise ComponentError(
            f"encoder 'transformers': the model in {folder.path} cannot be loaded: "
            f"{said or type(error).__name__}"
        ) from error
