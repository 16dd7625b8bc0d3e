"""Swapping runs, what is refused at the start, and what is told of the service."""

import json
import logging
import shutil

import pytest
from jsonschema import Draft202012Validator

from palate.checksums import seal
from palate.errors import StoreError
from palate.runs import Run
from palate.store import mapped
from palate_serve.logs import JsonLines
from palate_serve.opening import open_run
from palate_serve.routes import ROUTES

PLACE, SWAP = "/v1/recommendations", "/v1/admin/run"


@pytest.fixture
def copies(runs, tmp_path):
    """Both runs, in a folder that a test may change."""
    made = {}
    for name, each in runs.items():
        made[name] = tmp_path / "copies" / each.folder.name
        shutil.copytree(each.folder, made[name])
    return made


def test_another_run_takes_the_place_of_the_first(serve, runs, copies):
    client = serve(copies["shop"])
    before = client.post(PLACE, {"user": "p03"}).json
    swapped = client.post(SWAP, {"run": copies["other"].name})
    assert swapped.json == {"run": copies["other"].name, "users": 30, "items": 24}
    after = client.post(PLACE, {"user": "p03"})
    assert after.json["run"] == copies["other"].name
    assert after.items == runs["other"].recommend("p03")["item"].to_list()
    assert after.json["items"] != before["items"]


def test_events_count_in_the_run_that_is_swapped_to(serve, copies):
    client = serve(copies["shop"])
    client.post("/v1/events", {"user": "p03", "item": 1, "rating": 5})
    client.post(SWAP, {"run": copies["other"].name})
    assert 1 not in client.post(PLACE, {"user": "p03", "k": 24}).items


def test_other_workers_follow_and_so_do_those_that_start_later(serve, copies, tmp_path):
    log = tmp_path / "log.sqlite"
    one, other = serve(copies["shop"], events=log), serve(copies["shop"], events=log)
    one.post(SWAP, {"run": copies["other"].name})
    later = serve(copies["shop"], events=log, follow=True)
    for client in (other, later):
        client.loop.run_until_complete(client.app.swapper.once())
        assert client.get("/ready").json["run"] == copies["other"].name


def test_a_server_that_is_started_anew_serves_the_run_it_is_given(serve, copies, tmp_path):
    log = tmp_path / "log.sqlite"
    serve(copies["shop"], events=log).post(SWAP, {"run": copies["other"].name})
    again = serve(copies["shop"], events=log)
    again.loop.run_until_complete(again.app.swapper.once())
    assert again.get("/ready").json["run"] == copies["shop"].name


def test_servers_that_share_a_log_share_events_and_not_swaps(serve, copies, tmp_path):
    log = tmp_path / "log.sqlite"
    one = serve(copies["shop"], events=log, group="one")
    other = serve(copies["shop"], events=log, group="other")
    one.post(SWAP, {"run": copies["other"].name})
    one.post("/v1/events", {"user": "new", "item": 1})
    other.loop.run_until_complete(other.app.swapper.once())
    assert other.get("/ready").json["run"] == copies["shop"].name
    assert other.post(PLACE, {"user": "new"}).json["known"] is True


def test_a_run_that_was_made_again_is_read_again_by_all_workers(serve, copies, tmp_path):
    log = tmp_path / "log.sqlite"
    one, other = serve(copies["shop"], events=log), serve(copies["shop"], events=log)
    shutil.rmtree(copies["shop"] / "pipeline")
    shutil.copytree(copies["other"] / "pipeline", copies["shop"] / "pipeline")
    seal(copies["shop"])
    one.post(SWAP, {"run": copies["shop"].name})
    other.loop.run_until_complete(other.app.swapper.once())
    for client in (one, other):
        assert client.get("/v1/run").json["fuser"] == "rrf"


def test_who_follows_a_link_is_not_swapped_by_request(serve, copies, tmp_path):
    link = tmp_path / "current"
    link.symlink_to(copies["shop"])
    reply = serve(link, link=link).post(SWAP, {"run": copies["other"].name})
    assert reply.status == 409


def test_items_that_no_branch_scores_have_no_explanation_and_the_others_have(serve):
    client = serve()
    asked = {"user": "p03", "k": 24, "where": {"kind": ["sweet fruit", "loud tool"]}, "explain": True}
    reply = client.post(PLACE, asked)
    assert reply.status == 200
    assert any("explanation" in item for item in reply.json["items"])


def test_a_link_is_followed_to_where_it_points(serve, copies, tmp_path):
    link = tmp_path / "current"
    link.symlink_to(copies["shop"])
    client = serve(link, link=link)
    assert client.get("/ready").json["run"] == copies["shop"].name
    link.unlink()
    link.symlink_to(copies["other"])
    client.loop.run_until_complete(client.app.swapper.once())
    assert client.get("/ready").json["run"] == copies["other"].name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../runs", "/etc", "a\\b", "nul\0", "missing", "x" * 300, "C:"]
)
def test_only_a_run_beside_the_first_can_be_swapped_to(serve, copies, name):
    client = serve(copies["shop"])
    reply = client.post(SWAP, {"run": name})
    assert (reply.status, reply.error["field"]) == (422, "run")
    assert client.get("/ready").json["run"] == copies["shop"].name


def test_a_damaged_run_is_not_swapped_to_and_the_first_goes_on(serve, copies):
    for file in (copies["other"] / "pipeline").glob("*.npy"):
        file.write_bytes(b"broken")
    client = serve(copies["shop"])
    reply = client.post(SWAP, {"run": copies["other"].name})
    assert reply.status == 422
    assert "damaged" in reply.error["message"]
    assert client.post(PLACE, {"user": "p03"}).json["run"] == copies["shop"].name


@pytest.mark.parametrize(
    ("made_by", "said"),
    [("palate 99.0.0", r"ranker ease was made by palate 99\.0\.0, and palate is"),
     ("palate-gone 1.0", r"ranker ease is of palate-gone 1\.0, which is not installed")],
)  # fmt: skip
def test_a_run_of_other_versions_is_refused_in_one_sentence(copies, made_by, said):
    path = copies["shop"] / "lineage.json"
    lineage = json.loads(path.read_text())
    lineage["plugins"]["ranker ease"] = made_by
    path.write_text(json.dumps(lineage))
    seal(copies["shop"])
    with pytest.raises(StoreError, match=said) as refused:
        open_run(copies["shop"])
    assert "\n" not in str(refused.value)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(StoreError, match="has no pipeline"):
        open_run(tmp_path)


def test_a_pipeline_can_be_served_from_its_folder_and_from_python(serve, runs, tmp_path):
    runs["shop"].pipeline.save(tmp_path / "saved")
    expected = runs["shop"].recommend("p03", k=5)["item"].to_list()
    for given in (tmp_path / "saved", runs["shop"].pipeline, Run(runs["shop"].folder)):
        assert serve(given).post(PLACE, {"user": "p03", "k": 5}).items == expected


def test_weights_in_files_are_brought_into_memory(serve, copies, monkeypatch):
    expected = serve(copies["shop"]).post(PLACE, {"user": "p03", "k": 5}).items
    monkeypatch.setattr(mapped, "LARGE", 1)
    ranker = Run(copies["shop"]).pipeline.branches[0].ranker
    assert mapped.brought_in(ranker.weights_) is not ranker.weights_
    client = serve(copies["shop"])
    ranker = client.app.service.run.pipeline.branches[0].ranker
    assert mapped.brought_in(ranker.weights_) is ranker.weights_
    assert client.post(PLACE, {"user": "p03", "k": 5}).items == expected


def test_two_runs_can_be_asked_side_by_side(serve, runs):
    client = serve(beside=[runs["other"]])
    name = runs["other"].folder.name
    assert client.get("/v1/run").json["runs"][1] == name
    assert (
        client.post(PLACE, {"user": "p03", "run": name}).items
        == runs["other"].recommend("p03")["item"].to_list()
    )


def test_the_document_describes_every_place_and_its_schemas_hold(serve):
    client = serve()
    document = client.get("/openapi.json").json
    described = {(method.upper(), path) for path, each in document["paths"].items() for method in each}
    assert described == {(route.method, route.path) for route in ROUTES}
    answer = client.post(PLACE, {"user": "p03", "k": 2, "explain": True, "attributes": ["kind"]}).json
    schema = {"$ref": "#/components/schemas/Answer"}
    Draft202012Validator({**document, **schema}).validate(answer)


def test_requests_and_events_are_counted_for_prometheus(serve):
    client = serve()
    client.post(PLACE, {"user": "p03"})
    client.post(PLACE, {"k": 0})
    client.post("/v1/events", {"user": "secret", "item": 1})
    client.get("/v1/users/secret")
    text = client.get("/metrics").body.decode()
    assert 'palate_requests_total{method="POST",path="/v1/recommendations",status="200"} 1.0' in text
    assert 'palate_requests_total{method="POST",path="/v1/recommendations",status="422"} 1.0' in text
    assert "palate_events 1.0" in text
    assert "secret" not in text


def test_the_log_has_a_line_of_json_for_an_answer_and_nothing_of_whom(serve, caplog):
    caplog.set_level(logging.INFO, "palate_serve")
    client = serve()
    client.get("/v1/users/p03/recommendations?k=2")
    client.post(PLACE, {"history": ["thing 5"]})
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert [line["path"] for line in lines] == ["/v1/users/{user}/recommendations", PLACE]
    assert lines[0]["status"] == 200
    assert not any("p03" in json.dumps(line) or "thing 5" in json.dumps(line) for line in lines)


def test_filters_attributes_branches_and_explanations_can_be_asked_for(serve):
    client = serve()
    asked = {"user": "p03", "k": 4, "where": {"kind": "Loud Tool"}, "attributes": ["kind"], "explain": True}
    reply = client.post(PLACE, asked).json
    assert {item["attributes"]["kind"] for item in reply["items"]} == {"loud tool"}
    for item in reply["items"]:
        why = item["explanation"]
        assert why["score"] == item["score"]
        assert sum(branch["adds"] for branch in why["branches"]) + why["rest"] == pytest.approx(
            item["score"], abs=1e-4
        )
    alone = client.post(PLACE, {"user": "p03", "k": 24, "branches": ["content"]}).json["items"]
    both = client.post(PLACE, {"user": "p03", "k": 24}).json["items"]
    assert alone != both


def test_a_batch_answers_each_in_its_place_and_names_what_is_wrong_with_one(serve):
    client = serve()
    asks = [{"user": "p03", "k": 2}, {"where": {"colour": "red"}}, {"history": [1], "k": 3}]
    answers = client.post("/v1/recommendations/batch", {"requests": asks}).json["answers"]
    assert answers[0] == client.post(PLACE, asks[0]).json
    assert (answers[1]["error"]["status"], answers[1]["error"]["field"]) == (422, "where.colour")
    assert answers[2] == client.post(PLACE, asks[2]).json
    assert client.post("/v1/recommendations/batch", {"requests": [{}] * 101}).status == 422
    explained = [{"k": 51, "explain": True}] * 2
    assert client.post("/v1/recommendations/batch", {"requests": explained}).error["field"] == "requests"


def test_interests_similar_items_and_searches(serve):
    client = serve()
    profile = client.get("/v1/users/p03/profile?k=3").json
    assert profile["interests"][0]["features"]["kind"][0]["name"] == "loud tool"
    by_history = client.post("/v1/profile", {"history": [1, 3, "nope"]}).json
    assert by_history["unknown_items"] == ["nope"]
    similar = client.get("/v1/items/thing%201/similar?k=3")
    assert 1 not in similar.items
    assert len(similar.items) == 3
    assert client.get("/v1/items?q=THING+23").json == {"items": [{"item": 23, "title": "thing 23"}]}
    assert client.get("/v1/items/1").json["attributes"]["kind"] == "loud tool"


def test_it_can_be_mounted_below_another_path(serve):
    client = serve()
    app = client.app
    client.app = lambda scope, receive, send: app({**scope, "root_path": "/shop"}, receive, send)
    assert client.get("/shop/health").status == 200
    client.app = app
