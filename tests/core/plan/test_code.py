import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from palate.plan.code import FOLDERS, code_hash, core_code

CORE = Path(__file__).parents[3] / "core" / "palate"

ASK = """
import json, sys
from pathlib import Path
import palate
from palate.plan import compile_plan
from palate.plan.code import core_code
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.runs.protocol import protocol
from palate.store import Store

home, recipe, store = Path(sys.argv[1]), load_recipe(json.loads(sys.argv[2])), Store(Path(sys.argv[3]))
assert Path(palate.__file__).parent == home

def planned():
    core_code.cache_clear()
    return compile_plan(recipe, store)

def run():
    return Execution(planned(), lambda event: notes.append(event.details)).run().computed

notes, said = [], {}
run()
for folder in sys.argv[4:]:
    before = protocol(planned())
    with next((home / folder).glob("*.py")).open("a") as file:
        file.write("# one line more\\n")
    plan = planned()
    kept = [step for step in plan.steps if step.kept]
    missing = [step for step in plan.missing() if step.kept]
    said[folder] = [len(missing), len(kept), protocol(plan) == before]
notes.clear()
run()
said["encoded"] = [note["encoded"] for note in notes if "encoded" in note]
print(json.dumps(said))
"""


def test_a_changed_line_of_what_changes_numbers_asks_for_every_step_and_of_the_terminal_for_none(
    recipe, tmp_path
):
    home = tmp_path / "core" / "palate"
    shutil.copytree(CORE, home, ignore=shutil.ignore_patterns("__pycache__"))
    text = {"text": [{"use": "template", "template": "{title} {kind}"}], "encode": "hash"}
    recipe["branches"]["text"] = {**text, "aggregate": "mean", "rank": "cosine"}
    others = ("cli", "recipe", "testing", "runs")
    done = subprocess.run(
        [sys.executable, "-c", ASK, home, json.dumps(recipe), tmp_path / "store", *others, *FOLDERS],
        env=os.environ | {"PYTHONPATH": str(home.parent)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    for folder in others:
        assert (said[folder][0], said[folder][2]) == (0, True), folder
    for folder in FOLDERS:
        missing, kept, same_protocol = said[folder]
        assert missing == kept > 10, folder
        assert not same_protocol, folder
    assert said["encoded"] == [0], "vectors of texts are kept whatever the core's code"


def test_a_hash_of_code_sees_each_file_its_place_and_its_content(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = tmp_path / "a" / "one.py", tmp_path / "a" / "two.py"
    seen = [code_hash(tmp_path, ["a"])]
    for change in (
        lambda: one.write_text("x = 1"), lambda: one.write_text("x = 2"), lambda: two.write_text(""),
        lambda: one.rename(tmp_path / "a" / "three.py"), two.unlink,
    ):  # fmt: skip
        change()
        seen.append(code_hash(tmp_path, ["a"]))
    assert len(set(seen)) == len(seen)
    (tmp_path / "a" / "note.txt").write_text("not code")
    (tmp_path / "b" / "other.py").write_text("x = 3")
    assert code_hash(tmp_path, ["a"]) == seen[-1]


def test_the_folders_that_are_hashed_are_there():
    assert all((CORE / folder / "__init__.py").is_file() for folder in FOLDERS)
    assert core_code() == code_hash(CORE, FOLDERS)
