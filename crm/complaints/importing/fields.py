"""The fields a column of a history of complaints may hold, and the headings companies write over them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.workbooks.fields import Fields, field

FIELDS = {
    each.name: each
    for each in (
        field("estate", _l("Estate"), "小区 小区名称 所属小区 楼盘 楼盘名称 项目 项目名称 estate"),
        field("number", _l("Their own number"), "单号 投诉单号 投诉编号 工单号 工单编号 编号 受理编号 登记编号 number"),
        field(
            "received", _l("Received at"),
            "投诉时间 投诉日期 受理时间 受理日期 登记时间 登记日期 接诉时间 接诉日期 来电时间 来访时间 创建时间 提交时间 日期 时间 received",
        ),
        field("building", _l("Building"), "楼号 楼栋 楼栋号 楼栋编号 栋号 栋 幢 幢号 楼宇 building"),
        field("entrance", _l("Entrance"), "单元 单元号 单元编号 单元名称 entrance"),
        field(
            "unit", _l("Unit"),
            "房号 房屋 房屋名称 房屋信息 房屋编号 房屋号 房间 房间号 房间编号 房产 室号 门牌 门牌号 户号 铺号 商铺号 业主房号 投诉房号 "
            "投诉人房号 房屋地址 unit room",
        ),
        field("spot", _l("Place"), "位置 投诉位置 地点 投诉地点 发生地点 事发地点 区域 投诉区域 公共区域 地址 详细位置 place"),
        field("caller", _l("Who complains"), "投诉人 投诉人姓名 投诉客户 客户 客户姓名 业主 业主姓名 住户 住户姓名 联系人 来电人 来访人 姓名 caller"),
        field("phone", _l("Telephone"), "电话 联系电话 投诉电话 投诉人电话 来电号码 手机 手机号 手机号码 联系方式 业主电话 telephone phone"),
        field("anonymous", _l("Anonymous"), "匿名 是否匿名 是否实名 实名 anonymous"),
        field("channel", _l("Channel of the complaint"), "渠道 投诉渠道 投诉方式 投诉途径 受理方式 受理渠道 来源 投诉来源 诉求来源 channel"),
        field("category", _l("Category"), "类别 类型 投诉类别 投诉类型 投诉分类 分类 诉求类型 问题类型 问题分类 category"),
        field(
            "words", _l("What is complained about"),
            "投诉内容 投诉事项 投诉描述 投诉事由 投诉问题 诉求内容 问题描述 内容 描述 事由 事项 complaint",
        ),
        field("department", _l("Department it is about"), "责任部门 被投诉部门 涉及部门 投诉部门 所属部门 部门 department"),
        field("contractor", _l("Contractor"), "外包单位 责任单位 承包商 外包公司 分包单位 供应商 contractor"),
        field("registered_by", _l("Taken by"), "登记人 受理人 接待人 接诉人 录入人 客服"),
        field("handler", _l("Handler"), "处理人 处理人员 责任人 负责人 经办人 承办人 跟进人 handler"),
        field("acknowledged", _l("First answer at"), "首次回复时间 首次响应时间 首次回应时间 响应时间 首次答复时间 首次联系时间"),
        field("replied", _l("Replied at"), "回复时间 回复日期 答复时间 答复日期 处理时间 处理日期 replied"),
        field("closed", _l("Case closed at"), "关闭时间 关闭日期 办结时间 办结日期 结案时间 结案日期 完成时间 完成日期 结束时间 闭环时间 closed"),
        field("reply", _l("Result or reply"), "处理结果 处理情况 处理意见 处理措施 处理过程 回复内容 答复内容 办理结果 结果 result"),
        field("satisfied", _l("Call-back"), "满意度 是否满意 回访结果 回访情况 回访 客户评价 评价 满意程度 satisfied"),
        field("cause", _l("Cause"), "原因 投诉原因 原因分析 根本原因 问题原因 产生原因 cause"),
        field("outcome", _l("Whether it is justified"), "是否属实 是否有效 投诉性质 有效性 定性 责任认定 属实情况"),
        field("note", _l("Remark"), "备注 说明 备注说明 remark"),
    )
}  # fmt: skip
COMPLAINTS = Fields(FIELDS, keys=("received", "words"), marks=("received", "words"))
