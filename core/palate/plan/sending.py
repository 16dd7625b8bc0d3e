"""What steps would send elsewhere, before anything is sent."""

from __future__ import annotations

from typing import Any

from palate.components.nested import nested_options
from palate.plan.steps import Step
from palate.store import Store
from palate.store.answers import OF_ITEMS, answers_beside

LATER = "sends texts elsewhere; how many is known once {} (`palate run` does that first)"


def sent(step: Step, store: Store) -> str:
    """What a step would send elsewhere, in words; nothing for steps that keep all to themselves."""
    if step.operation == "encode" and hasattr(step.blocks[0].component.cls, "sends"):
        return _encoded(step, store)
    if step.operation == "text" and any(hasattr(block.component.cls, "sends") for block in step.blocks):
        return _written(step, store)
    if any(_sends_within(block.make()) for block in step.blocks if nested_options(block.component.cls)):
        return "sends the texts of users' histories elsewhere, of each user that it is asked about"
    return ""


def _encoded(step: Step, store: Store) -> str:
    from palate.store.texts import TextVectors, encoder_key

    if not store.has(step.inputs[0].fingerprint):
        return LATER.format("they are written")
    encoder, texts = step.blocks[0].make(), store.load(step.inputs[0].fingerprint).text
    left = TextVectors(store.texts, store.exchange).left(
        texts, encoder_key(step.blocks[0].identity(), encoder)
    )
    return _said(encoder.sends(left))


def _written(step: Step, store: Store) -> str:
    """Of the first preprocessor that sends: what others behind it would, its answers decide."""
    if not store.has(step.inputs[0].fingerprint):
        return LATER.format("the data are read")
    items = store.load(step.inputs[0].fingerprint).items
    for block in step.blocks:
        component: Any = block.make()
        if hasattr(component, "sends"):
            component.keep_in(answers_beside(store.texts, OF_ITEMS))
            sends = component.sends(items.text.fill_null("").to_list())
            if sends["texts"]:
                return _said(sends)
        items = component.apply(items)
    return ""


def _said(sends: dict[str, int]) -> str:
    answers = f", and get up to {sends['answers']:,} back" if "answers" in sends else ""
    return f"would send {sends['texts']:,} texts, about {sends['tokens']:,} tokens{answers}"


def _sends_within(component: Any) -> bool:
    """Whether a component that an option holds sends anything."""
    cls: type = type(component)
    held = [getattr(component, name, None) for name in nested_options(cls)]
    return any(hasattr(each, "sends") or _sends_within(each) for each in held if each is not None)
