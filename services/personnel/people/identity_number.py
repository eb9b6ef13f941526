"""Citizen identity numbers (GB 11643-1999): 18 characters, the last of which checks the others."""

from typing import Annotated

from pydantic import AfterValidator, Field

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def checked(number: str) -> str:
    """The number itself; raises ValueError where its last character does not check the others."""
    weighted = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    if number[17] != _CHECKS[weighted % 11]:
        raise ValueError("the check character of this identity number is wrong (公民身份号码校验码不符)")
    return number


IdentityNumber = Annotated[str, Field(pattern=r"^[1-9][0-9]{16}[0-9X]$"), AfterValidator(checked)]
