"""What the registry refuses, and what the person should do about it."""

from contracts.refusals import Code, Refusal

VILLAGE_UNKNOWN = Refusal(
    Code.UNKNOWN_PLACE,
    "该村尚未登记",
    "this village is not registered",
    "先登记该村，或核对12位代码",
    "register the village, or check its 12-digit code",
    "2.1",
)
ORGANISATION_UNKNOWN = Refusal(
    Code.UNKNOWN_ORGANISATION,
    "该单位尚未登记",
    "this organisation is not registered",
    "先登记该单位，或核对单位编号",
    "register the organisation, or check its number",
    "3",
)
CODE_TAKEN = Refusal(
    Code.DUPLICATE,
    "该统一社会信用代码已属于另一单位",
    "this unified social credit code belongs to another organisation",
    "核对代码，或使用已登记的单位编号",
    "check the code, or use the organisation that is registered",
    "0",
)
CODE_NOT_ALLOWED = Refusal(
    Code.MALFORMED,
    "联席会议办公室不是法人，没有统一社会信用代码",
    "a joint office is no legal person and has no unified social credit code",
    "去掉代码后登记",
    "register it without a code",
    "0",
)
STATUS_OUT_OF_ORDER = Refusal(
    Code.WRONG_INTERVAL,
    "村的贫困状态须按生效日期先后登记",
    "changes of a village's status are recorded in the order in which they become valid",
    "核对生效日期",
    "check the date from which it is valid",
    "2.1",
)
LINKED = Refusal(
    Code.DUPLICATE,
    "该单位与该村已有此关系",
    "this unit has this relation to the village",
    "无需重复登记",
    "nothing to do",
    "5.2",
)
NOT_LINKED = Refusal(
    Code.UNKNOWN_CASE,
    "该单位与该村现无此关系",
    "this unit has no such relation to the village now",
    "核对单位与关系",
    "check unit and relation",
    "5.2",
)
GRANT_EXISTS = Refusal(
    Code.DUPLICATE, "该授权已存在", "this grant exists", "换用新的授权编号", "use a new grant number", "8.1"
)
GRANT_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此授权", "no such grant", "核对授权编号", "check the grant's number", "8.1"
)
ROLE_BY_POSTING = Refusal(
    Code.WRONG_STATE,
    "队长、队员的职责由派驻产生，不得另行授予",
    "leaders and members hold their roles by their posting: these are not granted",
    "由乡镇办理派驻或任命队长",
    "have the township post the person or appoint the leader",
    "5.4",
)
ROLE_OF_NOBODY = Refusal(
    Code.WRONG_STATE,
    "此职责不属于任何人，不能授予",
    "this is nobody's role: it cannot be granted",
    "授予办理此事的机关或人员的职责",
    "grant the role of the body that does it",
    "8.1",
)
ALREADY_REGISTERED = Refusal(Code.DUPLICATE, "已登记", "already registered", "无需重复登记", "nothing to do")
WRONG_INTERVAL = Refusal(
    Code.WRONG_INTERVAL,
    "起止日期不成立",
    "the dates do not form an interval",
    "核对起止日期",
    "check both dates",
    "0",
)
NOT_UTF8 = Refusal(
    Code.MALFORMED,
    "文件不是 UTF-8 编码（多为 GBK）；在电子表格中另存为“CSV UTF-8（逗号分隔）”后再导入",
    "the file is not in UTF-8 (it may be GBK): save it as `CSV UTF-8` and import it again",
    "另存为“CSV UTF-8（逗号分隔）”",
    "save it as `CSV UTF-8`",
    "0",
)
NO_LINES = Refusal(
    Code.MALFORMED,
    "表中没有数据行",
    "the sheet has no line of data",
    "在表头之下填写数据行",
    "fill in lines below the header",
    "0",
)
NOT_CSV = Refusal(
    Code.MALFORMED,
    "不是 CSV，或表头不符",
    "this is no CSV, or its header is wrong",
    "首行写字段名，字段见 openapi.json",
    "name the fields in the first line; they are in openapi.json",
    "0",
)
WRONG_NUMBER_OF_CELLS = Refusal(
    Code.MALFORMED,
    "本行的单元格数与表头不同",
    "this line has another number of cells than the header",
    "核对逗号与引号",
    "check commas and quotes",
    "0",
)
TOO_MANY_LINES = Refusal(
    Code.TOO_LARGE,
    "一次导入的行数过多",
    "too many lines for one import",
    "分批导入",
    "import it in parts",
    "0",
)
BAD_LINES = Refusal(
    Code.MALFORMED,
    "有不合要求的行，全部未导入",
    "some lines cannot be taken, and none was",
    "按 bad 所列各行更正后重新导入；可先用 dry_run=true 检查",
    "correct the lines under bad and import again; dry_run=true checks first",
    "0",
)
OUTSIDE = Refusal(
    Code.AUTH,
    "导入的行超出您的管理范围",
    "lines of the import lie outside your area",
    "只导入本管理范围的行",
    "import lines of your own area only",
    "0",
)
COUNTY_UNKNOWN = Refusal(
    Code.UNKNOWN_PLACE,
    "昆明市没有使用此代码的县（市、区），或该代码当日不在使用",
    "no county of Kunming has this code on the day",
    "核对代码前6位；撤县设区后使用新代码",
    "check the first six digits; a county that became a district has a new code",
    "0",
)
POOR_VILLAGES_ARE_BOUND = Refusal(
    Code.WRONG_STATE,
    "建档立卡贫困村适用本办法，不是参照执行",
    "the measures bind a registered poor village; only others follow by reference",
    "按适用登记，或先登记该村已退出贫困村",
    "register it as bound, or record that it left the register of poor villages",
    "2.1",
)
