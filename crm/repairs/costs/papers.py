"""报价单: the last quote with its lines, for the customer's signature or with what was answered."""

from __future__ import annotations

from crm.dates import business_day
from crm.money import in_capitals
from crm.repairs.costs.lines import Line
from crm.repairs.orders.models import AGREED_TITLES, LINE_TITLES, PAYER_TITLES, RepairOrder, RepairQuote
from crm.web import pdf


def quote_paper(order: RepairOrder, quote: RepairQuote, clerk: str) -> bytes:
    """`order` with everything its page names, `quote` with its answer."""
    answer = quote.answer
    return pdf.document(
        "repairs/quote.html",
        order=order,
        estate=order.estate,
        quote=quote,
        lines=[(LINE_TITLES[line.kind], line) for line in map(Line.thawed, quote.lines)],
        capitals=in_capitals(quote.total),
        payer=PAYER_TITLES[order.payer],
        answer=answer,
        how=AGREED_TITLES[answer.how] if answer else "",
        code=pdf.qr(f"{order.number}-{quote.edition}"),
        printed_on=business_day(),
        clerk=clerk,
    )
