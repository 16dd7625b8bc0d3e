"""On what device, and in what numbers.

The device is a matter of the machine, so it comes from PALATE_DEVICE and is no option of the
encoder. The kind of number changes vectors in the third digit, so it is one.
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

Dtype = Literal["float32", "bfloat16", "float16"]
Backend = Literal["torch", "openvino"]

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_FAST_BFLOAT16 = {"avx512_bf16", "amx_bf16"}
_AMPERE = 8  # the first generation of CUDA devices that computes in bfloat16


def settled(asked: str) -> Dtype:
    """`asked`, or for `auto` the kind of number this machine is quick in; known without torch.

    That is bfloat16 on CUDA and on processors with AVX512-BF16 or AMX, float32 elsewhere.
    """
    if asked != "auto":
        return asked  # type: ignore[return-value]
    device = _likely_device()
    fast = device.startswith("cuda") or (device == "cpu" and bool(_FAST_BFLOAT16 & _processor()))
    return "bfloat16" if fast else "float32"


def settled_backend(asked: str, dtype: str) -> Backend:
    """`asked`, or for `auto` what is quickest here; known without importing either.

    That is OpenVINO where it is installed, the device is the processor and the kind of number one
    that it computes in. Raises ComponentError where OpenVINO is asked for and cannot be had.
    """
    fits = _likely_device() == "cpu" and dtype != "float16"
    there = importlib.util.find_spec("openvino") is not None
    if asked == "openvino":
        if not there:
            raise MissingLibrary(
                "encoder 'transformers' needs openvino for its backend 'openvino', which is not installed: "
                'pip install "palate[openvino]"'
            )
        if not fits:
            raise ComponentError(
                "encoder 'transformers': the backend 'openvino' computes on the processor, in float32 or "
                f"bfloat16; got dtype {dtype} and PALATE_DEVICE {_asked_device()}; set backend to torch"
            )
    return "openvino" if asked != "torch" and there and fits else "torch"


def device() -> str:
    """The device to run on, by PALATE_DEVICE or else the best there is.

    Raises ComponentError for one that torch does not have.
    """
    import torch

    asked = _asked_device()
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if asked == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    kind, _, number = asked.partition(":")
    if not there[kind] or (number and int(number) >= torch.cuda.device_count()):
        has = [name for name, found in there.items() if found]
        raise ComponentError(f"PALATE_DEVICE is {asked}, and torch finds only {', '.join(has)} here")
    return asked


def computes_bfloat16(where: str) -> bool:
    """Whether the device computes in bfloat16 rather than imitating it."""
    import torch

    if where.startswith("cuda"):
        return bool(torch.cuda.get_device_capability(where)[0] >= _AMPERE)
    return where == "cpu" and bool(_FAST_BFLOAT16 & _processor())


def _asked_device() -> str:
    asked = os.environ.get("PALATE_DEVICE") or "auto"
    if not _DEVICE.fullmatch(asked):
        raise ComponentError(f"PALATE_DEVICE must be auto, cpu, cuda, cuda:NUMBER or mps; got {asked!r}")
    return asked


def _likely_device() -> str:
    """What `device` will most likely say, without torch."""
    asked = _asked_device()
    if asked != "auto":
        return asked
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES", "0") in ("", "-1")
    try:
        without = importlib.metadata.version("torch").endswith("+cpu")
    except importlib.metadata.PackageNotFoundError:
        without = True
    return "cuda" if Path("/dev/nvidiactl").exists() and not hidden and not without else "cpu"


@cache
def _processor() -> frozenset[str]:
    """What the processor can do, as Linux names it; nothing where that cannot be read."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    return frozenset(flags[1].split()) if flags else frozenset()
