"""Whether an id came with two contents, of more events than memory holds."""

import marshal
from array import array
from collections.abc import Iterator, Mapping, Sequence

from services.assessment.fold.reading import contradiction
from services.assessment.replay.filed import Filed
from services.assessment.replay.lines import LineError

_PARTS = 128
"""Of one of them at a time the ids are in memory."""


class Contents:
    """Takes ids with what tells their contents apart, a part of all ids together in a file. Not thread-safe."""

    def __init__(self) -> None:
        self._filed = Filed()
        self._parts = [array("Q") for _ in range(_PARTS)]

    def lay_aside(self, marks: Mapping[str, int], numbers: Sequence[int]) -> None:
        """Id -> mark, equal for equal contents, and the line of each, in that order."""
        parts: list[list[str | int]] = [[] for _ in range(_PARTS)]
        for (event, mark), number in zip(marks.items(), numbers, strict=True):
            parts[hash(event) % _PARTS] += event, mark, number
        for place, part in enumerate(parts):
            if part:
                self._parts[place].append(len(self._filed))
                self._filed.append(marshal.dumps(part))

    def check(self) -> None:
        """Raises LineError for the first line whose id came before with another content."""
        found = min((one for part in self._parts for one in self._contradictions(part)), default=None)
        if found is not None:
            number, event = found
            raise LineError(number, str(contradiction(event)))

    def _contradictions(self, part: "array[int]") -> Iterator[tuple[int, str]]:
        known: dict[str, int] = {}
        for piece in part:
            flat = marshal.loads(self._filed[piece])  # noqa: S302  written by this object, in a nameless file
            for event, mark, number in zip(flat[0::3], flat[1::3], flat[2::3], strict=True):
                if known.setdefault(event, mark) != mark:
                    yield number, event

    def close(self) -> None:
        """The file is gone."""
        self._filed.close()
