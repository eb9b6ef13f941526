"""What is refused on the way of a project (Art. 20), and what the person should do about it."""

from contracts.refusals import Code, Refusal
from services.finance.words import yuan


def beyond_the_project(left: int, amount: int) -> Refusal:
    """The project does not have that much left of its own amount. Both in fen."""
    return Refusal(
        Code.OVERSPEND,
        f"超出项目投资：余{yuan(left)}元，所需{yuan(amount)}元；总额控制，超支不补",
        f"the project has {yuan(left)} yuan left of its amount, {yuan(amount)} are asked for",
        "减少金额，或按规定变更项目",
        "ask for less, or change the project",
        "19.1",
    )


def too_short(days: int) -> Refusal:
    """The notice does not stand for the whole period."""
    return Refusal(
        Code.NO_NOTICE,
        f"公示期不少于{days}天",
        f"a notice stands for at least {days} days",
        "延长公示期",
        "let it stand longer",
        "20.5",
    )


PROJECT_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该工作队查无此项目",
    "no such project of this team",
    "核对项目编号",
    "check the project's number",
    "20",
)
PROJECT_EXISTS = Refusal(
    Code.DUPLICATE,
    "该项目编号已使用",
    "this project number is used",
    "换用新的编号",
    "use a new number",
    "20",
)
NOT_THIS_TEAM = Refusal(
    Code.AUTH,
    "只能由该项目所属工作队的队长或所驻村村“两委”办理",
    "the leader of that project's own team, or its village's committees",
    "由该队队长或村“两委”办理",
    "have that leader or the committees do it",
    "20.2",
)
NO_PROJECTS_OF_THIS_KIND = Refusal(
    Code.USE_NOT_ALLOWED,
    "此种资金不安排到村项目",
    "this kind of money has no projects",
    "改用与项目相符的资金",
    "use money meant for projects",
    "19.6",
)
NOT_ITS_SOURCE = Refusal(
    Code.CROSS_KIND,
    "资金来源与资金种类不符：财政专项扶贫、专项补助资金由财政安排，帮扶及其他到村资金由单位或投入方安排",
    "source and kind do not belong together",
    "核对资金种类与来源",
    "check kind and source",
    "20",
)
GIVER_MISSING = Refusal(
    Code.NO_CONSENT,
    "单位或个人投入的项目须写明投入方；财政资金不写",
    "name who gives the money of a unit or investor; leave it out for a finance body",
    "填写投入单位（个人）编号",
    "give the investor's number",
    "20.6",
)
NOT_A_POOR_VILLAGE = Refusal(
    Code.NO_EVIDENCE,
    "财政专项扶贫资金要集中投向贫困村；投向其他村须写明理由",
    "fiscal poverty money goes to registered poor villages; another village needs a reason",
    "写明理由，或改投建档立卡贫困村",
    "give the reason, or choose a poor village",
    "20.1",
)
OTHER_KIND = Refusal(
    Code.CROSS_KIND,
    "该项目不用此种资金",
    "the project is not of this kind of money",
    "在项目本种资金内列支",
    "spend the project's own kind of money",
    "18.6",
)
NO_MEETING = Refusal(
    Code.NO_VR_MEETING,
    "项目未经工作队和村“两委”组织村民代表共同确定",
    "the project is not determined with the village representatives",
    "先召开村民代表会议并确定项目",
    "hold the representatives' meeting and determine the project",
    "20.2",
)
NOT_QUORATE = Refusal(
    Code.NO_VR_MEETING,
    "村民代表会议无效：须工作队、村“两委”在场，三分之二以上代表到会，到会者过半数同意",
    "the meeting does not count: team and committees present, two thirds of the representatives, a majority of those",
    "重新召开会议",
    "hold the meeting again",
    "20.2",
)
ALREADY_DETERMINED = Refusal(
    Code.WRONG_STATE,
    "项目已确定；变更请另行提出",
    "the project is determined; propose a change instead",
    "提出变更",
    "propose a change",
    "20.2",
)
IMPOSSIBLE_COUNT = Refusal(
    Code.MALFORMED,
    "人数不符：同意者不多于到会者，到会者不多于代表总数",
    "in favour, present, representatives: each at most the next",
    "核对会议记录",
    "check the minutes",
    "20.2",
)
NOT_FISCAL = Refusal(
    Code.WRONG_STATE,
    "此步骤只用于财政专项扶贫资金项目",
    "this step is for fiscal poverty money only",
    "其他到村资金由投入方同意",
    "other money needs the investor's consent",
    "20.6",
)
NOT_BY_CONSENT = Refusal(
    Code.WRONG_STATE,
    "财政专项扶贫资金项目由县扶贫开发领导小组审批，不以投入方同意代替",
    "fiscal projects are approved by the county leading group, not consented to",
    "按乡镇审核、文件、县审批办理",
    "go through review, document and approval",
    "20.4",
)
NOT_REVIEWED = Refusal(
    Code.NO_TWP_DOC,
    "项目未经乡镇（街道）党（工）委审核，不得行文",
    "the township has not reviewed the project; there is no document yet",
    "先审核",
    "review it first",
    "20.3",
)
NO_TOWNSHIP_DOCUMENT = Refusal(
    Code.NO_TWP_DOC,
    "没有乡镇（街道）党（工）委文件",
    "there is no document of the township",
    "先审核并以乡镇（街道）党（工）委文件上报",
    "review it and issue the document",
    "20.3",
)
NO_APPROVAL = Refusal(
    Code.NO_PROJECT_APPROVAL,
    "项目未经县扶贫开发领导小组批准",
    "the county leading group has not approved the project",
    "待批准后再办理",
    "wait for its approval",
    "20.4",
)
REJECTED = Refusal(
    Code.NO_PROJECT_APPROVAL,
    "县扶贫开发领导小组未予批准",
    "the county leading group has rejected the project",
    "变更项目后重新履行程序",
    "change the project and begin the chain again",
    "20.4",
)
NO_CONSENT = Refusal(
    Code.NO_CONSENT,
    "未取得投入单位（个人）书面同意",
    "whoever gives the money has not consented in writing",
    "先取得书面同意",
    "obtain the written consent first",
    "20.6",
)
NOT_THE_INVESTOR = Refusal(
    Code.AUTH,
    "只有该项目的投入单位（个人）可以同意",
    "only whoever gives the project's money may consent",
    "由投入方办理",
    "have the investor do it",
    "20.6",
)
DECISION_WITHOUT_PAPER = Refusal(
    Code.NO_EVIDENCE,
    "批准须填批复文号，不批准须填理由",
    "an approval needs the number of its document, a rejection its reason",
    "补填",
    "add it",
    "20.4",
)
STEP_TAKEN = Refusal(
    Code.DUPLICATE,
    "该步骤已办理",
    "this step is taken",
    "核对项目进度",
    "check where the project stands",
    "20",
)
NOT_STARTED = Refusal(
    Code.WRONG_STATE,
    "项目尚未开工",
    "the project has not started",
    "先登记开工",
    "record its start first",
    "20",
)
STARTED_BEFORE_APPROVAL = Refusal(
    Code.NO_PROJECT_APPROVAL,
    "开工日期早于批准或同意日期",
    "the start lies before the approval or consent",
    "核对日期；先批后建",
    "check the date; approval comes first",
    "20",
)
NOTHING_CHANGED = Refusal(
    Code.WRONG_STATE,
    "金额和地点均无变化",
    "neither amount nor site changes",
    "核对变更内容",
    "check the change",
    "20.2",
)
ALREADY_ACCEPTED = Refusal(
    Code.WRONG_STATE,
    "项目已验收",
    "the project is accepted",
    "另立项目",
    "propose another project",
    "20",
)
PAYMENT_UNDER_WAY = Refusal(
    Code.WRONG_STATE,
    "项目尚有已批未付的支出",
    "an approved payment of the project is still to be made",
    "付款或释放后再验收",
    "pay or release it first",
    "20.5",
)
USE_NOT_POSTED = Refusal(
    Code.NO_NOTICE,
    "项目资金使用情况未在所驻村公示期满",
    "uses of the project's money were not posted in the village for their period",
    "公示使用情况并待期满",
    "post the use and let the period pass",
    "20.5",
)
PLAN_NOT_POSTED = Refusal(
    Code.NO_NOTICE,
    "项目资金计划未在所驻村公示期满，暂缓支付",
    "the plan was not posted in the village for its period: the payment waits",
    "公示计划并待期满",
    "post the plan and let the period pass",
    "20.5",
)
OBJECTION_OPEN = Refusal(
    Code.NO_NOTICE,
    "公示异议尚未答复，暂缓办理",
    "an objection to the notice is open: this waits",
    "由乡镇（街道）答复异议",
    "have the township answer it",
    "20.5",
)
NOTICE_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该项目查无此公示",
    "no such notice of this project",
    "核对公示编号",
    "check the notice's number",
    "20.5",
)
NOTICE_EXISTS = Refusal(
    Code.DUPLICATE,
    "该公示编号已使用",
    "this notice number is used",
    "换用新的编号",
    "use a new number",
    "20.5",
)
NOTICE_OVER = Refusal(
    Code.WRONG_STATE,
    "该公示已期满或已作废",
    "the notice is completed, or counts no more",
    "核对公示",
    "check the notice",
    "20.5",
)
PERIOD_RUNS = Refusal(
    Code.WRONG_INTERVAL,
    "公示期未满",
    "the period of the notice is not over",
    "期满次日起办理",
    "do it from the day after its last",
    "20.5",
)
WRONG_PAYMENTS = Refusal(
    Code.WRONG_STATE,
    "使用公示须列明本项目已付的支出，计划公示不列",
    "a notice of use names paid payments of the project, a notice of the plan names none",
    "核对支出编号",
    "check the payments",
    "20.5",
)
OBJECTION_EXISTS = Refusal(
    Code.DUPLICATE,
    "该异议编号已使用",
    "this objection number is used",
    "换用新的编号",
    "use a new number",
    "20.5",
)
OBJECTION_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该项目没有此项未答复的异议",
    "no such open objection to this project",
    "核对异议编号",
    "check the objection's number",
    "20.5",
)
OWN_OBJECTION = Refusal(
    Code.SELF,
    "提出异议的人不得答复该异议",
    "nobody answers his own objection",
    "由乡镇（街道）其他人员答复",
    "have somebody else of the township answer",
    "20.5",
)
FUTURE = Refusal(
    Code.FUTURE_DATE, "日期在今天之后", "the date lies in the future", "到当日再登记", "record it on the day", "20"
)
