"""Members that the forms of several subjects share."""

from typing import Annotated

from pydantic import Field

from contracts.identifiers import Sha256

Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Evidence = Annotated[tuple[Sha256, ...], Field(max_length=50)]
