"""Pages are cut where a basis ends; nothing is lost, and each county is given what lies below its own."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from services.assessment.replay.pages import Page, Sections

LOGS = ("a/attendance", "a/personnel")
BASES = st.lists(st.dictionaries(st.sampled_from(LOGS), st.integers(0, 30), min_size=1), min_size=1, max_size=4)


@given(bases=BASES, size=st.integers(1, 40), page=st.integers(1, 12))
def test_of_every_log_a_county_gets_exactly_what_lies_below_its_basis(
    bases: list[Mapping[str, int]], size: int, page: int
) -> None:
    sections = Sections(bases)
    taken: list[tuple[str, int, int, bytes]] = []
    for log in LOGS:
        for first in range(0, size, page):
            lines = [b"%d" % index for index in range(first, min(first + page, size))]
            for section, part in sections.parts(Page(log, first, len(lines), b"\n".join(lines))):
                found = bytes(part.lines).split(b"\n")
                assert len(found) == part.size
                taken += [(log, section, index, line) for index, line in enumerate(found, part.first)]
    assert all(line == b"%d" % index for _, _, index, line in taken)
    for basis in bases:
        below = sections.below(basis)
        got = sorted((log, index) for log, section, index, _ in taken if section < below.get(log, 0))
        assert got == sorted((log, index) for log in basis for index in range(min(basis[log], size)))
