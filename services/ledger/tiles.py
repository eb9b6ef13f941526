"""The files of a log in the form of C2SP tlog-tiles, and a whole copy of them on disk: a mirror.

    checkpoint   tile/<L>/<N>[.p/<W>]   tile/entries/<N>[.p/<W>]

A mirror is what somebody else keeps, to prove later that nothing was left out. It is written so that a copy that was
interrupted is never taken for a complete one: the checkpoint comes last.
"""

from collections.abc import Sequence
from pathlib import Path

from services.ledger import checkpoints
from services.ledger.connections import Pool
from services.ledger.feed import Feed
from services.ledger.tree import TILE, TILE_BITS, Tree

_GROUP = 1000


def tile_path(number: int, width: int = TILE) -> str:
    """`x001/x234/067` for tile 1234067, with `.p/<width>` for one that is not full."""
    number, last = divmod(number, _GROUP)
    parts = [f"{last:03}"]
    while number:
        number, group = divmod(number, _GROUP)
        parts.insert(0, f"x{group:03}")
    return "/".join(parts) + ("" if width == TILE else f".p/{width}")


def entry_tile(bodies: Sequence[bytes]) -> bytes:
    """Events one after the other, each after its length in two bytes (big endian)."""
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)


async def mirror(pool: Pool, directory: Path) -> tuple[int, int]:
    """Write the signed log to `directory`; returns its size and the number of files written.

    What an earlier copy holds is kept: full tiles never change. Raises LookupError when the log is damaged.
    """
    found = await checkpoints.latest(pool)
    if found is None:
        return 0, 0
    size, note = found
    written = 0
    feed = Feed(pool)
    for number, width in _tiles(size):
        path = directory / "tile" / "entries" / tile_path(number, width)
        if not path.exists():
            page = await feed.page(number * TILE, width)
            _write(path, entry_tile([body for _, body in page]))
            written += 1
    height = 0
    while count := size >> (height * TILE_BITS):
        for number, width in _tiles(count):
            path = directory / "tile" / str(height) / tile_path(number, width)
            if not path.exists():
                async with pool.connection() as connection:
                    hashes = await Tree(connection).row(height, number * TILE, width)
                _write(path, b"".join(hashes))
                written += 1
        height += 1
    _write(directory / "checkpoint", note.encode())
    return size, written + 1


def _tiles(count: int) -> list[tuple[int, int]]:
    """Number and width of the tiles that hold `count` entries."""
    full, rest = divmod(count, TILE)
    return [(number, TILE) for number in range(full)] + ([(full, rest)] if rest else [])


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    beside.replace(path)
