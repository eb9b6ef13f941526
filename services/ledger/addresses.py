"""Addresses of the bus: one URL, or several separated by commas, as a cluster has them."""

import re
from urllib.parse import urlsplit

_CREDENTIALS = re.compile(r"(?<=//)[^/@\s,]*@")


def addresses(nats_url: str) -> list[str]:
    """The servers of `nats_url` one by one, each with scheme and credentials (the first one's where it has none)."""
    found = [part if "//" in part else f"nats://{part}" for part in map(str.strip, nats_url.split(",")) if part]
    user, at, _ = urlsplit(found[0]).netloc.rpartition("@") if found else ("", "", "")
    return [single if "@" in single else single.replace("//", f"//{user}{at}", 1) for single in found]


def shown(url: str) -> str:
    """The same for people and log files: without user and password."""
    return _CREDENTIALS.sub("", url)
