"""A notice that is over, or that is withdrawn."""

from __future__ import annotations

from crm.audit.log import record
from crm.correspondence.notices import queries
from crm.correspondence.notices.events import NoticeEnded, NoticeWithdrawn
from crm.correspondence.notices.models import Notice
from crm.correspondence.notices.service.steps import STEPS
from crm.outbox.service import hold_waiting, take_back
from crm.steps.taking import NOW, Said
from crm.tenants.closing import file_all_soon


def end(notice: Notice, said: Said) -> None:
    """What waits in the outbox does not go out any more, as when it is withdrawn."""
    _stop(notice, "end", said)
    tally = queries.tally(notice.id)
    told = {"number": notice.number or "", "subject": notice.subject}
    record(NoticeEnded(household_notice_id=notice.id, reached=tally.reached, unreached=tally.unreached, **told))
    _file_proofs(notice)


def withdraw(notice: Notice, said: Said) -> None:
    """Board and links say so from now on."""
    _stop(notice, "withdraw", said)
    record(
        NoticeWithdrawn(
            household_notice_id=notice.id,
            customer_ids=queries.customers_of(notice.id),
            number=notice.number or "",
            subject=notice.subject,
            reason=said.reason,
        )
    )
    _file_proofs(notice)


def _stop(notice: Notice, action: str, said: Said) -> None:
    """Nobody writes a mail of it once it is held: those that were written until then are taken back."""
    hold_waiting(queries.mail_ids_of(notice.id))
    STEPS.take(notice, action, said, ended_at=NOW)
    take_back(queries.mail_ids_of(notice.id))


def _file_proofs(notice: Notice) -> None:
    """The receipts go into the households' files, by a job."""
    if proven := queries.proven(notice.id):
        file_all_soon(queries.RECEIPT, proven, notice.number or "", notice.estate_id)
