"""The feed of another service over HTTP: the only call between services, and only to fill a hole.

A hole is a missing index, or a sensitive value of an event that stands behind a digest because it must stay erasable.
"""

from collections.abc import Collection
from contextlib import suppress

import httpx

MEDIA_TYPE = "application/x-ndjson"
START = "Zhucun-Start"


class FeedError(Exception):
    """The source's feed did not answer as it should."""


class HttpFeed:
    """Reads `GET <base>/<service>/log/feed`: one event per line, its exact bytes, indexes contiguous from `from`."""

    def __init__(self, base_url: str, service: str, token: str) -> None:
        self._url = f"{base_url}/{service}/log/feed"
        self._disclosures = f"{base_url}/{service}/log/disclosures"
        self._client = httpx.AsyncClient(timeout=10, headers={"Authorization": f"Bearer {token}"})

    async def page(self, start: int, limit: int) -> list[tuple[int, bytes]]:
        """At most `limit` (index, body) from `start` on, in order; raises FeedError or httpx.HTTPError."""
        response = await self._client.get(self._url, params={"from": start, "limit": limit})
        if response.status_code != 200:
            raise FeedError(f"{self._url} answered {response.status_code}")
        if response.headers.get(START) != str(start):
            raise FeedError(f"{self._url} answered from {response.headers.get(START)}, asked for {start}")
        # A canonical event holds no line break: they are escaped inside strings.
        lines = response.content.split(b"\n")[:-1]
        return list(enumerate(lines, start))

    async def disclosures(self, events: Collection[str]) -> dict[str, str]:
        """Digest -> disclosure text of those events; what was erased is missing. Raises FeedError, httpx.HTTPError."""
        found: dict[str, str] = {}
        wanted = sorted(events)
        for start in range(0, len(wanted), 1_000):
            response = await self._client.post(self._disclosures, json=wanted[start : start + 1_000])
            if response.status_code != 200:
                raise FeedError(f"{self._disclosures} answered {response.status_code}")
            found |= response.json()
        return found

    async def close(self) -> None:
        """Give the connection back."""
        with suppress(httpx.HTTPError):
            await self._client.aclose()
