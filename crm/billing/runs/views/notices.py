"""Bill notices: whom to send one, and the paper."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.runs import listings, papers
from crm.billing.runs.views.pages import READ, blueprint
from crm.lists import listing
from crm.tenants.queries import get_customer
from crm.web.download import attachment


@blueprint.route("/notices", methods=["GET", "POST"])
@requires(READ)
def notices() -> ResponseReturnValue:
    return listing.answer(listings.notices((papers.PRINT_NOTICES,)))


@blueprint.post("/notices/<int:customer_id>.pdf")
@requires(READ)
def notice(customer_id: int) -> ResponseReturnValue:
    """Of one customer; that it was printed is noted."""
    customer = get_customer(customer_id)
    name = f"{_('Bill notice')} {customer.code} {customer.name}.pdf"
    return attachment(papers.print_one(customer), name, "application/pdf", inline=True)
