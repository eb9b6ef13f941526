"""What is refused when money comes in (Art. 18), and what the person should do about it."""

from datetime import date

from contracts.refusals import Code, Refusal
from services.finance.words import yuan


def more_than_appropriated(outstanding: int, amount: int) -> Refusal:
    """More received than the appropriation still owes. Both in fen."""
    return Refusal(
        Code.OVERSPEND,
        f"到账金额超出拨款未到部分：尚余{yuan(outstanding)}元，所报{yuan(amount)}元",
        f"the appropriation still owes {yuan(outstanding)} yuan, not {yuan(amount)}",
        "核对到账凭证与拨款编号",
        "check the receipt and the appropriation's number",
        "19.1",
    )


def more_than_received(at_hand: int, amount: int) -> Refusal:
    """More allotted than the township has received and not yet given out. Both in fen."""
    return Refusal(
        Code.OVERSPEND,
        f"分配金额超出乡镇已到账未分配部分：尚余{yuan(at_hand)}元，所报{yuan(amount)}元",
        f"the township holds {yuan(at_hand)} yuan of this appropriation, not {yuan(amount)}",
        "待资金到账后再分配，或减少金额",
        "allot after the money has been received, or allot less",
        "18.4",
    )


def not_the_number(counties: int, townships: int) -> Refusal:
    """The list does not have the number that Art. 18 gives."""
    return Refusal(
        Code.LIST_MISMATCH,
        f"受款名单须为{counties}个县区和{townships}个乡镇（街道），不得重复",
        f"the list takes {counties} counties and {townships} townships, none twice",
        "核对名单",
        "check the list",
        "18.1",
    )


NOT_FOR_THIS_PLACE = Refusal(
    Code.USE_NOT_ALLOWED,
    "该拨款的受款地不含此工作队所驻村",
    "the appropriation was given for another place than the team's village",
    "从本地的拨款中分配",
    "allot from an appropriation for that place",
    "19.1",
)
NOT_APPROPRIATED = Refusal(
    Code.CROSS_KIND,
    "财政按第十八条拨付的只有专项补助资金；工作经费由派出单位安排，帮扶及其他资金另行入账",
    "finance bodies appropriate special subsidy only; the work fund comes from the dispatching unit",
    "按资金来源另行登记",
    "record this money where it comes from",
    "18",
)
SUBSTITUTION = Refusal(
    Code.SUBSTITUTION,
    "不得用帮扶资金等其他资金代替工作经费",
    "no other money may stand in for the work fund",
    "以本单位工作经费列支；帮扶资金按帮扶资金入账",
    "give work fund; book assistance as assistance",
    "18.6",
)
RECIPIENT_TOO_WIDE = Refusal(
    Code.UNKNOWN_PLACE,
    "受款地须为县（市、区）、乡镇（街道）或村",
    "the recipient is a county, a township or a village",
    "填写6、9或12位代码",
    "give a code of 6, 9 or 12 digits",
    "18.1",
)
TOWNSHIP_MISSING = Refusal(
    Code.UNKNOWN_PLACE,
    "拨款给县级的，到账时须写明收款乡镇，且须在受款地之内",
    "name the receiving township, which must lie in the recipient's area",
    "填写收款乡镇9位代码",
    "give the township's 9-digit code",
    "19.2",
)
MORE_PERSONS_THAN_POSTED = Refusal(
    Code.NOT_POSTED,
    "所报人数多于该单位当年在此工作队的岗位数（继任者不另计）",
    "more persons than posts of the unit in this team that year (a successor is no second post)",
    "核对人数",
    "check the number of persons",
    "18.5",
)
APPROPRIATION_EXISTS = Refusal(
    Code.DUPLICATE,
    "该拨款已登记；拨款不得改动或追加",
    "this appropriation is recorded; it is neither changed nor added to",
    "新的拨款用新的编号",
    "use a new number for new money",
    "18.1",
)
APPROPRIATION_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此拨款", "no such appropriation", "核对拨款编号", "check the appropriation's number", "18"
)
ALLOTMENT_EXISTS = Refusal(
    Code.DUPLICATE, "该分配已登记", "this allotment is recorded", "换用新的分配编号", "use a new number", "18.4"
)
CONTRIBUTION_EXISTS = Refusal(
    Code.DUPLICATE, "该笔工作经费已登记", "this contribution is recorded", "换用新的编号", "use a new number", "18.5"
)
TOO_EARLY = Refusal(
    Code.FUTURE_DATE,
    "尚不能安排该年度的资金",
    "money for that year cannot be given yet",
    "核对年度",
    "check the year",
    "18.1",
)
RECIPIENTS_NAMED = Refusal(
    Code.DUPLICATE,
    "该年度受款名单已登记",
    "the recipients of that year are named already",
    "核对年度",
    "check the year",
    "18.1",
)
RECIPIENT_ELSEWHERE = Refusal(
    Code.UNKNOWN_PLACE,
    "名单中有不在本市的地方",
    "the list names a place outside the city",
    "核对代码",
    "check the codes",
    "18.1",
)
SPECIAL_FOR_A_PROJECT = Refusal(
    Code.WRONG_STATE,
    "专项补助资金按地安排，不按项目拨付；项目在支出时列明",
    "special subsidy is given for a place; a project is named when the money is spent",
    "去掉项目编号",
    "leave out the project",
    "18.1",
)
NOT_RECEIVED_SO = Refusal(
    Code.CROSS_KIND,
    "派出单位、包村单位或其他投入方的到村资金按帮扶资金或其他到村资金入账，不得列作其他种类",
    "money of units and investors is booked as assistance or other funds and as nothing else",
    "按资金来源另行登记",
    "record this money where it comes from",
    "18.6",
)
RECEIPT_EXISTS = Refusal(
    Code.DUPLICATE,
    "该笔资金已登记",
    "this receipt is recorded",
    "换用新的编号",
    "use a new number",
    "19.2",
)
NOT_THE_PROJECTS_GIVER = Refusal(
    Code.USE_NOT_ALLOWED,
    "该项目不属此工作队、此种资金或此投入方",
    "that project is not of this team, kind of money or investor",
    "核对项目编号与投入方",
    "check the project and who gives the money",
    "20.6",
)


def second_meal(person: str, day: date) -> Refusal:
    """Another payment already holds the person's meal allowance for the day."""
    return Refusal(
        Code.DUPLICATE,
        f"{person} {day.isoformat()}已有伙食补助，同一日不得重复发放",
        f"{person} has a meal allowance for {day.isoformat()} already; there is no second one",
        "去掉该人该日，或先释放、冲正另一笔支出",
        "leave out that day, or release or reverse the other payment first",
        "17.1",
    )


def board_is_paid(person: str, day: date) -> Refusal:
    """The unit has paid board for the month in which the day lies."""
    return Refusal(
        Code.DUPLICATE,
        f"派出单位已发放{person} {day.isoformat()[:7]}的食宿补助，当月各日不得再列伙食补助",
        f"the board of {person} for {day.isoformat()[:7]} is paid; its days take no other meal allowance",
        "去掉该月各日，只列交通、住宿等费用",
        "leave out the days of that month; pay for transport and lodging only",
        "17.1",
    )


MEALS_UNSAID = Refusal(
    Code.NO_EVIDENCE,
    "此项用途须写明为何人、何日列支伙食补助；没有的写空表",
    "this use says for whom and which days it holds a meal allowance; an empty list where it holds none",
    "填写 meals",
    "give `meals`",
    "17.1",
)
MEALS_NOT_IN_THIS_USE = Refusal(
    Code.USE_NOT_ALLOWED,
    "此项用途不含伙食补助",
    "this use holds no meal allowance",
    "去掉 meals，或改列差旅费",
    "leave `meals` out, or ask for travel",
    "19.5",
)
MEAL_DAY_TWICE = Refusal(
    Code.DUPLICATE,
    "同一人同一日在本申请中列了两次",
    "one person and day stand twice in this request",
    "核对人员和日期",
    "check persons and days",
    "17.1",
)
MEALS_OF_A_STRANGER = Refusal(
    Code.NOT_POSTED,
    "所列人员当日不在此工作队",
    "a person named is not posted in this team on a day named",
    "核对人员和日期",
    "check persons and days",
    "17.1",
)
RETURN_EXISTS = Refusal(
    Code.DUPLICATE, "该笔退回已登记", "this return is recorded", "换用新的编号", "use a new number", "19.1"
)
STILL_ITS_PROJECTS = Refusal(
    Code.WRONG_STATE,
    "项目仍在办理且工作队未撤销，项目资金不得退回",
    "the project is under way and its team exists: its money stays with it",
    "项目验收、被否决或工作队撤销后再退回结余",
    "return what is left after acceptance, rejection, or the team's dissolution",
    "19.1",
)
NOT_THAT_VILLAGES_TEAM = Refusal(
    Code.USE_NOT_ALLOWED,
    "项目只能移交给本村现有的工作队",
    "a project goes to a team of its own village that exists",
    "该村没有新队的，将项目资金退回投入方",
    "where the village has no other team, return the money to whoever gave it",
    "20.2",
)
