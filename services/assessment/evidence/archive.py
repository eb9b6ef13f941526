"""The files of a case, from a ZIP archive or a folder that it was unpacked to. Written for archives made to harm.

Nothing is unpacked to disk. Sizes are bounded before and while reading, so that a bomb costs no more than a case.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from services.assessment.evidence.verdict import Malformed

MAX_ARCHIVE = 64 << 20
MAX_TOTAL = 96 << 20
MAX_FILE = 32 << 20
MAX_FILES = 20_000

_PART = r"[A-Za-z0-9._~-]{1,160}"
_NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,11}}", re.ASCII)
_LOCAL_HEADER = 30
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    RuntimeError,
    struct.error,
    ValueError,
)


def read_case(path: Path) -> dict[str, bytes]:
    """Path within the bag -> content; raises Malformed."""
    if path.is_dir():
        return _folder(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_ARCHIVE + 1)
    except OSError as error:
        raise Malformed(f"{path}: {error.strerror}") from error
    return unpack(content)


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of an archive, its one top folder left out; raises Malformed."""
    if len(content) > MAX_ARCHIVE:
        raise Malformed(f"the archive is larger than {MAX_ARCHIVE >> 20} MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if _is_file(entry)]
            _bounded(entries)
            found = {entry.filename: _content(archive, entry) for entry in entries}
    except _UNREADABLE as error:
        raise Malformed(f"not a readable ZIP archive: {error}") from error
    tops = {name.partition("/")[0] for name in found}
    if len(tops) != 1:
        raise Malformed("an archive of a case has one top folder")
    return {name.partition("/")[2]: data for name, data in found.items() if "/" in name}


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Whether it is a file, and not a folder; raises Malformed for an entry that is neither or is not wanted."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 0x1:
        raise Malformed(f"{entry.filename!r}: encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Malformed(f"{entry.filename!r}: compressed in a way that is not read here")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Malformed(f"{entry.filename!r}: neither a file nor a folder")
    _name(entry.filename.removesuffix("/"))
    return not entry.is_dir()


def _bounded(entries: list[zipfile.ZipInfo]) -> None:
    _distinct(entry.filename for entry in entries)
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise Malformed("more or larger files than a case has")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Malformed(f"{entry.filename!r}: shares its bytes with another file")
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > MAX_FILE:
        raise Malformed(f"{entry.filename!r}: larger than a file of a case")
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise Malformed(f"{entry.filename!r}: not as long as the archive says")
    return data


def _folder(top: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise Malformed(f"{name}: not a file")
        _name(name)
        total += path.stat().st_size
        if total > MAX_TOTAL or len(found) >= MAX_FILES:
            raise Malformed("more or larger files than a case has")
        found[name] = path.read_bytes()
    _distinct(found)
    return found


def _distinct(names: Iterable[str]) -> None:
    """No two names that some file system takes for one."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise Malformed(f"{name!r} comes twice")
        seen.add(name.lower())


def _name(name: str) -> None:
    if not _NAME.fullmatch(name) or {".", ".."} & set(name.split("/")):
        raise Malformed(f"{name[:80]!r} is not the name of a file of a case")
