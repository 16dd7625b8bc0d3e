"""Whether what is to be finetuned can be."""

from __future__ import annotations

from collections.abc import Iterator

from palate.recipe.draft import Draft


def unteachable(branch: Draft) -> Iterator[tuple[str, str]]:
    """Each mistake about `finetune` and `objectives` in a branch and its views: the key and what is wrong."""
    for at, view in enumerate(branch.views):
        for key, said in _wrong(view):
            yield f"encode[{at}].{key}", said
    if not branch.views:
        yield from _wrong(branch)
    elif branch.states("finetune") or branch.states("objectives"):
        key = "finetune" if branch.states("finetune") else "objectives"
        yield key, "the branch has several views; say in which of them, beside its encoder"


def _wrong(part: Draft) -> Iterator[tuple[str, str]]:
    finetunes, objectives = part.states("finetune"), part.states("objectives")
    if objectives and not finetunes:
        yield "objectives", "nothing is trained by them; add `finetune:`, such as finetune: transformers"
    if not finetunes:
        return
    if not objectives:
        yield "finetune", "it needs to know by what to train; add `objectives:`, such as [contrastive]"
    encoder = part.one("encode")
    if encoder is not None and not hasattr(encoder.component.cls, "text_model"):
        said = f"encoder {encoder.name!r} has no language model that could be trained"
        yield "finetune", f"{said}; take one that has, such as transformers"
