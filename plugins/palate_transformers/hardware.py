"""The device that a model computes on, and its number format.

The device depends on the machine, so it comes from PALATE_DEVICE and is no option of the encoder.
The number format changes vectors in the third digit, so it is one.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
from functools import cache
from pathlib import Path
from typing import Literal

from palate.errors import ComponentError, MissingLibrary

Dtype = Literal["float32", "bfloat16", "float16", "int8"]
Backend = Literal["torch", "openvino"]

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_FAST_BFLOAT16 = {"avx512_bf16", "amx_bf16"}
_AMPERE = 8  # the first generation of CUDA devices that computes in bfloat16


def settled(requested: str) -> Dtype:
    """`requested`, or for `auto` the number format that is fast on this machine; known without torch.

    That is bfloat16 on CUDA and on processors with AVX512-BF16 or AMX, float32 elsewhere.
    """
    if requested != "auto":
        return requested  # type: ignore[return-value]
    device = _likely_device()
    fast = device.startswith("cuda") or (device == "cpu" and bool(_FAST_BFLOAT16 & _processor()))
    return "bfloat16" if fast else "float32"


def settled_backend(requested: str, dtype: str) -> Backend:
    """`requested`, or for `auto` the fastest here; known without importing either.

    That is OpenVINO where it is installed, the device is the processor and it computes in this number
    format. Raises ComponentError where OpenVINO is requested and not available.
    """
    fits = _likely_device() == "cpu" and dtype != "float16"
    there = importlib.util.find_spec("openvino") is not None
    if requested == "openvino":
        if not there:
            raise MissingLibrary(
                "encoder 'transformers' needs openvino for its backend 'openvino', which is not installed: "
                'pip install "palate[openvino]"'
            )
        if not fits:
            raise ComponentError(
                "encoder 'transformers': the backend 'openvino' computes on the processor, in float32, "
                f"bfloat16 or int8; got dtype {dtype} and PALATE_DEVICE {_requested_device()}; set backend "
                "to torch"
            )
    if dtype == "int8" and (requested == "torch" or not fits):
        raise ComponentError(
            "encoder 'transformers': dtype int8 is computed by OpenVINO on the processor; got backend "
            f"{requested} and PALATE_DEVICE {_requested_device()}; take dtype auto"
        )
    return "openvino" if requested != "torch" and there and fits else "torch"


def device() -> str:
    """The device to run on, by PALATE_DEVICE or else the best there is.

    Raises ComponentError for one that torch does not have.
    """
    import torch

    requested = _requested_device()
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if requested == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    kind, _, number = requested.partition(":")
    if not there[kind] or (number and int(number) >= torch.cuda.device_count()):
        has = [name for name, found in there.items() if found]
        raise ComponentError(f"PALATE_DEVICE is {requested}, but torch finds only {', '.join(has)} here")
    return requested


def computes_bfloat16(where: str) -> bool:
    """Whether the device computes in bfloat16 natively."""
    import torch

    if where.startswith("cuda"):
        return bool(torch.cuda.get_device_capability(where)[0] >= _AMPERE)
    return where == "cpu" and bool(_FAST_BFLOAT16 & _processor())


def _requested_device() -> str:
    requested = os.environ.get("PALATE_DEVICE") or "auto"
    if not _DEVICE.fullmatch(requested):
        raise ComponentError(f"PALATE_DEVICE must be auto, cpu, cuda, cuda:NUMBER or mps; got {requested!r}")
    return requested


def _likely_device() -> str:
    """What `device` will most likely return, without torch."""
    requested = _requested_device()
    if requested != "auto":
        return requested
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "0") in ("", "-1")
    try:
        without = importlib.metadata.version("torch").endswith("+cpu")
    except importlib.metadata.PackageNotFoundError:
        without = True
    return "cuda" if Path("/dev/nvidiactl").exists() and not hidden and not without else "cpu"


@cache
def _processor() -> frozenset[str]:
    """The features of the processor, as Linux names them; empty where they cannot be read."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    return frozenset(flags[1].split()) if flags else frozenset()
