"""People's names for what is printed: asked of personnel's feed each time, kept nowhere, left out where erased."""

from collections.abc import Collection
from typing import Any

import httpx
import structlog

from contracts import disclosure
from services.runtime.context import Context
from services.runtime.feed_client import FeedError

_RECORDED = """
    select distinct on (p.person) p.person, i.id::text, i.origin from unnest(%s::text[]) p (person)
    cross join lateral ledger.inbox_of_subject(array['person'], p.person) i order by p.person, i.idx desc
"""

log = structlog.get_logger(__name__)


async def names_of(context: Context, persons: Collection[str]) -> dict[str, str]:
    """Person -> name, as far as it can be read; a feed that does not answer leaves the numbers to stand alone."""
    async with context.service.views.reading("register") as cursor:
        await cursor.execute(_RECORDED, (sorted(set(persons)),))
        recorded: list[tuple[str, str, str]] = await cursor.fetchall()
    feeds: Any = context.service.extras["feeds"]
    found: dict[str, str] = {}
    for person, event, origin in recorded:
        try:
            texts = await feeds[origin].disclosures([event])
        except (FeedError, httpx.HTTPError) as error:
            log.warning("names are not to be had", reason=repr(error))
            return found
        for text in texts.values():
            name, value = disclosure.read(text)
            if name == "name":
                found[person] = str(value)
    return found
