"""A log asks witnesses to cosign its checkpoint (C2SP tlog-witness). Nothing is kept: the witness knows its place."""

import base64
from collections.abc import Awaitable, Callable, Sequence

import httpx

from contracts.notes import ProofError, Signature, format_note, parse_note
from contracts.proofs import parse_checkpoint

Grow = Callable[[int, int], Awaitable[Sequence[bytes]]]
"""The proof that the log of the second size extends that of the first."""

COSIGNATURE_BYTES = 72


class WitnessError(Exception):
    """A witness did not cosign; one sentence says what it answered."""


async def cosigned(note: str, grow: Grow, witnesses: Sequence[str], client: httpx.AsyncClient) -> str:
    """The note with the cosignatures of the witnesses at these addresses; raises WitnessError at the first refusal."""
    text, signatures = parse_note(note)
    size = parse_checkpoint(text).size
    for address in witnesses:
        signatures += await _ask(address, note, size, grow, client)
    return format_note(text, signatures)


async def _ask(address: str, note: str, size: int, grow: Grow, client: httpx.AsyncClient) -> list[Signature]:
    old = 0
    for _ in range(2):  # the first answer tells where the witness stands
        proof = await grow(old, size) if 0 < old < size else ()
        lines = "".join(base64.b64encode(node).decode("ascii") + "\n" for node in proof)
        answer = await _post(address, f"old {old}\n{lines}\n{note}", client)
        if answer.status_code == 200:
            return _lines(address, answer.text)
        if answer.status_code != 409 or not answer.text.strip().isdigit():
            break
        old = int(answer.text)
        if old > size:
            raise WitnessError(f"{address} has already cosigned size {old} of this log, which has {size} events here")
    raise WitnessError(f"{address} does not cosign: {answer.status_code} {answer.text.strip()[:200]}")


async def _post(address: str, body: str, client: httpx.AsyncClient) -> httpx.Response:
    try:
        return await client.post(f"{address.rstrip('/')}/add-checkpoint", content=body.encode("utf-8"))
    except httpx.HTTPError as error:
        raise WitnessError(f"{address} does not answer: {type(error).__name__}") from error


def _lines(address: str, text: str) -> list[Signature]:
    try:
        _, found = parse_note("-\n\n" + text)
    except ProofError as error:
        raise WitnessError(f"{address} answered with no cosignature: {error}") from error
    if any(len(one.signature) != COSIGNATURE_BYTES for one in found):
        raise WitnessError(f"{address} answered with something else than a cosignature")
    return found
