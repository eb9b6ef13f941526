"""Archives that were made to harm end in code 2, at once, and leave nothing behind."""

import io
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from services.assessment.evidence import archive
from services.assessment.evidence.archive import read_case, unpack
from services.assessment.evidence.verdict import MALFORMED, Malformed
from tests.assessment.evidence.verifying import verify_bytes

SECONDS = 5.0
"""Of the processor: what else the machine does meanwhile is not the archive's doing."""
"""Far above what it takes; a bomb takes minutes."""


def zipped(*entries: tuple[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda entry: None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            file.writestr(entry, content)
    return out.getvalue()


def _symlink(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


def _lzma(entry: zipfile.ZipInfo) -> None:
    entry.compress_type = zipfile.ZIP_LZMA


def encrypted() -> bytes:
    plain = zipped(("c/bagit.txt", b"x"))
    at = plain.index(b"PK\x01\x02")
    return plain[: at + 8] + bytes([plain[at + 8] | 1]) + plain[at + 9 :]


def overlapping() -> bytes:
    """Two names for the bytes of one file: how bombs of many gigabytes are made of a few kilobytes."""
    plain = bytearray(zipped(("c/a", b"x" * 50), ("c/b", b"y" * 50)))
    second = plain.index(b"PK\x01\x02", plain.index(b"PK\x01\x02") + 4)
    plain[second + 42 : second + 46] = (0).to_bytes(4, "little")
    return bytes(plain)


def lying() -> bytes:
    """Says that its file has ten bytes; it has a million."""
    plain = bytearray(zipped(("c/a", b"x" * 1_000_000)))
    for at in (plain.index(b"PK\x01\x02") + 24, 22):
        plain[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(plain)


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "not a zip": b"PK\x03\x04 nothing of the kind",
    "traversal": zipped(("c/../../etc/passwd", b"x")),
    "traversal of the top": zipped(("../c/bagit.txt", b"x")),
    "absolute": zipped(("/etc/passwd", b"x")),
    "drive": zipped(("C:/x", b"x")),
    "backslash": zipped(("c\\..\\x", b"x")),
    "not ASCII": zipped(("c/驻村", b"x")),
    "blank": zipped(("c/a b", b"x")),
    "a name of four thousand letters": zipped(("c/" + "x" * 4000, b"x")),
    "very deep": zipped(("c/" + "x/" * 40 + "y", b"x")),
    "symbolic link": zipped(("c/a", b"/etc/passwd"), change=_symlink),
    "another compression": zipped(("c/a", b"x"), change=_lzma),
    "encrypted": encrypted(),
    "overlapping": overlapping(),
    "lying about a size": lying(),
    "two tops": zipped(("c/a", b"x"), ("d/a", b"x")),
    "no top": zipped(("bagit.txt", b"x")),
    "names that differ in case": zipped(("c/a", b"x"), ("c/A", b"x")),
    "bomb": zipped(("c/a", bytes(archive.MAX_FILE + 1))),
    "many files": zipped(*((f"c/{number}", b"") for number in range(archive.MAX_FILES + 1))),
    "only a folder": zipped(("c/", b"")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_malformed_at_once(name: str) -> None:
    began = time.process_time()
    verdict = verify_bytes(HOSTILE[name], None)
    assert verdict.code == MALFORMED, verdict.text()
    assert time.process_time() - began < SECONDS


def test_a_name_that_comes_twice_is_malformed() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(("c/a", b"x"), ("c/a", b"y"))
    assert verify_bytes(twice, None).code == MALFORMED


def test_many_large_files_are_refused_before_they_are_unpacked() -> None:
    each = bytes(archive.MAX_FILE)
    bomb = zipped(*((f"c/{number}", each) for number in range(4)))
    assert len(bomb) < 1 << 20
    with pytest.raises(Malformed, match="larger files"):
        unpack(bomb)


def test_an_archive_larger_than_any_case_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        file.truncate(archive.MAX_ARCHIVE + 10)
    with pytest.raises(Malformed, match="larger than"):
        read_case(path)


def test_a_folder_with_a_link_out_of_it_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "bagit.txt").write_text("x")
    (tmp_path / "passwd").symlink_to("/etc/passwd")
    with pytest.raises(Malformed, match="not a file"):
        read_case(tmp_path)
