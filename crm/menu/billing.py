"""收费: the counter first, then what is charged, then the books."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
DEPOSIT_PAGES = (
    "deposits.due_back",
    "deposits.requests",
    "deposits.request",
    "deposits.decide",
    "deposits.pay_out",
    "deposits.tie_outs",
    "deposits.tie_out",
    "deposits.choose",
    "deposits.find",
    "deposits.take",
    "deposits.show",
    "deposits.deduct",
    "deposits.refund",
    "deposits.forfeit",
    "deposits.cancel",
    "deposits.take_back",
)
BILLING_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Bank collection"),
        endpoint="collection.index",
        icon="building",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=(
            "collection.show",
            "collection.draw",
            "collection.take_answer",
            "collection.book",
            "collection.cancel",
            "collection.mandates",
            "collection.mandates_of",
            "collection.new_mandate",
            "collection.end_mandate",
        ),
    ),
    MenuItem(
        title=_l("Charged and collected"),
        endpoint="statements.collected",
        icon="history",
        permission=P.billing_read,
        group=_l("Charges"),
    ),
    MenuItem(
        title=_l("Late fees"),
        endpoint="latefees.index",
        icon="calendar",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=("latefees.preview", "latefees.charge"),
    ),
    MenuItem(
        title=_l("Bills"),
        endpoint="billing.bills",
        icon="file-text",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=(
            "billing.account",
            "billing.charge",
            "billing.bill",
            "billing.ask",
            "billing.dispute",
            "billing.release",
            "billing.split",
        ),
    ),
    MenuItem(
        title=_l("Payments"),
        endpoint="billing.payments",
        icon="cash",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=("billing.payment", "billing.refund", "billing.take_back"),
    ),
    MenuItem(
        title=_l("Requests to decide"),
        endpoint="billing.requests",
        icon="user-check",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=("billing.request", "billing.approve", "billing.refuse", "billing.withdraw", "billing.undo"),
    ),
    MenuItem(
        title=_l("Closing a month"),
        endpoint="billing.closing",
        icon="lock",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=("billing.close_month",),
    ),
    MenuItem(
        title=_l("Counter"),
        endpoint="cashier.index",
        icon="cash",
        permission=P.cash_take,
        group=_l("Charges"),
        inner=("cashier.search", "cashier.unit", "cashier.account", "cashier.take_back"),
    ),
    MenuItem(
        title=_l("Receipts"),
        endpoint="cashier.receipts",
        icon="receipt",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=("cashier.receipt", "cashier.print_receipt", "cashier.gaps"),
    ),
    MenuItem(
        title=_l("Day closes"),
        endpoint="cashier.closes",
        icon="clipboard-list",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=("cashier.count", "cashier.close", "cashier.recount", "cashier.explain", "cashier.sign"),
    ),
    MenuItem(
        title=_l("Deposits"),
        endpoint="deposits.index",
        icon="shield",
        permission=P.billing_read,
        group=_l("Charges"),
        inner=DEPOSIT_PAGES,
    ),
)
