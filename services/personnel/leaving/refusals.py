"""What withdrawal and replacement refuse, and what the person should do about it."""

from contracts.refusals import Code, Refusal

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
APPROVAL_EXISTS = Refusal(
    Code.DUPLICATE, "该批准已记录", "this approval is recorded", "换用新的批准编号", "use a new approval number", "8"
)
NO_REASON_PROVEN = Refusal(
    Code.NO_EVIDENCE,
    "特殊原因须附证明材料",
    "a special reason is proven with papers",
    "附证明材料的摘要",
    "attach the digest of the papers",
    "8",
)
REQUEST_EXISTS = Refusal(
    Code.DUPLICATE, "该申请已记录", "this request is recorded", "换用新的申请编号", "use a new request number", "8"
)
REQUEST_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "没有派出单位的此项申请",
    "the unit has made no such request",
    "核对申请编号，或由派出单位先提出申请",
    "check the request's number, or have the unit ask first",
    "8",
)
REQUEST_DECIDED = Refusal(
    Code.WRONG_STATE, "该申请已有决定", "this request has been decided", "无需再办", "nothing to do", "8"
)
NOT_ITS_MEMBER = Refusal(
    Code.AUTH,
    "只有该队员的派出单位可以提出",
    "only the unit that dispatched this member may ask",
    "由其派出单位提出",
    "have the dispatching unit ask",
    "8",
)
OTHER_WISH = Refusal(
    Code.WRONG_STATE,
    "市联席会议办公室批准的不是这一事项",
    "that is not what the city office approved",
    "按批准的事项办理（撤回、更换或轮换）",
    "carry out what was approved: withdrawal, replacement or rotation",
    "8",
)
LEADER_REQUESTS = Refusal(
    Code.AUTH,
    "队员的调整更换由队长提出；乡镇只对队长提出，或在队长缺位时提出",
    "the leader asks for the replacement of a member; the township does so for the leader, or where there is none",
    "由队长提出",
    "have the leader ask",
    "10.3",
)
ALREADY_REQUESTED = Refusal(
    Code.WRONG_STATE,
    "调整更换的要求已提出，正在逐级办理",
    "the replacement has been asked for and is on its way",
    "等待各级办理",
    "wait for the levels",
    "10.3",
)
COUNTY_DECIDES = Refusal(
    Code.WRONG_STATE,
    "该队员由县级联席会议办公室决定，不上报市级",
    "the county office decides this case; it does not go to the city",
    "由县级决定或驳回",
    "decide or reject it at county level",
    "10.3",
)
CITY_DECIDES = Refusal(
    Code.WRONG_STATE,
    "市派干部或跨级更换，县级上报后由市联席会议办公室决定",
    "for people sent from city level, or a successor of another level, the county passes it on and the city decides",
    "县级上报，由市联席会议办公室决定",
    "have the county pass it on, and the city office decide",
    "10.3",
)
NOT_TO_REPLACE = Refusal(
    Code.WRONG_STATE,
    "没有待办的更换，无需推荐接替人选",
    "nobody is to be replaced here",
    "有批准的更换或已提出的调整要求后再推荐",
    "name somebody once a replacement is approved or asked for",
    "10.3",
)
SAME_PERSON = Refusal(
    Code.ALREADY_POSTED,
    "接替人选就是本人",
    "the successor is the same person",
    "另选他人",
    "choose somebody else",
    "10.3",
)
NO_LEVEL_ABOVE = Refusal(
    Code.WRONG_STATE,
    "市级之上不再上报，由市联席会议办公室决定",
    "there is no level above the city: it decides",
    "决定或驳回",
    "decide or reject it",
    "10.3",
)
BEFORE_THE_DECISION = Refusal(
    Code.WRONG_INTERVAL,
    "最后派驻日不得早于批准（决定）之日：此前各日照常计算在岗与离岗",
    "nobody leaves before the day of the approval or decision: the days until then count as they were",
    "填写批准（决定）之日或其后的日期",
    "give the day of the decision or a later one",
    "8",
)
