"""Every class of byte in a case changed, taken away, added, exchanged and signed anew: each has its code."""

import hashlib
import re
import time
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import canonical
from contracts.proofs import Signature, format_note
from services.assessment.bundle import packed
from services.assessment.evidence import bag, layout, program, strict
from services.assessment.evidence.archive import unpack
from services.assessment.evidence.verdict import HOLDS, INTEGRITY, MALFORMED, NOT_REPRODUCED, TRUST, Malformed
from tests.assessment.evidence.signing import signed_by_the_operator
from tests.assessment.evidence.test_hostile_archives import SECONDS
from tests.assessment.evidence.verifying import verified, verify_bytes
from tests.assessment.evidence.world import PERSON, key_of, vkey_of, world

WORLD = world()
BUNDLE = WORLD.bundle()
FILES = unpack(BUNDLE.archive)
POLICY = WORLD.policy()
DERIVED = (bag.BAGIT, bag.INFO, bag.MANIFEST, bag.TAG_MANIFEST)
COVERED_BY_LOGS = ("data/events/", "data/log/", "data/decision/decision.json", "data/subject/", "data/case.json")
PINNED = ("data/rules/", "data/replay/")


def class_of(name: str) -> str:
    """Files of which there are many stand for one another."""
    name = re.sub(r"(data/events/[^/]+/)\d+", r"\1N", name)
    return re.sub(r"(data/verifier/.*/)\w+\.py", r"\1M.py", name)


CLASSES = sorted({class_of(name): name for name in sorted(FILES)}.values())


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x04]) + content[at + 1 :]


def bagged_anew(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The sums made to fit again, as anybody can."""
    own = {name: content for name, content in files.items() if name not in DERIVED}
    return bag.bagged(own, BUNDLE.identifier, "2018-02-01")


def signed_anew(files: Mapping[str, bytes], **forged: object) -> dict[str, bytes]:
    """Listed and signed with a key of the attacker's own, and bagged; `forged`: what the list says otherwise."""
    return signed_by_the_operator({layout.STATEMENT: FILES[layout.STATEMENT], **files}, "other", **forged)


def test_the_case_itself_holds() -> None:
    assert verified(FILES, POLICY) == HOLDS
    assert verified(bagged_anew(FILES), POLICY) == HOLDS
    assert verified(signed_anew(FILES), None) == HOLDS
    assert verified(signed_anew(FILES), POLICY) == TRUST


@pytest.mark.parametrize(
    "forged", [{"outcome": "优秀"}, {"person": "P000008"}, {"decision": {}}, {"more": 1}, {"taking": 7}]
)
def test_the_list_says_of_the_case_what_the_case_says(forged: dict[str, object]) -> None:
    assert verified(signed_anew(FILES, **forged), None) in (INTEGRITY, MALFORMED)


@pytest.mark.parametrize("name", [layout.REPORT, layout.FLIPS, *(n for n in CLASSES if n.startswith(layout.REPLAY))])
def test_a_page_that_does_not_follow_is_found_though_the_operator_signs_for_it(name: str) -> None:
    """With the very key that the policy trusts: what people read is worked out again and compared."""
    assert verified(signed_by_the_operator({**FILES, name: FILES[name] + b" "}), POLICY) == NOT_REPRODUCED


@pytest.mark.parametrize("name", CLASSES)
def test_a_flipped_bit_in_any_file_is_found(name: str) -> None:
    for at in {0, len(FILES[name]) // 3, len(FILES[name]) - 1} & set(range(len(FILES[name]))):
        changed = {**FILES, name: flipped(FILES[name], at)}
        codes = (INTEGRITY, MALFORMED) if name in (bag.MANIFEST, bag.TAG_MANIFEST) else (INTEGRITY,)
        assert verified(changed, POLICY) in codes
        assert verified(changed, None) in codes


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in DERIVED])
def test_sums_made_to_fit_again_do_not_help(name: str) -> None:
    """The signed list of files says otherwise, and for what the logs cover they do too."""
    for at in {0, len(FILES[name]) // 3, len(FILES[name]) - 1} & set(range(len(FILES[name]))):
        changed = bagged_anew({**FILES, name: flipped(FILES[name], at)})
        assert verified(changed, POLICY) in (INTEGRITY, MALFORMED, *([TRUST] if name == layout.STATEMENT else []))
        assert verified(changed, None) in (INTEGRITY, MALFORMED, *([TRUST] if name == layout.STATEMENT else []))


ASSERTED = ("vkey", layout.CALENDARS, layout.MEASURES, layout.PARAMETERS_NOW, ".yaml")
"""A key of the case is self-asserted, whoever signs, and so are the rules of the day on which it was made; texts and
clauses have a test of their own below."""


@pytest.mark.parametrize(
    "name", [n for n in CLASSES if n.startswith((*COVERED_BY_LOGS, *PINNED)) and FILES[n] and not n.endswith(ASSERTED)]
)
def test_a_list_signed_anew_does_not_help_where_the_logs_speak(name: str) -> None:
    """Without a policy nothing is trusted but the logs' own keys, and still no event can be other than it was."""
    at = len(FILES[name]) // 2
    assert verified(signed_anew({**FILES, name: flipped(FILES[name], at)}), None) != HOLDS


def test_texts_and_clauses_are_those_that_the_determination_names() -> None:
    for name in (layout.MEASURES, layout.COVERAGE, f"{layout.RULES}kunming-2016-1.yaml", layout.PARAMETERS):
        assert verified(signed_anew({**FILES, name: FILES[name] + b"\n"}), None) in (INTEGRITY, MALFORMED), name


@pytest.mark.parametrize("name", CLASSES)
def test_a_file_taken_away_is_missed(name: str) -> None:
    fewer = {other: content for other, content in FILES.items() if other != name}
    assert verified(fewer, POLICY) in ((MALFORMED,) if name in DERIVED and name != bag.INFO else (INTEGRITY,))
    if name not in DERIVED:
        assert verified(bagged_anew(fewer), POLICY) in (INTEGRITY, MALFORMED)
        assert verified(bagged_anew(fewer), None) in (INTEGRITY, MALFORMED)


@pytest.mark.parametrize("name", ["data/note.txt", "note.txt", f"{layout.EVENTS}zhucun.test_attendance/999.json"])
def test_a_file_added_is_found(name: str) -> None:
    more = {**FILES, name: FILES[layout.DECISION]}
    assert verified(more, POLICY) == INTEGRITY
    assert verified(bagged_anew(more), POLICY) in (INTEGRITY, MALFORMED)


def test_two_events_exchanged_are_found_whoever_signs_the_list() -> None:
    one, two = sorted(name for name in FILES if name.startswith(f"{layout.EVENTS}zhucun.test_attendance/"))[:2]
    exchanged = {**FILES, one: FILES[two], two: FILES[one]}
    for changed in (exchanged, bagged_anew(exchanged), signed_anew(exchanged)):
        assert verified(changed, None) == INTEGRITY


def test_two_hashes_exchanged_are_found() -> None:
    name = layout.log_path("zhucun.test/attendance", "events.hashes")
    lines = FILES[name].splitlines(keepends=True)
    assert len(lines) > 1
    exchanged = {**FILES, name: b"".join([lines[1], lines[0], *lines[2:]])}
    assert verified(signed_anew(exchanged), None) == INTEGRITY


def test_a_checkpoint_of_another_log_or_another_size_is_found() -> None:
    def path(log: str, name: str) -> str:
        return layout.log_path(f"zhucun.test/{log}", name)

    swaps = [
        (path("attendance", "checkpoint.latest"), FILES[path("personnel", "checkpoint.latest")]),
        (path("assessment", "checkpoint.basis"), FILES[path("assessment", "checkpoint.latest")]),
        (path("attendance", "checkpoint.latest"), WORLD.logs["zhucun.test/attendance"].note(5).encode()),
        (path("assessment", "checkpoint.decision"), WORLD.logs["zhucun.test/assessment"].note(WORLD.decision).encode()),
    ]
    for name, content in swaps:
        assert FILES[name] != content
        assert verified(signed_anew({**FILES, name: content}), None) in (INTEGRITY, TRUST)
        assert verified(bagged_anew({**FILES, name: content}), POLICY) == INTEGRITY


def test_a_checkpoint_with_a_bad_signature_of_a_known_key_is_broken_and_one_of_an_unknown_key_untrusted() -> None:
    name = layout.log_path("zhucun.test/attendance", "checkpoint.latest")
    log = WORLD.logs["zhucun.test/attendance"]
    key = vkey_of(log.origin)
    text = FILES[name].decode().partition("\n\n")[0] + "\n"
    bad = format_note(text, [Signature(key.name, key.key_id, bytes(64))]).encode()
    other = vkey_of(log.origin, "other")
    unknown = Signature(other.name, other.key_id, key_of(log.origin, "other").sign(text.encode()))
    assert verified(bagged_anew({**FILES, name: bad}), POLICY) == INTEGRITY
    parts = {
        part: code for part, code, _ in parts_of(signed_anew({**FILES, name: format_note(text, [unknown]).encode()}))
    }
    assert parts["日志 logs"] in (INTEGRITY, TRUST)


def parts_of(files: Mapping[str, bytes]) -> list[tuple[str, int, str]]:
    return verify_bytes(packed(files, BUNDLE.identifier), POLICY).parts


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"2018-02-01", b"2018-02-02"),
        lambda text: text + b"Source-Organization: somebody\n",
        lambda text: text.replace(b"Payload-Oxum: ", b"Payload-Oxum: 1"),
    ],
)
def test_the_metadata_of_the_bag_says_nothing_of_its_own(change: Callable[[bytes], bytes]) -> None:
    info = change(FILES[bag.INFO])
    files = {name: content for name, content in FILES.items() if name not in DERIVED} | {bag.BAGIT: bag.DECLARATION}
    files |= {bag.MANIFEST: FILES[bag.MANIFEST], bag.INFO: info}
    sums = bag.bagged({n: c for n, c in files.items() if n not in DERIVED}, BUNDLE.identifier, "2018-02-01")
    tags = sums[bag.TAG_MANIFEST].decode().splitlines(keepends=True)
    tags = [f"{hashlib.sha256(info).hexdigest()}  {bag.INFO}\n" if bag.INFO in line else line for line in tags]
    assert verified({**files, bag.TAG_MANIFEST: "".join(tags).encode()}, POLICY) == INTEGRITY


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.integers(0, len(BUNDLE.archive) - 1), bit=st.integers(0, 7))
def test_a_bit_flipped_anywhere_in_the_archive_breaks_it_or_changes_nothing_that_it_holds(at: int, bit: int) -> None:
    archive = BUNDLE.archive[:at] + bytes([BUNDLE.archive[at] ^ 1 << bit]) + BUNDLE.archive[at + 1 :]
    code = verify_bytes(archive, POLICY).code
    assert code in (HOLDS, MALFORMED, INTEGRITY)
    if code == HOLDS:
        assert unpack(archive) == FILES


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, len(BUNDLE.archive) - 1))
def test_an_archive_cut_off_anywhere_is_malformed(cut: int) -> None:
    assert verify_bytes(BUNDLE.archive[:cut], POLICY).code == MALFORMED


def test_json_that_two_readers_read_differently_is_malformed() -> None:
    hostile = [
        b'{"a":1,"a":2}', b'{"a":1.5}', b'{"a":' + b"9" * 5000 + b"}", b'{"a":1e400}', b'{"a":NaN}',
        b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500, b"\xff", b'{"a":"\xed\xa0\x80"}',
    ]  # fmt: skip
    for content in hostile:
        with pytest.raises(Malformed):
            strict.load(content, "hostile")
        assert verified(signed_anew({**FILES, layout.CASE: content}), None) == MALFORMED
        assert verified(signed_anew({**FILES, layout.PARAMETERS: content}), None) in (MALFORMED, INTEGRITY)


@pytest.mark.parametrize("member", ["person", "year", "determination", "origin", "index", "made", "logs", "format"])
@pytest.mark.parametrize("value", [None, -1, "../..", [], {}, True, 10**15, [[]], [{}]])
def test_members_of_the_wrong_kind_never_end_in_a_traceback(member: str, value: canonical.Json) -> None:
    case = strict.load(FILES[layout.CASE], layout.CASE)
    if case[member] == value:
        return
    changed = signed_anew({**FILES, layout.CASE: canonical.encode({**case, member: value})})
    assert verified(changed, None) in (MALFORMED, INTEGRITY)


def test_the_person_of_the_case_is_that_of_the_determination() -> None:
    case = FILES[layout.CASE].replace(PERSON.encode(), b"P000008")
    assert verified(signed_anew({**FILES, layout.CASE: case}), None) == INTEGRITY


ATTENDANCE = layout.log_path("zhucun.test/attendance", "")
HASH = b"A" * 43 + b"=\n"


MORE_LOGS = b'"logs":[' + b",".join(b'"l%d"' % number for number in range(999)) + b","
MORE_SIGNATURES = b'"signatures": [' + b'{"keyid":"a","sig":""},' * 60_000
COSTLY = {
    "one long proof": {f"{ATTENDANCE}consistency.txt": b"old 1 new 2\n" + HASH * 60_000},
    "many proofs": {f"{ATTENDANCE}consistency.txt": b"".join(b"old %d new 999999\n" % n for n in range(1, 60_000))},
    "many keys": {f"{ATTENDANCE}vkey": FILES[f"{ATTENDANCE}vkey"] * 1000},
    "many hashes": {f"{ATTENDANCE}events.hashes": HASH * 60_000},
    "many logs": {layout.CASE: FILES[layout.CASE].replace(b'"logs":[', MORE_LOGS)},
    "many disclosures": {layout.DISCLOSURES: b"AA\n" * 60_000},
    "many signatures": {layout.STATEMENT: FILES[layout.STATEMENT].replace(b'"signatures": [', MORE_SIGNATURES)},
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_was_made_to_take_long_does_not(name: str) -> None:
    began = time.process_time()
    assert verified(bagged_anew({**FILES, **COSTLY[name]}), None) in (INTEGRITY, MALFORMED)
    assert time.process_time() - began < SECONDS


def test_the_start_of_the_program_belongs_to_it_and_an_unknown_program_is_not_to_be_run() -> None:
    """The first thing that somebody runs is not left to whoever made the case."""
    other = {**FILES, layout.START: FILES[layout.START] + b"import os\n"}
    assert verified(signed_by_the_operator(other), POLICY) == INTEGRITY
    start = f"{layout.VERIFIER}{program.START}"
    whole = signed_by_the_operator({**other, start: other[layout.START]})
    verdict = verify_bytes(packed(whole, "case"), POLICY)
    assert verdict.code == HOLDS, verdict.text()
    assert "do not run it" in verdict.text()
    assert "do not run it" not in verify_bytes(BUNDLE.archive, POLICY).text()
