"""What finance refuses, and what the person should do about it."""

from contracts.refusals import Code, Refusal
from services.finance.words import yuan


def overspend(available: int, amount: int) -> Refusal:
    """The account does not hold the amount. Both in fen."""
    return Refusal(
        Code.OVERSPEND,
        f"超出可用余额：可用{yuan(available)}元，所需{yuan(amount)}元；总额控制，超支不补",
        f"more than is available: {yuan(available)} yuan are, {yuan(amount)} are asked for",
        "减少金额，或待新的资金到账后再报",
        "ask for less, or wait for new money",
        "19.1",
    )


def use_not_allowed(kind_zh: str, allowed: str, article: str) -> Refusal:
    """The kind of money may not be spent so; `allowed` lists what it may be spent on."""
    return Refusal(
        Code.USE_NOT_ALLOWED,
        f"{kind_zh}不得用于此项，专款专用",
        f"this money may only be used for: {allowed}",
        "改用与用途相符的资金，或更正用途",
        "use money meant for this, or correct the use",
        article,
    )


def year_closed(through: int) -> Refusal:
    """No entry is dated into a closed year."""
    return Refusal(
        Code.PERIOD_CLOSED,
        f"{through}年及以前的账簿已结账，不得再记入",
        f"the books are closed through {through}: nothing is dated there any more",
        "以结账后的日期另行登记，并注明原由",
        "date the entry after the closed year",
        "19.1",
    )


def year_open(year: int) -> Refusal:
    """Years are closed one after the other."""
    return Refusal(
        Code.WRONG_STATE,
        f"{year}年尚未结账，须逐年结账",
        f"{year} is still open: years are closed one after the other",
        f"先办理{year}年结账",
        f"close {year} first",
        "19.1",
    )


def more_than_paid(paid: int, amount: int) -> Refusal:
    """More comes back, or is called misused, than was paid. Both in fen."""
    return Refusal(
        Code.OVERSPEND,
        f"金额超出该支出：该支出{yuan(paid)}元，所报{yuan(amount)}元",
        f"the payment is of {yuan(paid)} yuan, not {yuan(amount)}",
        "核对金额",
        "check the amount",
        "19.1",
    )


def more_than_board(left: int, amount: int) -> Refusal:
    """More board than is still due for the month. Both in fen."""
    return Refusal(
        Code.OVERSPEND,
        f"超出当月应发食宿补助：尚应发{yuan(left)}元，所报{yuan(amount)}元",
        f"{yuan(left)} yuan are still due for that month, not {yuan(amount)}",
        "按派驻天数折算后发放",
        "pay by posted days",
        "17.1",
    )


OTHER_USE = Refusal(
    Code.USE_NOT_ALLOWED,
    "“其他”用途须有书面理由，并经县级财政部门和派出单位同意；尚无该同意的记录",
    "`other` needs a written reason and the consent of county finance and of the dispatching unit; none is recorded",
    "改列第十九条所列用途，或先取得县级财政部门和派出单位同意",
    "choose a use that Article 19 names, or obtain both consents first",
    "19.6",
)
CROSS_KIND = Refusal(
    Code.CROSS_KIND,
    "不同种类的资金不得相互调剂",
    "money never changes its kind",
    "各在本种资金内列支",
    "spend each kind within itself",
    "18.6",
)
ASSISTANCE_AS_WORK_FUND = Refusal(
    Code.CROSS_KIND,
    "帮扶资金不得作为工作经费使用",
    "assistance money may not be used as work fund",
    "此项从工作经费中列支",
    "pay this from the work fund",
    "18.6",
)
NO_FISCAL_PROJECT = Refusal(
    Code.NO_PROJECT_APPROVAL,
    "财政专项扶贫资金须先有县扶贫开发领导小组批准的项目；尚无该批准的记录",
    "fiscal poverty money needs a project approved by the county leading group; none is recorded",
    "先办理项目确定、乡镇文件和县领导小组审批",
    "determine the project, have the township's document, then the leading group's approval",
    "20.4",
)
NO_VILLAGE_MEETING = Refusal(
    Code.NO_VR_MEETING,
    "其他到村资金须由工作队和村“两委”组织村民代表共同确定项目，并经投入单位（个人）同意；尚无该项记录",
    "a project determined with the village representatives and the investor's consent are needed; none is recorded",
    "先召开村民代表会议确定项目，再取得投入方同意",
    "hold the representatives' meeting, then obtain the investor's consent",
    "20.6",
)
NO_TOPUP = Refusal(
    Code.NO_TOPUP,
    "超支不补：不得为弥补超支追加资金",
    "an excess is not made good: no money is added to cover one",
    "在原有总额内调整支出",
    "keep the spending within what there is",
    "19.1",
)
TEAM_UNKNOWN = Refusal(
    Code.UNKNOWN_TEAM, "查无此工作队", "no such team", "核对工作队编号", "check the team's number", "18.4"
)
UNIT_WITHOUT_PEOPLE = Refusal(
    Code.NOT_POSTED,
    "该单位当年没有人员在此工作队；工作经费只为本单位派驻人员安排",
    "the unit has nobody in this team that year; a unit gives work fund for its own people",
    "核对工作队编号和年度",
    "check the team's number and the year",
    "18.5",
)
NOT_THIS_TEAM = Refusal(
    Code.AUTH,
    "只有该工作队的队长可以申请支出",
    "only the leader of that very team may request its spending",
    "由该队队长申请",
    "have that team's leader ask",
    "19.2",
)
SELF_APPROVAL = Refusal(
    Code.SELF,
    "申请人不得审批本人的申请",
    "nobody approves what he asked for",
    "由其他分管领导审批",
    "have another leader approve",
    "19.2",
)
SELF_PAYMENT = Refusal(
    Code.SELF,
    "申请、审批、付款须由三人分别办理",
    "who asked or approved does not pay",
    "由财务部门其他人员付款",
    "have somebody else pay",
    "19.2",
)
PAYMENT_EXISTS = Refusal(
    Code.DUPLICATE, "该支出编号已使用", "this payment number is used", "换用新的支出编号", "use a new number", "19.2"
)
PAYMENT_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该队该种资金下查无此支出",
    "no such payment in this team's book of this kind",
    "核对工作队、资金种类和支出编号",
    "check team, kind and payment number",
    "19.2",
)
NOT_REQUESTED = Refusal(
    Code.WRONG_STATE,
    "该支出不在待审批状态",
    "this payment does not wait for approval",
    "核对该支出的办理进度",
    "check where the payment stands",
    "19.2",
)
NOT_RESERVED = Refusal(
    Code.WRONG_STATE,
    "该支出未经审批，或已付款、已释放",
    "this payment is not approved, or was already paid or released",
    "核对该支出的办理进度",
    "check where the payment stands",
    "19.1",
)
FUTURE = Refusal(
    Code.FUTURE_DATE, "日期在今天之后", "the date lies in the future", "到当日再登记", "record it on the day"
)
BOARD_FROM_A_BOOK = Refusal(
    Code.USE_NOT_ALLOWED,
    "食宿补助由派出单位发放，不得从工作队的任何资金中列支",
    "board is paid by the dispatching unit and never out of a team's money",
    "由派出单位以本单位资金发放",
    "have the unit pay it from its own money",
    "17.1",
)
OTHER_WITHOUT_REASON = Refusal(
    Code.NO_EVIDENCE,
    "列支“其他”用途须写明理由",
    "`other` needs a written reason",
    "填写理由，并取得县级财政部门和派出单位同意",
    "give the reason, then obtain both consents",
    "19.6",
)
NO_CONSENT_ASKED = Refusal(
    Code.WRONG_STATE,
    "该支出不是待审批的“其他”用途，无须同意",
    "this payment is no `other` use that waits for approval",
    "核对该支出的办理进度",
    "check where the payment stands",
    "19.6",
)
CONSENT_GIVEN = Refusal(
    Code.DUPLICATE,
    "该方已同意",
    "this side has consented already",
    "无须再次同意",
    "nothing more is needed",
    "19.6",
)
BOTH_CONSENTS = Refusal(
    Code.SELF,
    "县级财政部门和派出单位的同意须由两人分别作出",
    "the two bodies consent through two people",
    "由另一方的其他人员办理",
    "have somebody else speak for the other body",
    "19.6",
)
PAID_BEFORE_APPROVAL = Refusal(
    Code.WRONG_INTERVAL,
    "付款日期早于审批日期",
    "the date of payment lies before the approval",
    "核对付款日期；先批后付",
    "check the date; approval comes first",
    "19.2",
)
NOT_DISBURSED = Refusal(
    Code.WRONG_STATE,
    "该支出没有可退回、冲正的已付金额",
    "nothing of this payment is paid that could come back",
    "核对该支出的办理进度",
    "check where the payment stands",
    "19.2",
)
REFUND_EXISTS = Refusal(
    Code.DUPLICATE,
    "该笔退款已登记",
    "this refund is recorded",
    "换用新的编号",
    "use a new number",
    "19.2",
)
BACK_BEFORE_PAID = Refusal(
    Code.WRONG_INTERVAL,
    "退款日期早于付款日期",
    "the refund is dated before the payment",
    "核对日期",
    "check the date",
    "19.2",
)
YEAR_NOT_OVER = Refusal(
    Code.FUTURE_DATE,
    "该年度尚未结束，不能结账",
    "the year is not over and cannot be closed",
    "年度终了后再结账",
    "close it after its end",
    "19.1",
)
BOOKS_CLOSED = Refusal(
    Code.DUPLICATE,
    "该年度已结账",
    "the books of that year are closed",
    "核对年度",
    "check the year",
    "19.1",
)
NOT_POSTED_BY_UNIT = Refusal(
    Code.NOT_POSTED,
    "该人员当月没有由本单位派驻的日子",
    "the unit had this person posted on no day of that month",
    "核对人员、单位和月份",
    "check person, unit and month",
    "17.1",
)
BOARD_PAID = Refusal(
    Code.DUPLICATE,
    "当月食宿补助已足额发放",
    "the board of that month is paid in full",
    "核对月份",
    "check the month",
    "17.1",
)
OPINION_EXISTS = Refusal(
    Code.DUPLICATE,
    "该编号已使用",
    "this number is used",
    "换用新的编号",
    "use a new number",
    "19.3",
)
SHORTFALL_SAID = Refusal(
    Code.DUPLICATE,
    "该项已登记",
    "this is recorded",
    "无须再次登记",
    "nothing more is needed",
    "18",
)
TEAM_DISSOLVED = Refusal(
    Code.PERIOD_CLOSED,
    "工作队已撤销，账簿冻结，结余由县级财政部门决定",
    "the team is dissolved: its books are frozen, county finance decides",
    "请县级财政部门办理结余划转",
    "have county finance hand the balance over",
    "19.1",
)
NOT_DISSOLVED = Refusal(
    Code.CROSS_KIND,
    "结余留用：工作队未撤销，资金不得划给其他工作队",
    "what is left stays with the team while there is one",
    "在本队本种资金内列支",
    "spend it within the team",
    "19.1",
)
OTHER_COUNTY = Refusal(
    Code.USE_NOT_ALLOWED,
    "只能划给本县（市、区）的工作队",
    "only to a team of the same county",
    "改划本县工作队",
    "choose a team of the county",
    "19.1",
)
HANDOVER_EXISTS = Refusal(
    Code.DUPLICATE,
    "该笔划转已登记",
    "this handover is recorded",
    "换用新的编号",
    "use a new number",
    "19.1",
)
