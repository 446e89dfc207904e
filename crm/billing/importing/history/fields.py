"""The fields a column of a payment history may hold, and the headings companies write over them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.workbooks.fields import Fields, field

FIELDS = {
    each.name: each
    for each in (
        field("estate", _l("Estate"), "小区 小区名称 所属小区 楼盘 楼盘名称 estate"),
        field("building", _l("Building"), "楼号 楼栋 楼栋号 楼栋编号 栋号 栋 幢 幢号 楼宇 building"),
        field("entrance", _l("Entrance"), "单元 单元号 单元编号 单元名称 entrance"),
        field(
            "unit", _l("Unit"),
            "房屋 房屋名称 房屋信息 房屋编号 房屋号 房间 房间号 房间编号 房号 房产 室号 门牌 门牌号 户号 铺号 商铺号 地址 房屋地址 "
            "车位 车位号 收费对象 缴费对象 资产 资产名称 unit room",
        ),
        field("item", _l("Charge item"), "收费项目 收费项 收费名称 收费科目 费用项目 费用名称 费用项 费用类型 费用 科目 item"),
        field(
            "begins", _l("From"),
            "开始时间 开始日期 起始时间 起始日期 起始 计费开始时间 计费开始日期 计费起始时间 计费起始日期 费用开始时间 收费开始时间 账单开始时间 "
            "账期开始 缴费开始时间 starts from",
        ),
        field(
            "ends", _l("To"),
            "结束时间 结束日期 截止时间 截止日期 截止 终止日期 计费结束时间 计费结束日期 费用结束时间 收费结束时间 账单结束时间 账期结束 "
            "缴费结束时间 ends to",
        ),
        field(
            "due", _l("Charged (yuan)"),
            "应缴金额 应缴 应收金额 应收 应交金额 应交 应付金额 应付 账单金额 费用金额 应缴费用 应收费用 due charged",
        ),
        field(
            "paid", _l("Paid (yuan)"),
            "实缴金额 实缴 实收金额 实收 实交金额 实交 实付金额 实付 已缴金额 已收金额 已交金额 缴费金额 收款金额 实缴费用 paid",
        ),
        field(
            "paid_on", _l("Day of payment"),
            "缴费日期 缴费时间 缴款日期 交费日期 交费时间 收款日期 收款时间 支付日期 支付时间 付款日期 付款时间 收费日期 收费时间 交易时间",
        ),
        field("method", _l("How it was paid"), "收款方式 支付方式 缴费方式 交费方式 付款方式 付费方式 收费方式 method"),
        field(
            "receipt", _l("Number of the receipt"),
            "票据号 票据编号 收据号 收据编号 单据号 单据编号 票号 发票号 流水号 订单号 receipt",
        ),
        field(
            "customer", _l("Customer"),
            "客户 客户名称 客户姓名 业主 业主名称 业主姓名 住户 住户姓名 姓名 租户 租户姓名 缴费人 交费人 付款人 customer",
        ),
        field("note", _l("Remark"), "备注 说明 备注说明 摘要 remark"),
    )
}  # fmt: skip
HISTORY = Fields(FIELDS, keys=("unit", "item", "begins", "ends", "due", "paid"), marks=("item", "begins", "ends"))
