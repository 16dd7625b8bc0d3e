"""The text of the recipe."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.util import find_spec

import yaml

from palate.tables import ROLES, matching
from palate_init.catalogue import Catalogue
from palate_init.interactions import Events

FEW_ITEMS = 10_000


def recipe(events: Events, catalogue: Catalogue | None) -> str:
    """A recipe with a comment for each decision."""
    texts = catalogue is not None and bool(catalogue.texts)
    runs = texts and all(find_spec(library) for library in ("torch", "transformers"))
    blocks = [_head(events), _data(events, catalogue), _branches(events)]
    if texts and catalogue is not None:
        blocks.append(_content(catalogue, events, runs))
    blocks.append(_end())
    return "\n".join(blocks)


def _head(events: Events) -> str:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", events.table.path.name.split(".")[0]).strip("-_") or "first"
    said = [
        f"# A first recipe for {events.table.path.name}, made by looking at it:",
        f"# {events.rows:,} interactions of {events.users:,} people with {events.items:,} items.",
        "# yaml-language-server: $schema=recipe.schema.json",
        "recipe: 1",
        f"name: {name}",
        "seed: 7",
        "",
    ]
    return "\n".join(said)


def _data(events: Events, catalogue: Catalogue | None) -> str:
    lines = ["data:", "  source:", "    use: files", f"    interactions: {plain(str(events.table.path))}"]
    if not events.table.header:
        lines.append("    header: false  # the first line is data already")
    lines += ["    columns:", *_columns(events)]
    if "time" in events.roles and events.roles["time"].pattern:
        lines.append(
            f"    time_format: {plain(events.roles['time'].pattern)}  # say so if day and month are swapped"
        )
    if catalogue is not None:
        lines.append(f"    items: {plain(str(catalogue.table.path))}")
        lines.append(f"    item_columns: {flow({'id': catalogue.id, **catalogue.renamed})}")
        if catalogue.lists:
            lines.append(f"    lists: {flow(catalogue.lists)}")
    if events.gaps:
        lines.append("    bad_rows: skip  # some rows lack a user, an item or a time")
    return "\n".join([*lines, *_clean(events), *_split(events)])


def _columns(events: Events) -> list[str]:
    lines = []
    for role, names in ROLES.items():
        if role in events.roles:
            profile = events.roles[role]
            why = "by its name" if role in events.named else "by its values: look whether that is right"
            lines.append(f"      {role}: {plain(profile.name)}  # {why}; {_seen(events, role)}")
        elif (other := matching(events.table.columns, names)) is not None:
            lines.append(f"      {role}: null  # {json.dumps(other)} holds no {role} that can be read")
    return lines


def _seen(events: Events, role: str) -> str:
    profile = events.roles[role]  # type: ignore[index]
    if role in ("user", "item"):
        return f"{events.users if role == 'user' else events.items:,} different"
    if profile.numeric:
        return (
            f"from {profile.low:g} to {profile.high:g}"
            if role == "rating"
            else "seconds or parts of them since 1970"
        )
    return "dates or moments"


def _clean(events: Events) -> list[str]:
    lines = ["  clean:"]
    rating = events.roles.get("rating")
    if rating is not None and rating.filled < events.sample.height:
        lines.append("    - drop-invalid  # some ratings are missing")
    if rating is not None and rating.distinct > 2:
        high = rating.low + 0.75 * (rating.high - rating.low)
        lines.append(f"    # - {{use: min-rating, value: {high:g}}}  # if only high ratings mean liking")
    lines.append("    - drop-duplicates")
    if events.dense:
        lines.append("    - {use: min-interactions, users: 5, items: 5}")
    else:
        lines.append("    # - {use: min-interactions, users: 5, items: 5}  # would take more than half away")
    return lines


def _split(events: Events) -> list[str]:
    if events.by_time:
        return [
            "  # Learn from the past, be judged on the newest tenth; the tenth before it tunes.",
            "  split: {use: temporal, test: 0.1, validation: 0.1}",
            "",
        ]
    return [
        "  # There are no times to split by, so chance decides: it learns from the future too.",
        "  split: {use: random, test: 0.2, validation: 0.1}",
        "",
    ]


def _branches(events: Events) -> str:
    few = events.items <= FEW_ITEMS
    mark = "" if few else "# "
    lines = [
        "branches:",
        "  popularity:",
        "    rank: popularity",
        "  neighbours:",
        "    rank: {use: item-knn, neighbours: 100}",
        "  # Mostly the best that learns from behaviour alone; its memory grows with the items squared.",
        f"  {mark}linear:",
        f"  {mark}  rank: {{use: ease, l2: 300}}",
    ]
    return "\n".join(lines)


def _content(catalogue: Catalogue, events: Events, runs: bool) -> str:
    template = ". ".join(f"{{{name}}}" for name in catalogue.texts)
    aggregate = "{use: recency-mean, half_life: 30}" if "time" in events.roles else "mean"
    mark = "" if runs else "# "
    lines = [
        "  # What reads like the things a person liked, new items too."
        + ("" if runs else ' First: pip install "palate[llm]"'),
        f"  {mark}content:",
        f"  {mark}  text:",
        f"  {mark}    - {{use: template, template: {json.dumps(template, ensure_ascii=False)}}}",
        f"  {mark}    - {{use: fill, text: unknown}}  # for items without any",
        f"  {mark}  encode: {{use: transformers, model: all-MiniLM-L6-v2}}",
        f"  {mark}  transform: [center, l2]",
        f"  {mark}  aggregate: {aggregate}",
        f"  {mark}  rank: cosine",
    ]
    return "\n".join(lines)


def _end() -> str:
    lines = [
        "",
        "# Each person's scores on one scale, weighted by what the validation part shows.",
        "fuse: {use: weighted, normalize: z-score, weights: tune}",
        "top: 20",
        "evaluate: [ndcg@10, recall@20, coverage@10]",
        "",
    ]
    return "\n".join(lines)


def plain(value: str) -> str:
    """A text as YAML: bare where it then still is the same text, in quotes otherwise."""
    if (
        re.fullmatch(r"[\w./~][\w./ ~-]*", value)
        and value == value.strip()
        and yaml.safe_load(value) == value
    ):
        return value
    return json.dumps(value, ensure_ascii=False)


def flow(values: Mapping[str, str]) -> str:
    """A mapping of texts on one line."""
    return "{" + ", ".join(f"{plain(key)}: {plain(value)}" for key, value in values.items()) + "}"
