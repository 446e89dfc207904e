"""What the company puts into every letter."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

HOW_TO_PAY = Figure(
    key="arrears.how_to_pay",
    title=_l("How to pay, on demand letters"),
    default="请到客户服务中心缴纳（现金、刷卡、微信、支付宝均可），或转账至本公司账户并注明房号。",
    source=_l("Stands below the bills of every letter; the company puts its own account here."),
)
LAW_FIRM = Figure(
    key="arrears.law_firm",
    title=_l("The law firm whose name stands on lawyer's letters"),
    default="________律师事务所",
    source=_l("A lawyer's letter is the firm's: it signs and seals each of them."),
)
