"""Answers of a chat model over the OpenAI protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from palate.store.answers import Answer
from palate_endpoint.client import Client, Request
from palate_endpoint.texts import tokens_of

REFUSAL = re.compile(
    r"(?i)^\W*(i(['\u2019]m| am) sorry|sorry,|i apologi[sz]e"
    r"|i (cannot|can['\u2019]?t|am unable|won['\u2019]?t)\b|i['\u2019]m unable\b"
    r"|unfortunately,? i (cannot|can['\u2019]?t)\b|as an ai\b)"
)
"""How models begin that decline; a guess, in English."""


def conversation(system: str, prompt: str) -> list[dict[str, str]]:
    """The messages that a chat model is sent."""
    begun = [{"role": "system", "content": system}] if system else []
    return [*begun, {"role": "user", "content": prompt}]


def cost(system: str, prompt: str) -> int:
    """About how many tokens are sent with a prompt."""
    return tokens_of(prompt) + (tokens_of(system) if system else 0)


def asked(client: Client, prompts: Sequence[str], system: str, longest: int) -> Iterator[tuple[int, Answer]]:
    """The place of each prompt with its answer, as they come.

    For the budget an answer is as long as it may be, until it is there. Raises as `Client.answers`.
    """
    fixed = {"model": client.model, "temperature": 0, "max_tokens": longest}
    requests = (
        Request([at], {**fixed, "messages": conversation(system, prompt)}, cost(system, prompt) + longest)
        for at, prompt in enumerate(prompts)
    )
    for request, answer in client.answers("chat/completions", requests, lambda said, _: read(client, said)):
        client.settle(longest, tokens_of(answer.text) if answer.text else 0)
        yield request.rows[0], answer


def read(client: Client, said: Any) -> Answer:
    """The first choice. Raises ComponentError where there is none."""
    choices = said.get("choices") if isinstance(said, dict) else None
    if not isinstance(choices, list) or not choices:
        raise client.error("answers a prompt without a list `choices` of answers")
    try:
        message, ended = choices[0]["message"], choices[0].get("finish_reason") or "stop"
        text, refused = message.get("content") or "", message.get("refusal")
        if not isinstance(text, str):
            raise TypeError
    except (AttributeError, KeyError, TypeError):
        raise client.error("gives an answer that is no text") from None
    return finished(text, "refused" if refused or ended == "content_filter" else str(ended))


def finished(text: str, ended: str) -> Answer:
    """The answer with its spaces put in order; one that is empty or declines counts as refused."""
    text = " ".join(text.split())
    if ended == "refused" or not text or REFUSAL.match(text):
        return Answer(text, "refused")
    return Answer(text, "length" if ended == "length" else "stop")
