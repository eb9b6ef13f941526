"""What finance refuses, and what the person should do about it."""

from contracts.refusals import Code, Refusal


def yuan(fen: int) -> str:
    """`30000.01`: fen as people write money."""
    return f"{fen // 100}.{fen % 100:02d}"


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


OTHER_USE = Refusal(
    Code.USE_NOT_ALLOWED,
    "“其他”用途须有书面理由，并经县级财政部门和派出单位同意；尚无该同意的记录",
    "`other` needs a written reason and the consent of county finance and of the dispatching unit; none is recorded",
    "改列第十九条所列用途，或先取得县级财政部门和派出单位同意",
    "choose a use that Article 19 names, or obtain both consents first",
    "19.6",
)
NOT_FOR_THIS_PLACE = Refusal(
    Code.USE_NOT_ALLOWED,
    "该拨款的受款地不含此工作队所驻村",
    "the appropriation was given for another place than the team's village",
    "从本地的拨款中分配",
    "allot from an appropriation for that place",
    "19.1",
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
NOT_APPROPRIATED = Refusal(
    Code.CROSS_KIND,
    "财政按第十八条拨付的只有专项补助资金；工作经费由派出单位安排，帮扶及其他资金另行入账",
    "finance bodies appropriate special subsidy only; the work fund comes from the dispatching unit",
    "按资金来源另行登记",
    "record this money where it comes from",
    "18",
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
SUBSTITUTION = Refusal(
    Code.SUBSTITUTION,
    "不得用帮扶资金等其他资金代替工作经费",
    "no other money may stand in for the work fund",
    "以本单位工作经费列支；帮扶资金按帮扶资金入账",
    "give work fund; book assistance as assistance",
    "18.6",
)
NO_TOPUP = Refusal(
    Code.NO_TOPUP,
    "超支不补：不得为弥补超支追加资金",
    "an excess is not made good: no money is added to cover one",
    "在原有总额内调整支出",
    "keep the spending within what there is",
    "19.1",
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
MORE_PERSONS_THAN_POSTED = Refusal(
    Code.NOT_POSTED,
    "所报人数多于该单位当年在此工作队的岗位数（继任者不另计）",
    "more persons than posts of the unit in this team that year (a successor is no second post)",
    "核对人数",
    "check the number of persons",
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
TOO_EARLY = Refusal(
    Code.FUTURE_DATE,
    "尚不能安排该年度的资金",
    "money for that year cannot be given yet",
    "核对年度",
    "check the year",
    "18.1",
)
