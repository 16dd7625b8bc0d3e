"""What a decoder on this machine writes, beside a greedy search written out here."""

import polars as pl
import pytest

from palate.data import Items
from palate.errors import ComponentError
from palate.registry import installed
from palate_endpoint.decoder import Decoder

torch = pytest.importorskip("torch", reason="a decoder needs torch")
transformers = pytest.importorskip("transformers", reason="a decoder needs transformers")

WORDS = ["[PAD]", "[UNK]", "[END]", "[MASK]", *(f"w{number}" for number in range(12))]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """`llama` and `bert`: folders with tiny models of random weights."""
    transformers.set_seed(1)
    size = {"vocab_size": len(WORDS), "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1}
    size |= {"num_attention_heads": 2, "max_position_embeddings": 32, "eos_token_id": 2, "bos_token_id": None}
    root = tmp_path_factory.mktemp("models")
    llama = transformers.LlamaForCausalLM(transformers.LlamaConfig(**size, tie_word_embeddings=False))
    bert = transformers.BertModel(transformers.BertConfig(**size))
    return {"llama": _saved(root / "llama", llama), "bert": _saved(root / "bert", bert)}


def _saved(folder, model):
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    names = {"unk_token": "[UNK]", "pad_token": "[PAD]", "eos_token": "[END]", "mask_token": "[MASK]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def reading(models, monkeypatch, one_thread):
    monkeypatch.setenv("PALATE_DEVICE", "cpu")

    def encoder(name):
        options = {"model": str(models[name]), "backend": "torch", "dtype": "float32", "pooling": "mean"}
        return installed().find("encoder", "transformers").make(options)

    return encoder


def greedy(folder, prompt, longest):
    """The likeliest token, one after another, without a cache."""
    network = transformers.LlamaForCausalLM.from_pretrained(folder).eval()
    numbers = [WORDS.index(word) for word in prompt.split()]
    found = []
    while len(found) < longest and (not found or found[-1] != WORDS.index("[END]")):
        with torch.no_grad():
            scores = network(torch.tensor([numbers + found])).logits[0, -1]
        found.append(int(scores.argmax()))
    return " ".join(WORDS[number] for number in found if number > 3), found


def test_it_writes_the_likeliest_words_and_says_where_it_was_cut_off(reading, models):
    prompts = ["w1 w2", "w7", "w3 w3 w9 w11"]
    for at, answer in Decoder(reading("llama")).answers(prompts, "", 5):
        text, tokens = greedy(models["llama"], prompts[at], 5)
        assert answer.text == text
        if text:
            assert answer.ended == ("stop" if tokens[-1] == 2 else "length")


def test_the_system_and_the_prompt_are_put_as_the_model_was_taught(reading, models, tmp_path):
    import shutil

    folder = tmp_path / "chat"
    shutil.copytree(models["llama"], folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }} w5 {% endfor %}w6"
    tokenizer.save_pretrained(folder)
    encoder = reading("llama").with_model(folder)
    ((_, answer),) = Decoder(encoder).answers(["w1"], "w2", 4)
    assert answer.text == greedy(folder, "w2 w5 w1 w5 w6", 4)[0]


def test_a_prompt_longer_than_the_model_reads_loses_its_start(reading, models):
    prompt = " ".join(f"w{number % 12}" for number in range(60))
    ((_, answer),) = Decoder(reading("llama")).answers([prompt], "", 4)
    assert answer.text == greedy(models["llama"], " ".join(prompt.split()[-28:]), 4)[0]


def test_a_model_that_is_no_decoder_cannot_write(reading):
    with pytest.raises(ComponentError, match="'bert' is no decoder, so it cannot write"):
        list(Decoder(reading("bert")).answers(["w1"], "", 2))


def test_in_a_recipe_it_is_the_decoder_of_an_encoder_and_its_answers_are_kept(reading, models, tmp_path):
    options = {"use": "transformers", "model": str(models["llama"]), "backend": "torch", "dtype": "float32"}
    component = installed().find("preprocessor", "generate")
    asked = component.make({"prompt": "w1 {text}", "decoder": options, "longest": 3})
    asked.keep_in(tmp_path)
    given = Items(pl.DataFrame({"id": [0, 1], "text": ["w2", "w4"]}))
    found = asked.apply(given).text.to_list()
    assert found == [greedy(models["llama"], f"w1 {word}", 3)[0] or word for word in ("w2", "w4")]
    assert asked.sends(["w2"]) == {"texts": 0, "tokens": 0}
    again = component.make({"prompt": "w1 {text}", "decoder": options, "longest": 3})
    again.keep_in(tmp_path)
    again.__dict__["_decoder"] = type("Kept", (), {"identity": lambda _: asked._decoder.identity()})()
    assert again.apply(given).text.to_list() == found
