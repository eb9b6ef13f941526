"""The measures as code: one pure function per clause, in the order of the text, the clause itself as docstring."""

from collections.abc import Callable
from typing import Any

from services.assessment.articles import chapter_4, chapter_5

CLAUSES: dict[str, Callable[..., Any]] = chapter_4.CLAUSES | chapter_5.CLAUSES
"""Article and clause -> its function."""


def clause_text(article: str) -> str:
    """The clause word for word: the first paragraph of its function's docstring."""
    first = (CLAUSES[article].__doc__ or "").split("\n\n", 1)[0]
    return "".join(line.strip() for line in first.splitlines())
