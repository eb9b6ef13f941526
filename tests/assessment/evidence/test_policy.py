"""Whom to trust: the file, and how many witnesses must have seen a checkpoint."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.notes import ALGORITHM_COSIGNATURE, Signature, VerifierKey, format_note, parse_note
from services.assessment.evidence.policy import parse
from services.assessment.evidence.verdict import HOLDS, INTEGRITY, TRUST, Malformed
from tests.assessment.evidence.verifying import verified, verify_bytes
from tests.assessment.evidence.world import World, vkey_of, world

NAMES = ("archive", "audit", "press")
KEYS = {name: Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b".")) for name in NAMES}
VKEYS = {
    name: VerifierKey.of(f"{name}.example", key.public_key().public_bytes_raw(), ALGORITHM_COSIGNATURE)
    for name, key in KEYS.items()
}


def cosigned(note: str, *names: str, forged: bool = False) -> str:
    text, signatures = parse_note(note)
    for name in names:
        at = 1_500_000_000
        signature = KEYS[name].sign(b"cosignature/v1\ntime %d\n" % at + text.encode())
        raw = at.to_bytes(8, "big") + (bytes(64) if forged else signature)
        signatures.append(Signature(VKEYS[name].name, VKEYS[name].key_id, raw))
    return format_note(text, signatures)


def text_of(found: World, *lines: str) -> str:
    logs = [f"log {vkey_of(origin)}" for origin in found.logs]
    witnesses = [f"witness {name} {key}" for name, key in VKEYS.items()]
    evidence = f"evidence {vkey_of('zhucun.test/evidence')}"
    return "\n".join(["# whom we trust", "", *logs, evidence, *witnesses, *lines, ""])


@pytest.mark.parametrize(
    ("lines", "signers", "met"),
    [
        (["quorum none"], [], True),
        ([], [], True),
        (["quorum audit"], ["archive"], False),
        (["quorum audit"], ["audit"], True),
        (["group some any archive audit", "quorum some"], ["audit"], True),
        (["group both all archive audit", "quorum both"], ["audit"], False),
        (["group both all archive audit", "quorum both"], ["audit", "archive"], True),
        (["group two 2 archive audit press", "quorum two"], ["press", "archive"], True),
        (["group two 2 archive audit press", "quorum two"], ["press"], False),
        (["group a any archive", "group b all a audit", "quorum b"], ["archive", "audit"], True),
        (["group a any archive", "group b all a audit", "quorum b"], ["audit"], False),
    ],
)
def test_the_quorum(lines: list[str], signers: list[str], met: bool) -> None:
    found = world()
    note = cosigned(found.logs["zhucun.test/attendance"].note(10), *signers)
    assert parse(text_of(found, *lines)).quorum_met(note) is met


@pytest.mark.parametrize(
    "line",
    [
        "log nonsense",
        "log",
        "witness audit",
        f"witness plain {vkey_of('zhucun.test/attendance')}",
        f"witness audit {VKEYS['press']}",
        "group g 2 audit",
        "group g 0 audit",
        "group g any nobody",
        "group audit any press",
        "group g x audit",
        "quorum nobody",
        "trust everybody",
    ],
)
def test_a_line_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(Malformed, match="policy"):
        parse(text_of(world(), line))


def test_a_case_needs_the_witnesses_that_the_policy_asks_for() -> None:
    found = world()
    policy = parse(text_of(found, "quorum audit"))
    assert verify_bytes(found.bundle().archive, policy).code == TRUST
    for log in found.logs.values():
        log.cosign = lambda note: cosigned(note, "audit")
    assert verify_bytes(found.bundle().archive, policy).code == HOLDS
    for log in found.logs.values():
        log.cosign = lambda note: cosigned(note, "audit", forged=True)
    assert verify_bytes(found.bundle().archive, policy).code == INTEGRITY


def test_a_log_that_has_changed_its_key_is_verified_by_both() -> None:
    """The basis was signed with the old key, the latest checkpoint with the new one."""
    found = world()
    before, after = vkey_of("zhucun.test/attendance"), vkey_of("zhucun.test/attendance", "new")
    found.logs["zhucun.test/attendance"].rotated = ("new", found.basis["zhucun.test/attendance"] + 1)
    found.tell({"found_absent": {"days": "2018-02-01"}}, word="later")
    archive = found.bundle().archive
    policy = found.policy()
    assert verify_bytes(archive, policy).code == TRUST
    policy.logs["zhucun.test/attendance"] = [before, after]
    assert verify_bytes(archive, policy).code == HOLDS
    assert verify_bytes(archive, None).code == HOLDS
    assert verified({}, policy) != HOLDS
