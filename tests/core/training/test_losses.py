"""Losses against PyTorch's own, and against their formulas."""

import numpy as np
import pytest

from palate.training import softmax as chunks
from palate.training.in_batch import in_batch_loss
from palate.training.shared_negatives import gbce_loss, sampled_softmax_loss
from palate.training.softmax import softmax_loss

torch = pytest.importorskip("torch")


@pytest.fixture
def inputs():
    make = torch.Generator().manual_seed(1)
    hidden = torch.randn(150, 6, generator=make, requires_grad=True)
    table = torch.randn(40, 6, generator=make, requires_grad=True)
    return hidden, table, torch.randint(40, (150,), generator=make)


@pytest.mark.parametrize("cells", [1, 2**22])
def test_the_chunked_softmax_is_pytorchs_in_value_and_gradients(inputs, monkeypatch, cells):
    monkeypatch.setitem(chunks.CELLS, "cpu", cells)
    hidden, table, targets = inputs
    loss = 3 * softmax_loss(hidden, table, targets)
    found = torch.autograd.grad(loss, (hidden, table))
    right = 3 * torch.nn.functional.cross_entropy(hidden @ table.T, targets)
    assert loss.item() == pytest.approx(right.item(), rel=1e-6)
    for one, other in zip(found, torch.autograd.grad(right, (hidden, table)), strict=True):
        assert torch.allclose(one, other, atol=1e-6)


def test_in_bfloat16_it_is_near(inputs):
    hidden, table, targets = inputs
    right = softmax_loss(hidden, table, targets).item()
    with torch.autocast("cpu", torch.bfloat16):
        near = softmax_loss(hidden, table, targets)
    assert near.dtype == torch.float32
    assert near.item() == pytest.approx(right, rel=0.01)
    assert near.item() != right


def softplus(x):
    return np.log1p(np.exp(x))


@pytest.mark.parametrize("calibration", [0.0, 0.75, 1.0])
def test_gbce_is_its_formula(inputs, calibration):
    hidden, table, targets = inputs
    loss = gbce_loss(hidden, table, targets, 8, np.random.default_rng(3), calibration)
    drawn = np.random.default_rng(3).integers(40, size=8)
    scores = (hidden @ table.T).detach().numpy().astype(np.float64)
    alpha = 8 / 39
    beta = alpha * (calibration * (1 - 1 / alpha) + 1 / alpha)
    total = 0.0
    for row, target in zip(scores, targets.tolist(), strict=True):
        total += beta * softplus(-row[target]) + sum(softplus(row[j]) for j in drawn if j != target)
    assert loss.item() == pytest.approx(total / 150, rel=1e-5)


def test_without_calibration_gbce_is_plain_and_with_full_calibration_weighs_by_the_sampling_rate():
    one, table = torch.zeros(1, 2), torch.zeros(5, 2)
    target = torch.tensor([0])
    rng = np.random.default_rng(0)
    negatives = np.count_nonzero(np.random.default_rng(0).integers(5, size=2))
    plain = gbce_loss(one, table, target, 2, rng, 0.0).item()
    full = gbce_loss(one, table, target, 2, np.random.default_rng(0), 1.0).item()
    assert plain == pytest.approx((1 + negatives) * np.log(2), rel=1e-6)
    assert full == pytest.approx((0.5 + negatives) * np.log(2), rel=1e-6)


def test_the_sampled_softmax_is_its_formula(inputs):
    hidden, table, targets = inputs
    popularity = np.arange(40)
    loss = sampled_softmax_loss(hidden, table, targets, popularity, 12, np.random.default_rng(5))
    share = (1 / 40 + popularity / popularity.sum()) / 2
    drawn = np.random.default_rng(5).choice(40, 12, p=share / share.sum())
    scores = (hidden @ table.T).detach().numpy()
    total = 0.0
    for row, target in zip(scores, targets.tolist(), strict=True):
        others = [row[j] - np.log(12 * share[j]) for j in drawn if j != target]
        total -= row[target] - np.log(np.exp([row[target], *others]).sum())
    assert loss.item() == pytest.approx(total / 150, rel=1e-5)


def test_a_catalogue_without_events_is_drawn_evenly(inputs):
    hidden, table, targets = inputs
    loss = sampled_softmax_loss(hidden, table, targets, np.zeros(40, int), 12, np.random.default_rng(5))
    assert np.isfinite(loss.item())


def test_in_batch_loss_is_the_softmax_over_the_other_targets_corrected(inputs):
    hidden, table, targets = inputs
    popularity = np.arange(1, 41)
    log_expected = np.log(150 * popularity / popularity.sum())
    scores = (hidden @ table.T).detach().numpy()
    total = 0.0
    for row, target in zip(scores, targets.tolist(), strict=True):
        others = sum(np.exp(row[j] - log_expected[j]) for j in targets.tolist() if j != target)
        total += np.log(np.exp(row[target]) + others) - row[target]
    loss = in_batch_loss(hidden, table, targets, popularity)
    assert loss.item() == pytest.approx(total / 150, rel=1e-5)


SHARES = np.array([0.6, 0.3, 0.07, 0.03])


def minimised(loss):
    """The softmax of the scores that are best for targets drawn with `SHARES`, whatever the history."""
    rng, table = np.random.default_rng(0), torch.zeros(4, 1, requires_grad=True)
    optimiser = torch.optim.Adam([table], 0.03)
    for step in range(600):
        optimiser.param_groups[0]["lr"] = 0.03 / (1 + step / 50)
        targets = torch.from_numpy(rng.choice(4, 128, p=SHARES))
        optimiser.zero_grad()
        loss(torch.ones(128, 1), table, targets).backward()
        optimiser.step()
    return torch.softmax(table.detach()[:, 0], 0).numpy()


def in_batch(hidden, table, targets):
    return in_batch_loss(hidden, table, targets, (1000 * SHARES).astype(int))


def sampled(hidden, table, targets):
    rng = np.random.default_rng(int(targets.sum()))
    return sampled_softmax_loss(hidden, table, targets, (1000 * SHARES).astype(int), 64, rng)


@pytest.mark.parametrize("loss", [softmax_loss, in_batch, sampled])
def test_each_softmax_finds_the_probabilities_of_the_targets(loss):
    assert minimised(loss) == pytest.approx(SHARES, abs=0.03)


def test_the_in_batch_softmax_without_correction_does_not():
    found = minimised(lambda *given: in_batch_loss(*given, np.ones(4, int)))
    assert found[0] < 0.5


def test_an_item_outside_the_batch_is_no_negative(inputs):
    hidden, table, targets = inputs
    in_batch_loss(hidden, table, targets % 20, np.ones(40, int)).backward()
    assert table.grad[:20].any(dim=1).all()
    assert not table.grad[20:].any()


def test_a_batch_of_one_item_has_no_negatives_and_no_loss(inputs):
    hidden, table, _ = inputs
    same = torch.full((150,), 3)
    assert in_batch_loss(hidden, table, same, np.ones(40, int)).item() == 0
