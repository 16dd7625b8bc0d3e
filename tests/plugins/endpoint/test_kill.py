"""A run that is killed while a server is asked goes on without sending a text again."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

MAIN = "import sys; from palate.cli import main; sys.exit(main())"
TEXT = {"use": "template", "template": "{title}"}


def asks(server, how):
    """A recipe whose texts a server turns to vectors, or writes."""
    given = {"url": server.url, "model": "tiny", "concurrency": 1}
    if how == "embeddings":
        return {"text": [TEXT], "encode": {"use": "endpoint", "batch_texts": 1, **given}}
    writes = {"use": "generate", "prompt": "Describe {text}", **given}
    return {"text": [TEXT, writes], "encode": {"use": "tfidf", "dimensions": 4}}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("how", ["embeddings", "chat"])
def test_what_a_killed_run_was_answered_is_not_sent_again(server, recipe, tmp_path, how):
    branch = {**asks(server, how), "aggregate": "mean", "rank": "cosine"}
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(recipe | {"branches": {"content": branch}, "fuse": None}))
    command = [sys.executable, "-c", MAIN, "run", str(path), "--runs", str(tmp_path / "runs")]
    server.faults = [{"slow": 0.05, "status": 200}] * 1000
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    deadline = time.monotonic() + 60
    while len(server.documents) < 8 and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = [_asked(document) for document in server.documents]
    server.faults = []
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=120)
    assert done.returncode == 0, done.stderr
    after = [_asked(document) for document in server.documents[len(before) :]]
    assert len(before) >= 8
    assert set(before[:-1]).isdisjoint(after)  # the last one was on its way
    assert len(set(before) | set(after)) == 24


def _asked(document):
    return document["input"][0] if "input" in document else document["messages"][-1]["content"]
