"""What personnel refuses, and what the person should do about it."""

from contracts.refusals import Code, Refusal

TEAM_TOO_SMALL = Refusal(
    Code.SIZE,
    "每支驻村扶贫工作队至少6人（含队长）",
    "a team has at least six people, the leader included",
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
VILLAGE_UNKNOWN = Refusal(
    Code.UNKNOWN_PLACE,
    "该村尚未登记",
    "this village is not registered",
    "先登记该村，或核对12位代码",
    "register the village, or check its 12-digit code",
    "2.1",
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
WORK_IS_NO_REASON = Refusal(
    Code.NO_CITY_APPROVAL,
    "派出单位不得以工作为由提出撤回或更换要求",
    "a unit may not ask for withdrawal or replacement on grounds of its own work",
    "确有特殊原因的，另行说明并附证明",
    "if there is a special reason, state and prove it",
    "8",
)
NO_CITY_APPROVAL = Refusal(
    Code.NO_CITY_APPROVAL,
    "更换须经市联席会议办公室批准",
    "the city office has not approved this",
    "先取得市联席会议办公室的批准文号",
    "obtain the city office's approval first",
    "8",
)
SECONDMENT_FORBIDDEN = Refusal(
    Code.SECONDMENT_FORBIDDEN,
    "派出单位不得抽调队员承担其他工作，任何机关均无权批准",
    "a unit may not second a member elsewhere, and no body may allow it",
    "撤销抽调要求",
    "drop the request",
    "9",
)
NOT_EDUCATED = Refusal(
    Code.NOT_EDUCATED,
    "尚无教育帮助记录",
    "no education has been recorded",
    "先进行教育帮助并记录",
    "educate the member first and record it",
    "10",
)
NO_NONCORRECTION = Refusal(
    Code.NO_NONCORRECTION,
    "没有教育帮助之后仍不改正的记录",
    "no failure to correct after the education has been recorded",
    "附证据记录其仍不改正的事实",
    "record the failure to correct, with evidence",
    "10",
)
NO_MISCONDUCT = Refusal(
    Code.WRONG_STATE,
    "尚无第十条所列情形的记录",
    "none of the four grounds of Article 10 has been recorded",
    "先记录具体情形",
    "record the misconduct first",
    "10",
)
LEVEL_SKIPPED = Refusal(
    Code.WRONG_STATE,
    "须逐级提出，不得越级",
    "each level in turn: no level may be skipped",
    "先由上一环节办理",
    "have the previous level act first",
    "10",
)
NO_PROOF = Refusal(
    Code.NO_EVIDENCE, "须附证据", "evidence is required", "附证据的摘要", "attach the evidence's digest", "10"
)
OWN_CASE = Refusal(
    Code.SELF, "不得办理本人事项", "nobody acts in his own case", "由他人办理", "have somebody else act", "10"
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
GRANT_EXISTS = Refusal(
    Code.DUPLICATE, "该授权已存在", "this grant exists", "换用新的授权编号", "use a new grant number"
)
GRANT_UNKNOWN = Refusal(Code.UNKNOWN_CASE, "查无此授权", "no such grant", "核对授权编号", "check the grant's number")
ALREADY_REGISTERED = Refusal(Code.DUPLICATE, "已登记", "already registered", "无需重复登记", "nothing to do")
APPROVAL_EXISTS = Refusal(
    Code.DUPLICATE, "该批准已记录", "this approval is recorded", "换用新的批准编号", "use a new approval number", "8"
)
TRAINING_RECORDED = Refusal(
    Code.DUPLICATE, "该培训已记录", "this training is recorded", "无需重复记录", "nothing to do", "11"
)
