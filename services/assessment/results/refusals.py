"""What assessment refuses about praise and the end of a term (Art. 13, 14), and what the person should do about it."""

from contracts.refusals import Code, Refusal

NO_EXCELLENT = Refusal(
    Code.WRONG_STATE,
    "该地当年没有已审定的优秀人员",
    "nobody in this area has the final grade 优秀 in that year",
    "审定后再通报",
    "come back when the results are final",
    "13.1",
)
NOT_EXCELLENT = Refusal(
    Code.WRONG_STATE,
    "只能从当年年度考核优秀的人员中评选、表彰",
    "only somebody whose final grade of that year is 优秀 can be selected or commended",
    "核对人员与年度",
    "check person and year",
    "13",
)
NO_RESULTS_OF_TERM = Refusal(
    Code.WRONG_STATE,
    "该任期内没有已审定的年度考核结果",
    "there is no final yearly result of this term",
    "年度结果审定后再办理任期考核",
    "come back when the yearly results are final",
    "14.1",
)
NO_POSTING_ENDED = Refusal(
    Code.NOT_POSTED,
    "该同志在本县没有当年结束的派驻",
    "no posting of this person in the county ended in that year",
    "核对人员、县与年度",
    "check person, county and year",
    "14.1",
)
NO_CIRCULAR = Refusal(
    Code.WRONG_STATE,
    "该机构当年没有有效的优秀人员通报",
    "this office has no circular of that year in force",
    "无需撤回",
    "there is nothing to withdraw",
    "13.1",
)
CIRCULATE_AGAIN = Refusal(
    Code.WRONG_STATE,
    "仍有优秀人员，通报应当更新而不是撤回",
    "somebody is still 优秀: the circular is issued again, not withdrawn",
    "重新通报现有优秀人员",
    "circulate those who are 优秀 now",
    "13.1",
)
NOT_PUT_FORWARD = Refusal(
    Code.WRONG_STATE,
    "该同志当年未经推荐或者提出",
    "nobody has put this person forward in that year",
    "先进工作者由县级联席会议办公室推荐，县级表彰由乡镇党委提出",
    "have the county office nominate an advanced worker, the township propose a commendation",
    "13",
)
ALL_AWARDED = Refusal(
    Code.QUOTA,
    "当年的评选、表彰名额已满",
    "as many as the rules allow in that year have been selected or commended",
    "在名额之内评选、表彰",
    "keep to the number",
    "13",
)
NOT_AWARDED = Refusal(
    Code.WRONG_STATE,
    "该机构当年没有评选、表彰该同志",
    "this office has not selected or commended that person in that year",
    "核对人员、年度与机构",
    "check person, year and office",
    "13",
)
STILL_EXCELLENT = Refusal(
    Code.WRONG_STATE,
    "该同志当年的考核结果仍为优秀，表彰所据的等次没有改变",
    "the person's grade of that year is still 优秀: what the award rests on has not changed",
    "结果重新认定以后再办理",
    "come back if the result is issued anew",
    "13",
)
AWARD_STANDS = Refusal(
    Code.WRONG_STATE,
    "按现行解释，结果重新认定不影响已作出的表彰",
    "by the reading in force, an award stands although the result was issued anew",
    "需要改变的，提请市委组织部、市扶贫办解释",
    "ask the two interpreters for another ruling",
    "13",
)
