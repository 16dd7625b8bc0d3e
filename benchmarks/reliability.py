"""palate killed, damaged, misled and cornered: what it says, and whether its values stay right.

    python benchmarks/reliability.py [--kills 200] [--damages 100] [--recipes 500] [--plugins 50]
        [--places 8] [--seed 0] [--folder DIR]

Each part is left out with 0. Commands run in small worlds of their own under DIR (default: a temporary
folder). Lines say each fault as it is found. The last line is JSON of counts: how much was tried, and how
often there was a traceback (or "a bug in palate"), a wrong value, a file that a killed process left behind,
or a command that did not work again (`not_recovered`): all four should be 0.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reliability_world import Found

FAULTS = ("tracebacks", "wrong_values", "leftovers", "not_recovered")


def measure(
    root: Path, kills: int, damages: int, recipes: int, plugins: int, places: int, seed: int
) -> Found:
    """Everything that was asked for, in one folder."""
    import reliability_damage
    import reliability_kills
    import reliability_places
    import reliability_plugins
    import reliability_recipes

    found = Found()
    parts = {
        "damages": lambda: reliability_damage.damages(root / "d", damages, random.Random(seed), found),
        "recipes": lambda: reliability_recipes.mutations(root / "r", recipes, seed, found),
        "plugins": lambda: reliability_plugins.plugins(root / "p", plugins, found),
        "places": lambda: reliability_places.places(root / "s", found, places),
        "kills": lambda: reliability_kills.kills(root / "k", kills, random.Random(seed), found),
    }
    wanted = {"damages": damages, "recipes": recipes, "plugins": plugins, "places": places, "kills": kills}
    for name, part in parts.items():
        if wanted[name]:
            started = time.monotonic()
            part()
            print(f"{name}: {time.monotonic() - started:.0f} s; {json.dumps(found.counts)}", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, count in {"kills": 200, "damages": 100, "recipes": 500, "plugins": 50, "places": 8}.items():
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    asked = vars(parser.parse_args())
    folder = asked.pop("folder")
    with tempfile.TemporaryDirectory(prefix="palate-reliability-") as scratch:
        found = measure(folder or Path(scratch), **asked)
    print(json.dumps(dict.fromkeys(FAULTS, 0) | dict(found.counts)))
    return int(any(found.counts[kind] for kind in FAULTS))


if __name__ == "__main__":
    sys.exit(main())
