"""The table of a comparison for papers and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from palate_compare.formatting import from_the_side_of, number, other, p_value, signed

if TYPE_CHECKING:
    from palate_compare.comparison import Comparison

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def markdown(comparison: Comparison) -> str:
    """The verdict, the table, and how each entry differs from the reference."""
    head, rows = _cells(comparison)
    lines = [f"| {' | '.join(_bare(cell) for cell in row)} |" for row in (head, *rows)]
    lines.insert(1, "|---|" + "---:|" * (len(head) - 1))
    warned = [f"- {w.kind}: {w.message}. To fix it: {w.fix}." for w in comparison.warnings]
    said = [line + "\n" for line in comparison.verdict.splitlines()]
    notes = ["\n## Warnings\n", *warned] if warned else []
    return "\n".join([*said, *lines, f"\n{_protocol(comparison)}", *notes]) + "\n"


def latex(comparison: Comparison) -> str:
    """A tabular with booktabs' rules; the best of each metric in bold."""
    head, rows = _cells(comparison)
    bold = _best_cells(comparison)
    body = []
    for at, row in enumerate(rows):
        cells = [_escaped(cell) for cell in row]
        cells = [f"\\textbf{{{cell}}}" if (at, place) in bold else cell for place, cell in enumerate(cells)]
        body.append(" & ".join(cells) + r" \\")
    return "\n".join(
        [
            f"% {_protocol(comparison)}",
            rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
            r"\toprule",
            " & ".join(_escaped(cell) for cell in head) + r" \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    )


def _cells(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    metrics = comparison.table.columns[2:-2]
    lines = {other(line, comparison.reference): line for line in comparison.against().to_dicts()}
    head = ["", *metrics, f"difference in {comparison.metric}", "95% interval", "p", "effect", "verdict"]
    rows = []
    for row in comparison.table.to_dicts():
        line = lines.get(row["name"])
        cells = _cells_of(from_the_side_of(line, row["name"])) if line else ["reference", "", "", "", ""]
        rows.append([row["name"], *(number(row[metric]) for metric in metrics), *cells])
    return head, rows


def _cells_of(line: dict[str, Any]) -> list[str]:
    interval = f"{signed(line['low'])} to {signed(line['high'])}"
    return [
        signed(line["difference"]),
        interval,
        p_value(line["adjusted"]),
        signed(line["effect"]),
        line["verdict"],
    ]


def _best_cells(comparison: Comparison) -> set[tuple[int, int]]:
    found = set()
    for place, metric in enumerate(comparison.table.columns[2:-2]):
        column = comparison.table[metric].drop_nans()
        best = column.min() if metric in comparison.lower_is_better else column.max()
        found |= {(at, place + 1) for at, value in enumerate(comparison.table[metric]) if value == best}
    return found


def _protocol(comparison: Comparison) -> str:
    said = "NOT COMPARABLE, different protocols" if comparison.protocol.differences else (
        f"protocol {comparison.protocol.fingerprint}"
    )  # fmt: skip
    return (
        f"{comparison.paired.who}, paired; {said}; differences are against {comparison.reference}, "
        f"with bootstrap intervals and sign-flip tests corrected by Holm; below {comparison.threshold:.1%} "
        "a difference does not matter."
    )


def _bare(cell: str) -> str:
    return cell.replace("|", "\\|")


def _escaped(cell: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in cell)
