"""Logs in a file of event lines as `zhucun export` writes it: of each log in order from index 0.

Logs may lie one after the other or mixed. Nothing is held of the file but where its pages begin, and where the events
of streams begin that are asked for: eight bytes for each.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from services.assessment.fold.findings import FoldError
from services.assessment.replay.exported import place_of
from services.assessment.replay.lines import LineError, whole_lines
from services.assessment.replay.pages import Page, Stream

_PAGE_BYTES = 1 << 17
_NOWHERE = array("Q")


@dataclass(frozen=True, slots=True)
class _Places:
    """Index of the first line of every page of one log, and where it begins in the file and how long it is."""

    firsts: "array[int]" = field(default_factory=lambda: array("Q"))
    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    lengths: "array[int]" = field(default_factory=lambda: array("Q"))


class Export:
    """The logs in one file; a `Source` (`pages`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, _Places] = {}
        self._subjects: dict[tuple[str, str], dict[str, array[int]]] = {}
        """Log and kind -> subject -> where in the file its events begin."""

    def pages(self, services: Collection[str] | None = None) -> Iterator[Page]:
        """See `Source`. Raises LineError for a line that is no event, FoldError for a file that cannot be read."""
        sizes: dict[str, int] = {}
        places: dict[str, _Places] = {}
        for log, offset, lines in self._runs():
            first, count = sizes.get(log, 0), lines.count(b"\n") + 1
            sizes[log] = first + count
            where = places.setdefault(log, _Places())
            where.firsts.append(first)
            where.offsets.append(offset)
            where.lengths.append(len(lines))
            if services is None or log.rpartition("/")[2] in services:
                yield Page(log, first, count, lines)
        self._places = places

    def streams(self, log: str, kind: str, wanted: Sequence[tuple[str, int]]) -> Iterator[Sequence[Stream]]:
        """See `Source`; `pages` was read to its end before."""
        if (log, kind) not in self._subjects:
            self._subjects[log, kind] = self._subjects_of(log, kind)
        subjects = self._subjects[log, kind]
        ends = {size: self._end_of(log, size) for _, size in wanted}
        with self._opened() as file:
            for subject, size in wanted:
                found: dict[str, list[bytes]] = {}
                offsets = subjects.get(subject, _NOWHERE)
                for offset in offsets[: bisect_left(offsets, ends[size])]:
                    file.seek(offset)
                    line = file.readline().rstrip(b"\r\n")
                    found.setdefault(place_of(line)[1], []).append(line)
                yield [Stream(name, len(lines), b"\n".join(lines)) for name, lines in sorted(found.items())]

    def _subjects_of(self, log: str, kind: str) -> "dict[str, array[int]]":
        found: dict[str, array[int]] = {}
        for origin, begin, lines in self._runs():
            if origin != log:
                continue
            offset = begin
            for line in lines.split(b"\n"):
                of, subject, *_ = place_of(line)[1].split("/")
                if of == kind:
                    found.setdefault(subject, array("Q")).append(offset)
                offset += len(line) + 1
        return found

    def _end_of(self, log: str, size: int) -> int:
        """Before which place in the file the events lie that have indexes below a size of the log."""
        where = self._places.get(log, _Places())
        page = bisect_right(where.firsts, size) - 1
        if page < 0:
            return 0
        with self._opened() as file:
            file.seek(where.offsets[page])
            lines = file.read(where.lengths[page])
        into = size - where.firsts[page]
        return where.offsets[page] + sum(len(line) + 1 for line in lines.split(b"\n")[:into])

    def _runs(self) -> Iterator[tuple[str, int, bytes]]:
        """Origin, offset and lines of every page; a page with blank lines or of several logs is taken apart."""
        number = offset = 0
        with self._opened() as file:
            for block in whole_lines(file, _PAGE_BYTES):
                lines = block.removesuffix(b"\n")
                log = _only_log(lines)
                if log is not None:
                    yield log, offset, lines
                    number += lines.count(b"\n") + 1
                else:
                    yield from _line_by_line(lines, offset, number)
                    number += lines.count(b"\n") + 1
                offset += len(block)

    def _opened(self) -> BinaryIO:
        if self._path.exists() and not self._path.is_file():
            raise FoldError(f"{self._path}: 须为文件，因为要读几遍 it is read more than once, so it must be a file")
        try:
            return self._path.open("rb")
        except OSError as error:
            raise FoldError(f"{self._path}: {error.strerror}") from error


def _line_by_line(lines: bytes, offset: int, number: int) -> Iterator[tuple[str, int, bytes]]:
    for line in lines.split(b"\n"):
        number += 1
        if line.strip():
            try:
                log, _ = place_of(line)
            except ValueError as error:
                raise LineError(number, "not an event line of an export") from error
            yield log, offset, line.rstrip(b"\r")
        offset += len(line) + 1


def _only_log(lines: bytes) -> str | None:
    """The log of which every line is; None where there are several or a line is none of ours."""
    try:
        log, _ = place_of(lines)
    except ValueError:
        return None
    # In canonical form only the envelope has `recordedtime` behind `origin`, and every event has it once.
    stamp = rf'"origin":"{re.escape(log)}",(?:"prev":"[0-9a-f]*",|)"recordedtime":"'.encode("ascii")
    return log if len(re.findall(stamp, lines)) == lines.count(b"\n") + 1 else None
