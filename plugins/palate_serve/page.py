"""The page at `/`, with its script and its style: files of this package, and nothing from outside."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from palate.errors import PalateError
from palate_serve.replies import Reply

_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?")
_TYPES = {
    "index.html": b"text/html; charset=utf-8",
    "page.js": b"text/javascript; charset=utf-8",
    "page.css": b"text/css; charset=utf-8",
}


@cache
def page(name: str = "index.html", pictures: tuple[str, ...] = ()) -> Reply:
    """One of the three files. The browser may run and load only what comes from here.

    `pictures` are the sites, such as `https://images.example.org`, from which items' pictures may come.
    Raises PalateError for what is no site.
    """
    text = files("palate_serve").joinpath("site", name).read_text(encoding="utf-8")
    if name == "page.css":  # one look for all that palate shows
        text = files("palate.report").joinpath("style.css").read_text(encoding="utf-8") + text
    return Reply(200, text.encode(), _TYPES[name], _headers(pictures))


def _headers(pictures: tuple[str, ...]) -> tuple[tuple[bytes, bytes], ...]:
    for site in pictures:
        if not _SITE.fullmatch(site):
            raise PalateError(f"pictures come from a site such as https://images.example.org; got {site!r}")
    images = " ".join(("'self'", "data:", *pictures))
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src {images}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return (b"content-security-policy", policy.encode()), (b"referrer-policy", b"no-referrer")
