"""What training refuse, and what the person should do about it."""

from contracts.refusals import Code, Refusal

TRAINING_RECORDED = Refusal(
    Code.DUPLICATE, "该培训已记录", "this training is recorded", "无需重复记录", "nothing to do", "11"
)
OTHER_TRAINING = Refusal(
    Code.WRONG_STATE,
    "该编号已用于另一次培训",
    "this number stands for another training",
    "换用新的培训编号",
    "use a new training number",
    "11",
)
TRAINING_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此培训", "no such training", "核对培训编号", "check the training's number", "11.4"
)
NOT_A_COUNTY_TRAINING = Refusal(
    Code.WRONG_STATE,
    "市级部门支持的是县级组织的培训",
    "city departments support trainings of the county",
    "核对培训编号",
    "check the training's number",
    "11.4",
)
SUPPORT_RECORDED = Refusal(
    Code.DUPLICATE,
    "该部门的支持已记录",
    "this department's support is recorded",
    "无需重复记录",
    "nothing to do",
    "11.4",
)
ENOUGH = Refusal(
    Code.WRONG_STATE, "培训次数已达到规定", "the trainings asked for were held", "无需处理", "nothing to do", "11"
)
