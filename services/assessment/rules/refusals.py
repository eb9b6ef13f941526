"""What assessment refuses about rules, rulings and readings (Art. 23), and what the person should do about it."""

from contracts.refusals import Code, Refusal

NOT_JOINT = Refusal(
    Code.AUTH,
    "解释须由市委组织部、市扶贫办两家、两人共同作出",
    "a ruling takes both interpreters: the city organisation department and the poverty office, two people",
    "请另一家会签",
    "have the other of the two bodies agree",
    "23.2",
)
FIXED_BY_TEXT = Refusal(
    Code.WRONG_STATE,
    "此项由条文规定，不能改变",
    "this is fixed by the text of the measures: nobody can change it",
    "不得放宽条文的规定",
    "keep to the text",
    "23",
)
NOT_THE_COUNTYS = Refusal(
    Code.WRONG_STATE,
    "此项的解释权属市委组织部、市扶贫办，县不能自定",
    "this is for the two interpreters to say, not for a county",
    "报请市委组织部、市扶贫办解释",
    "ask the two interpreters for a ruling",
    "23.2",
)
WEAKER = Refusal(
    Code.WRONG_STATE,
    "县的规定只能从严，不得放宽",
    "a county's measure may be stricter, never weaker",
    "改为从严的数值",
    "choose a stricter value",
    "23.4",
)
LOOKS_BACK = Refusal(
    Code.WRONG_STATE,
    "县的规定自印发之日起执行，不及于此前的日子",
    "a county's measure holds from the day it is issued, not for days before it",
    "改为今日或以后的日期",
    "choose today or a later day",
    "23.4",
)
NO_SUCH_PARAMETER = Refusal(
    Code.MALFORMED,
    "没有此参数，或参数不能取此值",
    "there is no such parameter, or it cannot have this value",
    "查阅参数表",
    "look it up in the table of parameters",
    "23",
)
SETTING_TWICE = Refusal(
    Code.DUPLICATE,
    "同一参数写了两次",
    "one parameter stands in two lines",
    "每个参数只写一个值",
    "give every parameter one value",
    "23.2",
)
BEYOND_ONE_COUNTY = Refusal(
    Code.WRONG_STATE,
    "各县分别审定结果，全市统一划定的优秀名额线，一县不能单独适用",
    "each county makes its own year final: a line over the whole city cannot be applied by one of them",
    "以县、乡镇或工作队为考核总数的范围作出解释",
    "rule on the county, the township or the team as the scope",
    "12.6",
)
NO_RULES = Refusal(
    Code.NO_RULE_SET,
    "没有此规则集，或考核办法尚未登记",
    "no such rule set, or none has been adopted yet",
    "先登记考核办法",
    "adopt the rules first",
    "23.1",
)
NO_CALENDAR = Refusal(
    Code.NO_CALENDAR,
    "没有该年度的工作日安排",
    "there is no duty calendar of that year",
    "待国务院办公厅公布后加入日历文件",
    "add the calendar once the State Council has published it",
    "9.2",
)
UNACKNOWLEDGED = Refusal(
    Code.WRONG_STATE,
    "结果取决于条文读法的人员名单，县级联席会议办公室尚未确认",
    "the county office has not acknowledged the present list of people whose outcome hangs on a reading",
    "先查阅并按摘要确认该名单，必要时提请市委组织部、市扶贫办解释",
    "read the list and acknowledge it by its digest; where needed ask the two interpreters for a ruling",
    "23.2",
)
ANOTHER_LIST = Refusal(
    Code.LIST_MISMATCH,
    "所确认的不是现在的名单",
    "this is not the digest of the list as it is now",
    "重新查阅名单后确认",
    "read the list again and acknowledge that",
    "23.2",
)
NOT_RULED = Refusal(
    Code.WRONG_STATE,
    "该同志的结果取决于条文的读法，解释机关尚未裁定",
    "this person's outcome hangs on a reading of the measures that the interpreters have not ruled on",
    "先提请市委组织部、市扶贫办解释",
    "ask the two interpreters for a ruling first",
    "23.2",
)
