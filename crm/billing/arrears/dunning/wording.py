"""A letter's words: the placeholders that are replaced, and the texts to begin with.

Only what stands in `PLACEHOLDERS` is replaced, once, as text; nothing of what somebody wrote is ever executed. The
texts are the company's word to the customer and so in Chinese; they claim nothing that may not be so, such as an
earlier letter where that step was skipped. They rest on the Civil Code (民法典) art. 944 (who owes
property fees, and that water, power, heat and gas may not be cut off for them), art. 195 (a demand interrupts the
limitation period) and art. 509 (contracts are to be performed); the company's counsel confirms them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from crm.billing.arrears.dunning.models import StepKind
from crm.correspondence.wordings import wording

PLACEHOLDERS = {
    "name": _l("The customer's name"),
    "units": _l("The units the letter is about"),
    "amount": _l("What is overdue, in yuan"),
    "amount_in_capitals": _l("The same sum in capitals"),
    "bills": _l("How many bills that are"),
    "oldest_month": _l("The month of the oldest of them"),
    "days": _l("How many days the oldest is overdue"),
    "pay_until": _l("The last day to pay"),
    "day": _l("The day of the letter"),
    "number": _l("The letter's number"),
    "company": _l("The company"),
    "estate": _l("The estate"),
    "address": _l("The estate's address"),
    "phone": _l("The service desk's telephone"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    body: str


def filled(text: str, values: Mapping[str, str]) -> str:
    return wording.filled(text, values, PLACEHOLDERS)


def fault_of(text: str) -> str:
    return wording.fault_of(text, PLACEHOLDERS)


FIRST = Wording(
    subject="物业服务费催缴函",
    body="""尊敬的{name}：

您好！感谢您一直以来对{estate}物业服务工作的理解与支持。

经核对，截至{day}，您名下{units}尚有{bills}笔费用已过约定的缴纳期限，合计人民币{amount}元（大写：{amount_in_capitals}），\
最早一笔为{oldest_month}的费用，已逾期{days}天，明细见下表。

根据《中华人民共和国民法典》第九百四十四条，业主应当按照约定向物业服务人支付物业费；物业服务人已经按照约定和有关规定提供\
服务的，业主不得以未接受或者无需接受相关物业服务为由拒绝支付物业费。

请您于{pay_until}前缴清上述费用。如您已经缴纳，请持缴费凭证与我们核对；如对金额或服务有疑问，或一次缴清确有困难，请与客户\
服务中心联系（电话：{phone}），我们将如实说明，并可商定分期缴纳。

特此函告。""",
)
SECOND = Wording(
    subject="物业服务费催告函",
    body="""{name}：

截至{day}，您名下{units}仍有{bills}笔费用逾期未缴，合计人民币{amount}元（大写：{amount_in_capitals}），最早一笔为\
{oldest_month}的费用，已逾期{days}天，明细见下表。

根据《中华人民共和国民法典》第九百四十四条第二款，业主违反约定逾期不支付物业费的，物业服务人可以催告其在合理期限内支付；合理\
期限届满仍不支付的，物业服务人可以提起诉讼或者申请仲裁。现我司依此催告，请您于{pay_until}前缴清上述费用。

期限届满仍未缴清，亦未与我司达成分期协议的，我司将依法通过诉讼或者仲裁主张权利，由此发生的费用依法院裁判或合同约定承担。依照\
《中华人民共和国民法典》第一百九十五条，本函自送达之日起发生诉讼时效中断的效力。

如对金额有异议，请在上述期限内书面提出并说明理由，我司将在核实期间暂停就有异议的费用催缴。联系电话：{phone}。

特此函告。""",
)
LAWYERS = Wording(
    subject="律师函",
    body="""{name}：

本所受{company}（下称“委托人”）委托，就您拖欠{estate}{units}物业服务费等费用一事，郑重致函如下：

一、委托人系{estate}的物业服务人，已依约提供物业服务。截至{day}，您尚欠已到期费用{bills}笔，合计人民币{amount}元（大写：\
{amount_in_capitals}），最早一笔为{oldest_month}的费用，已逾期{days}天，明细见下表。

二、《中华人民共和国民法典》第五百零九条第一款规定，当事人应当按照约定全面履行自己的义务；第九百四十四条规定，业主应当按照约定\
向物业服务人支付物业费，逾期不支付的，物业服务人可以催告其在合理期限内支付，合理期限届满仍不支付的，可以提起诉讼或者申请仲裁。

三、请您于{pay_until}前向委托人付清上述款项，或与委托人达成书面的付款安排。逾期仍未履行的，本所将依委托人授权，依法提起诉讼\
或者申请仲裁，主张欠付费用及合同约定、法律规定的其他款项。

四、依照《中华人民共和国民法典》第一百九十五条，本函自送达之日起发生诉讼时效中断的效力。

如对上述事实或金额有异议，请在期限内持有关凭证与委托人核对，电话：{phone}。

特此函告。""",
)


def to_begin_with(kind: StepKind, *, again: bool = False) -> Wording:
    """The words of a step that has none of its own; `again` where a letter stands before it."""
    if kind is StepKind.lawyers_letter:
        return LAWYERS
    return SECOND if again else FIRST
