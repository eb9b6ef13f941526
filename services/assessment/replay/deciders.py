"""Which program a determination names, where that is not this one, and what it makes of the same facts (decision 504).

A release is kept whole and asked in a process of its own; what today's program says otherwise is put in words, never
taken for the record.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.assessment.evidence.verdict import Malformed
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import Rules
from services.assessment.releases import Archive, ReleasedProgram
from services.assessment.replay.lenses import Case
from services.assessment.rules import rules

_OF_THE_CODE = ("rules_digest", "fold_digest")


@dataclass(frozen=True, slots=True)
class Decider:
    """The program of one determination. `release`: None where it is this one, or where it is not kept."""

    data: Mapping[str, Any]
    release: ReleasedProgram | None
    kept: bool
    """Whether what decided can be run: it is this program, or a release in the archive."""
    digests: Mapping[str, str]
    """Of rules and fold, as far as what is here can vouch for the recorded ones; else those of today."""

    @property
    def is_this(self) -> bool:
        """Whether today's program decided."""
        return self.kept and self.release is None

    def ask(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """What the release makes of a job; raises FoldError."""
        assert self.release is not None, "only a kept release of another fold is asked"
        try:
            return self.release.ask(job)
        except Malformed as error:
            raise FoldError(str(error)) from error

    def told(self) -> dict[str, Any]:
        """What decided and what is asked today, for people."""
        return {
            "decided_by": {"fold_digest": self.data["fold_digest"], "release": self.release and self.release.name},
            "today": rules.fold_digest(),
            "same": self.is_this,
            "kept": self.kept,
        }


def decider_of(data: Mapping[str, Any], archive: Archive | None = None) -> Decider:
    """The program that a determination (its data) names."""
    archive = archive or Archive()
    own_fold, own_rules = data["fold_digest"] == rules.fold_digest(), data["rules_digest"] == rules.rules_digest()
    release = None if own_fold else archive.of_fold(data["fold_digest"])
    kept = own_fold or release is not None
    rules_kept = own_rules or archive.of_rules(data["rules_digest"]) is not None
    today = {"rules_digest": rules.rules_digest(), "fold_digest": rules.fold_digest()}
    vouched = {"rules_digest": rules_kept, "fold_digest": kept}
    return Decider(data, release, kept, {name: data[name] if vouched[name] else today[name] for name in _OF_THE_CODE})


def by_release(
    decider: Decider, case: Case, now: str, then: Rules, erased: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The lenses with the rules of then, and the determination worked out again, by the release that decided."""
    with tempfile.TemporaryDirectory(prefix="zhucun-replay-") as private:
        path = Path(private) / "known.jsonl"
        with path.open("w", encoding="ascii") as out:
            for one in case.known:
                out.write(json.dumps([one.index, one.leaf, one.event], ensure_ascii=True) + "\n")
        said = decider.ask(
            {
                "do": "person",
                "person": case.person,
                "year": case.year,
                "recorded": case.recorded.event["id"],
                "now": now,
                "erased": sorted(erased),
                "parameters": dict(then.parameters),
                "calendars": dict(then.calendars),
                "digests": dict(decider.digests),
                "known": str(path),
            }
        )
    return said["lenses"], said["again"]


def changes(recorded: Mapping[str, Any], today: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What today's program says otherwise than `recorded` about the same facts by the same rules: findings by article,
    and the outcome. Both have `findings` and `outcome` as a determination has them.
    """
    before = {one["article"]: _said(one) for one in recorded["findings"]}
    after = {one["article"]: _said(one) for one in today["findings"]}
    found = [
        {"article": article, "then": before.get(article), "today": after.get(article)}
        for article in dict.fromkeys((*before, *after))
        if before.get(article) != after.get(article)
    ]
    if recorded["outcome"] != today["outcome"]:
        found.append({"article": None, "then": recorded["outcome"], "today": today["outcome"]})
    return found


def _said(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {"outcome": finding["outcome"], "values": dict(finding["values"])}
