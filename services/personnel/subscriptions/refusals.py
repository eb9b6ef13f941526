"""What is refused about subscriptions, and what the person should do about it."""

from contracts.refusals import Code, Refusal

NAME_USED = Refusal(
    Code.DUPLICATE,
    "该订阅名称已使用过，其日志永久延续",
    "there is or was a subscription of this name: its log goes on for ever",
    "换用新的名称",
    "take another name",
    "0",
)
NOT_GRANTED = Refusal(
    Code.UNKNOWN_CASE,
    "该名称下没有有效的订阅",
    "no subscription stands under this name",
    "核对名称；已终止的订阅须以新名称重新授予",
    "check the name; what was ended is granted anew under another name",
    "0",
)
NO_SCOPE = Refusal(
    Code.MALFORMED,
    "该职责不能以此范围订阅：按地域的须列明地域，按人员的须列明单位，审计为全部",
    "the role cannot subscribe so: one that sees places needs places, one that sees its own people needs its unit,"
    " audit sees everything",
    "按 contracts/scopes.yaml 核对职责、地域与单位，地域不得重复",
    "check role, places and unit against contracts/scopes.yaml; name no place twice",
    "0",
)
UNIT_UNKNOWN = Refusal(
    Code.UNKNOWN_ORGANISATION,
    "该单位尚未登记",
    "this organisation is not registered",
    "先登记该单位，或核对单位编号",
    "register the organisation, or check its number",
    "0",
)
PLACE_UNKNOWN = Refusal(
    Code.UNKNOWN_PLACE,
    "所列地域中有昆明市当日不在使用的代码",
    "one of the places has a code that no county of Kunming has on the day",
    "核对代码前6位；撤县设区后使用新代码",
    "check the first six digits; a county that became a district has a new code",
    "0",
)
KEY_MALFORMED = Refusal(
    Code.MALFORMED,
    "密钥不成立，或不是此订阅的密钥",
    "one of the keys is none, or belongs to another subscription",
    "由 zhucun agency 生成密钥",
    "let zhucun agency make the keys",
    "0",
)
KEY_USED = Refusal(
    Code.DUPLICATE,
    "该密钥已用于此订阅",
    "this subscription has had this key already",
    "生成新的密钥",
    "make a new key",
    "0",
)
EXPIRED = Refusal(
    Code.WRONG_INTERVAL,
    "凭据的截止时间已过",
    "the credentials would have expired already",
    "核对截止日期",
    "check the last day",
    "0",
)
UNCHANGED = Refusal(Code.DUPLICATE, "范围没有变化", "the scope is what it was", "无需办理", "nothing to do", "0")
