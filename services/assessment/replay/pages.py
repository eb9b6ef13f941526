"""Logs page by page and stream by stream, wherever they lie: what a fold of many people reads."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol


class Page(NamedTuple):
    """Whole lines of one log, one event in each, with consecutive indexes. Only the last may end with a line break."""

    log: str
    """Its origin."""
    first: int
    """Index of the first line."""
    size: int
    """How many lines."""
    lines: bytes | memoryview


class Stream(NamedTuple):
    """The events of a stream in their order, as far as a log reached at some size."""

    name: str
    size: int
    """How many."""
    lines: bytes | memoryview
    """One per line, without a break at the end."""


class Source(Protocol):
    """Sealed logs of the services, each from index 0."""

    def pages(self, services: Collection[str] | None = None) -> Iterator[Page]:
        """Every log, or those of some services, each in the order of its indexes. Raises FoldError."""

    def streams(self, log: str, kind: str, wanted: Sequence[tuple[str, int]]) -> Iterator[Sequence[Stream]]:
        """Of each subject its streams of one kind with events below a size of the log, in the order of `wanted`.

        `wanted`: subject and size. Until all have been taken nothing else may be asked of that log. Raises FoldError.
        """


def service_of(log: str) -> str:
    """The service that keeps a log."""
    return log.rpartition("/")[2]


class Sections:
    """Cuts pages where some county's basis ends: what lies below the same bases is one section of a log.

    `limits`: by county, log -> the size below which events count. What lies below none is left away.
    """

    def __init__(self, limits: Iterable[Mapping[str, int]]) -> None:
        ends: dict[str, set[int]] = {}
        for basis in limits:
            for log, size in basis.items():
                ends.setdefault(log, set()).add(size)
        self._ends = {log: sorted(found) for log, found in ends.items()}

    def parts(self, page: Page) -> Iterator[tuple[int, Page]]:
        """Section and page, in the order of the log."""
        ends = self._ends.get(page.log, [])
        number = bisect_right(ends, page.first)
        beyond = page.first + page.size
        if number < len(ends) and beyond <= ends[number]:
            yield number, page
            return
        lines: list[bytes] = []
        for section, end in enumerate(ends[number:], number):
            lines = lines or bytes(page.lines).split(b"\n")
            first = max(page.first, ends[section - 1] if section else 0)
            part = lines[first - page.first : min(end, beyond) - page.first]
            if part:
                yield section, Page(page.log, first, len(part), b"\n".join(part))

    def below(self, basis: Mapping[str, int]) -> dict[str, int]:
        """Log -> the number of its sections that lie below a basis."""
        return {log: bisect_left(self._ends[log], size) + 1 if size else 0 for log, size in basis.items()}
