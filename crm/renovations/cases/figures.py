"""What the company decides about renovations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

PERMIT_MONTHS = Figure(
    key="renovations.permit_months",
    title=_l("A renovation permit is valid for"),
    unit=_l("months"),
    source=_l("住宅室内装饰装修管理服务协议; the company confirms it"),
    default=3,
    least=1,
    most=24,
)
EXTENSION_DAYS = Figure(
    key="renovations.extension_days",
    title=_l("More time is asked for, before the permit expires, at least"),
    unit=_l("days"),
    default=3,
    least=0,
    most=30,
)
WARNED_DAYS = Figure(
    key="renovations.warned_days",
    title=_l("A permit that runs out is told of, before it expires,"),
    unit=_l("days"),
    default=7,
    least=1,
    most=60,
)
HOURS = Figure(
    key="renovations.hours",
    title=_l("Hours in which work may be done"),
    source=_l("管理规约第十六条; the company confirms it"),
    default="周一至周五 8:00—12:00、14:00—18:00；周六、周日和法定节假日不得进行产生噪声的施工。",
)
RULES = Figure(
    key="renovations.rules",
    title=_l("Rules on the permit"),
    source=_l("住宅室内装饰装修管理办法; the company confirms it"),
    default=(
        "一、本证张贴在施工房屋门外，接受检查；施工人员佩戴出入证。\n"
        "二、不得拆改承重结构、外立面和共用管线；拆改只按批准的项目进行。\n"
        "三、现场禁止吸烟，动用明火须先经批准，并配备灭火器。\n"
        "四、装修垃圾装袋，按指定时间清运到指定地点，不得堆放在公共部位。\n"
        "五、卫生间、厨房等有防水要求的部位完工后做闭水试验。\n"
        "六、需要延期的，在本证到期前办理；到期未办理的，停止施工。"
    ),
)
UNDERTAKINGS = Figure(
    key="renovations.undertakings",
    title=_l("Clauses of the renovation agreement"),
    source=_l("住宅室内装饰装修管理服务协议; the company confirms it"),
    default=(
        "一、按申报的范围、图纸和期限施工，不改变承重结构、外立面和房屋用途。\n"
        "二、在规定的时间内施工，不影响相邻住户正常生活。\n"
        "三、承担施工期间的消防、用电和人身安全责任，对施工人员的行为负责。\n"
        "四、防水施工完成后做闭水试验；造成渗漏的，负责修复并赔偿。\n"
        "五、损坏共用部位、共用设施的，负责修复或者按实际费用赔偿。\n"
        "六、装修垃圾按规定清运，并缴纳清运费。\n"
        "七、装修押金在竣工验收、复验合格并扣除应扣款项后无息退还。\n"
        "八、违反上述约定的，物业服务企业可以要求停工整改，并从押金中扣除相应款项。"
    ),
)
