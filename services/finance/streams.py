"""Names of finance's streams."""

from contracts.money import FundKind


def appropriation_stream(appropriation: str) -> str:
    return f"appropriation/{appropriation}"


def fund_stream(team: str, kind: FundKind) -> str:
    """The separate book of one team and one kind of money."""
    return f"fund/{team}/{kind.value}"


def project_stream(project: str) -> str:
    return f"project/{project}"


def supervision_stream(team: str) -> str:
    return f"supervision/{team}"


def recipients_stream(place: str, year: int) -> str:
    return f"recipients/{place}/{year}"


def shortfall_stream(place: str, year: int) -> str:
    return f"shortfall/{place}/{year}"


def board_stream(person: str, month: str) -> str:
    """Board of one person in the year of `month` (`2017-05`)."""
    return f"board/{person}/{month[:4]}"
