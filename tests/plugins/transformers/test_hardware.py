import pytest

from palate_transformers import hardware


@pytest.mark.parametrize(
    ("flags", "wanted"),
    [({"avx2", "avx512_bf16"}, "bfloat16"), ({"amx_bf16"}, "bfloat16"), ({"avx2", "avx512f"}, "float32")],
)
def test_on_a_processor_bfloat16_is_taken_only_where_it_is_native(monkeypatch, flags, wanted):
    monkeypatch.setattr(hardware, "_processor", lambda: frozenset(flags))
    assert hardware.settled("auto") == wanted


@pytest.mark.parametrize(
    ("device", "wanted"), [("cuda", "bfloat16"), ("cuda:1", "bfloat16"), ("mps", "float32")]
)
def test_the_device_decides_as_well(monkeypatch, device, wanted):
    monkeypatch.setattr(hardware, "_processor", frozenset)
    monkeypatch.setenv("PALATE_DEVICE", device)
    assert hardware.settled("auto") == wanted


@pytest.mark.parametrize("asked", ["float32", "bfloat16", "float16"])
def test_what_is_asked_for_is_taken(asked):
    assert hardware.settled(asked) == asked
