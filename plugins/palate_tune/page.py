"""A study as one page that needs nothing else: pictures, trials, and where it comes from."""

from __future__ import annotations

import html
from typing import Any

from palate.recipe.space import Space
from palate_tune.plots import against, bars, history
from palate_tune.result import TuningResult

STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
svg{width:100%;max-width:560px;font:11px system-ui,sans-serif}
svg text{fill:currentColor}
.frame,.best{fill:none;stroke:currentColor}.best{stroke:#2a7;stroke-width:2}
.frame{opacity:.4}.complete,rect{fill:#27b}.pruned{fill:#c80}.failed{fill:#c33}
table{border-collapse:collapse;font-size:13px}.wide{overflow-x:auto}
td,th{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #8884}
pre{overflow-x:auto;padding:.8rem;border:1px solid #8884;border-radius:4px}
"""

FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style></head>
<body>{body}</body></html>"""


def page(tuned: TuningResult, spaces: tuple[Space, ...]) -> str:
    """The whole page; it loads nothing and runs no script."""
    title = f"{tuned.name}: {tuned.metric} {tuned.value:.4f}"
    counts = ", ".join(f"{tuned.count(state)} {state}" for state in ("complete", "pruned", "failed"))
    parts = [
        f"<h1>{_safe(title)}</h1>",
        f"<p>Best in trial {tuned.best} of {tuned.trials.height} ({counts}), judged on the validation part; "
        f"{'lower' if tuned.lower_is_better else 'higher'} is better. The test part was not read.</p>",
        f"<pre>{_safe(tuned.recipe)}</pre>",
        f"<h2>History</h2>{_history(tuned)}",
        _importance(tuned),
        *(_slice(tuned, space) for space in spaces),
        f'<h2>Trials</h2><div class="wide">{_table(tuned)}</div>',
        f"<p>Study {_safe(tuned.study)}; sampler {tuned.sampler}, pruner {tuned.pruner}, seed {tuned.seed}; "
        f"protocol {tuned.protocol}.</p>",
    ]
    return FRAME.format(title=_safe(title), style=STYLE, body="".join(parts))


def _history(tuned: TuningResult) -> str:
    rows = [row for row in tuned.trials.to_dicts() if row["value"] is not None]
    best: list[tuple[int, float]] = []
    for row in rows:
        better = not best or (
            row["value"] < best[-1][1] if tuned.lower_is_better else row["value"] > best[-1][1]
        )
        if row["state"] == "complete" and better:
            best.append((row["trial"], row["value"]))
    return history([(row["trial"], row["value"], row["state"]) for row in rows], best, tuned.metric)


def _importance(tuned: TuningResult) -> str:
    if not tuned.importance:
        return "<h2>Importance</h2><p>Too few complete trials to say what matters.</p>"
    return f"<h2>Importance</h2>{bars(tuned.importance, 'importance of each search space')}"


def _slice(tuned: TuningResult, space: Space) -> str:
    if space.path not in tuned.trials.columns:
        return ""
    rows = [
        (row[space.path], row["value"])
        for row in tuned.trials.to_dicts()
        if row["state"] == "complete" and row[space.path] is not None
    ]
    if not rows:
        return ""
    head = f"<h2>{_safe(space.path)}</h2>"
    if space.kind == "choice":
        best = min if tuned.lower_is_better else max
        found = {
            name: [value for key, value in rows if key == name] for name in dict.fromkeys(k for k, _ in rows)
        }
        lines = "".join(
            f"<tr><td>{_safe(name)}</td><td>{len(figures)}</td><td>{best(figures):.4f}</td></tr>"
            for name, figures in found.items()
        )
        return f"{head}<table><tr><th>value</th><th>trials</th><th>best</th></tr>{lines}</table>"
    pairs = [(float(value), figure) for value, figure in rows]
    return head + against(pairs, space.path, tuned.metric, space.kind == "log")


def _table(tuned: TuningResult) -> str:
    columns = [name for name in tuned.trials.columns if name != "reason" or tuned.count("failed")]
    head = "".join(f"<th>{_safe(name)}</th>" for name in columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_shown(row[name])}</td>" for name in columns) + "</tr>"
        for row in tuned.trials.to_dicts()
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else _safe(str(value))


def _safe(text: str) -> str:
    return html.escape(text)
