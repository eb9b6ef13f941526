"""`zhucun rules`: one clause for whoever asks, and the page that a legal officer signs off."""

import re
from pathlib import Path

import pytest

from services.assessment.articles import CLAUSES
from services.assessment.rules import rules
from services.assessment.rules.pages import cases_of, show, weave
from services.assessment.rules.rules import RulesError
from tests.assessment.test_clauses import squeezed


def test_a_clause_is_shown_with_words_gloss_code_history_and_cases() -> None:
    text = show("15.3")
    assert rules.clauses()["15.3"].text in text
    assert "def days_short(" in text and '"""' not in text
    assert "shortfall.threshold" in text and "自 2016-04-27 起" in text
    assert re.search(r"W02 .*199天", text)
    assert "W11" not in text


def test_a_clause_that_is_no_code_says_what_became_of_it() -> None:
    text = show("18.1")
    assert rules.clauses()["18.1"].where in text
    assert "def " not in text


@pytest.mark.parametrize("article", list(rules.clauses()))
def test_every_clause_can_be_shown(article: str) -> None:
    text = show(article)
    assert rules.clauses()[article].text in text
    assert ("def " in text) is (article in CLAUSES)


def test_every_rule_of_the_fold_is_exercised_by_a_case() -> None:
    folder = Path("tests/cases")
    without = {article for article in CLAUSES if not cases_of(article, folder)}
    assert without <= {"8.4", "9.14", "12.4", "12.11"}, without


def test_an_unknown_clause_names_those_of_its_article() -> None:
    with pytest.raises(RulesError, match=r"15\.0、15\.1"):
        show("15.9")
    with pytest.raises(RulesError, match="共二十三条"):
        show("99")


def test_the_woven_page_holds_every_word_of_the_measures_and_every_parameter_once_read() -> None:
    page = weave()
    plain = squeezed(re.sub(r"<[^>]+>", "", page).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    for clause in rules.clauses().values():
        assert squeezed(clause.text) in plain, clause.article
    for name in rules.load().parameters:
        assert name in page, name
    assert page.count('class="article"') == 23
    assert rules.text_digest() in page and rules.rules_digest() in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("cited", "clause"),
    [
        ("第十五条第三项", "15.3"),
        ("十五条第4款", "15.4"),
        (" 15.3 ", "15.3"),
        ("第二十三条第1项", "23.1"),
        ("第十条第一款", "10.1"),
    ],
)
def test_a_clause_is_shown_as_it_is_cited(cited: str, clause: str) -> None:
    assert show(cited) == show(clause)


@pytest.mark.parametrize("cited", ["15", "第十五条", "第15条"])
def test_an_article_is_shown_whole(cited: str) -> None:
    text = show(cited)
    assert [line for line in text.splitlines() if line.startswith("第15条 ")] == [f"第15条 15.{n}" for n in range(6)]


@pytest.mark.parametrize("cited", ["第二十四条", "99", "总则", "第十五条第九项"])
def test_what_is_no_clause_is_said(cited: str) -> None:
    with pytest.raises(RulesError, match="没有 "):
        show(cited)
