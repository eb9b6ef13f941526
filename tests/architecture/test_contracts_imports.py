"""Whoever installs the contracts gets nothing else with them (design section 3)."""

import sys

import pytest

from tests.architecture.source import Module, within

ALLOWED = {"contracts", "cryptography", "pydantic", "pydantic_core"}  # the last comes with pydantic and is its own
SUBSCRIBER = {"nats"}
"""What the extra `subscriber` brings, for the kit alone."""


@pytest.mark.parametrize("module", within("contracts"), ids=lambda module: module.name)
def test_contracts_import_the_standard_library_pydantic_and_cryptography(module: Module) -> None:
    imported = {name.split(".")[0] for name in module.imports()}
    extra = SUBSCRIBER if module.name.startswith("contracts.subscriber") else set()
    assert imported - ALLOWED - extra - sys.stdlib_module_names == set()
