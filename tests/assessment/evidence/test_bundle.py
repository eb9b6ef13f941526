"""A bundle made from signed logs verifies, alone and offline, and says what it shows and what it does not."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.event_proofs import EventProof
from contracts.fact import Fact
from contracts.proofs import leaf_hash
from services.assessment import bundle as bundles
from services.assessment.evidence import layout
from services.assessment.evidence.archive import unpack
from services.assessment.evidence.verdict import (
    HOLDS,
    INTEGRITY,
    NOT_REPRODUCED,
    TRUST,
    UNDETERMINED,
)
from services.assessment.evidence.verify import run, verify
from services.assessment.rules import rules
from tests.assessment.evidence.world import OWN, PERSON, World, hand, vkey_of, world


@pytest.fixture(scope="module")
def told() -> World:
    return world()


@pytest.fixture(scope="module")
def case(told: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("case") / "case.zip"
    path.write_bytes(told.bundle().archive)
    return path


def written(found: World, tmp_path: Path) -> Path:
    path = tmp_path / "case.zip"
    path.write_bytes(found.bundle().archive)
    return path


def parts(path: Path, found: World) -> dict[str, int]:
    return {name.split()[1]: code for name, code, _ in verify(path, trusted=found.policy()).parts}


def test_it_holds_against_the_keys_of_a_policy_and_says_that_its_own_are_self_asserted(told: World, case: Path) -> None:
    verdict = verify(case, trusted=told.policy())
    assert (verdict.code, {code for _, code, _ in verdict.parts}) == (HOLDS, {HOLDS}), verdict.text()
    assert "不称职" in verdict.text()
    assert "self-asserted" not in verdict.text()
    assert verify(case).code == HOLDS
    assert "self-asserted" in verify(case).text()
    assert "relative to the manifest" in verdict.text()


def test_the_same_logs_give_the_same_bytes(told: World) -> None:
    assert told.bundle() == told.bundle()


def test_the_proof_of_the_determination_stands_alone(told: World, case: Path) -> None:
    files = unpack(case.read_bytes())
    proof = EventProof.parse(files[layout.DECISION + layout.PROOF].decode())
    assert proof.verify(leaf_hash(files[layout.DECISION]), [vkey_of(OWN)]).origin == OWN


def test_a_policy_that_knows_other_keys_does_not_trust_it(told: World, case: Path) -> None:
    assert verify(case, trusted=told.policy("others")).code == TRUST
    policy = told.policy()
    policy.evidence = []
    assert verify(case, trusted=policy).code == TRUST


def test_what_is_signed_with_other_keys_throughout_is_whole_and_not_trusted(told: World, tmp_path: Path) -> None:
    path = written(world(seed="forged"), tmp_path)
    assert verify(path).code == HOLDS
    assert verify(path, trusted=told.policy()).code == TRUST


def changed(**fields: Any) -> Callable[[Fact], Fact]:
    """What an operator records who does not record what the fold said."""

    def change(fact: Fact) -> Fact:
        mine = fact.NAME == "AssessmentFinalised" and getattr(fact, "person", "") == PERSON
        return fact.model_copy(update=fields) if mine else fact

    return change


def test_a_signed_determination_that_does_not_follow_is_not_reproduced(tmp_path: Path) -> None:
    found = world(change=changed(outcome="称职"))
    path = written(found, tmp_path)
    assert parts(path, found) == {
        "container": HOLDS, "logs": HOLDS, "completeness": HOLDS, "rules": HOLDS, "recomputation": NOT_REPRODUCED,
    }  # fmt: skip
    assert "称职" in verify(path, trusted=found.policy()).text()


def test_a_finding_with_another_number_is_not_reproduced(tmp_path: Path) -> None:
    def change(fact: Fact) -> Fact:
        if fact.NAME != "AssessmentFinalised" or getattr(fact, "person", "") != PERSON:
            return fact
        findings = tuple(
            one.model_copy(update={"values": {**one.values, "total": 3}}) if one.article == "15.4" else one
            for one in fact.findings  # type: ignore[attr-defined] # the name says which class it is
        )
        return fact.model_copy(update={"findings": findings})

    found = world(change=change)
    assert verify(written(found, tmp_path), trusted=found.policy()).code == NOT_REPRODUCED


def test_a_value_that_is_not_disclosed_leaves_it_open_and_names_the_event(tmp_path: Path) -> None:
    found = world()
    closed = replace(found.gathered(), disclosures=[])
    path = tmp_path / "case.zip"
    path.write_bytes(made(closed))
    verdict = verify(path, trusted=found.policy())
    assert verdict.code == UNDETERMINED
    sanction = next(e for e in events_of(found) if e["type"].startswith("zhucun.assessment.DisciplinarySanction"))
    assert sanction["id"] in verdict.text()


def test_an_erased_value_leaves_it_open_and_the_proofs_still_verify(tmp_path: Path) -> None:
    found = world()
    sanction = next(e for e in events_of(found) if e["type"].startswith("zhucun.assessment.DisciplinarySanction"))
    found.erase(sanction, "decided_on")
    path = written(found, tmp_path)
    assert parts(path, found) == {
        "container": HOLDS, "logs": HOLDS, "completeness": HOLDS, "rules": HOLDS, "recomputation": UNDETERMINED,
    }  # fmt: skip
    shown = json.loads(unpack(path.read_bytes())["data/replay/then-then.json"])
    assert next(f for f in shown["findings"] if f["article"] == "15.1")["outcome"] == "erased"
    assert "已销毁" in unpack(path.read_bytes())["data/report.zh.html"].decode()


def test_what_is_said_to_be_erased_and_is_not_on_record_is_merely_not_disclosed(tmp_path: Path) -> None:
    found = world()
    sanction = next(e for e in events_of(found) if e["type"].startswith("zhucun.assessment.DisciplinarySanction"))
    found.erase(sanction, "decided_on", recorded=False)
    files = unpack(written(found, tmp_path).read_bytes())
    shown = json.loads(files["data/replay/then-then.json"])
    assert next(f for f in shown["findings"] if f["article"] == "15.1")["outcome"] == "undetermined"
    assert "已销毁" not in files["data/report.zh.html"].decode()


def events_of(found: World) -> list[dict[str, Any]]:
    return [json.loads(body) for log in found.logs.values() for body in log.bodies]


def made(gathered: bundles.Gathered) -> bytes:
    return bundles.make(gathered, hand(), made="2018-02-01", taking="-").archive


def test_an_event_left_out_of_the_bundle_is_missed(tmp_path: Path) -> None:
    """Left out with care: the proof is made for the events that remain."""
    found = world()
    gathered = found.gathered()
    attendance = next(log for log in gathered.logs if log.origin.endswith("/attendance"))
    for at in (0, len(attendance.events) // 2, -1):
        left_out = sorted(attendance.events)[at]
        bodies = {index: body for index, body in attendance.events.items() if index != left_out}
        log = found.logs[attendance.origin]
        fewer = replace(log.files(found.basis[log.origin], lambda _: False), events=bodies, proof=log.proof_of(bodies))
        others = [fewer if one is attendance else one for one in gathered.logs]
        path = tmp_path / "case.zip"
        path.write_bytes(made(replace(gathered, logs=others)))
        verdict = verify(path, trusted=found.policy())
        assert verdict.code == INTEGRITY
        assert "manifest" in verdict.text() or "missing" in verdict.text()


def test_what_came_after_the_determination_is_shown_and_does_not_change_it(tmp_path: Path) -> None:
    found = world()
    found.tell({"sanction": {"decided": date(2017, 11, 2), "recorded": date(2018, 1, 25)}}, word="late")
    path = written(found, tmp_path)
    verdict = verify(path, trusted=found.policy())
    assert verdict.code == HOLDS, verdict.text()
    assert "认定之后又获知" in unpack(path.read_bytes())["data/report.zh.html"].decode()


def test_the_program_in_the_bundle_runs_where_nothing_is_installed(case: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(case) as archive:
        archive.extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    command = [sys.executable, "-I", "-S", str(top / "verify.py")]  # neither this project nor cryptography
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    assert done.returncode == HOLDS, done.stdout + done.stderr
    assert "reproduced" in done.stdout
    again = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    assert again.returncode == HOLDS, "a run leaves nothing behind in the folder"
    (top / "data" / "report.zh.html").write_text("better news")
    assert subprocess.run(command, capture_output=True, env={"PATH": os.environ["PATH"]}, check=False).returncode == 10


def test_no_network_is_touched(case: Path) -> None:
    """Not even a socket is made, by the verifier or by what it starts."""
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise SystemExit('a socket was made')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from services.assessment.evidence.verify import main\n"
        f"sys.exit(main([{str(case)!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == HOLDS, done.stdout + done.stderr


def test_the_shipped_program_is_the_source_of_this_one(case: Path) -> None:
    files = unpack(case.read_bytes())
    for name, content in files.items():
        if name.startswith(layout.VERIFIER):
            assert content == Path(name.removeprefix(layout.VERIFIER)).read_bytes(), name
    fold = {f"{layout.VERIFIER}services/assessment/{module}.py" for module in rules.FOLD_MODULES}
    assert fold <= files.keys()


def test_a_file_that_is_not_there_and_a_policy_that_is_none_are_the_callers_mistakes(
    case: Path, tmp_path: Path
) -> None:
    assert run(tmp_path / "none.zip", None, None)[0] == 2
    assert run(case, tmp_path / "none", None)[0] == 2
    (tmp_path / "policy").write_text("trust everybody\n")
    code, text = run(case, tmp_path / "policy", None)
    assert (code, "line 1" in text) == (2, True)


def test_what_was_on_record_before_the_determination_and_not_counted_is_told(tmp_path: Path) -> None:
    """An operator may decide on an old basis, so that late facts do not count: no proof breaks, but it is seen."""
    honest = verify(written(world(), tmp_path))
    assert "not in its basis" not in honest.text()
    found = world(final=False)
    sizes = {origin: len(log.bodies) for origin, log in found.logs.items()}
    found.tell({"found_absent": {"days": date(2017, 12, 30), "recorded": date(2018, 1, 2)}}, word="late")
    found.finalise(stale=sizes)
    verdict = verify(written(found, tmp_path), trusted=found.policy())
    assert verdict.code == HOLDS, verdict.text()
    assert "有 1 个事实在认定之前已经入账而不在其依据之内" in verdict.text()
