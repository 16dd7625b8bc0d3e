"""The finetuner `plugin-name` for palate."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt

from palate import Training, hookimpl
from palate.components.text_model import TextModel
from palate.errors import ComponentError


@dataclass
class PluginName:
    """Words that are in many liked texts count less in the model's table of words."""

    name: ClassVar[str] = "plugin-name"
    libraries: ClassVar[tuple[str, ...]] = ("safetensors",)

    smooth: Annotated[float, Gt(0)] = 1e-2
    """The larger, the less a frequent word loses (Arora et al., 2017)."""

    def train(
        self, model: TextModel, training: Training, objectives: Sequence[Any], folder: Path
    ) -> dict[str, Any]:
        """Write the model with other word vectors. Raises ComponentError where it has no table of words."""
        from safetensors.numpy import load_file, save_file

        shutil.copytree(model.folder, folder, dirs_exist_ok=True)
        rows, _ = model.tokens([text for text in training.text if text])
        counts = np.bincount([number for row in rows for number in row])
        for path in sorted(folder.glob("*.safetensors")):
            weights = load_file(path)
            for name in weights:
                if name.endswith("word_embeddings.weight"):
                    share = np.zeros(len(weights[name]), np.float32)
                    share[: len(counts)] = counts / counts.sum()
                    weights[name] = weights[name] * (self.smooth / (self.smooth + share))[:, None]
                    save_file(weights, path, metadata={"format": "pt"})
                    return {"words": int(np.count_nonzero(counts))}
        raise ComponentError(f"the model in {model.folder} has no word_embeddings.weight")


@hookimpl
def register_finetuners() -> list[type]:
    return [PluginName]
