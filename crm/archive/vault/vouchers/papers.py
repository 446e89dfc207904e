"""权证出入库单 on paper, as `/verify` knows it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.credit.models import Project
from crm.archive.credit.queries import visible
from crm.archive.dossiers.proof import Paper
from crm.archive.handover.days import minute_of
from crm.archive.vault.models import TitleVoucher
from crm.archive.vault.models.document import KIND_TITLES
from crm.archive.vault.models.voucher import DIRECTION_TITLES, PURPOSE_TITLES, VOUCHER_TITLES
from crm.archive.vault.vouchers.queries import find_voucher, standing_of
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session

VOUCHER = "title_voucher"


def voucher(voucher_id: int) -> dict[str, Any] | None:
    found = find_voucher(voucher_id)
    if found is None:
        return None
    people = {"custodian": found.custodian, "witness": found.witness}
    return {
        **standing_of(found).content,
        "state": found.state.value,
        "done_at": minute_of(found.done_at) if found.done_at else "",
        **{name: person.full_name if person else "" for name, person in people.items()},
    }


def may_see(voucher_id: int) -> bool:
    if not actor().may(Permission.title_read):
        return False
    found = select(TitleVoucher.id).join(Project, Project.dossier_id == TitleVoucher.dossier_id)
    return session().scalar(found.where(TitleVoucher.id == voucher_id, visible())) is not None


PAPERS = {
    VOUCHER: Paper(
        title=_l("Voucher of the vault"),
        content=voucher,
        may_see=may_see,
        fields={
            "number": _l("Number"),
            "project": _l("Project"),
            "quantity": _l("Quantity"),
            "direction": _l("Direction"),
            "purpose": _l("Purpose"),
            "file": _l("Number of the title file"),
            "authority": _l("By what authority"),
            "back_on": _l("Back by"),
            "receiver": _l("Receiver"),
            "receiver_number": _l("Receiver's ID number"),
            "collateral": _l("Collateral"),
            "new_certificate_no": _l("New certificate number"),
            "proof": _l("Proof that it is free"),
            "power": _l("Power of attorney"),
            "receipt": _l("Receipt signed by the receiver"),
            "done_at": _l("Carried out at"),
            "custodian": _l("Title custodian"),
            "witness": _l("Second person"),
            "certificate_no": _l("Certificate number"),
            "place": _l("Place"),
            "from": _l("Taken from"),
        },
        words={
            "direction": DIRECTION_TITLES,
            "purpose": PURPOSE_TITLES,
            "state": VOUCHER_TITLES,
            "kind": KIND_TITLES,
        },
    )
}
