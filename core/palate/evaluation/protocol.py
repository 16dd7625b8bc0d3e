"""The terms under which a value was measured: values under other terms are not comparable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from palate.errors import listed

CODE = "code"
"""The part that holds, as JSON, a hash of the code of palate and of each component that measures."""


def fingerprint(parts: Mapping[str, str]) -> str:
    """16 hexadecimal digits that are equal where, and in practice only where, all parts are.

    `parts` says by name what the protocol is: data, cleaning, split, masking, candidates, tie rule,
    the variant of each metric. The order of the names does not matter. Raises TypeError for a part
    that is no text: what it says in words might not be what it is.
    """
    strange = [name for name, said in parts.items() if not isinstance(said, str)]
    if strange:
        raise TypeError(f"parts of a protocol are text; {listed(strange)} are not")
    text = json.dumps(dict(parts), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def differences(a: Mapping[str, str], b: Mapping[str, str]) -> list[str]:
    """Where two protocols part, one sentence a part; empty where `fingerprint` is the same.

    Code counts where both use it: a metric that only one was asked for changes no other value.
    """
    parts = [name for name in dict.fromkeys((*a, *b)) if a.get(name) != b.get(name)]
    return [said for name in parts if (said := _difference(name, a, b))]


def _difference(name: str, a: Mapping[str, str], b: Mapping[str, str]) -> str:
    if name == CODE and name in a and name in b:
        return _changed_code(a[name], b[name])
    if name not in b:
        return f"{name}: {a[name]!r} in the first, not stated in the second"
    if name not in a:
        return f"{name}: not stated in the first, {b[name]!r} in the second"
    return f"{name}: {a[name]!r} in the first, {b[name]!r} in the second"


def _changed_code(a: str, b: str) -> str:
    """Whose code changed between two measurements, in words; nothing where no common code did."""
    first, second = json.loads(a), json.loads(b)
    changed = [name for name in first if name in second and first[name] != second[name]]
    said = f"code: that of {listed(changed, 8)} changed between the two; run the older recipe again"
    return said if changed else ""
