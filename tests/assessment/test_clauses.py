"""The law stands beside the code: word for word, without a gap, and without numbers in the code."""

import ast
import inspect
import re

import pytest

from contracts.catalogue import EVENTS, SERVICES
from services.assessment.articles import CLAUSES, chapter_4, chapter_5, clause_text
from services.assessment.fold import outcome, quota
from services.assessment.rules import explain, rules

HERE = rules.HERE
TREATMENTS = {"rule", "determination", "procedure", "not_modelled"}
NUMERALS = re.findall(
    r"\S+", "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 二十一 二十二 二十三"
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def articles() -> dict[int, str]:
    """Body of each article as committed, without chapter headings and white space."""
    text = rules.measures_text()
    text = re.sub(r"(?m)^第[一二三四五六七]章.*$", "", text[text.index("第一章") :])
    parts = re.split(r"(?m)^\s*第([一二三四五六七八九十]+)条\s", text)
    return {NUMERALS.index(name) + 1: squeezed(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize("article", sorted(CLAUSES))
def test_a_docstring_begins_with_the_clause_word_for_word(article: str) -> None:
    assert clause_text(article) == squeezed(rules.clauses()[article].text)
    assert clause_text(article) in squeezed(rules.measures_text())
    gloss = (CLAUSES[article].__doc__ or "").split("\n\n", 1)[1]
    assert re.search(r"[A-Za-z]{3}", gloss), f"{article} lacks its English gloss"


@pytest.mark.parametrize("article", sorted(CLAUSES))
def test_a_clause_fits_about_ten_statements(article: str) -> None:
    function = ast.parse(inspect.getsource(CLAUSES[article])).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 2 <= 13


@pytest.mark.parametrize("chapter", [chapter_4, chapter_5], ids=["chapter_4", "chapter_5"])
def test_no_threshold_stands_in_an_article(chapter: object) -> None:
    tree = ast.parse(inspect.getsource(chapter))  # type: ignore[arg-type]  # a module, which getsource takes
    numbers = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int}
    assert numbers <= {0, 1}, "0 and 1 are logic; everything else is a parameter"


def test_every_word_of_the_23_articles_is_covered_in_the_order_of_the_text() -> None:
    covered: dict[int, str] = {}
    for clause in rules.clauses().values():
        number = int(clause.article.split(".")[0])
        covered[number] = covered.get(number, "") + squeezed(clause.text)
    assert covered == articles()
    assert list(covered) == list(range(1, 24))


def test_every_clause_says_what_became_of_it() -> None:
    for clause in rules.clauses().values():
        assert clause.treatment in TREATMENTS, clause.article
        assert len(clause.where) > 10, f"{clause.article}: where, or why not"
    assert set(CLAUSES) <= {c.article for c in rules.clauses().values() if c.treatment == "rule"}


def test_a_procedure_names_facts_that_exist_in_the_service_that_it_names() -> None:
    """A clause that no code applies is carried out by recording something: that something must be there."""
    for clause in rules.clauses().values():
        assert "later issue" not in clause.where, clause.article
        service, colon, rest = clause.where.partition(": ")
        if clause.treatment in ("procedure", "determination") and colon and service in SERVICES:
            known = {name.split(".")[2] for name in EVENTS if name.split(".")[1] == service}
            foreign = {name.split(".")[2] for name in EVENTS} - known
            named = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", rest))
            own = {name for name in named if name not in foreign}
            assert own <= known, f"{clause.article}: {own - known}"


def test_a_rule_names_code_that_exists() -> None:
    for clause in rules.clauses().values():
        if clause.treatment == "rule":
            module = re.match(r"([a-z_0-9]+(?:[./][a-z_0-9]+)*)", clause.where)
            assert module, clause.article
            path = module[1].replace(".", "/")
            places = [HERE / f"{path}.py", HERE / f"{path.rpartition('/')[0]}.py", HERE.parent / f"{path}.py"]
            assert any(place.is_file() for place in places), f"{clause.article}: {clause.where}"


def test_every_parameter_of_the_fold_is_explained_under_some_clause() -> None:
    explained = {name for names in explain.PARAMETERS_OF.values() for name in names}
    read = {name for name, parameter in rules.load().parameters.items() if parameter.fold}
    assert read - explained <= {
        "rules.effective_from",
        "rules.assess_at",
        "rules.earlier_values",
        "leave.close_within_duty_days",
        "checkin.multi_village",
    }
    assert explained <= read


def test_the_fold_reads_exactly_the_parameters_that_say_so() -> None:
    sources = "".join((HERE / f"{module}.py").read_text(encoding="utf-8") for module in rules.FOLD_MODULES)
    read = set(re.findall(r'(?:p|parameters|y\.parameters)\["([a-z0-9_.]+)"\]', sources))
    read |= set(re.findall(r'(?:on_day|earlier)\((?:p|y\.parameters), "([a-z0-9_.]+)"', sources))
    assert read == {name for name, parameter in rules.load().parameters.items() if parameter.fold}


def test_the_digest_covers_every_module_that_the_fold_imports() -> None:
    named = {
        f"services.assessment.{module.replace('/', '.').removesuffix('.__init__')}" for module in rules.FOLD_MODULES
    }
    for module in rules.FOLD_MODULES:
        tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("services"):
                inner = {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
                assert inner & named, f"{module} imports {node.module}, which is not in FOLD_MODULES"


def test_every_flag_is_explained_in_words() -> None:
    flags = set(re.findall(r'"([a-z_]+)": ', inspect.getsource(outcome.flags_of))) - {"15.3"}
    given = {*flags, *re.findall(r'flags.add\("([a-z_]+)"\)', inspect.getsource(quota))}
    reviews = {f"shortfall_review_{state}" for state in ("required", "upheld", "referred", "undetermined")}
    assert given | reviews == set(explain.FLAGS)
