"""`zhucun verify CASE.zip` and the bundle's own `verify.py`: offline, in one pass, with one code for each way to fail.

Two halves: *integrity* (is it what the logs have signed for, and is nothing left out?) and *recomputation* (does the
recorded outcome follow from it?). Both are always said, and whose keys it was held against.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from contracts.notes import ProofError, VerifierKey
from contracts.signatures import NoImplementation
from services.assessment.evidence import bag, casefile, comparing, completeness, integrity, mirror, policy, statement
from services.assessment.evidence.archive import read_case
from services.assessment.evidence.casefile import CaseFile, Log
from services.assessment.evidence.comparing import Releases
from services.assessment.evidence.policy import Policy
from services.assessment.evidence.verdict import (
    HOLDS,
    INTEGRITY,
    MALFORMED,
    TRUST,
    UNDETERMINED,
    Broken,
    Malformed,
    Untrusted,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count: those of the policy, or without one those that the case itself asserts."""

    policy: Policy | None

    def of_log(self, log: Log) -> Sequence[VerifierKey]:
        return log.keys if self.policy is None else self.policy.logs.get(log.origin, [])

    def of_evidence(self, case: CaseFile) -> Sequence[VerifierKey]:
        return [statement.read_key(case.files)] if self.policy is None else self.policy.evidence


class Publication(Protocol):
    """The rules as they were published, from somewhere else than the case: an installed verifier brings them."""

    @property
    def releases(self) -> Releases:
        """Programs of earlier releases."""
        ...

    def check(self, case: CaseFile) -> tuple[int, str]:
        """Code and sentence: were the rules, calendars and parameters of the determination the published ones?"""
        ...


def verify(
    path: Path,
    *,
    trusted: Policy | None = None,
    mirrors: Path | None = None,
    published: Publication | None = None,
) -> Verdict:
    """Everything that can be said of the case at `path`; raises nothing that the file could cause, but NoImplementation
    where no signature can be checked."""
    verdict = Verdict()
    try:
        files = read_case(path)
        bag.check_sums(files)
        case = casefile.read(files)
        _verify(case, Trust(trusted), mirrors, published, verdict)
    except Malformed as error:
        verdict.say("格式 form", MALFORMED, str(error))
    except Broken as error:
        verdict.say("完整性 integrity", INTEGRITY, str(error))
    except NoImplementation:
        raise
    except Exception as error:
        # What was made to harm may have any shape below the members that are checked by name.
        verdict.say("格式 form", MALFORMED, f"{type(error).__name__}: {str(error)[:200]}")
    return verdict


def _verify(
    case: CaseFile, trust: Trust, mirrors: Path | None, published: Publication | None, verdict: Verdict
) -> None:
    said = case.said
    verdict.notes.append(f"{case.person} {case.year} 年度，第 {case.determination} 次认定：{said['outcome']}")
    broken = _part(verdict, "容器 container", lambda: _container(case, trust))
    broken |= _part(verdict, "日志 logs", lambda: _logs(case, trust))
    broken |= _part(verdict, "完整性 completeness", lambda: _complete(case))
    broken |= _part(verdict, "规则 rules", lambda: _rules(case))
    if mirrors is not None:
        broken |= _part(
            verdict, "绝对完整 absolute completeness", lambda: mirror.check_mirrors(case, mirrors, trust.of_log)
        )
    if broken:
        verdict.notes.append("内容既不完整，未作重算 nothing was worked out again, for the content cannot be relied on")
        return
    again = comparing.compare(case, None if published is None else published.releases)
    verdict.say("重算 recomputation", again.code, again.sentence)
    if published is not None:
        _part(verdict, "公布的规则 published rules", lambda: published.check(case))
    verdict.notes += _notes(case, mirrors, published)
    _second(case, verdict)
    verdict.notes += [f"不一致 difference: {difference}" for difference in again.differences[:40]]
    verdict.notes += [f"未披露 not disclosed: {event}" for event in again.closed]
    verdict.notes += again.notes


def _second(case: CaseFile, verdict: Verdict) -> None:
    """Signatures by SM2, where the logs make them; whoever cannot check them is told and loses nothing else."""
    try:
        signed = integrity.check_second(case)
    except NoImplementation as error:
        verdict.notes.append(f"国密 SM2 签名未核对 the SM2 signatures were not checked: {error}")
    except Broken as error:
        verdict.say("国密签名 SM2", INTEGRITY, str(error))
    else:
        if signed:
            verdict.say("国密签名 SM2", HOLDS, f"{signed} 个检查点另有 SM2 签名且成立 signed by SM2 with SM3 too")


def _notes(case: CaseFile, mirrors: Path | None, published: Publication | None) -> list[str]:
    """What was not shown, and what else the case itself says about its determination."""
    notes = []
    others = sorted({number for number in completeness.determinations(case) if number != case.determination})
    if later := [str(number) for number in others if number > case.determination]:
        notes.append(f"此后另有第 {'、'.join(later)} 次认定，本次已被取代 superseded by a later determination")
    if ignored := completeness.passed_over(case):
        notes.append(
            f"有 {ignored} 个事实在认定之前已经入账而不在其依据之内 "
            "facts were on record before it and are not in its basis"
        )
    if case.withheld:
        notes.append(
            f"本县名单中有 {len(case.withheld)} 个事件只涉及他人，仅以散列列入；优秀等次与本人无关 "
            "events of the county's list that concern others are there by their hashes alone"
        )
    if mirrors is None:
        notes.append(
            "完整性只相对于认定所附清单；绝对完整须有日志镜像 completeness was shown relative to the manifest; "
            "with --mirror it can be shown absolutely"
        )
    if published is None:
        notes.append(
            "规则未与公布的版本核对；请用另外安装的 zhucun verify the rules were not held against published ones"
        )
    return notes


def _part(verdict: Verdict, name: str, check: Callable[[], tuple[int, str]]) -> bool:
    """Adds what a check found; True when what follows would mean nothing."""
    try:
        code, sentence = check()
    except Broken as error:
        code, sentence = INTEGRITY, str(error)
    except Untrusted as error:
        code, sentence = TRUST, str(error)
    verdict.say(name, code, sentence)
    return code == INTEGRITY


def _container(case: CaseFile, trust: Trust) -> tuple[int, str]:
    bag.check(case.files, case.identifier, case.made)
    try:
        statement.check(case, trust.of_evidence(case))
    except Untrusted:
        # Whoever signed it: that the files fit the list is worth knowing.
        statement.check(case, [statement.read_key(case.files)])
        raise
    return HOLDS, f"{len(case.files)} 个文件，与签名清单一致 as listed and signed for"


def _logs(case: CaseFile, trust: Trust) -> tuple[int, str]:
    try:
        found = integrity.check_logs(case, trust.of_log)
        integrity.check_decision(case, trust.of_log)
    except Untrusted:
        integrity.check_logs(case, lambda log: log.keys)
        integrity.check_decision(case, lambda log: log.keys)
        raise
    if trust.policy is None:
        return HOLDS, f"{len(found)} 个日志与其签名一致；公钥取自包内，未经第三方核对 keys are self-asserted"
    for origin, log in case.logs.items():
        try:
            met = trust.policy.quorum_met(log.latest)
        except ProofError as error:
            raise Broken(f"log {origin}: {error}") from error
        if not met:
            raise Untrusted(f"log {origin}: fewer witnesses have seen its checkpoint than the policy asks for")
    return HOLDS, f"{len(found)} 个日志与信任名单中的签名一致 signed by keys of the policy"


def _complete(case: CaseFile) -> tuple[int, str]:
    completeness.check_disclosures(case)
    completeness.check_determinations(case)
    counted, later = completeness.check_streams(case)
    streams = len(case.said["manifest"])
    return HOLDS, f"清单所列 {streams} 个流无缺口，认定依据 {counted} 个事件，其后 {later} 个 relative to the manifest"


def _rules(case: CaseFile) -> tuple[int, str]:
    integrity.check_rules(case.files, case)
    return HOLDS, "办法文本、参数、计算程序与认定所记摘要一致 as the determination names them"


def main(arguments: Sequence[str] | None = None, case: Path | None = None) -> int:
    """The command line. `case`: what is verified when none is named."""
    parser = argparse.ArgumentParser(
        prog="verify", description="驻村考核证据包离线验证 / verifies an evidence bundle offline"
    )
    parser.add_argument("case", type=Path, nargs="?" if case else None, default=case, help="CASE.zip, or its folder")
    parser.add_argument("--policy", type=Path, help="whom to trust; without it keys are self-asserted")
    parser.add_argument("--mirror", type=Path, help="mirrored logs, for absolute completeness")
    given = parser.parse_args(arguments)
    code, text = run(given.case, given.policy, given.mirror)
    print(text)
    return code


def run(
    case: Path, policy_file: Path | None, mirrors: Path | None, published: Publication | None = None
) -> tuple[int, str]:
    """Exit code and text of a verification."""
    try:
        trusted = None if policy_file is None else policy.parse(policy_file.read_text("utf-8"))
        verdict = verify(case, trusted=trusted, mirrors=mirrors, published=published)
    except (Malformed, OSError, UnicodeDecodeError) as error:
        return MALFORMED, f"无法读取 cannot be read: {error}"
    except NoImplementation as error:
        return UNDETERMINED, f"无法核对签名 signatures cannot be checked: {error}"
    return verdict.code, verdict.text()


if __name__ == "__main__":
    sys.exit(main())
