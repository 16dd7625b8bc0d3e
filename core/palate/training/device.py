"""Where a network is trained, and in what precision."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Precision = Literal["auto", "float32", "bfloat16"]


def device() -> torch.device:
    """The graphics card where there is one, else the processor."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@cache
def has_bfloat16() -> bool:
    """Whether products in bfloat16 are computed by the hardware, and not slowly by software."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    asked = getattr(torch.cpu, "_is_avx512_bf16_supported", None)  # not public, and may go away
    return bool(asked and asked())


def autocast(where: torch.device, precision: Precision) -> AbstractContextManager[None]:
    """A context in which the products of a network are taken in bfloat16, or as they are.

    `auto` takes bfloat16 where the hardware has it.
    """
    import torch

    if precision == "bfloat16" or (precision == "auto" and has_bfloat16()):
        return torch.autocast(where.type, torch.bfloat16)
    return nullcontext()
