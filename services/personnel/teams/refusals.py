"""What teams refuse, and what the person should do about it."""

from contracts.refusals import Code, Refusal


def too_small(minimum: int) -> Refusal:
    """A team with fewer people than the text asks for, or the county, which may ask for more (Art. 23)."""
    return Refusal(
        Code.SIZE,
        f"每支驻村扶贫工作队至少{minimum}人（含队长）",
        f"a team has at least {minimum} people, the leader included",
        "补足人员后再组建",
        "add people, then form the team",
        "5.3",
    )


LEADER_NOT_FIRST_SECRETARY = Refusal(
    Code.LEADER_NOT_FS,
    "队长须由该村党组织第一书记兼任",
    "the leader must be the first secretary of that village",
    "以第一书记为队长，或先确认第一书记人选",
    "name the first secretary as leader",
    "5.4",
)
TEAM_EXISTS = Refusal(
    Code.DUPLICATE, "该工作队已组建", "this team has been formed", "无需重复组建", "nothing to do", "5.1"
)
NAMED_TWICE = Refusal(
    Code.DUPLICATE, "名单中有人重复", "somebody is named twice", "核对名单", "check the list of members", "5.2"
)
VILLAGE_HAS_TEAM = Refusal(
    Code.DUPLICATE, "该村已有工作队", "this village has a team", "调整原工作队人员", "change that team's members", "5.1"
)
TEAM_UNKNOWN = Refusal(
    Code.UNKNOWN_TEAM, "查无此工作队", "no such team", "核对工作队编号", "check the team's number", "5"
)
ALREADY_POSTED = Refusal(
    Code.ALREADY_POSTED,
    "该同志在此期间已在工作队中",
    "this person is already posted at that time",
    "先结束原派驻",
    "end the present posting first",
    "5.2",
)
NOT_POSTED = Refusal(
    Code.NOT_POSTED,
    "该同志现不在此工作队",
    "this person is not posted in that team",
    "核对人员与工作队编号",
    "check person and team",
    "5.2",
)
SECONDMENT_FORBIDDEN = Refusal(
    Code.SECONDMENT_FORBIDDEN,
    "派出单位不得抽调队员承担其他工作，任何机关均无权批准",
    "a unit may not second a member elsewhere, and no body may allow it",
    "撤销抽调要求",
    "drop the request",
    "9",
)
FUTURE = Refusal(
    Code.FUTURE_DATE, "日期在今天之后", "the date lies in the future", "到当日再登记", "record it on the day"
)
WRONG_INTERVAL = Refusal(
    Code.WRONG_INTERVAL,
    "起止日期不成立",
    "the dates do not form an interval within the posting",
    "核对起止日期",
    "check both dates",
)
CHIEF_CAPTAIN = Refusal(
    Code.ALREADY_POSTED,
    "该同志是总队长或副总队长，不计入工作队人数",
    "this person is chief captain or deputy of a county and no member of a team",
    "另选队员，或先结束其总队长、副总队长职务",
    "choose somebody else, or end that post first",
    "4.2",
)
TEAM_DISSOLVED = Refusal(
    Code.WRONG_STATE, "该工作队已撤销", "this team has been dissolved", "另行组建", "form another team", "5.1"
)
TEAM_NOT_EMPTY = Refusal(
    Code.WRONG_STATE,
    "工作队还有队员，不能撤销",
    "people are still posted in this team",
    "先办理全部队员的派驻结束或调动",
    "end or move all postings first",
    "5.1",
)
TEAM_CONFIRMED = Refusal(
    Code.DUPLICATE, "该工作队已确认", "this team has been confirmed", "无需重复确认", "nothing to do", "5.1"
)
IS_LEADER = Refusal(
    Code.DUPLICATE, "该同志已是队长", "this person is the leader", "无需重复任命", "nothing to do", "5.4"
)
ACTING_TOO_LONG = Refusal(
    Code.WRONG_INTERVAL,
    "临时负责人的期限超过规定天数",
    "nobody is acting leader for that long",
    "缩短期限，或任命第一书记为队长",
    "shorten the time, or appoint the first secretary as leader",
    "9.10",
)
SAME_TEAM = Refusal(
    Code.WRONG_STATE,
    "调出与调入是同一工作队",
    "both teams are the same",
    "核对工作队编号",
    "check the teams' numbers",
    "5.2",
)
CASE_PENDING = Refusal(
    Code.WRONG_STATE,
    "该同志的调整更换正在逐级办理，不能以调动代替",
    "a forced replacement of this person is under way; a move does not take its place",
    "先办结第十条的调整更换",
    "finish the case under Article 10 first",
    "10.3",
)
SECONDED = Refusal(
    Code.DUPLICATE,
    "该抽调已查实，尚未结束",
    "this secondment is recorded and goes on",
    "登记其结束日期",
    "record its end",
    "9.14",
)
NOT_SECONDED = Refusal(
    Code.UNKNOWN_CASE,
    "没有查实的抽调可以结束",
    "no secondment to that unit goes on",
    "核对单位，或先登记查实的抽调",
    "check the unit, or record the secondment first",
    "9.14",
)
UNIT_MISSING = Refusal(
    Code.UNKNOWN_ORGANISATION,
    "须写明派出单位；只有大学生村官可以没有派出单位",
    "name the dispatching unit; only a college graduate village official may have none",
    "填写派出单位编号和层级",
    "give the unit's number and level",
    "5.2",
)
NO_BODY_FOR_THE_OFFICIAL = Refusal(
    Code.UNKNOWN_ORGANISATION,
    "大学生村官没有派出单位的，由县级组织部门代行；尚不能确定该县组织部门的单位编号",
    "the county organisation department stands for the official's unit, and which body that is cannot be told",
    "先登记县级组织部门，并在其人员的授权中写明该单位；或写明派出单位",
    "register that department and name it in its officers' grants, or name a dispatching unit",
    "5.2",
)
OTHER_LEVEL = Refusal(
    Code.LIST_MISMATCH,
    "派出单位层级与登记不符",
    "the unit is registered at another level",
    "按登记的层级填写",
    "give the level at which the unit is registered",
    "3",
)
BEFORE_THE_TEAM = Refusal(
    Code.WRONG_INTERVAL,
    "到队日期早于组队日期",
    "nobody arrives before the team was formed",
    "核对到队日期",
    "check the day of arrival",
    "5.2",
)
LATE_WITHOUT_REASON = Refusal(
    Code.NO_EVIDENCE,
    "登记日期距到队、离队之日已超过规定天数，须写明原因并附证明材料",
    "this was recorded longer after its day than the rules allow without a reason and papers",
    "在 because 中写明原因（reason）和材料摘要（evidence），该记录将标注为补登",
    "give reason and evidence in because; the record will be marked as late",
    "9.3",
)
TERM_NOT_OVER = Refusal(
    Code.NO_EVIDENCE,
    "任期尚未届满；提前结束须写明依据并附文件，撤回、轮换须经市联席办批准",
    "the months of the term have not run; to end it earlier takes a reason and its papers, and a withdrawal or rotation"
    " the city office's approval",
    "在 because 中写明依据和文件摘要，或由派出单位按第八条申请",
    "give reason and evidence in because, or let the unit ask under Article 8",
    "9.15",
)
PAPERS_FOR_THE_CAUSE = Refusal(
    Code.NO_EVIDENCE,
    "以此原因结束派驻须写明情况并附证明材料",
    "to end a posting for this cause takes a reason and papers",
    "在 because 中写明情况和材料摘要",
    "give reason and evidence in because",
    "8.3",
)
MOVE_NAMES_A_TEAM = Refusal(
    Code.WRONG_STATE,
    "调动须写明调入的工作队",
    "a move names the team to which the person goes",
    "办理工作队之间的调动（move-member）",
    "use move-member",
    "5.2",
)
OWN_POSTING = Refusal(
    Code.SELF, "不得办理本人事项", "nobody acts in his own case", "由他人办理", "have somebody else act", "5"
)
OPINION_EXISTS = Refusal(
    Code.DUPLICATE, "该意见编号已使用", "this opinion's number is used", "换用新的编号", "use a new number", "8.1"
)
OPINION_ABOUT_WHOM = Refusal(
    Code.MALFORMED,
    "撤回、调整更换、接替的意见须写明人员；组队、队长、计划的意见不写",
    "an opinion on a withdrawal, a replacement or a successor names the person; the others name nobody",
    "核对事项和人员",
    "check matter and person",
    "8.1",
)
OPINION_ON_WHICH_MONTH = Refusal(
    Code.MALFORMED,
    "对月报的意见须写明月份，其他意见不写",
    "what a member adds to a report names its month; other opinions name none",
    "核对事项和月份",
    "check matter and month",
    "7.2",
)
OPINION_OF_ANOTHER = Refusal(
    Code.AUTH,
    "此事项不征求该单位（人员）的意见",
    "the opinion on this is another body's",
    "由有关单位提出",
    "have the body concerned give it",
    "8.1",
)
NO_OPINION_ASKED = Refusal(
    Code.WRONG_STATE,
    "没有正在办理、可以提意见的事项",
    "nothing is under way that an opinion could be about",
    "核对人员和事项",
    "check person and matter",
    "8.1",
)
