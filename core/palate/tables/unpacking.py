"""What is in a packed file, as long as it is not far larger than such files are."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, cast

from palate.errors import DataError, listed

PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
AT_LEAST = 64 * 2**20
RATIO = 100
_CHUNK = 2**20


def unpacked(path: Path) -> tuple[str, bytes | None]:
    """The name without the packing suffix and what is in the file; None where it is not packed.

    Raises DataError for what is damaged, for a zip that does not hold one file, and where more
    comes out than a hundred times the packed size (or 64 MiB), or than half of the memory.
    """
    suffix = path.suffix.lower()
    if suffix not in PACKED:
        return path.name, None
    inner = path.with_suffix("").name
    if Path(inner).suffix.lower() in (".parquet", ".pq"):
        raise DataError(f"{path}: Parquet is compressed inside; unpack the file and name it")
    try:
        if suffix == ".zip":
            return _from_zip(path)
        with _opened(path, suffix) as stream:
            return inner, bounded(stream, path, path.stat().st_size)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise DataError(f"{path} cannot be read: {error.strerror}") from error
        raise DataError(f"{path} is damaged, or no {suffix} file") from error
    except (RuntimeError, NotImplementedError) as error:
        raise DataError(f"{path} needs a password or an unknown unpacking: unpack it first") from error


def bounded(stream: IO[bytes], path: Path, packed: int) -> bytes:
    """All that a stream gives. Raises DataError where that is suspiciously much."""
    limit = min(max(AT_LEAST, RATIO * packed), _memory() // 2)
    parts, total = [], 0
    while part := stream.read(_CHUNK):
        total += len(part)
        if total > limit:
            raise DataError(
                f"{path} unpacks from {packed:,} bytes to more than {limit:,}; if that is right, unpack "
                "it and name the unpacked file"
            )
        parts.append(part)
    return b"".join(parts)


def check_members(path: Path) -> None:
    """Raises DataError where a zip (a workbook is one) unpacks to suspiciously much."""
    with zipfile.ZipFile(path) as archive:
        stated = sum(member.file_size for member in archive.infolist())
        limit = min(max(4 * AT_LEAST, RATIO * path.stat().st_size), _memory() // 2)
        if stated > limit:
            raise DataError(f"{path} unpacks to {stated:,} bytes, more than the {limit:,} that palate allows")


def _opened(path: Path, suffix: str) -> IO[bytes]:
    if suffix == ".gz":
        return cast(IO[bytes], gzip.open(path))
    if suffix == ".bz2":
        return bz2.open(path)
    if suffix == ".xz":
        return lzma.open(path)
    return _zstandard(path)


def _zstandard(path: Path) -> IO[bytes]:
    try:
        import zstandard
    except ImportError as error:
        raise DataError(
            f'{path} needs the library zstandard: pip install "palate[zstd]", or unpack the file'
        ) from error
    try:
        stream: Any = zstandard.open(path)
        return io.BufferedReader(_Checked(stream, path))
    except zstandard.ZstdError as error:
        raise DataError(f"{path} is damaged, or no .zst file") from error


class _Checked(io.RawIOBase):
    """A stream whose library's own error is one of ours."""

    def __init__(self, stream: Any, path: Path) -> None:
        self._stream, self._path = stream, path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        import zstandard

        try:
            part = self._stream.read(len(buffer))
        except zstandard.ZstdError as error:
            raise DataError(f"{self._path} is damaged, or no .zst file") from error
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _from_zip(path: Path) -> tuple[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not _beside(name)]
        if len(names) != 1:
            raise DataError(f"{path} must hold one file; it holds {listed(names) or 'none'}: unpack it first")
        member = archive.getinfo(names[0])
        with archive.open(member) as stream:
            return names[0], bounded(stream, path, member.compress_size)


def _beside(name: str) -> bool:
    """Whether a member of a zip is a folder, or what a file manager puts beside files."""
    return name.endswith("/") or name.startswith("__MACOSX") or name.split("/")[-1].startswith(".")


def _memory() -> int:
    """The machine's memory in bytes; eight GiB where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30
