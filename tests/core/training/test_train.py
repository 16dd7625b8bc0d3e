"""The epoch loop, on a network of one weight matrix."""

import json

import numpy as np
import pytest

from palate.errors import ComponentError
from palate.training import Schedule, train

torch = pytest.importorskip("torch")


class Line:
    """Fits y = 2x, a batch of four of sixteen points a step; `values` are what is held out says by epoch."""

    def __init__(self, values=(), loss_times=1.0, batches=4):
        self.values, self.loss_times, self.count = list(values), loss_times, batches
        self.evaluated = 0

    def network(self):
        return torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Dropout(0.3), torch.nn.Linear(3, 1))

    def batches(self, rng):
        for _ in range(self.count):
            yield rng.normal(size=(4, 3)).astype(np.float32)

    def loss(self, network, batch):
        x = torch.from_numpy(batch)
        return self.loss_times * ((network(x) - 2 * x.sum(1, keepdim=True)) ** 2).mean()

    def evaluate(self, network):
        if not self.values:
            return None
        self.evaluated += 1
        return self.values[self.evaluated - 1]


class Kill(Exception):
    pass


def into(said, number=slice(None)):
    """A report that appends what it is told in words, or one part of that."""
    return lambda *told, **values: said.append(told[number])


def killed_after(epoch):
    def report(done, total, message, **values):
        if done == epoch:
            raise Kill

    return report


def same(one, other):
    return list(one) == list(other) and all(one[name].tobytes() == other[name].tobytes() for name in one)


def test_it_learns_and_reports_each_epoch():
    said = []
    found = train(Line(), Schedule(epochs=30, learning_rate=0.05), report=into(said))
    assert [told[:2] for told in said] == [(epoch, 30) for epoch in range(1, 31)]
    assert said[0][2].startswith("loss ")

    assert found.epochs[-1].loss < found.epochs[0].loss / 3
    assert (found.best, found.ended) == (30, "all 30 epochs are done")
    assert found.remarks == {
        "epochs": 30, "best epoch": 30, "loss": found.epochs[-1].loss, "ended": "all 30 epochs are done",
    }  # fmt: skip


def test_it_reports_the_same_as_numbers():
    told = []
    schedule = Schedule(epochs=2)
    found = train(Line([0.25, 0.5]), schedule, report=lambda *words, **values: told.append(values))
    assert [(each["loss"], each["held_out"]) for each in told] == [
        (epoch.loss, epoch.value) for epoch in found.epochs
    ]
    train(Line(), schedule, report=lambda *words, **values: told.append(values))
    assert "held_out" not in told[-1]


def test_one_seed_gives_the_same_weights_and_another_others():
    one, again, other = (train(Line(), Schedule(epochs=3), seed=seed).weights for seed in (1, 1, 2))
    assert same(one, again)
    assert not same(one, other)


@pytest.mark.parametrize("epoch", [1, 2, 3, 4])
def test_a_fit_killed_after_any_epoch_goes_on_to_the_same_weights(tmp_path, epoch):
    values = [0.1, 0.3, 0.2, 0.25, 0.1]
    schedule = Schedule(epochs=5, patience=4, warmup=2.0)
    right = train(Line(values), schedule, seed=7)
    with pytest.raises(Kill):
        train(Line(values), schedule, seed=7, checkpoints=tmp_path, report=killed_after(epoch))
    said = []
    rest = Line(values[epoch:])
    found = train(rest, schedule, seed=7, checkpoints=tmp_path, report=into(said, 0))
    assert said == list(range(epoch + 1, 6)), "epochs that were done are not done again"
    assert same(found.weights, right.weights)
    assert found.best == right.best == 2
    assert [each.loss for each in found.epochs] == [each.loss for each in right.epochs]


def test_a_fit_killed_after_every_epoch_goes_on_to_the_same_weights(tmp_path):
    schedule = Schedule(epochs=4)
    for epoch in (1, 2, 3, 4):
        with pytest.raises(Kill):
            train(Line(), schedule, checkpoints=tmp_path, report=killed_after(epoch))
    found = train(Line(), schedule, checkpoints=tmp_path, report=killed_after(1))
    assert same(found.weights, train(Line(), schedule).weights)


def test_a_checkpoint_holds_the_last_and_the_best_epoch_and_nothing_else(tmp_path):
    train(Line([0.1, 0.3, 0.2]), Schedule(epochs=3), checkpoints=tmp_path)
    (folder,) = tmp_path.iterdir()
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["best-2.safetensors", "epoch-3.safetensors", "state.json"]


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 8},
        {"identity": "other data"},
        {"schedule": Schedule(epochs=3, learning_rate=0.1)},
        {"precision": "bfloat16"},
    ],
)
def test_a_checkpoint_of_another_fit_is_not_used(tmp_path, other):
    options = {"schedule": Schedule(epochs=3), "seed": 7, "precision": "float32", **other}
    with pytest.raises(Kill):
        train(
            Line(), Schedule(epochs=3), seed=7, precision="float32",
            checkpoints=tmp_path, report=killed_after(2),
        )  # fmt: skip
    said = []
    found = train(Line(), checkpoints=tmp_path, report=into(said, 0), **options)
    assert said == [1, 2, 3]
    assert same(found.weights, train(Line(), **options).weights)


def cut(path):
    path.write_bytes(path.read_bytes()[:-5])


def flip(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, flip, lambda path: path.unlink()])
@pytest.mark.parametrize("file", ["state.json", "epoch-2.safetensors", "best-1.safetensors"])
def test_a_damaged_checkpoint_is_not_used(tmp_path, damage, file):
    values, schedule = [0.3, 0.2, 0.1], Schedule(epochs=3)
    with pytest.raises(Kill):
        train(Line(values), schedule, checkpoints=tmp_path, report=killed_after(2))
    (path,) = tmp_path.glob(f"*/{file}")
    damage(path)
    said = []
    found = train(Line(values), schedule, checkpoints=tmp_path, report=into(said, 0))
    assert said == [1, 2, 3]
    assert same(found.weights, train(Line(values), schedule).weights)


def test_the_state_is_json_with_what_happened(tmp_path):
    train(Line([0.1, 0.3]), Schedule(epochs=2), checkpoints=tmp_path)
    (path,) = tmp_path.glob("*/state.json")
    state = json.loads(path.read_text())
    assert [epoch["value"] for epoch in state["epochs"]] == [0.1, 0.3]
    assert state["best"] == 2


def test_the_weights_are_those_of_the_best_epoch_and_patience_ends_it():
    values = [0.1, 0.4, 0.3, 0.4, 0.2, 0.9]
    found = train(Line(values), Schedule(epochs=6, patience=3))
    assert found.ended == "the held-out value has not risen for 3 epochs"
    assert (len(found.epochs), found.best) == (5, 2)
    assert same(found.weights, train(Line(), Schedule(epochs=2)).weights)
    assert found.remarks["held-out value"] == 0.4


def test_no_patience_means_all_epochs():
    assert len(train(Line([0.5, 0.4, 0.3, 0.2]), Schedule(epochs=4, patience=0)).epochs) == 4


def test_it_ends_when_its_minutes_are_over():
    found = train(Line(), Schedule(epochs=50, minutes=1e-9))
    assert len(found.epochs) == 1
    assert found.ended == "its 1e-09 minutes are over"


@pytest.mark.parametrize("times", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_said_in_a_sentence(times):
    with pytest.raises(ComponentError) as error:
        train(Line(loss_times=times), Schedule())
    assert str(error.value) == (
        f"training diverged: the loss is {times} in epoch 1, batch 1 of 4; "
        "a smaller learning_rate (now 0.001) usually helps"
    )


def test_no_batches_are_said_in_a_sentence():
    with pytest.raises(ComponentError, match=r"^there is nothing to train on: an epoch has no batches$"):
        train(Line(batches=0), Schedule())
