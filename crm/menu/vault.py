"""权证: title documents, kept like cash."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P, GROUP = Permission, _l("Title documents")
VAULT_MENU = (
    MenuItem(
        title=_l("Title vault"),
        endpoint="vault_start.index",
        icon="lock",
        permission=P.credit_oversee,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Ledger of title documents"),
        endpoint="vault.documents",
        icon="table",
        permission=P.title_read,
        group=GROUP,
        inner=("vault.document", "vault.project", "vault.enter", "vault.change", "vault.obtain", "vault.void"),
    ),
    MenuItem(
        title=_l("Transfer lists of title documents"),
        endpoint="vault.transfer_lists",
        icon="clipboard-list",
        permission=P.title_read,
        group=GROUP,
        inner=(
            "vault.transfer",
            "vault.issue",
            "vault.tick",
            "vault.check",
            "vault.sign",
            "vault.receive",
            "vault.take_over",
            "vault.withdraw",
        ),
    ),
    MenuItem(
        title=_l("Vouchers of the vault"),
        endpoint="vouchers.index",
        icon="file-text",
        permission=P.title_read,
        group=GROUP,
        inner=(
            "vouchers.show",
            "vouchers.new",
            "vouchers.decide",
            "vouchers.cancel",
            "vouchers.prepare",
            "vouchers.confirm",
            "vouchers.attach_scan",
        ),
    ),
    MenuItem(
        title=_l("Book of the vault"),
        endpoint="vouchers.book",
        icon="table",
        permission=P.credit_oversee,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Counts of the vault"),
        endpoint="vault_counts.index",
        icon="clipboard-list",
        permission=P.credit_oversee,
        group=GROUP,
        inner=(
            "vault_counts.show",
            "vault_counts.new",
            "vault_counts.begin",
            "vault_counts.hand_in",
            "vault_counts.explain",
            "vault_counts.sign",
            "vault_counts.recount",
            "vault_counts.cancel",
        ),
    ),
    MenuItem(
        title=_l("Ends of days at the vault"),
        endpoint="vault_counts.days",
        icon="circle-check",
        permission=P.credit_oversee,
        group=GROUP,
        inner=("vault_counts.seal",),
    ),
    MenuItem(
        title=_l("Incidents of title documents"),
        endpoint="vault_incidents.index",
        icon="alert-triangle",
        permission=P.credit_oversee,
        group=GROUP,
        inner=("vault_incidents.show", "vault_incidents.new", "vault_incidents.note", "vault_incidents.close"),
    ),
)
