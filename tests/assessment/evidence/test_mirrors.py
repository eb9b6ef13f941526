"""With mirrored logs, what was hidden from the manifest is found; without them completeness is only relative."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from services.assessment.evidence.verdict import HOLDS, INTEGRITY, MALFORMED, TRUST, UNDETERMINED
from services.ledger.tiles import entry_tile, tile_path
from tests.assessment.evidence.verifying import verify_bytes
from tests.assessment.evidence.world import PERSON, SignedLog, World, world


def mirrored(found: World, directory: Path, drop: str = "") -> Path:
    """Copies of all logs, as somebody else keeps them."""
    for origin, log in found.logs.items():
        if not drop or not origin.endswith(drop):
            write(log, directory / origin)
    return directory


def write(log: SignedLog, folder: Path) -> None:
    for number in range(0, len(log.bodies), 256):
        tile = log.bodies[number : number + 256]
        path = folder / "tile" / "entries" / tile_path(number // 256, len(tile))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry_tile(tile))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_text(log.note(len(log.bodies)), "utf-8")


def hiding() -> World:
    """The operator folds and lists nothing of a stream that exists: last year's attendance, with a long absence."""
    found = world_without_decision()
    found.tell({"absence_recorded": {"days": "2016-12-20..2016-12-30"}}, word="hidden")
    hidden = f"attendance/{PERSON}/2016"
    found.finalise(skip=hidden)
    return found


def world_without_decision() -> World:
    return world(final=False)


@pytest.fixture(scope="module")
def honest() -> World:
    return world()


def test_an_honest_case_is_absolutely_complete(honest: World, tmp_path: Path) -> None:
    verdict = verify_bytes(honest.bundle().archive, honest.policy(), mirrored(honest, tmp_path))
    assert verdict.code == HOLDS, verdict.text()
    assert "no event of this person exists outside the manifest" in verdict.text()
    assert "was shown relative to the manifest" not in verdict.text()


def test_a_stream_hidden_from_the_manifest_is_found_with_a_mirror_only(tmp_path: Path) -> None:
    found = hiding()
    archive = found.bundle(skip=f"attendance/{PERSON}/2016").archive
    relative = verify_bytes(archive, found.policy())
    assert relative.code == HOLDS, relative.text()
    absolute = verify_bytes(archive, found.policy(), mirrored(found, tmp_path))
    assert absolute.code == INTEGRITY
    assert f"attendance/{PERSON}/2016" in absolute.text()


def test_a_missing_or_short_mirror_proves_nothing(honest: World, tmp_path: Path) -> None:
    archive = honest.bundle().archive
    assert verify_bytes(archive, honest.policy(), mirrored(honest, tmp_path / "a", "attendance")).code == UNDETERMINED
    short = World({origin: SignedLog(origin, "", log.bodies[:5]) for origin, log in honest.logs.items()}, {})
    assert verify_bytes(archive, honest.policy(), mirrored(short, tmp_path / "b")).code == UNDETERMINED


def test_a_mirror_of_a_forked_log_shows_the_fork(honest: World, tmp_path: Path) -> None:
    """The operator has shown the mirror another history, signed with the same key."""
    other = world({"found_absent": {"days": date(2017, 3, 1)}})
    verdict = verify_bytes(honest.bundle().archive, honest.policy(), mirrored(other, tmp_path))
    assert verdict.code == INTEGRITY
    assert "another log" in verdict.text()


def test_a_mirror_signed_by_somebody_else_is_not_trusted(honest: World, tmp_path: Path) -> None:
    other = world(seed="other")
    assert verify_bytes(honest.bundle().archive, honest.policy(), mirrored(other, tmp_path)).code == TRUST


def test_what_came_after_the_determination_cannot_be_left_out_either_where_the_mirror_reaches_that_far(
    tmp_path: Path,
) -> None:
    """The tail of a stream may be cut off without a hole; only who has the whole log sees it."""
    found = world()
    before = {origin: len(log.bodies) for origin, log in found.logs.items()}
    found.tell({"sanction": {"decided": date(2017, 11, 2), "recorded": date(2018, 1, 25)}}, word="late")
    gathered = found.gathered()
    logs = []
    for log in gathered.logs:
        events = {index: body for index, body in log.events.items() if index < before[log.origin]}
        logs.append(replace(log, events=events, proof=found.logs[log.origin].proof_of(events)))
    archive = found.bundle_of(replace(gathered, logs=logs, disclosures=gathered.disclosures[:1])).archive
    assert verify_bytes(archive, found.policy()).code == HOLDS
    verdict = verify_bytes(archive, found.policy(), mirrored(found, tmp_path / "whole"))
    assert verdict.code == INTEGRITY
    assert "came after the determination and is not in the case" in verdict.text()
    bodies = {origin: log.bodies[: before[origin]] for origin, log in found.logs.items()}
    older = World({origin: SignedLog(origin, "", kept) for origin, kept in bodies.items()}, {})
    verdict = verify_bytes(archive, found.policy(), mirrored(older, tmp_path / "older"))
    assert verdict.code == HOLDS
    assert "the mirror is older than the case" in verdict.text()


def test_a_name_that_is_spelled_with_escapes_is_read(honest: World, tmp_path: Path) -> None:
    """An operator may write bytes that no service would, so that a search for the name passes over them."""
    found = world(final=False)
    found.tell({"absence_recorded": {"days": "2016-12-20..2016-12-30"}}, word="hidden")
    log = found.logs["zhucun.test/attendance"]
    log.bodies[-1] = log.bodies[-1].replace(PERSON.encode(), b"\\u0050" + PERSON[1:].encode())
    assert PERSON.encode() not in log.bodies[-1]
    found.finalise(skip=f"attendance/{PERSON}/2016")
    archive = found.bundle(skip=f"attendance/{PERSON}/2016").archive
    verdict = verify_bytes(archive, found.policy(), mirrored(found, tmp_path))
    assert verdict.code == INTEGRITY, verdict.text()


def test_a_mirror_that_holds_less_than_its_checkpoint_says_is_no_mirror(honest: World, tmp_path: Path) -> None:
    folder = mirrored(honest, tmp_path) / "zhucun.test/attendance" / "tile" / "entries"
    (tile,) = [path for path in folder.rglob("*") if path.is_file()]
    for content, code in ((tile.read_bytes()[:-40], MALFORMED), (b"", MALFORMED), (tile.read_bytes()[:-1], MALFORMED)):
        tile.write_bytes(content)
        assert verify_bytes(honest.bundle().archive, honest.policy(), tmp_path).code == code
    tile.unlink()
    assert verify_bytes(honest.bundle().archive, honest.policy(), tmp_path).code == MALFORMED
