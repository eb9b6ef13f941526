"""An export from somebody else: what was done to it is said, with a code, and never a traceback."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.proofs import Checkpoint, CompactRange, Signature, checkpoint_text, format_note, leaf_hash
from services.assessment.fold.fold import canonical_bytes
from tests.assessment.evidence.world import key_of, vkey_of
from tests.assessment.office import PERSON
from tests.assessment.test_command_lines import printed
from tests.assessment.test_disputes import w57
from tests.assessment.test_refold import written

ATTENDANCE = "zhucun.demo/attendance"
Lines = list[bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lines, str]:
    """The lines of the export of a disputed year, and what opens them."""
    events, disclosures = written(w57(), tmp_path_factory.mktemp("export"))
    return events.read_bytes().splitlines(), str(disclosures)


def first(lines: Lines, *parts: bytes) -> int:
    return next(number for number, line in enumerate(lines) if all(part in line for part in parts))


def last(lines: Lines, *parts: bytes) -> int:
    return len(lines) - 1 - first(lines[::-1], *parts)


def replaced(lines: Lines, old: bytes, new: bytes, *parts: bytes) -> Lines:
    at = first(lines, *parts, old)
    return [*lines[:at], lines[at].replace(old, new, 1), *lines[at + 1 :]]


def without(lines: Lines, at: int) -> Lines:
    return [*lines[:at], *lines[at + 1 :]]


def swapped(lines: Lines) -> Lines:
    at = first(lines, b"CheckedIn")
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def put(lines: Lines, line: bytes) -> Lines:
    at = first(lines, b"CheckedIn")
    return [*lines[:at], line, *lines[at:]]


def changed(member: str, value: object, *parts: bytes) -> Callable[[Lines], Lines]:
    """All events with those bytes, one member of `data` set; None takes it away."""

    def change(lines: Lines) -> Lines:
        found = []
        for line in lines:
            event = json.loads(line)
            wanted = all(part in line for part in parts) and member in event["data"]
            if wanted:
                event["data"] |= {member: value}
                if value is None:
                    del event["data"][member]
            found.append(canonical_bytes(event) if wanted else line)
        assert found != lines
        return found

    return change


def nested(lines: Lines) -> Lines:
    deep = b'"data":{"a":' + b"[" * 50_000 + b"]" * 50_000 + b","
    return replaced(lines, b'"data":{', deep, b"GradeProposed")


ROOT, MISSING = "do not lead to the recorded root", "events are missing"
SILENT_BEFORE: dict[str, Callable[[Lines], Lines]] = {
    "how somebody checked in": lambda lines: replaced(lines, b'"method":"gps"', b'"method":"paper"'),
    "two check-ins exchanged": swapped,
    "a check-in written otherwise": lambda lines: replaced(lines, b'{"c', b'{ "c', b"CheckedIn"),
    "somebody else's event put in": lambda lines: put(
        lines, lines[first(lines, b"CheckedIn")].replace(PERSON.encode(), b"P000555")
    ),
    "the first event left out": lambda lines: without(lines, 0),
    "the chain of a stream": lambda lines: replaced(lines, b'"prev":"', b'"prev":"0', b"CheckedIn"),
    "a mark of the byte order": lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]],
}


@pytest.fixture
def tried(whole: tuple[Lines, str], tmp_path: Path) -> Callable[..., list[tuple[int, str]]]:
    """Runs replay, refold and assess on changed lines: exit code, and everything that was said."""

    def run(lines: Lines | bytes, *more: str) -> list[tuple[int, str]]:
        path = tmp_path / "events.jsonl"
        path.write_bytes(lines if isinstance(lines, bytes) else b"\n".join(lines) + b"\n")
        given = ("--events", str(path), "--disclosures", whole[1])
        words = (
            ("replay", PERSON, "2017", "--version", "1", "--now", "2018-03-01", "--no-search", *given, *more),
            ("refold", *given, *more),
            ("assess", "--year", "2017", *given),
        )
        ends = [printed(*each) for each in words]
        return [(code, "\n".join([out, *err])) for code, out, err in ends]

    return run


def test_the_export_itself_holds(whole: tuple[Lines, str], tried: Callable[..., list[tuple[int, str]]]) -> None:
    assert [code for code, _ in tried(whole[0])] == [0, 0, 0]
    by_windows = tried(b"\r\n".join(whole[0]) + b"\r\n")
    assert [code for code, _ in by_windows] == [0, 0, 0], "line ends are no part of an event"
    assert [text for _, text in by_windows] == [text for _, text in tried(whole[0])]
    between = [line for each in whole[0] for line in (each, b"")]
    assert [code for code, _ in tried(between)] == [0, 0, 0]


@pytest.mark.parametrize("what", SILENT_BEFORE)
def test_what_changes_no_outcome_is_still_not_the_log(
    what: str, whole: tuple[Lines, str], tried: Callable[..., list[tuple[int, str]]]
) -> None:
    (replay, said), (refold, _), _ = tried(SILENT_BEFORE[what](whole[0]))
    assert (replay, refold) in ((1, 1), (1, 2), (2, 2))
    assert ROOT in said or MISSING in said or replay == 2


def test_what_lies_behind_every_recorded_root_is_counted_and_a_checkpoint_reaches_there(
    whole: tuple[Lines, str], tried: Callable[..., list[tuple[int, str]]], tmp_path: Path
) -> None:
    lines, tree = whole[0], CompactRange()
    log = "zhucun.demo/assessment"
    for line in lines:
        if f'"origin":"{log}"'.encode() in line:
            tree.append(leaf_hash(line))
    text = checkpoint_text(Checkpoint(log, tree.size, tree.root()))
    key = vkey_of(log)
    note, policy = tmp_path / "checkpoint", tmp_path / "policy"
    signed = format_note(text, [Signature(key.name, key.key_id, key_of(log).sign(text.encode()))])
    note.write_text(signed)
    shorter = without(lines, last(lines, f'"origin":"{log}"'.encode()))
    assert "nothing vouches for the other 2" in tried(shorter)[1][1]
    (replay, _), (refold, said), _ = tried(shorter, "--checkpoint", str(note))
    assert (replay, refold) == (1, 1) and MISSING in said
    assert [code for code, _ in tried(lines, "--checkpoint", str(note))] == [0, 0, 0]
    policy.write_text(f"log {key}\n")
    held = ("--checkpoint", str(note), "--policy", str(policy))
    assert [code for code, _ in tried(lines, *held)] == [0, 0, 0]
    for wrong, why in (
        (f"log {vkey_of(log, 'other')}\n", "no signature by a known key"),
        (f"log {vkey_of(ATTENDANCE)}\n", "no signature by a known key"),
        ("log nonsense\n", "policy, line 1"),
    ):
        policy.write_text(wrong)
        assert tried(lines, *held)[1][0] == 2 and why in tried(lines, *held)[1][1]
    policy.write_text(f"log {key}\n")
    for forged in (signed.replace("\n\n", "\n"), signed.replace(f"\n{tree.size}\n", "\n1\n"), "", "\ufeff" + signed):
        note.write_text(forged)
        assert tried(lines, *held)[1][0] == 2


BROKEN: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "nested without end": (nested, ""),
    "a determination without its basis": (changed("basis", None, b"AssessmentFinalised"), "no log of ours"),
    "a determination that is a list": (
        lambda lines: replaced(lines, b'"data":{', b'"data":[],"was":{', b"AssessmentFinalised"), ""),
    "a root that is no root": (changed("basis", [{"origin": "x", "size": 1, "root": "§"}], b"AssessmentFinalised"), ""),
    "a village that is a number": (changed("village", 5, b"TeamMemberAssigned"), ""),
    "leave without a day": (changed("starts_on", None, b"TeamMemberAssigned"), ""),
    "a stream without a subject": (
        lambda lines: replaced(lines, f'"stream":"attendance/{PERSON}/2017"'.encode(), b'"stream":"attendance"'), ""),
    "the year as text": (changed("year", "2017", b"AssessmentFinalised"), ""),
    "no closing": (lambda lines: [line for line in lines if b"QuotaComputed" not in line], ""),
    "a line without end": (lambda lines: [*lines, b"x" * 500_000], "longer than any event"),
    "nothing": (lambda lines: [], ""),
    "one line twice": (lambda lines: [*lines, lines[first(lines, b"CheckedIn")]], ""),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_no_log_holds_ends_in_a_sentence(
    what: str, whole: tuple[Lines, str], tried: Callable[..., list[tuple[int, str]]]
) -> None:
    change, why = BROKEN[what]
    (replay, said), (refold, told), _ = ends = tried(change(whole[0]))
    assert all(code in (0, 1, 2) and "Traceback" not in text and text for code, text in ends), ends
    assert replay in (1, 2) and (refold in (1, 2) or what == "one line twice"), (replay, refold, told)
    assert why in said


@pytest.mark.parametrize("year", ["0", "99999"])
def test_a_year_that_is_none_is_one_sentence(year: str, whole: tuple[Lines, str], tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(whole[0]))
    for words in (("assess", "--year", year), ("explain", PERSON, year)):
        code, _, said = printed(*words, "--events", str(path))
        assert (code, len(said)) == (2, 1) and "four digits" in said[0]


def test_a_file_that_cannot_be_read_more_than_once_or_at_all_is_one_sentence(tmp_path: Path) -> None:
    loop, garbled = tmp_path / "loop", tmp_path / "garbled"
    loop.symlink_to(loop)
    garbled.write_bytes(b"\xff\xfe")
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    for events, more in (
        (loop, ()), (tmp_path / "none", ()), (tmp_path, ()), (Path("/dev/null"), ()), (empty / "below", ()),
        (empty, ("--disclosures", str(garbled))), (empty, ("--disclosures", str(loop))),
    ):  # fmt: skip
        for words in (("refold",), ("replay", PERSON, "2017"), ("assess", "--year", "2017")):
            code, _, said = printed(*words, "--events", str(events), *more)
            if (words[0], str(events)) != ("assess", "/dev/null"):
                assert (code, len(said)) == (2, 1), (words, events, said)
                assert said[0].startswith("zhucun: ")
