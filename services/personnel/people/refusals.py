"""What is refused about people's details, and what the person should do about it."""

from contracts.refusals import Code, Refusal

NOT_SHOWN = Refusal(
    Code.AUTH,
    "您的职责或地域不能查看此人的这项信息",
    "your role or area does not let you see this about that person",
    "请有此职责的人查看，或只查询必要的项目",
    "ask somebody who holds the role, or ask for less",
    "0",
)
