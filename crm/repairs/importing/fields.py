"""The fields a column of a history of repairs may hold, and the headings companies write over them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.workbooks.fields import Fields, field

FIELDS = {
    each.name: each
    for each in (
        field("estate", _l("Estate"), "小区 小区名称 所属小区 楼盘 楼盘名称 项目 项目名称 estate"),
        field("number", _l("Their own number"), "单号 工单号 工单编号 工单编码 报修单号 报修编号 维修单号 维修编号 派工单号 编号 number"),
        field(
            "reported", _l("Reported at"),
            "报修时间 报修日期 报事时间 报事日期 报单时间 登记时间 登记日期 受理时间 受理日期 创建时间 提交时间 日期 时间 reported",
        ),
        field("building", _l("Building"), "楼号 楼栋 楼栋号 楼栋编号 栋号 栋 幢 幢号 楼宇 building"),
        field("entrance", _l("Entrance"), "单元 单元号 单元编号 单元名称 entrance"),
        field(
            "unit", _l("Unit"),
            "房号 房屋 房屋名称 房屋信息 房屋编号 房屋号 房间 房间号 房间编号 房产 室号 门牌 门牌号 户号 铺号 商铺号 业主房号 报修房号 "
            "报修房屋 房屋地址 unit room",
        ),
        field("spot", _l("Place"), "位置 报修位置 维修位置 地点 报修地点 维修地点 区域 报修区域 公共区域 地址 报修地址 详细位置 place"),
        field("caller", _l("Reported by"), "报修人 报修人姓名 报事人 联系人 客户 客户姓名 业主 业主姓名 住户 住户姓名 姓名 caller"),
        field("phone", _l("Telephone"), "电话 联系电话 报修电话 报修人电话 手机 手机号 手机号码 联系方式 业主电话 telephone phone"),
        field("category", _l("Category"), "类别 类型 报修类别 报修类型 维修类别 维修类型 报事类型 报事类别 工单类型 故障类型 故障类别 项目类别 category"),
        field(
            "problem", _l("What was reported"),
            "报修内容 故障描述 报修描述 报修事项 维修内容 维修事项 报事内容 问题描述 故障现象 故障内容 内容 描述 事由 problem",
        ),
        field("priority", _l("Priority"), "紧急程度 优先级 紧急级别 紧急度 缓急程度 priority"),
        field("registered_by", _l("Taken by"), "登记人 受理人 接单客服 接待人 接报人 录入人 客服"),
        field("worker", _l("Worker"), "维修人 维修人员 处理人 处理人员 维修工 维修师傅 师傅 接单人 派工人员 责任人 经办人 worker"),
        field("accepted", _l("Accepted at"), "接单时间 接单日期 派单时间 派工时间 响应时间 accepted"),
        field("arrived", _l("On site at"), "到场时间 到达时间 上门时间 到达现场时间 arrived"),
        field(
            "finished", _l("Finished at"),
            "完成时间 完成日期 完工时间 完工日期 处理时间 处理完成时间 维修完成时间 维修时间 结束时间 办结时间 finished",
        ),
        field("result", _l("Work done"), "处理结果 维修结果 处理情况 维修情况 完成情况 处理说明 处理内容 结果 result"),
        field("satisfaction", _l("Return visit"), "满意度 回访结果 回访情况 回访 客户评价 评价 满意程度 satisfaction"),
        field("cost", _l("Cost in all (yuan)"), "费用 维修费 维修费用 总费用 合计费用 费用合计 金额 收费金额 总金额 cost"),
        field("material", _l("Materials (yuan)"), "材料费 材料费用 材料金额 配件费 耗材费 material"),
        field("labour", _l("Labour (yuan)"), "人工费 人工费用 人工 工时费 服务费 labour"),
        field("note", _l("Remark"), "备注 说明 备注说明 remark"),
    )
}  # fmt: skip
REPAIRS = Fields(FIELDS, keys=("reported", "problem"), marks=("reported", "problem"))
