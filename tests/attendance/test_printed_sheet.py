"""The printed sheet in a real browser: a full team, a long month and remarks on one page of A4 (Art. 9)."""

import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from contracts.sheets import SheetRow
from services.attendance.sheets.page import Printed, page, remarks_of

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LONG_MONTH = "2017-05"
A_BUSY_MONTH = "PPPTTPPLLLPRRPSSPPARRPAAPPTPRRL"
"""Trips, leave, secondment and absence in several spans each: as many remarks as a row can have."""


def row(number: int, letters: str = A_BUSY_MONTH) -> SheetRow:
    posted = len(letters) - letters.count("-")
    return SheetRow(person=f"P0000{number:02d}", unit="O0001", leader=number == 0, days=letters, posted=posted)


def sheet(rows: list[SheetRow], **names: str) -> Printed:
    return Printed(
        team="T0001",
        village="530113100201",
        month=LONG_MONTH,
        version=3,
        digest="a" * 64,
        rows=rows,
        rest_days=frozenset(date(2017, 5, day) for day in (1, 6, 7, 13, 14, 20, 21, 28, 29, 30)),
        names=names,
        village_name="东川区汤丹镇达朵村",
        superseded=True,
        signed="钱多多　2017-06-02",
        submitted="2017-06-03",
        reviewed="已审核　2017-06-05",
    )


def test_remarks_say_from_when_to_when_somebody_was_away() -> None:
    assert remarks_of(row(1)) == ["8–10、31日请假", "4–5、27日出差", "15–16日被抽调", "19、23–24日缺岗"]
    assert remarks_of(row(1, "---------" + "P" * 22)) == ["10日到岗"]
    assert remarks_of(row(1, "P" * 20 + "L" + "-" * 10)) == ["21日离队", "21日请假"]
    assert remarks_of(row(1, "LRLRLRL" + "P" * 24)) == ["1、3日等请假"]


def test_where_names_are_missing_the_page_says_where_they_are() -> None:
    assert "姓名只存于人事库" in page(sheet([row(0), row(1)], P000000="赵山水"))
    assert "姓名只存于人事库" not in page(sheet([row(0)], P000000="赵山水"))


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
@pytest.mark.parametrize(("persons", "pages"), [(10, 1), (12, 1), (40, 3)])
def test_a_full_team_and_a_long_month_print_to_one_page(tmp_path: Path, persons: int, pages: int) -> None:
    rows = [row(number) for number in range(persons)]
    rows[3], rows[4] = row(3, "---------" + A_BUSY_MONTH[9:]), row(4, A_BUSY_MONTH[:20] + "-" * 11)
    long_names = {one.person: "阿依古丽·买买提" for one in rows}
    (tmp_path / "sheet.html").write_text(page(sheet(rows, **long_names)), "utf-8")
    assert BROWSER is not None
    printed = tmp_path / "sheet.pdf"
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [
            *command,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={printed}",
            f"file://{tmp_path}/sheet.html",
        ],
        check=True,
        capture_output=True,
        timeout=600,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == pages
