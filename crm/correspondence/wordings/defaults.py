"""The texts that are shipped: what a company of this trade writes again and again. The company changes them."""

from __future__ import annotations

from dataclasses import dataclass

from crm.correspondence.wordings.models import WordingKind


@dataclass(frozen=True, slots=True)
class Text:
    kind: WordingKind
    name: str
    subject: str
    body: str


N, L = WordingKind.notice, WordingKind.letter
RESIDENTS = "尊敬的各位业主、住户："
GREETING = "尊敬的{name}："
ANSWERED = "您好！您于{their_day}的来函{their_number}“{their_subject}”已收悉。"
ASK_US = "如有疑问，请致电客户服务中心{phone}。"
MATTER = "\n\n现答复如下：\n\n\n\n"
THANKS = "感谢您对我们工作的理解与支持！"

TEXTS = (
    Text(
        L,
        "复函",
        "关于“{their_subject}”的复函",
        f"{GREETING}\n\n{ANSWERED}{MATTER}{ASK_US}\n\n{THANKS}",
    ),
    Text(
        L,
        "复函：需要时间",
        "关于“{their_subject}”的复函",
        f"{GREETING}\n\n{ANSWERED}\n\n此事需要有关部门核实，我们将尽快处理，有结果后立即书面答复您。\n\n{ASK_US}",
    ),
    Text(
        L,
        "告知函",
        "告知函",
        f"{GREETING}\n\n您好！现就{{unit}}的有关事项告知如下：\n\n\n\n{ASK_US}\n\n{THANKS}",
    ),
    Text(
        L,
        "协商函",
        "关于邀请协商的函",
        f"{GREETING}\n\n您好！为妥善解决{{unit}}的有关事项，请您于收到本函后七日内与我们联系，约定协商时间。\n\n{ASK_US}",
    ),
    Text(
        L,
        "致主管部门的报告",
        "关于{estate}有关情况的报告",
        "{name}：\n\n现将{estate}的有关情况报告如下：\n\n\n\n特此报告，请予指导。\n\n联系电话：{phone}",
    ),
    Text(
        N,
        "停水通知",
        "停水通知",
        f"{RESIDENTS}\n\n因{{reason}}，{{place}}将于{{begins}}至{{ends}}停水，请提前储水，并关好水龙头。"
        f"\n\n{ASK_US}不便之处，敬请谅解。",
    ),
    Text(
        N,
        "停电通知",
        "停电通知",
        f"{RESIDENTS}\n\n因{{reason}}，{{place}}将于{{begins}}至{{ends}}停电，期间电梯停止运行，"
        f"请提前做好准备，关闭电器电源。\n\n{ASK_US}不便之处，敬请谅解。",
    ),
    Text(
        N,
        "电梯检修通知",
        "电梯检修通知",
        f"{RESIDENTS}\n\n因{{reason}}，{{place}}的电梯将于{{begins}}至{{ends}}停用检修，请走楼梯，"
        f"行动不便的住户请提前与{{contact}}联系。\n\n{ASK_US}",
    ),
    Text(
        N,
        "施工通知",
        "施工通知",
        f"{RESIDENTS}\n\n因{{reason}}，{{begins}}至{{ends}}将在{{place}}施工，期间可能有噪声和粉尘，请绕行并注意安全。"
        f"\n\n现场联系人：{{contact}}。{ASK_US}",
    ),
    Text(
        N,
        "消防演练通知",
        "消防演练通知",
        f"{RESIDENTS}\n\n我们将于{{begins}}至{{ends}}在{{place}}举行消防演练，欢迎参加；听到警报请勿惊慌。\n\n{ASK_US}",
    ),
    Text(
        N,
        "消杀通知",
        "消杀通知",
        f"{RESIDENTS}\n\n我们将于{{begins}}至{{ends}}在{{place}}进行消杀，请看护好儿童和宠物，"
        f"关好门窗，不要触碰药物。\n\n{ASK_US}",
    ),
    Text(
        N,
        "恶劣天气提醒",
        "恶劣天气提醒",
        f"{RESIDENTS}\n\n据气象部门预报，{{begins}}至{{ends}}将有{{reason}}，请收好阳台上的物品，关好门窗，"
        f"车辆不要停在树下和低洼处。\n\n紧急情况请致电{{phone}}。",
    ),
    Text(
        N,
        "缴费提醒",
        "物业服务费缴费提醒",
        f"{RESIDENTS}\n\n本期物业服务费请于{{ends}}前缴纳，可到客户服务中心或通过线上方式办理。\n\n{ASK_US}已缴纳的请忽略。",
    ),
)
