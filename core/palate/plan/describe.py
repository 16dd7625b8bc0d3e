"""A step with all it stands on as text, and back among the plugins of another process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from palate.errors import PalateError, PluginError
from palate.plan.code import core_code
from palate.plan.steps import Step
from palate.recipe.model import Block
from palate.registry import Registry


def described(step: Step) -> str:
    """JSON of a step and those it stands on: names, components, options and fingerprints, no data."""
    steps = step.walk()
    place = {each.fingerprint: at for at, each in enumerate(steps)}
    found = [
        {
            "name": each.name,
            "operation": each.operation,
            "blocks": [
                {"options": block.options, "label": block.label, "identity": block.identity()}
                for block in each.blocks
            ],
            "inputs": [place[below.fingerprint] for below in each.inputs],
            "params": each.params,
            "fleeting": each.fleeting,
            "fingerprint": each.fingerprint,
        }
        for each in steps
    ]
    return json.dumps({"core": core_code(), "steps": found})


def rebuilt(text: str, registry: Registry) -> Step:
    """The step that was described, made of the components of this registry.

    Raises PluginError, which says in what code and plugins differ, where a fingerprint is another here: what
    it computed would not be what was asked for.
    """
    known = json.loads(text)
    steps: list[Step] = []
    for each in known["steps"]:
        blocks = tuple(_block(block, registry) for block in each["blocks"])
        inputs = tuple(steps[at] for at in each["inputs"])
        step = Step(each["name"], each["operation"], blocks, inputs, each["params"], each["fleeting"])
        if step.fingerprint != each["fingerprint"]:
            raise PluginError(
                f"step {step.name!r} is another here: {_difference(known['core'], each, blocks)}"
            )
        steps.append(step)
    return steps[-1]


def _block(said: dict[str, Any], registry: Registry) -> Block:
    kind, name, distribution, *_ = said["identity"]
    try:
        component = registry.find(kind, name)
    except PalateError as error:
        raise PluginError(f"{kind} {name!r} of {distribution} is not installed here: {error}") from error
    return Block(component, said["options"], said["label"])


def _difference(core: str, said: dict[str, Any], blocks: Sequence[Block]) -> str:
    """Why the fingerprint of a step is another here than where it was described."""
    found = []
    if core != core_code():
        found.append(f"palate's own code (here {core_code()}, there {core})")
    for block, other in zip(blocks, said["blocks"], strict=True):
        kind, name, distribution, code, _ = block.identity()
        _, _, its_distribution, its_code, _ = other["identity"]
        if distribution != its_distribution:
            found.append(f"{kind} {name!r} comes from {distribution} here and from {its_distribution} there")
        elif code != its_code:
            found.append(f"the code of {kind} {name!r} of {distribution} (here {code}, there {its_code})")
    return "; ".join(found) or "its options are read in another way"
