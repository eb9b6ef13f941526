"""From a county that is made final to a bundle that a stranger verifies: real services, real logs, real signatures."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from contracts import disclosure
from contracts.envelope import decode
from contracts.event_proofs import EventProof
from contracts.identifiers import Role
from contracts.multiproof import root_from
from contracts.notes import ALGORITHM_COSIGNATURE, decode_base64
from contracts.proofs import VerifierKey, consistency_proof, leaf_hash, open_checkpoint, verify_consistency
from services.assessment.bundle_sources import BundleError
from services.assessment.dossier_taking import Taking, take
from services.assessment.evidence import policy
from services.assessment.evidence.archive import unpack
from services.assessment.evidence.verdict import HOLDS, TRUST, UNDETERMINED
from services.assessment.evidence.verify import verify
from services.ledger.signer import FileSigner
from services.runtime import log_care
from services.runtime.erasing import Erasure, ErasureError, erase_values
from services.runtime.keys import Keys
from services.runtime.serving import listening
from services.witness.app import application
from services.witness.cosigning import Witness
from tests.system.county import COUNTY, OFFICERS, PEOPLE, YEAR, County, running_county

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = ("assessment", "attendance", "personnel", "finance")
SANCTIONED = PEOPLE[11]
READER = "P530000006"
COUNTY_YEAR: dict[str, Any] = {"county": COUNTY, "year": YEAR}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(
    postgres_url: str, empty_bus: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[County]:
    """Nobody ever checks in, so that everybody is 不称职 and nobody needs a proposal."""
    var: Path = tmp_path_factory.mktemp("var")
    async with running_county(postgres_url, empty_bus, database_prefix, var) as opened:
        await opened.settle()
        await opened.sign_off_the_year()
        case: dict[str, Any] = {"person": SANCTIONED, "county": COUNTY, "case": "JW-1", "body": "party"}
        sanction = case | {"sanction": "党内警告", "decided_on": "2017-06-01"}
        await opened.must(date(2017, 6, 2), Role.DISCIPLINE, "assessment/record-sanction", sanction)
        await opened.must(date(2018, 1, 8), Role.COUNTY_OFFICE, "assessment/open-year", COUNTY_YEAR)
        await opened.seen("assessment")
        final = date(2018, 1, 20)
        seen = (await opened.ask(final, Role.COUNTY_OFFICE, f"assessment/sensitive/{COUNTY}/{YEAR}")).json()
        acknowledged = {**COUNTY_YEAR, "digest": seen["digest"]}
        await opened.must(final, Role.COUNTY_OFFICE, "assessment/acknowledge-sensitive", acknowledged)
        await opened.must(final, Role.COUNTY_OFFICE, "assessment/finalise-year", COUNTY_YEAR)
        await opened.seen("assessment")
        yield opened


def trusted(county: County) -> policy.Policy:
    keys = Keys(county.settings)
    lines = [f"log {keys.vkey(service)}" for service in SERVICES]
    return policy.parse("\n".join([*lines, f"evidence {keys.evidence_signer().vkey}"]))


async def taken(county: County, path: Path, number: int | None = None, purpose: str = "核对") -> Path:
    bundle = await take(county.settings, Taking(SANCTIONED, YEAR, number, READER, purpose))
    await asyncio.to_thread(path.write_bytes, bundle.archive)
    return path


async def test_the_bundle_of_a_determination_holds(county: County, tmp_path: Path) -> None:
    case = await taken(county, tmp_path / "case.zip")
    verdict = verify(case, trusted=trusted(county))
    assert verdict.code == HOLDS, verdict.text()
    assert verify(case, trusted=policy.parse("")).code == TRUST
    files = unpack(case.read_bytes())
    everything = b"".join(files.values())
    assert b"2017-06-01" not in files["data/report.zh.html"], "a restricted date has no place on the page"
    assert "党内警告".encode() not in everything
    others = [person for person in PEOPLE if person != SANCTIONED]
    streams = {decode(body).stream for name, body in files.items() if name.startswith("data/events/")}
    assert not [stream for stream in streams if stream.split("/")[1] in others], "only the person's own record"


async def test_with_mirrors_it_is_absolutely_complete(county: County, tmp_path: Path) -> None:
    case = await taken(county, tmp_path / "case.zip")
    for service in SERVICES:
        await log_care.mirror(county.settings, service, tmp_path / "mirror")
    verdict = verify(case, trusted=trusted(county), mirrors=tmp_path / "mirror")
    assert verdict.code == HOLDS, verdict.text()
    assert "outside the manifest" in verdict.text()


async def test_who_took_it_for_what_is_on_record_and_the_purpose_is_not_in_the_open(
    county: County, tmp_path: Path
) -> None:
    bundle = await take(county.settings, Taking(SANCTIONED, YEAR, 1, READER, "核对处分日期"))
    store = county.application.hosted["assessment"].node.store
    found = await store.read({f"evidence/{SANCTIONED}/{YEAR}": 0})
    last = decode(found[f"evidence/{SANCTIONED}/{YEAR}"][-1].body)
    assert last.type == "zhucun.assessment.EvidenceTaken.v1"
    assert (last.data["actor"]["person"], last.data["manifest"]) == (READER, bundle.manifest)
    assert "核对处分日期" not in json.dumps(last.data, ensure_ascii=False)
    opened = disclosure.reveal(last.data, await store.disclosures([last.id]))
    assert opened["purpose"] == "核对处分日期"
    envelope = json.loads(unpack(bundle.archive)["data/decision/decision.dsse.json"])
    assert json.loads(base64.b64decode(envelope["payload"]))["predicate"]["taking"] == last.id


async def test_the_person_and_an_auditor_see_who_took_it_and_nobody_else(county: County) -> None:
    path, day = f"assessment/evidence/{SANCTIONED}/{YEAR}", date(2018, 2, 1)
    answer = await county.ask(day, SANCTIONED, path)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["taken"]
    assert len(rows) == len(await _takings(county))
    assert (rows[-1]["by"], rows[-1]["purpose"], rows[-1]["determination"]) == (READER, "核对处分日期", 1)
    assert (await county.ask(day, Role.AUDIT, path)).json() == answer.json()
    for other in (PEOPLE[0], Role.COUNTY_OFFICE, Role.TOWNSHIP):
        assert (await county.ask(day, other, path)).status_code == 403
    nobody = await county.ask(day, PEOPLE[0], f"assessment/evidence/{PEOPLE[0]}/{YEAR}")
    assert nobody.json()["taken"] == []


async def asked(county: County, who: Any, person: str, body: dict[str, Any]) -> Any:
    """`POST /assessment/evidence/…` as somebody."""
    return await county.post(date(2018, 2, 1), who, f"assessment/evidence/{person}/{YEAR}", body)


async def test_it_is_handed_out_over_http_to_whom_it_concerns_and_that_is_on_record(
    county: County, tmp_path: Path
) -> None:
    for who, role in ((SANCTIONED, Role.NONE), (Role.COUNTY_OFFICE, Role.COUNTY_OFFICE), (Role.AUDIT, Role.AUDIT)):
        before = len(await _takings(county))
        answer = await asked(county, who, SANCTIONED, {"purpose": f"核对 {role}"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/zip"
        assert f"{SANCTIONED}-{YEAR}-v1.zip" in answer.headers["content-disposition"]
        path = tmp_path / "case.zip"
        path.write_bytes(answer.content)
        verdict = verify(path, trusted=trusted(county))
        assert verdict.code == HOLDS, verdict.text()
        takings = [decode(one.body) for one in await _takings(county)]
        assert len(takings) == before + 1
        assert takings[-1].data["actor"]["role"] == role
        assert takings[-1].data["manifest"] == answer.headers["zhucun-sums"]
    rows = (await county.ask(date(2018, 2, 1), SANCTIONED, f"assessment/evidence/{SANCTIONED}/{YEAR}")).json()["taken"]
    assert [row["by"] for row in rows[-3:]] == [SANCTIONED, OFFICERS[Role.COUNTY_OFFICE][0], OFFICERS[Role.AUDIT][0]]


async def test_nobody_else_gets_it_and_a_purpose_is_asked_for(county: County) -> None:
    before = len(await _takings(county))
    for who in (PEOPLE[0], Role.TOWNSHIP, Role.DISPATCHING_UNIT, Role.CITY_OFFICE):
        refused = await asked(county, who, SANCTIONED, {"purpose": "好奇"})
        assert refused.status_code == 403, refused.text
    for body in ({}, {"purpose": ""}, {"purpose": "核对", "why": 1}, {"purpose": "核对", "determination": 0}):
        assert (await asked(county, SANCTIONED, SANCTIONED, body)).status_code == 422
    missing = await asked(county, SANCTIONED, SANCTIONED, {"purpose": "核对", "determination": 7})
    assert (missing.status_code, missing.json()["code"]) == (404, "UNKNOWN_CASE")
    assert "there is no version 7" in missing.json()["detail_en"]
    assert (await asked(county, Role.AUDIT, "P999999", {"purpose": "核对"})).status_code == 404
    assert len(await _takings(county)) == before


async def test_what_does_not_exist_is_said_in_one_sentence(county: County) -> None:
    for person, number in ((SANCTIONED, 7), ("P999999", None)):
        with pytest.raises(BundleError):
            await take(county.settings, Taking(person, YEAR, number, READER, "核对"))


async def test_the_order_of_takings_keeps_its_stream(county: County, tmp_path: Path) -> None:
    """Two at once: one of them comes second in the stream, and none is lost."""
    before = len(await _takings(county))
    await asyncio.gather(*(taken(county, tmp_path / f"{number}.zip") for number in range(3)))
    assert len(await _takings(county)) == before + 3


async def _takings(county: County) -> list[Any]:
    store = county.application.hosted["assessment"].node.store
    stream = f"evidence/{SANCTIONED}/{YEAR}"
    return (await store.read({stream: 0}))[stream]


async def test_a_result_issued_anew_has_a_bundle_of_its_own_and_the_first_one_keeps_its(
    county: County, tmp_path: Path
) -> None:
    """After a second sanction the county looks again: version 2 supersedes version 1, and 1 still verifies."""
    later, case = date(2018, 3, 1), {**COUNTY_YEAR, "person": SANCTIONED, "case": "F-1"}
    sanction = {"person": SANCTIONED, "county": COUNTY, "case": "JW-9", "body": "party", "sanction": "严重警告"}
    await county.must(later, Role.DISCIPLINE, "assessment/record-sanction", {**sanction, "decided_on": "2017-12-01"})
    ordering = {**case, "cause": "investigation_closed", "reasons": "新的处分"}
    await county.must(later, Role.COUNTY_OFFICE, "assessment/order-reassessment", ordering)
    await county.seen("assessment")
    deciding = {**case, "upheld": False, "reasons": "重新认定"}
    await county.must(later, Role.COUNTY_OFFICE, "assessment/decide-dispute", deciding)
    await county.seen("assessment")
    for number, sanctions in ((1, 1), (2, 2), (None, 2)):
        path = await taken(county, tmp_path / f"{number}.zip", number)
        verdict = verify(path, trusted=trusted(county))
        assert verdict.code == HOLDS, verdict.text()
        files = unpack(path.read_bytes())
        findings = json.loads(files["data/decision/decision.json"])["data"]["findings"]
        (found,) = [one["values"]["decisions"] for one in findings if one["article"] == "15.1"]
        assert found == sanctions
        because = {one["article"]: one["because"] for one in json.loads(files["data/replay/diff.json"])}
        assert ("15.1" in because) == (sanctions == 1), "what came after version 1 is seen in its lenses"


@asynccontextmanager
async def witness_of(county: County, directory: Path) -> AsyncIterator[tuple[str, str]]:
    """Address and public key of a witness of all four logs, over real HTTP."""
    signer = FileSigner(directory / "key", "witness.example", create=True, algorithm=ALGORITHM_COSIGNATURE)
    logs = [VerifierKey.parse(Keys(county.settings).vkey(service)) for service in SERVICES]
    bound = listening("127.0.0.1", 0)
    app = application(Witness(signer, logs, directory))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}", signer.vkey
    finally:
        server.should_exit = True
        await task


async def test_a_bundle_that_a_witness_has_cosigned_meets_a_policy_that_asks_for_it(
    county: County, tmp_path: Path
) -> None:
    async with witness_of(county, tmp_path) as (address, vkey):
        taking = Taking(SANCTIONED, YEAR, None, READER, "核对", (address,))
        bundle = await take(county.settings, taking)
        (tmp_path / "seen.zip").write_bytes(bundle.archive)
    asking = trusted(county)
    asking.witnesses["archive"] = VerifierKey.parse(vkey)
    asking.quorum = "archive"
    assert verify(tmp_path / "seen.zip", trusted=asking).code == HOLDS
    assert verify(await taken(county, tmp_path / "unseen.zip"), trusted=asking).code == TRUST


async def test_everything_can_be_asked_for_on_the_command_line(county: County, tmp_path: Path) -> None:
    settings = county.settings
    assert settings.postgres_url is not None
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCUN_")} | {
        "ZHUCUN_POSTGRES_URL": settings.postgres_url.get_secret_value(),
        "ZHUCUN_NATS_URL": settings.nats(),
        "ZHUCUN_DATABASE_PREFIX": settings.database_prefix,
        "ZHUCUN_VAR": str(settings.var),
        "ZHUCUN_MODE": "embedded",
    }

    async def zhucun(*words: str, code: int = 0) -> str:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services", *words, env=environ, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await running.communicate()
        assert running.returncode == code, said.decode()
        return said.decode()

    case = str(tmp_path / "case.zip")
    assert "P000012-2017-v2" in await zhucun("dossier", SANCTIONED, str(YEAR), "-o", case, "--by", READER)
    assert "reproduced" in await zhucun("verify", case)
    assert "P000012-2017-v1" in await zhucun("dossier", SANCTIONED, str(YEAR), "--version", "1", "-o", case)
    assert "there is no version 9" in await zhucun("dossier", SANCTIONED, "2017", "--version", "9", "-o", case, code=1)
    (tmp_path / "policy").write_text("quorum nobody\n")
    await zhucun("verify", case, "--policy", str(tmp_path / "policy"), code=2)
    vkey = await zhucun("log", "vkey", "assessment")
    proof = EventProof.parse(await zhucun("log", "prove", "assessment", "0"))
    size = proof.verify(leaf_hash(await _first(county)), [VerifierKey.parse(vkey.strip())]).size
    lines = (await zhucun("log", "consistency", "assessment", "1", str(size))).split()
    assert len(lines) == len(consistency_proof(1, size, lambda start, end: bytes(32)))
    assert "there is no event" in await zhucun("log", "prove", "assessment", "999999", code=1)
    assert f"{size}" in await zhucun("log", "mirror", "assessment", str(tmp_path / "mirror"))
    async with witness_of(county, tmp_path) as (address, witness):
        note = await zhucun("log", "cosign", "assessment", "--witness", address)
    assert open_checkpoint(note, [VerifierKey.parse(witness.strip())]).origin == "zhucun.demo/assessment"
    assert "stop its service first" in await zhucun("log", "rotate", "assessment", code=1)
    assert "is not the id of an event" in await zhucun("erase", "assessment", "nonsense", code=1)


async def _first(county: County) -> bytes:
    ((_, body),) = await county.application.hosted["assessment"].node.feed.page(0, 1)
    return body


async def test_an_erased_value_leaves_the_finding_open_and_everything_else_proven(
    county: County, tmp_path: Path
) -> None:
    store = county.application.hosted["assessment"].node.store
    events = await store.read_subject(["assessment"], SANCTIONED)
    sanction = next(one for one in (decode(event.body) for event in events) if "Sanction" in one.type)
    erasure = Erasure("assessment", sanction.id, ("decided_on",), READER, "当事人要求")
    assert await erase_values(county.settings, erasure) == ["decided_on"]
    verdict = verify(await taken(county, tmp_path / "case.zip"), trusted=trusted(county))
    assert verdict.code == UNDETERMINED, verdict.text()
    assert sanction.id in verdict.text()
    parts = {name.split()[1]: code for name, code, _ in verdict.parts}
    assert {code for part, code in parts.items() if part != "recomputation"} == {HOLDS}
    assert "已销毁" in unpack((tmp_path / "case.zip").read_bytes())["data/report.zh.html"].decode()


async def test_an_erasure_is_on_record_and_the_log_is_as_it_was(county: County) -> None:
    store = county.application.hosted["assessment"].node.store
    events = await store.read_subject(["assessment"], SANCTIONED)
    sanction = next(one for one in (decode(event.body) for event in events) if "Sanction" in one.type)
    left = {disclosure.read(text)[0] for text in (await store.disclosures([sanction.id])).values()}
    assert left == {"body", "sanction"}
    stream = f"erasure/{sanction.id}"
    (said,) = (await store.read({stream: 0}))[stream]
    fact = decode(said.body)
    assert (fact.type, fact.data["members"]) == ("zhucun.assessment.ValuesErased.v1", ["decided_on"])
    assert "当事人要求" not in said.body.decode()
    for wrong in (
        Erasure("assessment", sanction.id, ("decided_on",), READER, "-"),
        Erasure("assessment", "no id", (), READER, "-"),
        Erasure("assessment", "00000000-0000-4000-8000-000000000000", (), READER, "-"),
    ):
        with pytest.raises(ErasureError):
            await erase_values(county.settings, wrong)
    assert len((await store.read({stream: 0}))[stream]) == 1
    await county.seen("assessment")
    assert (await log_care.check(county.settings, "assessment")).intact


async def test_proofs_of_growth_and_of_many_events_are_for_everybody_and_for_what_is_signed(county: County) -> None:
    """Hashes only, without a token; what another service cannot prove it says it does not have."""
    note = (await county.client.get("/assessment/log/checkpoint")).text
    key = [VerifierKey.parse(Keys(county.settings).vkey("assessment"))]
    signed = open_checkpoint(note, key)
    grown = await county.client.get(f"/assessment/log/consistency/1/{signed.size}")
    first = leaf_hash(await _first(county))
    verify_consistency(1, signed.size, [decode_base64(line) for line in grown.text.split()], first, signed.root)
    asked = {"indexes": [0], "size": signed.size}
    many = await county.client.post("/assessment/log/multiproof", json=asked)
    assert root_from({0: first}, signed.size, [decode_base64(line) for line in many.text.split()]) == signed.root
    assert (await county.client.get(f"/assessment/log/consistency/1/{signed.size + 10**6}")).status_code == 404
    assert (await county.client.get("/assessment/log/consistency/0/1")).status_code == 404
    for wrong, status in (
        ({**asked, "size": signed.size + 10**6}, 404),
        ({**asked, "indexes": [signed.size]}, 404),
        ({**asked, "indexes": []}, 422),
        ({**asked, "indexes": [-1]}, 422),
        ({**asked, "indexes": [0] * 5_001}, 422),
        ({**asked, "more": 1}, 422),
    ):
        assert (await county.client.post("/assessment/log/multiproof", json=wrong)).status_code == status, wrong
