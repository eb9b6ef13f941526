"""`zhucun export`: the exact bytes of every sealed event, one per line, and apart from them what opens the digests."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from services.ledger.exports import export_bodies
from services.ledger.migrations import READER, SERVICE
from services.runtime.logins import acting_as
from services.runtime.settings import Settings

_DISCLOSURES = """
    select d.digest, d.text from ledger.disclosure d
    join ledger.event e on e.id = d.event join ledger.log_index l using (position) order by l.idx, d.digest
"""


async def export(settings: Settings, logs: Sequence[str], out: BinaryIO, disclosures: Path | None = None) -> int:
    """Write the events of the named services' logs to `out`; returns how many.

    `disclosures` (mode 0600) gets one disclosure text per line, and `{"digest": …, "text": null}` for an erased one.
    """
    written = 0
    texts: list[str] = []
    role = READER if disclosures is None else SERVICE  # a reader may not see what opens the digests
    for service in logs:
        async with acting_as(role, settings, service) as pool:
            async for body in export_bodies(pool):
                out.write(body)
                out.write(b"\n")
                written += 1
            if disclosures is not None:
                async with pool.connection() as connection:
                    for digest, text in await (await connection.execute(_DISCLOSURES)).fetchall():
                        texts.append(text if text is not None else json.dumps({"digest": digest, "text": None}))
    out.flush()
    if disclosures is not None:
        _write_private(disclosures, "".join(text + "\n" for text in texts))
    return written


def _write_private(path: Path, text: str) -> None:
    """What people typed is personal: nobody but the owner may read the file, from its first byte on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
