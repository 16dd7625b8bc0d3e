"""The notebook as a page: its text, its code, and what the code printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).parents[1] / "notebooks" / "first-steps.ipynb"


def page() -> str:
    cells = json.loads(PATH.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join(_cell(cell) for cell in cells) + "\n"


def _cell(cell: dict[str, Any]) -> str:
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return text
    printed = "".join(_output(each) for each in cell["outputs"]).rstrip()
    return f"```python\n{text}\n```" + (f"\n\n```text\n{printed}\n```" if printed else "")


def _output(output: dict[str, Any]) -> str:
    if output["output_type"] == "stream":
        return "".join(output["text"])
    return "".join(output.get("data", {}).get("text/plain", "")) + "\n"
