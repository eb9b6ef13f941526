"""How a verification ends: one exit code, and what each part of it found."""

from dataclasses import dataclass, field

HOLDS = 0
MALFORMED = 2
INTEGRITY = 10
NOT_REPRODUCED = 20
UNDETERMINED = 30
TRUST = 40

MEANING = {
    HOLDS: "全部成立 all holds",
    MALFORMED: "文件不合格式 malformed",
    INTEGRITY: "内容与签名的日志不符 integrity broken",
    NOT_REPRODUCED: "内容完整，但重算得不出所记录的结论 intact, but not reproduced",
    UNDETERMINED: "内容完整，但有一部分无法判定 intact, but undetermined in part",
    TRUST: "签名者不在所给的信任名单中 signed by somebody whom the policy does not trust",
}
_FIRST = (MALFORMED, INTEGRITY, TRUST, NOT_REPRODUCED, UNDETERMINED)
"""When several things are wrong, the one that makes the others meaningless is the code."""


class Malformed(Exception):
    """The archive or a file in it does not have its form; nothing else was looked at."""


class Broken(Exception):
    """Something in the bundle is not what was signed for; the message names it."""


class Untrusted(Exception):
    """A signature that is needed is by nobody whom the policy names."""


@dataclass(slots=True)
class Verdict:
    """What was found, line by line. `parts` are (name, code, sentence); a part that holds has the code 0."""

    parts: list[tuple[str, int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What has to be known to read the verdict rightly: what was proven, and what was not."""

    def say(self, part: str, code: int, sentence: str) -> None:
        """Add what one part of the verification found."""
        self.parts.append((part, code, sentence))

    @property
    def code(self) -> int:
        """The exit code."""
        found = {code for _, code, _ in self.parts}
        return next((code for code in _FIRST if code in found), HOLDS)

    def text(self) -> str:
        """For people, Chinese first."""
        marks = {HOLDS: "成立", UNDETERMINED: "未定"}
        lines = [f"[{marks.get(code, '不成立')}] {part}：{sentence}" for part, code, sentence in self.parts]
        lines += [f"[注意] {note}" for note in self.notes]
        return "\n".join([*lines, f"结论 verdict {self.code}: {MEANING[self.code]}"])
