"""What is refused of what the clock says about a year (Art. 9, 15.4)."""

from contracts.refusals import Code, Refusal

WARNED = Refusal(Code.DUPLICATE, "已提示", "it was said before", "无需重复", "nothing to do", "15.4")
NOTHING_TO_WARN_OF = Refusal(
    Code.WRONG_STATE, "没有需要提示的情形", "there is nothing to warn of", "无需处理", "nothing to do", "15.4"
)
YEAR_CLOSED = Refusal(Code.DUPLICATE, "该年已结转", "the year is closed", "无需重复", "nothing to do", "9.3")
YEAR_NOT_OVER = Refusal(
    Code.WRONG_STATE, "该年尚未结束", "the year is not over", "补传期限过后结转", "close it after the horizon", "9.3"
)
