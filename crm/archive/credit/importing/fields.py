"""The fields a column of a register may hold, and the headings companies write over them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.workbooks.fields import Fields, field

FIELDS = {
    each.name: each
    for each in (
        field("number", _l("Archive number"), "档号 档案号 档案编号 案卷号 归档编号 项目档号 卷号"),
        field("kind", _l("Loan or guarantee"), "业务类型 业务种类 业务品种 类型 项目类型 借/保 借保 品种"),
        field(
            "client", _l("Client"),
            "借款人 借款人名称 借款单位 借款企业 被担保人 被担保单位 委托人 委托担保人 客户 客户名称 客户姓名 申请人 债务人 企业名称 项目名称",
        ),
        field("credit_code", _l("Unified social credit code"), "统一社会信用代码 信用代码 社会信用代码 营业执照号"),
        field("id_number", _l("ID number"), "身份证 身份证号 身份证号码 证件号 证件号码"),
        field("phone", _l("Telephone"), "电话 联系电话 手机 手机号 联系方式"),
        field("amount", _l("Sum (yuan)"), "金额 借款金额 贷款金额 担保金额 合同金额 放款金额 本金 贷款本金 担保额 批准金额 发放金额"),
        field("term_months", _l("Term (months)"), "期限 借款期限 贷款期限 担保期限 合同期限 月数 期限月"),
        field(
            "rate", _l("Rate or fee, per cent a year"),
            "利率 年利率 借款利率 贷款利率 费率 担保费率 担保费 年化利率 月利率 利率/费率 利率费率",
        ),
        field("purpose", _l("Purpose"), "用途 借款用途 贷款用途 资金用途"),
        field("applied_on", _l("Applied for on"), "申请日 申请日期 申请时间 受理日 受理日期 受理时间"),
        field("approved_on", _l("Approved on"), "审批日 审批日期 批准日 批准日期 评审日期 上会日期"),
        field(
            "ends_on", _l("Disbursed on"),
            "放款日 放款日期 放款时间 发放日 发放日期 借款日 借款日期 贷款日期 起始日 起始日期 开始日期 担保日期 担保起始日 出函日期",
        ),
        field("due_on", _l("Due on"), "到期日 到期日期 到期时间 终止日 终止日期 还款到期日 担保到期日"),
        field("settled_on", _l("Settled on"), "结清日 结清日期 结清时间 还清日期 还款日期 解保日 解保日期 解除日期 解除担保日期"),
        field("repaid", _l("Principal repaid"), "已还本金 已还金额 累计还本 归还本金 已还"),
        field("outstanding", _l("Outstanding"), "余额 贷款余额 借款余额 在保余额 本金余额 未还本金 未还金额"),
        field("a", _l("A (project manager)"), "a角 项目经理a角 项目经理a 主办 主办人 主办经理 经办a角 a岗"),
        field("b", _l("B (second project manager)"), "b角 项目经理b角 项目经理b 协办 协办人 协办经理 经办b角 b岗"),
        field("guarantors", _l("Guarantors"), "担保人 保证人 担保单位 担保方 反担保人 共同借款人"),
        field("collateral", _l("Collateral"), "抵押物 质押物 抵质押物 担保物 反担保物 抵押 反担保措施"),
        field("contract", _l("Contract number"), "合同号 合同编号 借款合同号 借款合同编号 委托担保合同号 主合同号"),
        field("state", _l("State"), "状态 项目状态 贷款状态 当前状态"),
        field("note", _l("Remark"), "备注 说明"),
    )
}  # fmt: skip
MONTHLY = "月"  # in the heading of the rates
PER_MILLE = "‰"
SIGNS = ("%", PER_MILLE)
REGISTER = Fields(FIELDS, keys=("client", "amount", "a", "b"), marks=("client", "amount"), sums="amount")
field_for = REGISTER.field_for
