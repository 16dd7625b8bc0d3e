"""The language model as a torch module that is trained."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.errors import ComponentError, listed

if TYPE_CHECKING:
    import torch

REMEMBERED = 200_000  # texts whose tokens are kept
SHORT = 16  # tokens; texts are not told apart by length below


def network_of(model: TextModel, body: Any) -> Any:
    """A `TextNetwork` around the body of a language model.

    Words are scored by the model's own table of words, as models are whose input and output share it; unless
    it is a decoder that does, a square map stands before it, which is trained from the identity and not kept.
    """
    return _network()(model, body)


def loaded(model: TextModel) -> Any:
    """The body of a model in float32. Raises ComponentError where transformers cannot load it."""
    import torch
    from transformers import AutoModel

    try:
        body = AutoModel.from_pretrained(
            str(model.folder),
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
        )
    except Exception as error:  # whatever is wrong with the files, the libraries have many words for it
        said = str(error).strip().split("\n")[0] or type(error).__name__
        raise ComponentError(f"the model in {model.folder} cannot be loaded to be trained: {said}") from error
    if body.config.is_encoder_decoder:
        raise ComponentError(
            f"the model in {model.folder} has an encoder and a decoder; only one can be trained"
        )
    if hasattr(body.config, "use_cache"):
        body.config.use_cache = False
    return body


def with_lora(body: Any, rank: int, alpha: float, dropout: float, modules: Sequence[str] | None) -> Any:
    """The body with low-rank adapters beside its linear layers, which alone are trained (Hu et al. 2022,
    "LoRA").

    Raises ComponentError for modules that the model does not have.
    """
    from peft import LoraConfig, get_peft_model
    from torch import nn

    linear = sorted(
        {name.rpartition(".")[2] for name, each in body.named_modules() if isinstance(each, nn.Linear)}
    )
    unknown = sorted(set(modules or ()) - set(linear))
    if unknown or not linear:
        raise ComponentError(
            f"the model has no linear layers called {listed(unknown)}; its layers are called "
            f"{listed(linear, 20)}"
            if linear
            else "the model has no linear layers, to which LoRA could be added; take adapter: none"
        )
    config = LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=list(modules or linear), bias="none"
    )
    return get_peft_model(body, config)


@cache
def _network() -> Any:
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self, model: TextModel, body: Any) -> None:
            super().__init__()
            self.body, self.model = body, model
            table = body.get_input_embeddings().weight
            self.vocabulary, width = table.shape
            tied = model.decoder and bool(getattr(body.config, "tie_word_embeddings", False))
            self.straight: nn.Linear | None = None
            if not tied:
                self.straight = nn.Linear(width, width)
                nn.init.eye_(self.straight.weight)
                nn.init.zeros_(self.straight.bias)
            self.known: dict[str, tuple[list[int], int]] = {}

        def forward(self, texts: Sequence[str]) -> torch.Tensor:
            return self.vectors(texts)

        def vectors(self, texts: Sequence[str]) -> torch.Tensor:
            own = list(dict.fromkeys(texts))  # each text is read once
            parts = self._of_like_length(own)
            place = {own[row]: at for at, row in enumerate(np.concatenate(parts))}
            found = torch.cat([self._pooled([own[row] for row in part]) for part in parts])
            return found[torch.tensor([place[text] for text in texts], device=found.device)]

        def _pooled(self, texts: Sequence[str]) -> torch.Tensor:
            numbers, mask, skipped = self._read(texts)
            share = torch.from_numpy(self.model.weights(mask.cpu().numpy(), skipped)).to(numbers.device)
            return torch.bmm(share[:, None], self.hidden(numbers, mask).float())[:, 0]

        def _of_like_length(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
            """The rows of texts up to 16 tokens long, up to 32, 64, ...: one long text pads few others."""
            self._know(texts)
            lengths = np.array([max(len(self.known[text][0]), SHORT) for text in texts])
            doubled = np.ceil(np.log2(lengths / SHORT)).astype(np.int64)
            return [np.flatnonzero(doubled == each) for each in np.unique(doubled)]

        def numbers(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
            numbers, mask, _ = self._read(texts)
            return numbers, mask

        def hidden(self, numbers: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.body(input_ids=numbers, attention_mask=mask).last_hidden_state
            return found

        def words(self, hidden: torch.Tensor) -> torch.Tensor:
            moved = hidden if self.straight is None else self.straight(hidden)
            return moved @ self.body.get_input_embeddings().weight.T

        def _know(self, texts: Sequence[str]) -> None:
            """Keep the tokens of these texts."""
            new = list(dict.fromkeys(text for text in texts if text not in self.known))
            if len(self.known) + len(new) > REMEMBERED:
                self.known.clear()
                new = list(dict.fromkeys(texts))
            if new:
                rows, skipped = self.model.tokens(new)
                self.known.update(zip(new, zip(rows, skipped.tolist(), strict=True), strict=True))

        def _read(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor, Any]:
            self._know(texts)
            rows = [self.known[text][0] for text in texts]
            longest = max((len(row) for row in rows), default=1)
            numbers = np.full((len(rows), max(longest, 1)), self.model.padding, np.int64)
            mask = np.zeros_like(numbers)
            for at, row in enumerate(rows):
                numbers[at, : len(row)] = row
                mask[at, : len(row)] = 1
            where = self.body.get_input_embeddings().weight.device
            skipped = np.array([self.known[text][1] for text in texts], np.int64)
            return torch.from_numpy(numbers).to(where), torch.from_numpy(mask).to(where), skipped

    return Network
