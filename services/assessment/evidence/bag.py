"""The bag around a case (BagIt, RFC 8493): made here, and checked to be exactly what is made here."""

import hashlib
import re
from collections.abc import Mapping

from services.assessment.evidence.verdict import Broken, Malformed

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
INFO = "bag-info.txt"
BAGIT = "bagit.txt"
_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)")


def bagged(files: Mapping[str, bytes], identifier: str, day: str) -> dict[str, bytes]:
    """`files` (payload below `data/`, and further tag files) as a complete bag."""
    payload = {name: content for name, content in files.items() if name.startswith(PAYLOAD)}
    octets = sum(len(content) for content in payload.values())
    info = f"Bagging-Date: {day}\nExternal-Identifier: {identifier}\nPayload-Oxum: {octets}.{len(payload)}\n"
    bag = {**files, BAGIT: DECLARATION, INFO: info.encode(), MANIFEST: _manifest(payload)}
    bag[TAG_MANIFEST] = _manifest({name: content for name, content in bag.items() if not name.startswith(PAYLOAD)})
    return bag


def digest_of_sums(files: Mapping[str, bytes]) -> str:
    """SHA-256 of the list of sums of a bag."""
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def check(files: Mapping[str, bytes], identifier: str, day: str) -> None:
    """Raises Broken unless the bag is exactly the one that :func:`bagged` makes of its files: no metadata lies beside
    what is signed for."""
    own = {name: content for name, content in files.items() if name not in (BAGIT, INFO, MANIFEST, TAG_MANIFEST)}
    for name, content in bagged(own, identifier, day).items():
        if files.get(name) != content:
            raise Broken(f"{name} is not as this bag makes it")


def check_sums(files: Mapping[str, bytes]) -> None:
    """Raises Broken for the first file that was changed, added or taken away since the bag was made, and Malformed
    when it is no bag."""
    for name in (BAGIT, MANIFEST, TAG_MANIFEST):
        if name not in files:
            raise Malformed(f"no bag: {name} is missing")
    tags = {name: content for name, content in files.items() if not name.startswith(PAYLOAD) and name != TAG_MANIFEST}
    payload = {name: content for name, content in files.items() if name.startswith(PAYLOAD)}
    for manifest, found in ((TAG_MANIFEST, tags), (MANIFEST, payload)):
        listed = _read(manifest, files[manifest])
        for name, digest in listed.items():
            if name not in found:
                raise Broken(f"{name} is listed in {manifest} and missing")
            if hashlib.sha256(found[name]).hexdigest() != digest:
                raise Broken(f"{name} was changed")
        unlisted = sorted(found.keys() - listed.keys())
        if unlisted:
            raise Broken(f"{unlisted[0]} is not listed in {manifest}")
    if files[BAGIT] != DECLARATION:
        raise Malformed("no bag of this version")


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode("ascii")


def _read(manifest: str, content: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(content.decode("latin-1").split("\n")[:-1], start=1):
        entry = _LINE.fullmatch(line)
        if entry is None or entry[2] in found:
            raise Malformed(f"{manifest}, line {number}: no sum of a file")
        found[entry[2]] = entry[1]
    return found
