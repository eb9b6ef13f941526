"""Unified social credit codes (GB 32100-2015): 18 characters, the last of which checks the others."""

from typing import Annotated

from pydantic import AfterValidator, Field

from contracts.sensitivity import Sensitivity

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of the standard: no I, O, S, V, Z. A character's value is its place."""


def check_character(first: str) -> str:
    """The 18th character for the first 17. Raises ValueError for anything else than 17 characters of the alphabet."""
    if len(first) != 17 or any(character not in ALPHABET for character in first):
        raise ValueError("the first part of a credit code has 17 characters out of 0-9 and A-Y without I, O, S, V, Z")
    weighted = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return ALPHABET[-weighted % 31]


def checked(code: str) -> str:
    """The code itself; raises ValueError where its last character does not check the others."""
    if code[17:] != check_character(code[:17]):
        raise ValueError("the check character of this unified social credit code is wrong (统一社会信用代码校验位不符)")
    return code


CreditCode = Annotated[str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$"), AfterValidator(checked), Sensitivity.OPEN]
