"""The network that is trained: vectors that do not depend on what else is in the batch."""

import numpy as np
import pytest

from palate.registry import installed

SHORT, LONG = "w00 w01", " ".join(["w10", "w11", "w12"] * 15)


@pytest.mark.parametrize("kind", ["bert", "llama"])
def test_texts_of_any_length_have_the_vectors_that_they_have_alone(models, kind):
    import torch

    from palate_finetune.network import loaded, network_of

    options = {"model": str(models[kind]), "dtype": "float32", "backend": "torch"}
    encoder = installed().find("encoder", "transformers").make(options)
    model = encoder.text_model()
    network = network_of(model, loaded(model)).eval()
    given = [LONG, SHORT, LONG[:-4], SHORT, "w20"]
    with torch.inference_mode():
        together = network.vectors(given).numpy()
        alone = np.concatenate([network.vectors([text]).numpy() for text in given])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(together, encoder.encode(given), atol=1e-5)


def test_one_long_text_does_not_pad_the_short_ones(models, monkeypatch):
    from palate_finetune.network import loaded, network_of

    options = {"model": str(models["bert"]), "dtype": "float32", "backend": "torch"}
    model = installed().find("encoder", "transformers").make(options).text_model()
    network = network_of(model, loaded(model)).eval()
    seen, hidden = [], network.hidden
    monkeypatch.setattr(
        network, "hidden", lambda numbers, mask: seen.append(numbers.shape) or hidden(numbers, mask)
    )
    network.vectors([LONG, *[f"w{group}{word} w00" for group in range(3) for word in range(1, 4)]])
    assert sorted(seen) == [(1, 47), (9, 4)]
