"""A list of byte strings that lies in a file without a name, not in memory."""

import os
import tempfile
from array import array
from collections.abc import Iterator


class Filed:
    """Takes what is appended and gives it out in that order. Not thread-safe."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        self._lengths = array("Q")

    def append(self, item: bytes) -> None:
        """One more."""
        self._file.write(item)
        self._lengths.append(len(item))

    def __iter__(self) -> Iterator[bytes]:
        self._file.flush()
        offset = 0
        for length in self._lengths:
            yield os.pread(self._file.fileno(), length, offset)
            offset += length

    def close(self) -> None:
        """The file is gone."""
        self._file.close()
