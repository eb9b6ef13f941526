"""A list of byte strings that lies in a file without a name, not in memory."""

import os
import tempfile
from array import array
from collections.abc import Iterator


class Filed:
    """Takes what is appended and gives it out by its number or all in that order. Not thread-safe."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        self._ends = array("Q", [0])

    def append(self, item: bytes) -> None:
        """One more."""
        self._file.write(item)
        self._ends.append(self._ends[-1] + len(item))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> bytes:
        begin, end = self._ends[number], self._ends[number + 1]
        self._file.flush()
        return os.pread(self._file.fileno(), end - begin, begin)

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, range(len(self)))

    def close(self) -> None:
        """The file is gone."""
        self._file.close()
