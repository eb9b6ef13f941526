"""Rules as they were published: what an installed verifier holds the rules of a case against.

A determination names digests of rules that lie in its bundle. An operator could apply others than those in force and
name them truly; whoever has this project from somewhere else sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contracts import canonical
from services.assessment.evidence import layout, strict
from services.assessment.evidence.casefile import CaseFile
from services.assessment.evidence.verdict import HOLDS, NOT_REPRODUCED, UNDETERMINED
from services.assessment.fold import determination
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.reading import Reader
from services.assessment.releases import Archive
from services.assessment.rules import rules
from services.assessment.rules.dated import parameters_of
from services.assessment.rules.rules import RulesError, RuleSet


@dataclass(frozen=True, slots=True)
class Published:
    """Rules, duty calendars and programs of this installation and of the releases before it."""

    releases: Archive = field(default_factory=Archive)

    def check(self, case: CaseFile) -> tuple[int, str]:
        """Whether the determination rests on published rules and calendars, and whether its parameters follow from
        them and from the rulings and county measures on record then."""
        said = case.said
        files = self._rules(said["rules_digest"])
        if files is None:
            return UNDETERMINED, "所用条文或参数文件不是本程序所知的公布版本 these rules are not known to be published"
        cut = replace(cut_at(said["moment"], basis=case.basis), recorded=None)
        if determination.calendars_digest(rules.calendars(), case.year, cut) != said["calendars_digest"]:
            return UNDETERMINED, "工作日历与本程序所知的不同 the duty calendars are not those known here"
        reader = Reader(cut, {event.parsed["id"]: event.index for event in case.events})
        reader.read(event.parsed for event in case.events)
        day, facts = date(case.year, 12, 31), reader.common
        try:
            found = _rule_set(files)
            digest = canonical.digest(parameters_of(found, day, facts, said["county"]))
        except RulesError as error:
            return NOT_REPRODUCED, f"参数无法由在案的裁定得出 the rulings on record cannot be applied: {error}"
        if digest != said["parameters_digest"]:
            return (
                NOT_REPRODUCED,
                "认定所用参数不是规则集与当时在案的裁定所定 the parameters are not those of the rules and rulings then",
            )
        if not self._as_of_now(case, found):
            return UNDETERMINED, "“现在的规则”不是本程序所得 the rules of now are not those that are known here"
        return HOLDS, "条文、日历为公布版本，参数由其与在案裁定得出 published, and the parameters follow from them"

    def _as_of_now(self, case: CaseFile, then: RuleSet) -> bool:
        """Whether the parameters of now follow from the rules and from everything on record in the case. What an
        earlier fold alone reads may stand beside them."""
        reader = Reader(Cut())
        reader.read(event.parsed for event in case.events)
        county = case.said["county"]
        now = rules.fold_rules(case.year, common=reader.common, county=county).parameters
        shown = strict.load(case.files[layout.PARAMETERS_NOW], layout.PARAMETERS_NOW)
        return (
            isinstance(shown, dict)
            and shown == {**shown, **now}
            and shown.keys() - now.keys() <= then.parameters.keys()
        )

    def _rules(self, digest: str) -> Mapping[str, bytes] | None:
        if digest == rules.rules_digest():
            name = f"{rules.DEFAULT}.yaml"
            return {layout.RULES + name: (rules.HERE / "parameters" / name).read_bytes()}
        release = self.releases.of_rules(digest)
        return None if release is None else release.rules


def _rule_set(files: Mapping[str, bytes]) -> RuleSet:
    name = f"{layout.RULES}{rules.DEFAULT}.yaml"
    return rules.rule_set(rules.DEFAULT, files[name].decode("utf-8"))
