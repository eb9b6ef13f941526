"""Whom to trust: a policy file in the form that transparency logs use, with one kind of line of our own.

log <vkey>                     a log; the name of its key is its origin. Several keys of one log: one line each
evidence <vkey>                who signs bundles (ours)
witness <name> <vkey>
group <name> <any|all|N> <member>...
quorum <name|none>
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.notes import ALGORITHM_COSIGNATURE, ProofError, VerifierKey, parse_note
from services.assessment.evidence.verdict import Malformed

NONE = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """Holds when `needed` of its members (witnesses or groups) do."""

    needed: int
    members: tuple[str, ...]


@dataclass(slots=True)
class Policy:
    """Keys of logs, of signers of bundles and of witnesses, and how many witnesses must have seen a checkpoint."""

    logs: dict[str, list[VerifierKey]] = field(default_factory=dict)
    evidence: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def quorum_met(self, note: str) -> bool:
        """Whether the witnesses that the policy asks for have cosigned; raises ProofError for a bad cosignature."""
        text, signatures = parse_note(note)
        seen: dict[str, bool] = {}
        for name, key in self.witnesses.items():
            own = [one for one in signatures if (one.name, one.key_id) == (key.name, key.key_id)]
            for signature in own:
                key.verify(text, signature)
            seen[name] = bool(own)
        return self.quorum == NONE or self._holds(self.quorum, seen)

    def _holds(self, name: str, seen: Mapping[str, bool]) -> bool:
        if name in seen:
            return seen[name]
        group = self.groups[name]
        return sum(self._holds(member, seen) for member in group.members) >= group.needed


def parse(text: str) -> Policy:
    """The policy in `text`; raises Malformed with the number of the line."""
    policy = Policy()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            _take(policy, words)
        except (ProofError, ValueError, KeyError) as error:
            raise Malformed(f"policy, line {number}: {error}") from error
    if policy.quorum != NONE and policy.quorum not in policy.witnesses.keys() | policy.groups.keys():
        raise Malformed(f"policy: the quorum {policy.quorum} is neither a witness nor a group")
    return policy


def _take(policy: Policy, words: list[str]) -> None:
    match words:
        case ["log", vkey, *_]:
            key = VerifierKey.parse(vkey)
            policy.logs.setdefault(key.name, []).append(key)
        case ["evidence", vkey]:
            policy.evidence.append(VerifierKey.parse(vkey))
        case ["witness", name, vkey, *_]:
            key = VerifierKey.parse(vkey)
            if key.algorithm != ALGORITHM_COSIGNATURE:
                raise ValueError(f"the key of the witness {name} is not one for cosignatures")
            policy.witnesses[_fresh(policy, name)] = key
        case ["group", name, needed, *members] if members:
            known = policy.witnesses.keys() | policy.groups.keys()
            if not known.issuperset(members):
                raise ValueError(f"the group {name} has a member that is not defined before it")
            count = {"any": 1, "all": len(members)}.get(needed) or int(needed)
            if not 1 <= count <= len(members):
                raise ValueError(f"{needed} of {len(members)} members")
            policy.groups[_fresh(policy, name)] = Group(count, tuple(members))
        case ["quorum", name]:
            policy.quorum = name
        case _:
            raise ValueError(f"no line of a policy: {' '.join(words)[:60]}")


def _fresh(policy: Policy, name: str) -> str:
    if name == NONE or name in policy.witnesses or name in policy.groups:
        raise ValueError(f"the name {name} is taken")
    return name
