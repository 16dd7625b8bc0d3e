"""The engine `ray` against `local`: equal to the byte, whatever is killed, lost, shared or fails meanwhile.

    python benchmarks/engines.py --data DIR [--users 6040] [--items 4000] [--shards 8] [--only equal,killed]
                                 [--room DIR]

A cluster of two nodes with one core each on this machine (`ray.cluster_utils`) runs a recipe on
MovieLens-1M: EASE, item-knn and texts, fused by tuned weights, and where something fails meanwhile by fixed
ones. Each part begins with an empty store, and its artifacts are compared with those of `local`, file by
file. The last line is `{"equal", "overhead_s", "killed_equal", "node_lost_equal", "two_drivers_equal",
"s3_equal", "refused", "sharded": {...}, ...}`: `overhead_s` is what a step costs beside its own work on a
warm worker; `killed_again` and `node_lost_again` how many steps and shards were done again. Two cores of one
machine show no scaling, and none is claimed. With `--room` parts may be measured one after another: what
`local` made and what was found stay there, as long as the recipe, the data and the code are the same.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import engines_wide
from engines_driver import another, overhead
from engines_faults import Killer, failing_s3, workers
from engines_recipes import FIXED, artifacts, plan_of, recipe, shrunk

PARTS = (
    "equal", "overhead", "killed", "node_lost", "two_drivers", "s3", "refused", "head_lost", "rounds",
    "trials", "comparison",
)  # fmt: skip
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


class Bench:
    """One cluster, and what `local` makes of the recipes. `found` is what was measured before."""

    def __init__(self, folder: Path, room: Path, shards: int) -> None:
        self.recipe, self.fixed = recipe(folder), recipe(folder, FIXED)
        self.folder, self.room, self.shards = folder, room, shards
        self.nodes: Any = None
        whole = plan_of(self.recipe, room / "local")
        self.file = room / f"found-{whole.fingerprint}-{shards}.json"
        self.found: dict[str, Any] = json.loads(self.file.read_text()) if self.file.is_file() else {}

    @cached_property
    def right(self) -> dict[str, bytes]:
        """What a store must hold that has the whole recipe's artifacts and nothing else."""
        started = time.perf_counter()
        self.run("local", "local")
        if "local_s" not in self.found:
            self.note({"local_s": round(time.perf_counter() - started, 1)})
        return self.expected(self.recipe)

    @cached_property
    def fixed_right(self) -> dict[str, bytes]:
        """The same of the recipe with fixed weights."""
        self.run("local", "local", given=self.fixed)
        return self.expected(self.fixed)

    def expected(self, given: dict[str, Any]) -> dict[str, bytes]:
        """The files of the artifacts of a recipe's plan, as `local` made them."""
        wanted = {step.fingerprint for step in plan_of(given, self.room / "local").steps if step.kept}
        return {
            name: content
            for name, content in artifacts(self.room / "local").items()
            if wanted & set(Path(name).parts)
        }

    def note(self, found: dict[str, Any]) -> None:
        self.found |= found
        self.file.write_text(json.dumps(self.found))

    def start(self) -> None:
        from ray.cluster_utils import Cluster

        self.nodes = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
        self.extra = [self.nodes.add_node(**NODE)]

    def engine(self) -> dict[str, Any]:
        return {"use": "ray", "address": self.nodes.address, "shards": self.shards, "least": 100}

    def empty(self, name: str) -> Path:
        """The folder of a store of this name, with nothing in it."""
        shutil.rmtree(self.room / name, ignore_errors=True)
        return self.room / name

    def run(
        self, name: str, engine: Any, store: str | None = None, given: dict[str, Any] | None = None
    ) -> list[str]:
        """Run a recipe over a store of this name; what was noticed meanwhile."""
        from palate.registry import installed
        from palate.runs.engines import engine_of

        notices: list[str] = []

        def hear(event: Any) -> None:
            if event.what == "notice":
                notices.append(event.message)
            if event.what == "step-finished":
                print(f"  {name}: {event.done}/{event.total} {event.step} {event.seconds:.2f} s", flush=True)

        plan = plan_of(given or self.recipe, store or self.room / name)
        engine_of(engine, installed()).run(plan, hear)
        assert not any(step.kept for step in plan.missing())
        return notices

    def again(self, notices: list[str]) -> int:
        return sum("it is done again" in said for said in notices)

    def equal(self) -> dict[str, Any]:
        self.empty("ray")
        right = self.right
        started = time.perf_counter()
        self.run("ray", self.engine())
        return {
            "equal": artifacts(self.room / "ray") == right,
            "ray_s": round(time.perf_counter() - started, 1),
        }

    def overhead(self) -> dict[str, Any]:
        assert self.fixed_right
        return overhead(self.fixed, self.nodes.address, self.room / "local")

    def killed(self) -> dict[str, Any]:
        self.empty("killed")
        killer = Killer(10)
        killer.start()
        notices = self.run("killed", self.engine(), given=self.fixed)
        killer.stop.set()
        return {
            "killed_equal": artifacts(self.room / "killed") == self.fixed_right,
            "killed": sum(killer.killed.values()), "killed_again": self.again(notices),
        }  # fmt: skip

    def driver(self, name: str) -> subprocess.Popen[str]:
        """Another process that runs the recipe over a store of this name, once its workers are at work."""
        driver = another(self.fixed, self.nodes.address, self.room / name)
        self.at_work()
        return driver

    def at_work(self) -> None:
        until = time.monotonic() + 90
        while not workers() and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(1.0)
        print(f"  at work: {workers()}", flush=True)

    def node_lost(self) -> dict[str, Any]:
        """Two nodes are lost at work, one after the other, each made up for by a new one."""
        self.empty("lost")
        driver = self.driver("lost")
        for _ in range(2):
            self.nodes.remove_node(self.extra.pop(), allow_graceful=False)
            self.extra.append(self.nodes.add_node(**NODE))
            self.at_work()
        notices, errors = driver.communicate()
        print(errors)
        return {
            "node_lost_equal": driver.returncode == 0 and artifacts(self.room / "lost") == self.fixed_right,
            "node_lost_again": self.again(notices.splitlines()),
        }  # fmt: skip

    def two_drivers(self) -> dict[str, Any]:
        """Two processes with one store run the recipe at once."""
        import yaml

        self.empty("both")
        file = self.room / "r.yaml"
        file.write_text(yaml.safe_dump(self.fixed, sort_keys=False))
        code = "import sys; from palate.cli import main; sys.exit(main(sys.argv[1:]))"
        command = [
            sys.executable, "-c", code, "run", str(file), "-q", "--engine", "ray", "--address",
            self.nodes.address, "--store", str(self.room / "both"), "--runs",
        ]  # fmt: skip
        both = [subprocess.Popen([*command, str(self.room / f"runs{n}")]) for n in (1, 2)]
        codes = [each.wait() for each in both]
        return {"two_drivers_equal": codes == [0, 0] and artifacts(self.room / "both") == self.fixed_right}

    def s3(self) -> dict[str, Any]:
        """A cluster over a store on S3 that fails now and then; compared is what a third machine reads."""
        from palate.store.objects import ObjectStore

        with failing_s3("bench") as server:
            settings = {
                "AWS_ENDPOINT_URL": server["address"], "AWS_ACCESS_KEY_ID": "k",
                "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1",
            }  # fmt: skip
            os.environ.update(settings)  # before its nodes start, whose workers have them too
            os.environ["PALATE_CACHE"] = str(self.empty("second"))
            self.nodes.shutdown()
            self.start()
            self.run("s3", self.engine(), "s3://bench/palate", self.fixed)
            os.environ["PALATE_CACHE"] = str(self.empty("third"))
            store = ObjectStore.at("s3://bench/palate")
            for found in {path.split("/")[2] for path in self.fixed_right}:
                store.fetch(found)
            counts = {name: server["counts"][name] for name in ("requests", "500", "412")}
            return {"s3_equal": artifacts(store.root) == self.fixed_right, "s3_requests": counts}

    def refused(self) -> dict[str, Any]:
        """A driver with another version of numpy than the nodes."""
        from palate.errors import ComputeError
        from palate_ray import cluster

        real = cluster.environment
        cluster.environment = lambda *given: real(*given) | {"numpy": "0.1"}  # type: ignore[assignment]
        try:
            self.run("refused", self.engine())
        except ComputeError as error:
            print(f"  {error}")
            return {"refused": "numpy is" in str(error)}
        finally:
            cluster.environment = real
        return {"refused": False}

    def rounds(self) -> dict[str, Any]:
        return self._wide(engines_wide.rounds, "rounds-local", "rounds-ray")

    def trials(self) -> dict[str, Any]:
        return self._wide(engines_wide.trials, "trials-local", "trials-ray")

    def comparison(self) -> dict[str, Any]:
        return self._wide(engines_wide.comparison, "compare-local", "compare-ray")

    def _wide(self, measure: Callable[..., dict[str, Any]], *stores: str) -> dict[str, Any]:
        for name in stores:
            self.empty(name)
        return measure(self.folder, self.room, self.engine())

    def head_lost(self) -> dict[str, Any]:
        """The head is killed at work: the driver says so and ends, and the same command goes on elsewhere."""
        self.empty("head")
        driver = self.driver("head")
        started = time.monotonic()
        self.nodes.head_node.kill_gcs_server(check_alive=False)
        said = driver.communicate(timeout=180)[1].strip().splitlines()
        seconds = round(time.monotonic() - started, 1)
        self.nodes.shutdown()
        self.start()
        self.run("head", self.engine(), given=self.fixed)
        return {
            "head_lost_said": any("the head of the Ray cluster" in line for line in said),
            "head_lost_s": seconds, "head_lost_equal": artifacts(self.room / "head") == self.fixed_right,
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--users", type=int, default=6040)
    parser.add_argument("--items", type=int, default=4000)
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--room", type=Path, help="a folder to work in, kept (default: one that is removed)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    asked = parser.parse_args()
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    folder = asked.data / "ml-1m" if (asked.data / "ml-1m").is_dir() else asked.data
    with contextlib.ExitStack() as stack:
        room = asked.room or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["PALATE_CACHE"] = str(room / "cache")
        bench = Bench(shrunk(folder, room / "data", asked.users, asked.items), room, asked.shards)
        bench.start()
        for part in asked.only.split(","):
            measure: Callable[[], dict[str, Any]] = getattr(bench, part)
            print(part, flush=True)
            bench.note(measure())
            print(json.dumps(bench.found), flush=True)
        bench.nodes.shutdown()
        found = dict(bench.found)
    equal = found.get("equal")
    found["sharded"] = {
        "users": equal, "pairs_of_items": equal, "rounds": found.pop("rounds_equal", None),
        "trials": found.pop("trials_equal", None), "recipes_and_seeds": found.pop("compare_equal", None),
        "shards": asked.shards,
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()
