"""结算单: what was held, each line, what goes back, and who said so."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.billing.cashier.models import Receipt
from crm.billing.deposits.queries import vouchers_of
from crm.billing.ledger.models import METHOD_TITLES
from crm.files import store
from crm.money import in_capitals
from crm.renovations.acceptance.papers import WIDEST, drawn
from crm.renovations.cases.papers import document, filed
from crm.renovations.cases.queries import get_renovation
from crm.renovations.settlement import queries
from crm.renovations.settlement.models import STATE_TITLES, RenovationSettlement, SettlementLine
from crm.tenants.closing import Paper
from crm.web.drawing import small

SLOT = "renovation_refund"
PICTURES = 2  # of one line


def vouchers(settlement: RenovationSettlement) -> list[Receipt]:
    """Of what went back, where it did."""
    return vouchers_of(settlement.refund_id) if settlement.refund_id else []


def settlement_paper(settlement: RenovationSettlement) -> bytes:
    renovation = get_renovation(settlement.renovation_id)
    deposit = settlement.deposit
    return document(
        "settlement.html",
        renovation,
        settlement=settlement,
        told=STATE_TITLES[settlement.state],
        deposit=deposit,
        method=METHOD_TITLES[deposit.method] if deposit else "",
        before=queries.taken_before(deposit.id, settlement.deduction_id) if deposit else [],
        lines=[(line, _pictures(line)) for line in settlement.lines],
        capitals=in_capitals(settlement.back),
        drawn=drawn(settlement.signature) if settlement.signature else "",
        vouchers=vouchers(settlement),
    )


def _pictures(line: SettlementLine) -> list[str]:
    shown = [photo for photo in line.photos if photo.upload.stored.media_type.startswith("image/")]
    return [small(store.read(photo.upload), WIDEST) for photo in shown[:PICTURES]]


def settlement_to_file(renovation_settlement_id: int) -> Paper:
    settlement = queries.get_settlement(renovation_settlement_id)
    renovation = get_renovation(settlement.renovation_id)
    title = _("Settlement of renovation %(number)s", number=settlement.number)
    return filed(renovation, SLOT, title, settlement_paper(settlement))
