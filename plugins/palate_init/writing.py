"""The text of the recipe."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from palate.tables import matching
from palate.tables.names import CARRIED, ROLES
from palate_init.draft import SPLITS, Draft
from palate_init.feedback import Feedback
from palate_init.quoting import comment, flow, plain, value
from palate_init.sections import branches, end


def recipe(draft: Draft, schema: bool = False) -> str:
    """A recipe with a comment for each decision; `schema` says that there is a schema file beside it."""
    return "\n".join([_head(draft, schema), _data(draft), branches(draft), end(draft)])


def _head(draft: Draft, schema: bool) -> str:
    events = draft.events
    called = events.table.path.name if draft.origin is None else str(events.table)
    name = _name(events.table.path.name.split(".")[0] if draft.origin is None else draft.origin.interactions)
    lines = [
        *comment(f"A first recipe for {called}, made by looking at it:", 0),
        f"# {events.rows:,} interactions of {events.users:,} users with {events.items:,} items.",
        *(line for note in draft.notes for line in comment(f"Note: {note}")),
    ]
    if schema:
        lines.append("# yaml-language-server: $schema=recipe.schema.json")
    return "\n".join([*lines, "recipe: 1", f"name: {name}", "seed: 7", ""])


def _name(text: str) -> str:
    """A name of a recipe: the first words of a text."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text)[:40].strip("-_") or "first"


def _data(draft: Draft) -> str:
    use = "files" if draft.origin is None else "sql"
    lines = ["data:", "  source:", f"    use: {use}", *_format(draft), "    columns:", *_columns(draft)]
    lines += _unused("", draft.events.unused or {})
    lines += _time(draft)
    if draft.events.item_list is not None and draft.events.item_list != "json":
        lines.append(
            f"    item_list: {json.dumps(draft.events.item_list)}  # several items in a row, each an event"
        )
    lines += _items(draft)
    if draft.skip:
        lines.append("    bad_rows: skip  # some rows have no user, item or time, or do not read")
    return "\n".join([*lines, *_clean(draft), *_feedback(draft), *_split(draft)])


def _format(draft: Draft) -> list[str]:
    table = draft.events.table
    lines = [f"    interactions: {plain(str(table.path))}"]
    if (origin := draft.origin) is not None:
        lines = [f"    database: {plain(origin.database)}", f"    interactions: {plain(origin.interactions)}"]
    encodings = {table.encoding} | ({draft.catalogue.table.encoding} if draft.catalogue else set())
    if table.asked.skip:
        lines.append(f"    skip_lines: {table.asked.skip}  # lines above the table")
    if not table.header:
        lines.append("    header: false  # the first line is data already")
    if len(encodings) == 1 and not table.encoding.startswith("utf"):
        lines.append(f"    encoding: {table.encoding}  # a guess: look whether names are spelt right")
    if table.asked.missing:
        listed = ", ".join(value(word) for word in table.asked.missing)
        lines.append(f"    missing: [{listed}]  # taken for no value")
    rating = draft.events.roles.get("rating")
    if rating is not None and rating.numerals.ambiguous:
        lines.append(
            '    decimal: ","  # 1,234 is read as a bit more than one; if it is a thousand, thousands: ","'
        )
    return lines


def _columns(draft: Draft) -> list[str]:
    events, lines = draft.events, []
    taken = {profile.name for profile in events.roles.values()}
    for role, names in ROLES.items():
        if role in events.roles:
            profile = events.roles[role]
            why = "by its name" if role in events.named else "by its values: look whether that is right"
            lines.append(f"      {role}: {plain(profile.name)}  # {why}; {_seen(draft, role)}")
        elif matching([name for name in events.table.columns if name not in taken], names) is not None:
            lines.append(f"      {role}: null  # no column holds a {role} that can be read")
    carried, column = (events.feedback.role, events.feedback.column) if events.feedback else ("", "")
    if column:
        lines.append(f"      {carried}: {plain(column)}  # read by the feedback below")
    if draft.split == "column":
        lines.append(f"      part: {plain(events.part)}  # a split that came with the data")
    free = [name for name in events.table.columns if name not in taken and name != column]
    lines += [
        f"      {other}: null"
        for other, names in CARRIED.items()
        if other != carried and matching(free, names) is not None
    ]
    return lines


def _seen(draft: Draft, role: str) -> str:
    events = draft.events
    profile = events.roles[role]  # type: ignore[index]
    if role in ("user", "item"):
        return f"{events.users if role == 'user' else events.items:,} different"
    if role == "rating":
        return "yes or no" if profile.kind == "flag" else f"from {profile.low:g} to {profile.high:g}"
    if not profile.moments:
        return (
            "no dates, but the order of each user's events" if events.own_order else "no dates, but an order"
        )
    return "days as Excel counts them" if profile.pattern == "excel" else "dates or moments"


def _time(draft: Draft) -> list[str]:
    time = draft.events.roles.get("time")
    if time is None or not time.pattern:
        return []
    line = f"    time_format: {plain(time.pattern)}"
    if time.unclear:
        line += (
            f"  # a guess: no value tells day from month; if the month is first, {json.dumps(time.unclear)}"
        )
    return [line]


def _items(draft: Draft) -> list[str]:
    catalogue = draft.catalogue
    if catalogue is None:
        return []
    lines = [
        f"    items: {plain((draft.origin and draft.origin.items) or str(catalogue.table.path))}",
        f"    item_columns: {flow({'id': catalogue.id, **catalogue.renamed})}",
    ]
    if own := _own_format(draft):
        lines.append(f"    item_format: {{{own}}}  # where this file is written otherwise")
    if catalogue.lists:
        lines.append(f"    lists: {flow(catalogue.lists)}")
    if catalogue.repeated:
        lines.append("    repeated: first  # some items have several rows, or no id")
    return lines + _unused("of items ", catalogue.unused)


def _own_format(draft: Draft) -> str:
    """What must be said of the file of items because the other file is not written so."""
    if draft.catalogue is None or draft.origin is not None:
        return ""
    own, other = draft.catalogue.table, draft.events.table
    said = []
    if own.header != other.header and own.format == "delimited":
        said.append(f"header: {str(own.header).lower()}")
    if own.asked.skip != other.asked.skip:
        said.append(f"skip_lines: {own.asked.skip}")
    if own.asked.missing != other.asked.missing:
        said.append(f"missing: [{', '.join(value(word) for word in own.asked.missing)}]")
    return ", ".join(said)


def _unused(what: str, columns: Mapping[str, str]) -> list[str]:
    """A comment for each column of which nothing is made, and why."""
    return [
        line
        for name, why in columns.items()
        for line in comment(f"not used {what}{json.dumps(name, ensure_ascii=False)}: {why}", 4)
    ]


def _clean(draft: Draft) -> list[str]:
    events, lines = draft.events, []
    rating = events.roles.get("rating")
    if rating is not None and rating.filled < events.sample.height and events.feedback is None:
        lines.append("    - drop-invalid  # some ratings are missing")
    if events.counts.repeats and not (events.feedback and events.feedback.use == "events"):
        share = f"{events.counts.repeats:.0%}" if events.counts.repeats >= 0.01 else "a few"
        lines.append(
            f"    - drop-duplicates  # {share} of the events repeat an earlier one of their user and item"
        )
    core = "{use: min-interactions, users: 5, items: 5, count: training}"
    if "content" in draft.branches:
        lines.append(f"    # - {core}  # not here: content serves new users and new items")
    elif draft.core:
        lines.append(f"    - {core}")
    else:
        lines.append(f"    # - {core}  # would leave too little")
    return ["  clean:" if any(not line.lstrip().startswith("#") for line in lines) else "  # clean:", *lines]


def _feedback(draft: Draft) -> list[str]:
    feedback = draft.events.feedback
    if feedback is None:
        return [
            "  # Nothing says what users liked or disliked, so every event counts as a like.",
        ]
    lines = [line for said in _said(feedback) for line in comment(said, 2)]
    options = "".join(f", {key}: {flow_of(option)}" for key, option in feedback.options.items())
    return [*lines, f"  feedback: {{use: {feedback.use}{options}}}"]


def _said(feedback: Feedback) -> list[str]:
    if feedback.use == "ratings":
        return [f"Ratings run {feedback.seen}. From `like` on are likes, below `dislike` dislikes."]
    if feedback.use == "labels":
        return [
            f"{feedback.seen}.",
            "If it only means that the item was shown: {use: labels, zero: seen}.",
        ]
    return [f"Types of events: {feedback.seen}. Weigh them: 0 is only seen, below 0 a dislike."]


def flow_of(option: object) -> str:
    """An option of the feedback on one line."""
    if isinstance(option, dict):
        return "{" + ", ".join(f"{plain(str(key))}: {number:g}" for key, number in option.items()) + "}"
    return f"{option:g}" if isinstance(option, float) else str(option)


def _split(draft: Draft) -> list[str]:
    written, tuned = SPLITS[draft.split]
    if draft.split == "column":
        why = "The split that came with the data; a tenth of what trains tunes, if it has no part for that."
    elif draft.split.startswith("temporal"):
        why = "Fit on the past, evaluate on the newest events; those before them tune."
    elif draft.split == "user-temporal":
        reason = (
            "nothing says when" if draft.events.own_order else "a cut at one moment would leave too little"
        )
        why = f"Each user's newest events are held out; {reason}."
    elif draft.split == "cold-users":
        why = "Every user has one event, so a fifth of them are evaluated as new users, without a history."
    elif "time" in draft.events.roles:
        why = "The times part the events into too few moments, so chance decides: fitted on the future too."
    else:
        why = "There are no times to split by, so chance decides: fitted on the future too."
    if not tuned:
        why += " Too little to tune on."
    return [*comment(why, 2), f"  split: {written}", ""]
