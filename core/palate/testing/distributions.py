"""A distribution with a plugin, as pip would leave it, without pip."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path


def put_distribution(
    site: Path,
    name: str,
    source: str,
    version: str = "1.0",
    requires: Iterable[str] = (),
    module: str | None = None,
    plugin: str | None = None,
) -> tuple[Path, Path]:
    """Write a distribution of one module into a folder on the import path, and return its two paths.

    These are the folder of what is told about it, and the module, which has the distribution's name
    with underscores unless said otherwise; `plugin` is the name of the entry point, that of the module
    unless said otherwise.
    """
    stem = name.replace("-", "_")
    module = module or stem
    info, code = site / f"{stem}-{version}.dist-info", site / f"{module}.py"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {text}" for text in requires]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    (info / "entry_points.txt").write_text(f"[palate]\n{plugin or module} = {module}\n")
    code.write_text(textwrap.dedent(source))
    return info, code
