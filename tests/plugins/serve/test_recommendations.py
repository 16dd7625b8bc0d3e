"""Answers are what `palate recommend` gives, with what a request may say beside."""

import asyncio

import pytest

PLACE = "/v1/recommendations"


def as_recommended(run, **asked):
    frame = run.recommend(**asked)
    return list(zip(frame["item"].to_list(), frame["title"].to_list(), frame["score"].to_list(), strict=True))


def as_answered(reply):
    return [(item["item"], item["title"], item["score"]) for item in reply.json["items"]]


@pytest.mark.parametrize(
    "asked",
    [
        {"user": "p03"},
        {"user": "p04", "k": 30},
        {"history": ["thing 1", 3, "5"]},
        {"history": []},
        {"user": "p05", "include_seen": True, "k": 24},
        {"user": "p05", "only": [1, 2, "3"], "k": 3},
        {"user": "p05", "exclude": [1, 2, 3], "k": 6},
    ],
)
def test_an_answer_is_what_recommend_gives_to_the_last_digit(serve, runs, asked):
    reply = serve().post(PLACE, asked)
    assert reply.status == 200
    assert as_answered(reply) == as_recommended(runs["shop"], **{"k": 10, **asked})


def test_a_request_for_nobody_in_particular_is_one_for_a_new_user(serve, runs):
    reply = serve().post(PLACE, {"k": 4})
    assert as_answered(reply) == as_recommended(runs["shop"], history=[], k=4)
    assert reply.json["fallback"] is True


def test_a_known_user_can_be_asked_for_by_address(serve, runs):
    client = serve()
    reply = client.get("/v1/users/p03/recommendations?k=3&include_seen=true")
    assert as_answered(reply) == as_recommended(runs["shop"], user="p03", k=3, include_seen=True)


def test_few_users_are_kept_and_all_are_answered_alike(serve, monkeypatch):
    from palate_serve import service

    users = [f"p{number:02}" for number in range(8)]
    first = [serve().post(PLACE, {"user": user}).json for user in users]
    monkeypatch.setattr(service, "_QUERIES", 3)
    client = serve()
    assert [client.post(PLACE, {"user": user}).json for user in users * 2] == first * 2
    assert len(client.app.service._queries) == 3


def test_masks_of_few_conditions_are_kept_and_all_are_met(serve, monkeypatch):
    from palate_serve import served_run

    monkeypatch.setattr(served_run, "_CONDITIONS", 3)
    client = serve()
    kept = client.app.service.run._masks
    kept.clear()
    asked = [{"k": 24, "where": {"kind": ["Loud Tool", f"no kind {number}"]}} for number in range(8)]
    expected = client.post(PLACE, {"k": 24, "where": {"kind": "Loud Tool"}}).items
    assert expected
    assert all(client.post(PLACE, each).items == expected for each in asked * 2)
    assert len(kept) == 3


def test_an_unknown_user_gets_the_fallback_and_is_told_so_or_a_404_where_asked(serve):
    client = serve()
    reply = client.post(PLACE, {"user": "nobody", "k": 2})
    assert (reply.status, reply.json["known"], reply.json["fallback"]) == (200, False, True)
    assert "no user 'nobody'" in reply.json["remarks"][0]
    refused = client.post(PLACE, {"user": "nobody", "unknown_user": "refuse"})
    assert (refused.status, refused.error["field"]) == (404, "user")


def test_unknown_items_of_a_history_are_named_and_the_rest_is_served(serve, runs):
    reply = serve().post(PLACE, {"history": [1, "nope", 3], "k": 3})
    assert reply.json["unknown_items"] == ["nope"]
    assert as_answered(reply) == as_recommended(runs["shop"], history=[1, 3], k=3)


def test_requests_that_wait_together_get_what_each_would_get_alone(serve):
    client = serve()
    several = [{"user": f"p{number:02}", "k": 5} for number in range(12)]
    several += [{"history": [3, 5]}, {"history": []}, {"user": "p05", "exclude": [1, 2]}, {"k": 3}] * 2
    alone = [client.post(PLACE, asked).json for asked in several]
    scored, most = client.app.endpoints.together, 0

    def counted(answer=scored._answer):
        nonlocal most
        most = max(most, len(scored._waiting))
        answer()

    scored._answer = counted
    assert client.post("/v1/recommendations/batch", {"requests": several}).json["answers"] == alone
    assert most > 1


def test_the_answers_of_a_batch_are_sent_before_the_next_is_scored(serve, monkeypatch):
    from palate_serve import together
    from palate_serve.messages import Ask

    happened = []

    async def asks(number, recommend, ask):
        await recommend(ask)
        happened.append(number)

    async def main(scored):
        score = scored._score
        scored._score = lambda batch: (happened.append(f"batch of {len(batch)}"), score(batch))
        await asyncio.gather(*(asks(number, scored.recommend, Ask(k=3)) for number in range(5)))

    monkeypatch.setattr(together, "MOST", 2)
    client = serve()
    client.get("/health")
    service, run = client.app.service, client.loop.run_until_complete
    run(main(together.Together(service)))
    assert happened == ["batch of 2", 0, 1, "batch of 2", 2, 3, "batch of 1", 4]
    happened.clear()
    run(main(together.Together(service, _each=1.0)))
    assert happened == ["batch of 1", 0, "batch of 1", 1, "batch of 1", 2, "batch of 1", 3, "batch of 1", 4]


def test_one_that_fails_in_a_batch_spoils_no_other(serve, monkeypatch):
    from palate_serve import prepared

    def failing(pipeline, queries, k, shown):
        raise RuntimeError("one of them cannot be scored")

    client, several = serve(), [{"user": "p03"}, {"history": [3, 5]}, {"user": "p04"}]
    alone = [client.post(PLACE, asked).json for asked in several]
    monkeypatch.setattr(prepared, "best_of_several", failing)
    assert client.post("/v1/recommendations/batch", {"requests": several}).json["answers"] == alone
