"""What a component may do with what it is given, and what it must give back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.read_only import read_only
from palate.errors import ComponentError

_PLAIN = {"float32": np.dtype(np.float32), "float": np.dtype(np.float32), "int32": np.dtype(np.int32)}


class calling:  # noqa: N801  used like a function, and a generator takes longer to enter and to leave
    """Name who tried to change what it was given, which is shared and read-only, or to end the program.

    `who` is such as `ranker 'ease' in branch 'a'`. Raises ComponentError in place of numpy's error, and of
    SystemExit, which would end the program as if all were well.
    """

    __slots__ = ("_who",)

    def __init__(self, who: str) -> None:
        self._who = who

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if error is None:
            return
        if isinstance(error, SystemExit):
            raise ComponentError(
                f"{self._who} tried to end the program with sys.exit({error.code!r})"
            ) from error
        if isinstance(error, ValueError) and "read-only" in str(error):
            raise ComponentError(
                f"{self._who} tried to change an array that it was given and shares with others; "
                "copy it first"
            ) from error


def checked_array(
    value: Any, who: str, shape: tuple[int | None, ...], dtype: str = "float32", what: str = "scores"
) -> NDArray[Any]:
    """The array that a component gave. Raises ComponentError for another type or shape.

    None in `shape` stands for any length. `dtype` is a name, or the first part of several: "float".
    """
    if type(value) is np.ndarray and value.shape == shape and value.dtype is _PLAIN.get(dtype):
        return value
    fits = isinstance(value, np.ndarray) and value.ndim == len(shape)
    if fits:
        for wanted, got in zip(shape, value.shape, strict=True):
            fits = fits and (wanted is None or wanted == got)
    plain = fits and value.dtype is _PLAIN.get(dtype)  # names of types are slow
    if not plain and not (fits and value.dtype.name.startswith(dtype)):
        sizes = ", ".join("any" if size is None else str(size) for size in shape)
        raise ComponentError(
            f"{who} must give {what} as a {dtype} array of shape ({sizes}); it gave {described(value)}"
        )
    found: NDArray[Any] = value
    return found


def apart(array: NDArray[Any], component: Any) -> NDArray[Any]:
    """What a component gave, read-only where it is memory that the component still holds.

    The core masks scores in place, which must not reach into fitted state.
    """
    for value in vars(component).values():
        if isinstance(value, np.ndarray) and np.may_share_memory(array, value):
            return read_only(array)  # type: ignore[no-any-return]
    return array


def checked_type(value: Any, who: str, wanted: type) -> Any:
    """What a component gave. Raises ComponentError where it is of another type."""
    if not isinstance(value, wanted):
        raise ComponentError(f"{who} must give a {wanted.__name__}; it gave {described(value)}")
    return value


def described(value: Any) -> str:
    """A value in a few words: `None`, `float64 (3, 4)`, `a list`."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    return f"a {type(value).__name__}"
