"""What is refused of disputes and re-assessments (A62, A66), and what to do about it."""

from contracts.refusals import Code, Refusal

NOTHING_CHANGED = Refusal(
    Code.WRONG_STATE,
    "按现有事实和规则重新考核，结论与原认定逐字相同，没有可以另行认定的",
    "assessed again on the facts and rules of now, the result says what the one before says, word for word",
    "维持原结果（upheld: true）并说明理由；认为事实有误的，先由记录该事实的部门更正，再由乡镇重新提出等次",
    "uphold the result (upheld: true) with your reasons; if a fact is wrong, have the service that owns it corrected"
    " first, and the township propose again",
    "12.3",
)
NO_LONGER_STANDS = Refusal(
    Code.INPUTS_CHANGED,
    "按现有事实，第十五条情形、是否定等次或已审核的等次与原认定不同，原结果不能维持",
    "on the facts of now the grounds of Article 15, whether there is a grade, or the grade upheld since are not those"
    " of the result: it cannot be upheld",
    "由乡镇党委按现有事实重新提出等次，审核后重新认定（upheld: false）",
    "have the township propose on the facts of now, review it, and issue the result anew (upheld: false)",
    "15",
)
DECIDED_ALREADY = Refusal(
    Code.WRONG_STATE,
    "对这一认定的异议已经作出决定",
    "a dispute of this determination was decided already",
    "有新的决定性证据的，注明（decisive: true）并附上",
    "if there is new decisive evidence, say so (decisive: true) and attach it",
    "12.8",
)
THE_PERSONS_OWN = Refusal(
    Code.AUTH,
    "该同志仍在派驻，异议由本人提出；派出单位可以提出意见",
    "the person is still posted and objects himself or herself; the unit may give its opinion",
    "由本人提出（raise-dispute），派出单位在案件中提出意见（give-dispute-opinion）",
    "have the person raise it (raise-dispute), and give the unit's opinion on the case (give-dispute-opinion)",
    "12.8",
)
