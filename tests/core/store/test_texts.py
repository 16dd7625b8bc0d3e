import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import polars as pl
import pytest

from palate.errors import ComponentError, StoreError
from palate.store import filling, mapped, merging
from palate.store import shards as shards_module
from palate.store import texts as module
from palate.store.about import about, last_used
from palate.store.shards import digests_in
from palate.store.texts import TextVectors, encoder_key


@dataclass
class Lengths:
    """A text's length and its first character's number; remembers what it was asked."""

    name: ClassVar[str] = "lengths"

    asked: list = field(default_factory=list)
    stop_at: str = ""

    def encode(self, texts):
        if self.stop_at in texts:
            raise KeyboardInterrupt
        self.asked.append(list(texts))
        return np.array([[len(text), ord(text[0])] for text in texts], np.float32)


def shards(folder):
    return sorted(path for path in (folder / "key").iterdir() if path.is_dir())


def test_each_text_gets_its_own_row_and_repeated_texts_are_encoded_once(tmp_path):
    encoder = Lengths()
    result = TextVectors(tmp_path).encode(["bb", "a", "bb", "ccc", "a"], encoder, "key")
    assert result.vectors.tolist() == [[2, 98], [1, 97], [2, 98], [3, 99], [1, 97]]
    assert result.vectors.dtype == np.float32
    assert encoder.asked == [["ccc", "bb", "a"]]
    assert (result.encoded, result.reused) == (3, 0)


def test_what_was_encoded_is_not_encoded_again_and_a_larger_catalogue_only_where_it_grew(tmp_path):
    first = TextVectors(tmp_path).encode(["bb", "a"], Lengths(), "key")
    encoder = Lengths()
    again = TextVectors(tmp_path).encode(["bb", "a"], encoder, "key")
    assert np.array_equal(again.vectors, first.vectors)
    assert encoder.asked == []
    assert (again.encoded, again.reused) == (0, 2)
    grown = TextVectors(tmp_path).encode(["dddd", "a", "bb"], encoder, "key")
    assert encoder.asked == [["dddd"]]
    assert grown.vectors.tolist() == [[4, 100], [1, 97], [2, 98]]
    assert (grown.encoded, grown.reused) == (1, 2)


def test_another_key_shares_nothing(tmp_path):
    TextVectors(tmp_path).encode(["a"], Lengths(), "key")
    encoder = Lengths()
    TextVectors(tmp_path).encode(["a"], encoder, "other")
    assert encoder.asked == [["a"]]


def test_blank_texts_get_zeros_without_being_encoded(tmp_path):
    encoder = Lengths()
    result = TextVectors(tmp_path).encode(["", "a", " \n"], encoder, "key")
    assert result.vectors.tolist() == [[0, 0], [1, 97], [0, 0]]
    assert encoder.asked == [["a"]]
    assert (result.encoded, result.reused) == (1, 0)


def test_nothing_but_blank_texts_is_refused(tmp_path):
    with pytest.raises(ComponentError, match="every text is empty"):
        TextVectors(tmp_path).encode(["", ""], Lengths(), "key")


def test_no_texts_give_no_vectors(tmp_path):
    assert len(TextVectors(tmp_path).encode([], Lengths(), "key").vectors) == 0


def test_chunks_hold_texts_of_like_length_longest_first(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_TEXTS", 2)
    encoder, seen = Lengths(), []
    TextVectors(tmp_path).encode(
        ["a", "ccc", "bb", "eeeee", "dddd"], encoder, "key", lambda *step: seen.append(step)
    )
    assert encoder.asked == [["eeeee", "dddd"], ["ccc", "bb"], ["a"]]
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_long_texts_make_small_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_CHARACTERS", 6)
    encoder = Lengths()
    TextVectors(tmp_path).encode(["a", "b" * 9, "ccc", "ddd"], encoder, "key")
    assert [sorted(chunk) for chunk in encoder.asked] == [["b" * 9], ["ccc", "ddd"], ["a"]]


def test_an_encoding_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_TEXTS", 1)
    texts = ["a", "bb", "ccc", "dddd"]
    with pytest.raises(KeyboardInterrupt):
        TextVectors(tmp_path).encode(texts, Lengths(stop_at="bb"), "key")
    encoder = Lengths()
    result = TextVectors(tmp_path).encode(texts, encoder, "key")
    assert encoder.asked == [["bb"], ["a"]]
    assert result.vectors[:, 0].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("file", ["vectors.npy", "digests.npy"])
def test_a_shard_with_a_flipped_bit_is_noticed_and_made_again(tmp_path, file):
    TextVectors(tmp_path).encode(["a", "bb"], Lengths(), "key")
    (shard,) = shards(tmp_path)
    content = bytearray((shard / file).read_bytes())
    content[-1] ^= 1
    (shard / file).write_bytes(content)
    encoder = Lengths()
    result = TextVectors(tmp_path).encode(["a", "bb"], encoder, "key")
    assert encoder.asked == [["bb", "a"]]
    assert result.vectors.tolist() == [[1, 97], [2, 98]]
    assert shard not in shards(tmp_path)


@pytest.mark.parametrize("file", ["vectors.npy", "digests.npy", "shard.json"])
@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_shard_with_a_file_cut_or_gone_is_noticed_and_made_again(tmp_path, file, harm):
    TextVectors(tmp_path).encode(["a", "bb"], Lengths(), "key")
    (shard,) = shards(tmp_path)
    if harm == "gone":
        (shard / file).unlink()
    else:
        (shard / file).write_bytes((shard / file).read_bytes()[:-3])
    encoder = Lengths()
    result = TextVectors(tmp_path).encode(["a", "bb"], encoder, "key")
    assert encoder.asked == [["bb", "a"]]
    assert result.vectors.tolist() == [[1, 97], [2, 98]]
    assert len(shards(tmp_path)) == 1


def test_what_another_process_is_writing_is_not_read(tmp_path):
    (tmp_path / "key" / ".writing-1").mkdir(parents=True)
    result = TextVectors(tmp_path).encode(["a"], Lengths(), "key")
    assert result.vectors.tolist() == [[1, 97]]
    assert (tmp_path / "key" / ".writing-1").exists()


@pytest.mark.parametrize("file", ["digests.npy", "vectors.npy", "shard.json"])
def test_a_file_of_no_bytes_is_noticed_and_made_again(tmp_path, file):
    right = TextVectors(tmp_path).encode(["a", "bb"], Lengths(), "key").vectors
    (shards(tmp_path)[0] / file).write_bytes(b"")
    assert [digests_in(path) for path in shards(tmp_path)] == [0 if file == "digests.npy" else 2]
    encoder = Lengths()
    assert np.array_equal(TextVectors(tmp_path).encode(["a", "bb"], encoder, "key").vectors, right)
    assert len(encoder.asked) == len(shards(tmp_path)) == 1


def test_a_shard_of_another_encoder_in_its_place_is_noticed_and_made_again(tmp_path):
    TextVectors(tmp_path).encode(["a"], Lengths(), "key")
    TextVectors(tmp_path).encode(["bb"], Lengths(), "other")
    shard = shards(tmp_path)[0]
    shutil.rmtree(shard)
    shard.symlink_to(next((tmp_path / "other").iterdir()))
    encoder = Lengths()
    TextVectors(tmp_path).encode(["bb"], encoder, "key")
    assert encoder.asked == [["bb"]]
    assert not shard.is_symlink()
    assert len(list((tmp_path / "other").iterdir())) == 1


def test_two_processes_may_have_encoded_the_same_text(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    TextVectors(here).encode(["a", "bb"], Lengths(), "key")
    TextVectors(there).encode(["bb", "ccc"], Lengths(), "key")
    (shard,) = shards(there)
    shard.rename(here / "key" / shard.name)
    encoder = Lengths()
    result = TextVectors(here).encode(["ccc", "bb", "a"], encoder, "key")
    assert encoder.asked == []
    assert result.vectors[:, 0].tolist() == [3, 2, 1]
    assert (result.encoded, result.reused) == (0, 3)


def test_processes_at_work_at_once_all_get_the_right_rows(tmp_path):
    script = (
        "import sys, numpy as np\n"
        "from palate.store import texts as t\n"
        "t.CHUNK_TEXTS = 5\n"
        "class E:\n"
        "    name = 'e'\n"
        "    def encode(self, texts): return np.array([[float(x), 1.0] for x in texts])\n"
        "words = [str(n) for n in range(1, 201)]\n"
        "got = t.TextVectors(__import__('pathlib').Path(sys.argv[1])).encode(words, E(), 'key').vectors\n"
        "sys.exit(got[:, 0].tolist() != list(range(1, 201)))\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]


class Gives:
    name = "odd"

    def __init__(self, value):
        self.value = value

    def encode(self, texts):
        return self.value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.zeros((1, 3)), r"must give one vector a text, float32\[2, d\]; got 1 rows for 2 texts"),
        (np.zeros(2), r"an array of shape \(2,\)"),
        (np.zeros((2, 0)), r"an array of shape \(2, 0\)"),
        (np.zeros((2, 3), int), "numbers of type int64"),
        (np.array([[1, 2], [3, np.nan]]), "NaN or infinite numbers for 1 of 2 texts"),
        (np.array([[1, 2], [3, 1e300]]), "NaN or infinite numbers for 1 of 2 texts"),
    ],
)
def test_vectors_that_cannot_be_right_are_refused_and_not_kept(tmp_path, value, said):
    with pytest.raises(ComponentError, match=f"encoder 'odd' .*{said}"):
        TextVectors(tmp_path).encode(["a", "b"], Gives(value), "key")
    assert not (tmp_path / "key").exists()


def test_vectors_of_another_length_than_before_are_refused(tmp_path):
    TextVectors(tmp_path).encode(["a"], Lengths(), "key")
    with pytest.raises(ComponentError, match="gave 2 numbers before and 3 now"):
        TextVectors(tmp_path).encode(["a", "b"], Gives(np.ones((1, 3))), "key")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be kept in .*file.*PALATE_STORE"):
        TextVectors(tmp_path / "file").encode(["a"], Lengths(), "key")


def test_the_key_follows_options_and_identity_but_not_what_only_makes_it_faster():
    class Model:
        only_speed = frozenset({"batch"})

        def __init__(self, revision):
            self.revision = revision

        def identity(self):
            return self.revision

    def key(revision="1", **options):
        return encoder_key(["encoder", "model", "palate", "code", options], Model(revision))

    assert key(size=1, batch=2) == key(size=1, batch=3)
    assert key(size=1) != key(size=2)
    assert key("1") != key("2")
    assert len(key()) == 32
    assert encoder_key(["encoder", "lengths"], Lengths()) != key()


def test_no_texts_digest_is_mistaken_for_another_that_ends_in_zeros(tmp_path, monkeypatch):
    whole = {"a": b"x" * 15 + b"\0", "b": b"x" * 15 + b"y", "c": b"x" * 14 + b"\0\0"}
    monkeypatch.setattr(module, "_digest", whole.__getitem__)
    TextVectors(tmp_path).encode(["a", "b"], Lengths(), "key")
    encoder = Lengths()
    result = TextVectors(tmp_path).encode(["c", "b", "a"], encoder, "key")
    assert encoder.asked == [["c"]]
    assert result.vectors[:, 1].tolist() == [99, 98, 97]


def test_texts_may_come_as_a_polars_series(tmp_path):
    result = TextVectors(tmp_path).encode(pl.Series(["bb", "a", "bb", " "]), Lengths(), "key")
    assert result.vectors.tolist() == [[2, 98], [1, 97], [2, 98], [0, 0]]


@dataclass
class Rarity:
    """Learns how many texts there are; remembers what it was shown."""

    name: ClassVar[str] = "rarity"

    shown: list = field(default_factory=list)

    def fit(self, texts):
        self.shown.append(sorted(texts))
        return self

    def encode(self, texts):
        return np.array([[len(text), len(self.shown[-1])] for text in texts], np.float32)


def test_an_encoder_that_learns_is_shown_each_text_once_and_no_blank_one(tmp_path):
    encoder = Rarity()
    result = TextVectors(tmp_path).encode(["bb", "a", "bb", ""], encoder, "key")
    assert encoder.shown == [["a", "bb"]]
    assert result.vectors.tolist() == [[2, 2], [1, 2], [2, 2], [0, 0]]


def test_what_an_encoder_learned_from_other_texts_is_not_mixed_in(tmp_path):
    TextVectors(tmp_path).encode(["bb", "a"], Rarity(), "key")
    again = Rarity()
    same = TextVectors(tmp_path).encode(["a", "bb", "a"], again, "key")
    assert (same.encoded, same.reused, again.shown) == (0, 2, [])
    other = TextVectors(tmp_path).encode(["a", "bb", "ccc"], Rarity(), "key")
    assert other.encoded == 3
    assert other.vectors.tolist() == [[1, 3], [2, 3], [3, 3]]


def test_a_large_result_lies_in_a_file_and_is_the_same(tmp_path, monkeypatch):
    texts = [f"{n}" * (n % 7 + 1) for n in range(300)] * 2
    small = TextVectors(tmp_path / "a").encode(texts, Lengths(), "key").vectors
    monkeypatch.setattr(mapped, "LARGE", 1)
    monkeypatch.setattr(filling, "HELD", 4096 * 10)
    large = TextVectors(tmp_path / "b").encode(texts, Lengths(), "key").vectors
    assert mapped._room(small) is None
    assert mapped._room(large) is not None
    assert np.array_equal(small, large)
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["key"]


def test_a_result_for_which_there_is_no_room_is_refused_before_it_is_filled(tmp_path, monkeypatch):
    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mapped, "LARGE", 1)
    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(StoreError, match=r"2 vectors of 2 numbers need 0\.0 GB in .*No space left"):
        TextVectors(tmp_path).encode(["a", "b"], Lengths(), "key")


def test_many_small_shards_are_merged_and_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_TEXTS", 1)
    texts = [str(n) for n in range(100, 140)]
    first = TextVectors(tmp_path).encode(texts, Lengths(), "key")
    assert len(shards(tmp_path)) == 1
    encoder = Lengths()
    again = TextVectors(tmp_path).encode(texts, encoder, "key")
    assert encoder.asked == []
    assert np.array_equal(again.vectors, first.vectors)


def test_shards_merged_while_they_are_read_are_found_again(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_TEXTS", 1)
    monkeypatch.setattr(merging, "MANY", 100)
    texts = ["a", "b", "c"]
    TextVectors(tmp_path).encode(texts, Lengths(), "key")
    monkeypatch.setattr(merging, "MANY", 2)
    wanted = np.sort(np.frombuffer(b"".join(map(module._digest, texts)), module.DIGEST))
    reading = shards_module.read_shards(tmp_path / "key", wanted)
    found = {int(place) for place in next(reading)[0] if place >= 0}
    assert merging.merge_small(tmp_path / "key") == 3
    for places, _ in reading:
        found |= {int(place) for place in places if place >= 0}
    assert found == {0, 1, 2}


def test_whose_vectors_they_are_is_written_down(tmp_path):
    TextVectors(tmp_path).encode(["a"], Lengths(), "key", about={"encoder": "lengths"})
    assert about(tmp_path / "key") == {"encoder": "lengths"}
    os.utime(tmp_path / "key", (0, 0))
    os.utime(tmp_path / "key" / ".about.json", (5, 5))
    assert last_used(tmp_path / "key") == 5
    TextVectors(tmp_path).encode(["a"], Lengths(), "key", about={"encoder": "lengths"})
    assert last_used(tmp_path / "key") > 10**9
