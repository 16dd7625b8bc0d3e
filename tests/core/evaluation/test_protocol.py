import pytest

from palate.evaluation import differences, fingerprint

PROTOCOL = {"data": "3f2a", "split": "temporal 0.1", "ties": "seeded permutation"}


def test_the_order_of_the_parts_does_not_matter():
    assert fingerprint(PROTOCOL) == fingerprint(dict(reversed(PROTOCOL.items())))


@pytest.mark.parametrize(
    "other",
    [
        PROTOCOL | {"split": "temporal 0.2"},
        PROTOCOL | {"masking": "seen items"},
        {"data": "3f2a", "split": "temporal 0.1"},
        {"data": "temporal 0.1", "split": "3f2a", "ties": "seeded permutation"},
        {"data": '3f2a","split":"temporal 0.1', "ties": "seeded permutation"},
    ],
)
def test_any_other_part_gives_another_fingerprint(other):
    assert fingerprint(other) != fingerprint(PROTOCOL)
    assert differences(PROTOCOL, other)


def test_a_fingerprint_is_the_same_in_every_process_and_sixteen_digits_long():
    assert fingerprint({"data": "ü"}) == "f127e421f259ba6e"


def test_a_part_that_is_no_text_is_an_error():
    with pytest.raises(TypeError, match="'split' are not"):
        fingerprint({"data": "x", "split": 3})


def test_differences_are_said_in_words():
    said = differences(PROTOCOL, {"data": "3f2a", "split": "leave-last-out", "masking": "none"})
    assert said == [
        "split: 'temporal 0.1' in the first, 'leave-last-out' in the second",
        "ties: 'seeded permutation' in the first, not stated in the second",
        "masking: not stated in the first, 'none' in the second",
    ]


def test_equal_protocols_differ_nowhere():
    assert differences(PROTOCOL, dict(PROTOCOL)) == []


def test_code_that_changed_is_named_without_its_hashes():
    a = {"code": '{"palate": "1", "metric ndcg": "2", "splitter random": "3"}'}
    b = {"code": '{"palate": "9", "metric ndcg": "2", "metric mrr": "5", "splitter random": "4"}'}
    assert differences(a, a) == []
    assert differences(a, {"code": '{"palate": "1", "metric mrr": "5"}'}) == []
    assert differences(a, b) == [
        "code: that of 'palate', 'splitter random' changed between the two; run the older recipe again"
    ]
