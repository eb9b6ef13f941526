"""Where what lies in a case (`ledger.md` 7)."""

FORMAT = "zhucun-evidence/1"

START = "verify.py"
CASE = "data/case.json"
DECISION = "data/decision/decision.json"
STATEMENT = "data/decision/decision.dsse.json"
EVIDENCE_KEY = "data/decision/evidence.vkey"
DISCLOSURES = "data/disclosures/disclosures.jsonl"
SUBJECT = "data/subject/manifest.json"
REPORT = "data/report.zh.html"
RULES = "data/rules/"
FOLD = "data/rules/fold.json"
PARAMETERS = "data/rules/parameters.json"
PARAMETERS_NOW = "data/rules/parameters.now.json"
CALENDARS = "data/rules/calendars.json"
MEASURES = "data/rules/measures.txt"
COVERAGE = "data/rules/coverage.yaml"
VERIFIER = "data/verifier/"
REPLAY = "data/replay/"
FLIPS = "data/flips.json"
"""What was found when it was searched for what would flip the result; the verifier does not search again."""
EVENTS = "data/events/"
LOGS = "data/log/"
PROOF = ".tlog-proof"
SECOND = "vkey.sm2"
"""In the folder of a log: its keys of a second algorithm, where it signs by one too."""
WITHHELD = "withheld.json"
"""In the folder of a log: what of a county's list concerns others, as places and leaf hashes."""


def folder_of(origin: str) -> str:
    """The folder of a log: its origin without slashes. No origin holds an underscore, so that no two share one."""
    return origin.replace("/", "_")


def event_path(origin: str, index: int) -> str:
    """The exact bytes of one event."""
    return f"{EVENTS}{folder_of(origin)}/{index}.json"


def log_path(origin: str, name: str) -> str:
    """A file of one log."""
    return f"{LOGS}{folder_of(origin)}/{name}"
