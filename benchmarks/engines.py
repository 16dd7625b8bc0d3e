"""The engine `ray` against `local`: equal to the byte, whatever is killed, lost, shared or fails meanwhile.

    python benchmarks/engines.py --data DIR [--users 6040] [--items 4000] [--shards 8] [--only equal,killed]

A cluster of two nodes with one core each on this machine (`ray.cluster_utils`) runs a recipe on
MovieLens-1M: EASE, item-knn and texts, fused by tuned weights. Each part begins with an empty store, and its
artifacts are compared with those of `local`, file by file. The last line is `{"equal", "overhead_s",
"killed_equal", "node_lost_equal", "two_drivers_equal", "s3_equal", "refused", "sharded": {...}, ...}`:
`overhead_s` is what a step costs beside its own work on a warm worker; `killed_again` and `node_lost_again`
how many steps and shards were done again. Two cores of one machine show no scaling, and none is claimed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from engines_faults import Killer, failing_s3, workers
from ml1m import data

PARTS = ("equal", "overhead", "killed", "node_lost", "two_drivers", "s3", "refused", "head_lost", "folds")
NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


def recipe(folder: Path) -> dict[str, Any]:
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
        "fuse": {"use": "weighted", "weights": "tune"}, "top": 20, "evaluate": ["ndcg@10", "recall@20"],
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
    """One cluster, and what `local` makes of the recipe."""

    def __init__(self, folder: Path, room: Path, shards: int) -> None:
        self.recipe, self.room, self.shards = recipe(folder), room, shards
        self.nodes: Any = None
        started = time.perf_counter()
        self.run("local", "local")
        self.local_s = time.perf_counter() - started
        self.right = artifacts(room / "local")

    def start(self) -> None:
        from ray.cluster_utils import Cluster

        self.nodes = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
        self.extra = [self.nodes.add_node(**NODE)]

    def engine(self) -> dict[str, Any]:
        return {"use": "ray", "address": self.nodes.address, "shards": self.shards, "least": 1000}

    def run(self, name: str, engine: Any, store: str | None = None) -> list[str]:
        """Run the recipe over a store of this name; what was noticed meanwhile."""
        from palate.plan import compile_plan
        from palate.recipe import load_recipe
        from palate.registry import installed
        from palate.runs.engines import engine_of
        from palate.store.place import store_at

        notices: list[str] = []

        def hear(event: Any) -> None:
            if event.what == "notice":
                notices.append(event.message)
            if event.what == "step-finished":
                print(f"  {name}: {event.done}/{event.total} {event.step} {event.seconds:.2f} s", flush=True)

        plan = compile_plan(load_recipe(self.recipe), store_at(store or self.room / name))
        engine_of(engine, installed()).run(plan, hear)
        assert not plan.missing()
        return notices

    def again(self, notices: list[str]) -> int:
        return sum("it is done again" in said for said in notices)

    def equal(self) -> dict[str, Any]:
        started = time.perf_counter()
        self.run("ray", self.engine())
        return {
            "equal": artifacts(self.room / "ray") == self.right,
            "local_s": round(self.local_s, 1), "ray_s": round(time.perf_counter() - started, 1),
        }  # fmt: skip

    def overhead(self) -> dict[str, Any]:
        """What sending a step to a warm worker and hearing of it takes, where it is in the store already."""
        import ray

        from palate.plan import compile_plan
        from palate.plan.describe import described
        from palate.recipe import load_recipe
        from palate.store.place import store_at
        from palate_ray.worker import work

        plan = compile_plan(load_recipe(self.recipe), store_at(self.room / "local"))
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
        killer = Killer(10)
        killer.start()
        notices = self.run("killed", self.engine())
        killer.stop.set()
        return {
            "killed_equal": artifacts(self.room / "killed") == self.right,
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
            json.dumps(self.recipe),
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
        driver = self.driver("lost")
        for _ in range(2):
            self.nodes.remove_node(self.extra.pop(), allow_graceful=False)
            self.extra.append(self.nodes.add_node(**NODE))
            self.at_work()
        notices, errors = driver.communicate()
        print(errors)
        return {
            "node_lost_equal": driver.returncode == 0 and artifacts(self.room / "lost") == self.right,
            "node_lost_again": self.again(notices.splitlines()),
        }  # fmt: skip

    def two_drivers(self) -> dict[str, Any]:
        """Two processes with one store run the recipe at once."""
        import yaml

        file = self.room / "r.yaml"
        file.write_text(yaml.safe_dump(self.recipe))
        code = "import sys; from palate.cli import main; sys.exit(main(sys.argv[1:]))"
        command = [
            sys.executable, "-c", code, "run", str(file), "-q", "--engine", "ray", "--address",
            self.nodes.address, "--store", str(self.room / "both"), "--runs",
        ]  # fmt: skip
        both = [subprocess.Popen([*command, str(self.room / f"runs{n}")]) for n in (1, 2)]
        codes = [each.wait() for each in both]
        return {"two_drivers_equal": codes == [0, 0] and artifacts(self.room / "both") == self.right}

    def s3(self) -> dict[str, Any]:
        """A cluster over a store on S3 that fails now and then; compared is what a third machine reads."""
        from palate.store.objects import ObjectStore

        with failing_s3("bench") as server:
            settings = {
                "AWS_ENDPOINT_URL": server["address"], "AWS_ACCESS_KEY_ID": "k",
                "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1",
            }  # fmt: skip
            os.environ.update(settings)  # before its nodes start, whose workers have them too
            self.nodes.shutdown()
            self.start()
            self.run("s3", self.engine(), "s3://bench/palate")
            os.environ["PALATE_CACHE"] = str(self.room / "third")
            store = ObjectStore.at("s3://bench/palate")
            for found in {path.split("/")[2] for path in self.right}:
                store.fetch(found)
            counts = {name: server["counts"][name] for name in ("requests", "500", "412")}
            return {"s3_equal": artifacts(store.root) == self.right, "s3_requests": counts}

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
            store = store_at(self.room / name)
            plans = [compile_plan(load_recipe(self.recipe, [f"seed={seed}"]), store) for seed in (1, 2)]
            engine_of(engine, installed()).run(MergedPlan(tuple(plans)), lambda event: None)
            stores.append(artifacts(store.root))
        return {"seeds_equal": stores[0] == stores[1]}

    def head_lost(self) -> dict[str, Any]:
        """The head is killed at work: the driver says so and ends, and the same command goes on elsewhere."""
        driver = self.driver("head")
        started = time.monotonic()
        self.nodes.head_node.kill_gcs_server(check_alive=False)
        said = driver.communicate(timeout=180)[1].strip().splitlines()
        seconds = round(time.monotonic() - started, 1)
        self.nodes.shutdown()
        self.start()
        self.run("head", self.engine())
        return {
            "head_lost_said": any("the head of the Ray cluster" in line for line in said),
            "head_lost_s": seconds, "head_lost_equal": artifacts(self.room / "head") == self.right,
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
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    asked = parser.parse_args()
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        os.environ["PALATE_CACHE"] = str(room / "cache")
        bench = Bench(shrunk(asked.data, room / "data", asked.users, asked.items), room, asked.shards)
        bench.start()
        for part in asked.only.split(","):
            measure: Callable[[], dict[str, Any]] = getattr(bench, part)
            print(part, flush=True)
            found |= measure()
            print(json.dumps(found), flush=True)
        bench.nodes.shutdown()
    found["sharded"] = {
        "users": found.get("equal"),
        "recipes_and_seeds": found.pop("seeds_equal", None),
        "shards": asked.shards,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
