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

import polars as pl
from engines_faults import Killer, failing_s3, workers
from ml1m import data

PARTS = ("equal", "overhead", "killed", "node_lost", "two_drivers", "s3", "refused", "head_lost", "folds")
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


FIXED = {"linear": 0.5, "near": 0.3, "content": 0.2}


def recipe(folder: Path, weights: Any = "tune") -> dict[str, Any]:
    return {
        "recipe": 1, "name": "engines", "seed": 7, "data": data(str(folder)),
        "branches": {
            "linear": {"rank": {"use": "ease", "l2": 300}},
            "near": {"rank": {"use": "item-knn", "neighbours": 100}},
            "content": {
                "text": {"use": "template", "template": "{title}. {genres}"},
                "encode": {"use": "hash", "dimensions": 256}, "transform": ["center", "l2"],
                "aggregate": "mean", "rank": "cosine",
            },
        },
        "fuse": {"use": "weighted", "weights": weights}, "top": 20, "evaluate": ["ndcg@10", "recall@20"],
    }  # fmt: skip


def shrunk(source: Path, target: Path, users: int, items: int) -> Path:
    """The interactions of the first so many users with the first so many items."""
    target.mkdir(parents=True, exist_ok=True)
    train = pl.read_parquet(source / "train.parquet")
    kept = {"user_id": users, "item_id": items}
    wanted = [pl.col(name).is_in(train[name].unique().sort().head(n).implode()) for name, n in kept.items()]
    for name in ("train", "test"):
        frame = pl.read_parquet(source / f"{name}.parquet").filter(*wanted)
        frame.write_parquet(target / f"{name}.parquet")
    pl.read_parquet(source / "items.parquet").write_parquet(target / "items.parquet")
    return target


def artifacts(root: Path) -> dict[str, bytes]:
    """Every file of every artifact but its record, which says when it was made and how long that took."""
    found = sorted((root / "artifacts").rglob("*"))
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in found
        if path.is_file() and path.name != "meta.json"
    }


class Bench:
    """One cluster, and what `local` makes of the recipes. `found` is what was measured before."""

    def __init__(self, folder: Path, room: Path, shards: int) -> None:
        self.recipe, self.fixed = recipe(folder), recipe(folder, FIXED)
        self.room, self.shards = room, shards
        self.nodes: Any = None
        whole = self.plan(self.recipe, room / "local")
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

    def plan(self, given: dict[str, Any], place: Any) -> Any:
        from palate.plan import compile_plan
        from palate.recipe import load_recipe
        from palate.store.place import store_at

        return compile_plan(load_recipe(given), store_at(place))

    def expected(self, given: dict[str, Any]) -> dict[str, bytes]:
        """The files of the artifacts of a recipe's plan, as `local` made them."""
        wanted = {step.fingerprint for step in self.plan(given, self.room / "local").steps if step.kept}
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
        return {"use": "ray", "address": self.nodes.address, "shards": self.shards, "least": 1000}

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

        plan = self.plan(given or self.recipe, store or self.room / name)
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
        """What sending a step to a warm worker and hearing of it takes, where it is in the store already."""
        import ray

        from palate.plan.describe import described
        from palate_ray.worker import work

        assert self.fixed_right
        plan = self.plan(self.fixed, self.room / "local")
        said = {"step": described(plan.final.evaluation), "store": plan.store.place, "cpus": 1, "threads": {}}
        text = json.dumps(said | {"owner": ""})
        ray.init(address=self.nodes.address, log_to_driver=False, logging_level="ERROR")
        try:
            do = ray.remote(max_retries=0)(work)
            ray.get([do.remote(text) for _ in range(4)])
            started = time.perf_counter()
            for _ in range(20):
                ray.get(do.remote(text))
            return {
                "overhead_s": round((time.perf_counter() - started) / 20, 4),
                "description_bytes": len(text),
            }
        finally:
            ray.shutdown()

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
        code = (
            "import sys, json; sys.path.insert(0, sys.argv[1]); from engines import resume; "
            "resume(json.loads(sys.argv[2]), sys.argv[3], sys.argv[4])"
        )
        given = [
            str(Path(__file__).parent),
            json.dumps(self.fixed),
            self.nodes.address,
            str(self.room / name),
        ]
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        driver = subprocess.Popen([sys.executable, "-c", code, *given], **pipes)
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
        file.write_text(yaml.safe_dump(self.fixed))
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

    def folds(self) -> dict[str, Any]:
        """Users and texts in shards were in the parts above; here recipes and seeds as one plan."""
        from palate.plan import MergedPlan, compile_plan
        from palate.recipe import load_recipe
        from palate.registry import installed
        from palate.runs.engines import engine_of
        from palate.store.place import store_at

        stores = []
        for name, engine in (("seeds-local", "local"), ("seeds-ray", self.engine())):
            store = store_at(self.empty(name))
            plans = [compile_plan(load_recipe(self.fixed, [f"seed={seed}"]), store) for seed in (1, 2)]
            engine_of(engine, installed()).run(MergedPlan(tuple(plans)), lambda event: None)
            stores.append(artifacts(store.root))
        return {"seeds_equal": stores[0] == stores[1]}

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


def resume(given: dict[str, Any], address: str, place: str) -> None:
    """Run a recipe as another process does; what went wrong on stderr in a line."""
    from palate.errors import PalateError
    from palate.plan import compile_plan
    from palate.recipe import load_recipe
    from palate.store.place import store_at
    from palate_ray.engine import Ray

    try:
        plan = compile_plan(load_recipe(given), store_at(place))
        Ray(address=address, least=1000).run(
            plan, lambda event: event.what == "notice" and print(event.message)
        )
    except PalateError as error:
        sys.exit(str(error))


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
    found["sharded"] = {
        "users": found.get("equal"), "recipes_and_seeds": found.pop("seeds_equal", None),
        "shards": asked.shards,
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()
