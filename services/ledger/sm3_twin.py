"""A twin of the tree in SM3, for whom an assessment of cryptography asks: the same events and shape, other hashes.

    leaf = SM3(0x00 || bytes)      node = SM3(0x01 || left || right)      empty root = SM3("")

It is derived from the stored bytes whenever it is asked for, and only while these still give the root that the first
tree has signed: two trees can therefore never tell two histories, and nothing has to be kept beside the log. Its
checkpoint is a signed note of the origin `<origin>/sm3`, signed by SM2 alone. Reads the whole log, as fsck does.
"""

import hashlib

from contracts.notes import Checkpoint, checkpoint_text, format_note
from contracts.proofs import CompactRange, leaf_hash, parse_checkpoint, parse_note
from services.ledger import checkpoints
from services.ledger.connections import Pool
from services.ledger.feed import Feed
from services.ledger.signer import Signer

SUFFIX = "/sm3"
PAGE = 1_000


class TwinError(Exception):
    """No twin can be made; one sentence says why."""


def sm3(data: bytes) -> bytes:
    """SM3 by the platform's OpenSSL; raises TwinError where it has none."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError as error:
        raise TwinError("本机的 OpenSSL 没有 SM3 / the OpenSSL of this machine has no SM3") from error


class Twin:
    """The right edge of a growing SM3 tree, as `contracts.proofs.CompactRange` is that of the first one."""

    def __init__(self) -> None:
        self.size = 0
        self._hashes: list[bytes] = []

    def append(self, body: bytes) -> None:
        """Take in the bytes of the event with index `size`."""
        node, full = sm3(b"\x00" + body), self.size
        while full & 1:
            node = sm3(b"\x01" + self._hashes.pop() + node)
            full >>= 1
        self._hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Root over all events so far."""
        if not self._hashes:
            return sm3(b"")
        node = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            node = sm3(b"\x01" + left + node)
        return node


async def checkpoint(pool: Pool, signer: Signer) -> str:
    """The twin's checkpoint at the latest signed size; raises TwinError where the log is not as it was signed.

    `signer`: one whose name is that of the log with :data:`SUFFIX`.
    """
    found = await checkpoints.latest(pool)
    if found is None:
        raise TwinError("日志还是空的 / the log holds nothing yet")
    signed = parse_checkpoint(parse_note(found[1])[0])
    first, twin, feed = CompactRange(), Twin(), Feed(pool)
    while twin.size < signed.size:
        page = await feed.page(twin.size, min(PAGE, signed.size - twin.size))
        if not page:
            raise TwinError(f"第 {twin.size} 号事件不见了 / the event with index {twin.size} is gone")
        for _, body in page:
            first.append(leaf_hash(body))
            twin.append(body)
    if first.root() != signed.root:
        raise TwinError("存储的字节与已签名的根不符 / the stored bytes do not give the signed root: zhucun log fsck")
    assert signer.name == signed.origin + SUFFIX, "a twin has a name of its own"
    text = checkpoint_text(Checkpoint(signer.name, twin.size, twin.root()))
    return format_note(text, [signer.sign(text.encode("utf-8"))])
