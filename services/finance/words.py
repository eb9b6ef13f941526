"""Chinese words for what stands in statements and on notices."""

KINDS = {
    "special": "专项补助资金",
    "work": "工作经费",
    "assistance": "帮扶资金",
    "fiscal_poverty": "财政专项扶贫资金",
    "other": "其他到村资金",
}
SOURCES = {"city": "市级财政", "county": "县级财政", "unit": "单位", "investor": "投入单位（个人）"}
USES = {
    "industry": "特色产业发展",
    "infrastructure": "基础设施建设",
    "environment": "生产生活环境改善",
    "social_undertaking": "社会事业发展",
    "benefit_subsidy": "为困难群众办实事好事补助",
    "office": "办公费",
    "training": "培训费",
    "travel": "差旅费",
    "project": "项目资金",
    "other": "其他",
}
LINES = {
    "FundAllotted": "分配到账",
    "WorkFundContributed": "派出单位安排工作经费",
    "AssistanceFundReceived": "帮扶及其他资金到账",
    "SpendingRequested": "申请支出",
    "SpendingRefused": "不予批准",
    "OtherUseConsented": "同意“其他”用途",
    "FundReserved": "审批并预留",
    "FundReleased": "释放预留",
    "FundDisbursed": "付款",
    "RefundReceived": "退款",
    "DisbursementReversed": "冲正",
    "FundHandedOut": "划出（撤销工作队结余）",
    "FundTakenOver": "划入（撤销工作队结余）",
    "FundReturned": "退回投入方（项目结余）",
    "BooksClosed": "年度结账",
    "BalanceCarriedOver": "结余结转",
}
STAGES = {
    "proposed": "已提出",
    "met": "已召开村民代表会议",
    "determined": "已确定",
    "reviewed": "乡镇已审核",
    "documented": "乡镇已行文上报",
    "approved": "县扶贫开发领导小组已批准",
    "rejected": "县扶贫开发领导小组未批准",
    "consented": "投入方已同意",
    "started": "已开工",
    "accepted": "已验收",
}
PHASES = {"plan": "资金计划公示", "use": "资金使用公示"}


def yuan(fen: int) -> str:
    """`30000.01`, `-0.50`: fen as people write money, exactly."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"
