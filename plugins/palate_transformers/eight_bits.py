"""A compiled network with weights and activations of eight bits, by NNCF.

Ranges of activations are found once a model, on texts that stand here and rows of random tokens, so that the
vectors of a text depend on no other text that is encoded.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import io
import logging
from pathlib import Path
from typing import Any

import numpy as np

from palate.checksums import damage
from palate.errors import MissingLibrary
from palate_transformers.library_logs import unreported
from palate_transformers.made_once import made_once
from palate_transformers.model_folder import ModelFolder
from palate_transformers.torch_network import read_tokenizer

SMOOTH = 0.8  # how much of outliers moves from activations to weights (SmoothQuant, Xiao et al. 2023)
RANDOM = ((2, 8), (8, 32), (60, 200))  # tokens in rows of random ones, least and most
ROWS = 8
TEXTS = (
    "The Lighthouse Keeper (1987). Drama, Mystery",
    "Running shoes for women, size 38, light blue",
    "Stainless steel water bottle, 750 ml, keeps drinks cold for a day",
    "Introduction to linear algebra: vectors, matrices and eigenvalues",
    "Late Night Jazz, Vol. 3",
    "Election night: what the first results say about the north of the country",
    "How to bake sourdough bread at home without a scale",
    "wireless noise cancelling headphones with microphone black",
    "A detective who has lost his memory is asked to solve the murder of a man whom he may have known. As he "
    "walks through a city that never sleeps, he finds letters in his own handwriting, and begins to doubt "
    "whether those who help him want him to remember anything at all.",
    "Cheap family hotel near the beach with breakfast and free parking",
    "Organic green tea, 50 bags",
    "Set of 12 coloured pencils for children from 4 years",
    "This moisturising cream is made for dry and sensitive skin. It has no perfume, is absorbed within a "
    "minute and protects from cold and wind. Apply in the morning and in the evening to the clean face.",
    "Space Pirates II. Action, Adventure, Sci-Fi",
    "Symphony No. 5 in C minor",
    "The history of the silk road, told by the merchants, monks and soldiers who travelled it between the "
    "second and the fifteenth century, with maps and photographs of what is left of their towns",
    "coffee machine 15 bar",
    "Funny cats compilation 2019",
    "Two sisters inherit a vineyard in a village where nobody speaks to strangers. Comedy, Romance",
    "Python for data analysis",
    "Replacement battery for laptop, 11.1 V, 4400 mAh, with two years of warranty",
    "Fresh pasta, pizza from the wood oven, and a terrace with a view of the harbour. Restaurants, Italian",
    "jeans",
    "吃饭",
    "東京物語 (1953)。劇情",
    "电影 爱情 音乐",
    "Любовь и голуби (1985). Комедия",
    "الخبز العربي",
    "서울의 봄",
    "The team won its third match in a row after a goal in the last minute, while the visitors had two "
    "players sent off and missed a penalty. The coach spoke of luck; the newspapers speak of a miracle.",
)


def quantizer() -> str:
    """The version of NNCF. Raises MissingLibrary where it is not installed."""
    if importlib.util.find_spec("nncf") is None or importlib.util.find_spec("openvino") is None:
        raise MissingLibrary(
            "encoder 'transformers' needs openvino and nncf for its dtype 'int8', which are not installed: "
            'pip install "palate[int8]"'
        )
    return importlib.metadata.version("nncf")


def quantized(folder: ModelFolder, traced: Path, graph: str) -> Path:
    """The folder of the network in eight bits, made from the traced one at first use."""
    place = traced.with_name(f"{traced.name}-int8-{quantizer()}")
    if damage(place):
        with made_once(place) as made:
            _quantize(folder, traced / graph, made / graph)
    return place


def _quantize(folder: ModelFolder, graph: Path, made: Path) -> None:
    with unreported(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        import nncf
        import openvino

        nncf.set_log_level(logging.ERROR)
        batches = _calibration(folder)
        smooth = nncf.AdvancedSmoothQuantParameters(matmul=SMOOTH)
        found = nncf.quantize(
            openvino.Core().read_model(str(graph)),
            nncf.Dataset(batches, lambda batch: dict(enumerate(batch))),
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(batches),
            advanced_parameters=nncf.AdvancedQuantizationParameters(smooth_quant_alphas=smooth),
        )
        openvino.save_model(found, made, compress_to_fp16=False)


def _calibration(folder: ModelFolder) -> list[tuple[Any, Any, Any]]:
    """Batches of token numbers, masks and pooling weights, rows of like length together."""
    tokenizer = read_tokenizer(folder)
    longest = folder.max_length(None)
    rng = np.random.default_rng(0)
    able = np.setdiff1d(np.arange(len(tokenizer)), tokenizer.all_special_ids)
    rows = sorted(tokenizer(list(TEXTS))["input_ids"], key=len)
    some = [rows[start : start + 4] for start in range(0, len(rows), 4)]
    some += [[rng.choice(able, rng.integers(*bounds)).tolist() for _ in range(ROWS)] for bounds in RANDOM]
    return [_batch([row[:longest] for row in part]) for part in some]


def _batch(rows: list[list[int]]) -> tuple[Any, Any, Any]:
    lengths = np.array([len(row) for row in rows])
    mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
    numbers = np.zeros_like(mask)
    numbers[mask > 0] = np.concatenate(rows)
    return numbers, mask, (mask / lengths[:, None]).astype(np.float32)
