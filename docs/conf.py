"""How the pages become a site: Sphinx reads Markdown (MyST), and the reference is written from the code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from pages import write

from palate import __version__

project = "palate"
author = "The palate developers"
release = __version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "notebooks"]
html_theme = "furo"
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_title = f"palate {__version__}"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
nitpicky = True


def setup(app: Any) -> None:
    app.connect("builder-inited", lambda built: write(Path(built.srcdir) / "reference"))
