"""The feed of another service over HTTP: the only call between services, and only to fill a hole.

A hole is a missing index, or a sensitive value of an event that stands behind a digest because it must stay erasable,
or the hashes by which somebody who takes evidence can prove where an event stands.
"""

import ssl
from collections.abc import Collection
from contextlib import suppress

import httpx

from contracts.event_proofs import EventProof
from contracts.notes import ProofError, decode_base64

MEDIA_TYPE = "application/x-ndjson"
START = "Zhucun-Start"


class FeedError(Exception):
    """The source's feed did not answer as it should."""


class HttpFeed:
    """Reads `GET <base>/<service>/log/feed`: one event per line, its exact bytes, indexes contiguous from `from`."""

    def __init__(self, base_url: str, service: str, token: str, verify: ssl.SSLContext | bool = True) -> None:
        """`verify`: whom it believes to be that service (:func:`services.runtime.encryption.trusted`)."""
        self._log = f"{base_url}/{service}/log"
        self._url = f"{self._log}/feed"
        self._disclosures = f"{self._log}/disclosures"
        self._client = httpx.AsyncClient(timeout=10, headers={"Authorization": f"Bearer {token}"}, verify=verify)

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

    async def note(self, size: int) -> str | None:
        """The checkpoint of exactly this size, None where the log has none; raises FeedError, httpx.HTTPError."""
        response = await self._client.get(f"{self._log}/proof/{size - 1}", params={"size": size})
        if response.status_code == 404:
            return None
        try:
            return EventProof.parse(self._good(response).text).note
        except ProofError as error:
            raise FeedError(f"{response.url} answered with no proof: {error}") from error

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """The hashes that prove growth; raises FeedError, httpx.HTTPError."""
        return self._hashes(await self._client.get(f"{self._log}/consistency/{old}/{new}"))

    async def proof_of(self, indexes: Collection[int], size: int) -> list[bytes]:
        """One proof for many events (`contracts.multiproof`); raises FeedError, httpx.HTTPError."""
        asked = {"indexes": sorted(indexes), "size": size}
        return self._hashes(await self._client.post(f"{self._log}/multiproof", json=asked))

    def _hashes(self, response: httpx.Response) -> list[bytes]:
        try:
            return [decode_base64(line) for line in self._good(response).text.split()]
        except ProofError as error:
            raise FeedError(f"{response.url} answered with no hashes: {error}") from error

    def _good(self, response: httpx.Response) -> httpx.Response:
        if response.status_code != 200:
            raise FeedError(f"{response.url} answered {response.status_code}")
        return response

    async def close(self) -> None:
        """Give the connection back."""
        with suppress(httpx.HTTPError):
            await self._client.aclose()
