"""A transfer list at work: 王磊 and 赵倩 of a project, 许静 who keeps the vault; each call is that person's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.credit import queries as credit
from crm.archive.handover.models import Party
from crm.archive.handover.service.lists import Signing
from crm.archive.vault.models import TitleCustody, TitleDocument, TitleState, TitleTransfer, TransferState
from crm.archive.vault.transfers import service
from crm.archive.vault.transfers.queries import standing_of
from crm.archive.vault.transfers.service import Compared
from crm.archive.vault.transfers.standing import Standing
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import CUSTODIAN, A, B, appoint_custodian, make_lent_project, make_title

Work = Callable[..., AbstractContextManager[Session]]
PARTIES = {Party.a: A, Party.b: B, Party.archivist: CUSTODIAN}
AGREES = Compared(name=True, certificate_no=True, quantity=True)
DIFFERS = Compared(name=True, certificate_no=False, quantity=True, note="证号末位不同")


class Desk:
    """A project with title documents in A's hands and, once issued, one list of them."""

    def __init__(self, work: Work, documents: int = 2) -> None:
        self.work = work
        appoint_custodian()
        self.project = make_lent_project()
        self.documents = [make_title(self.project).id for _each in range(documents)]
        self.transfer_id = 0

    @contextmanager
    def acting(self, who: str) -> Iterator[Session]:
        with self.work(actor_called(who)) as db, force_locale("en"):
            yield db

    def issue(self, who: str = A, documents: Sequence[int] | None = None) -> int:
        with self.acting(who):
            wanted = self.documents if documents is None else documents
            self.transfer_id = service.issue(credit.get_project(self.project.id), wanted).id
        return self.transfer_id

    def do(self, who: str, act: Callable[[Standing], Any]) -> Any:
        with self.acting(who):
            return act(standing_of(self.transfer_id, lock=True))

    def compare(self, who: str, found: Compared = AGREES) -> None:
        self.do(who, lambda standing: service.compare(standing, {line.id: found for line in standing.lines}))

    def compare_all(self) -> None:
        for who in PARTIES.values():
            self.compare(who)

    def sign(self, who: str, seen: str = "") -> None:
        verb = service.receive if who == CUSTODIAN else service.sign
        self.do(who, lambda it: verb(it, Signing(seen=seen or it.transfer.hash, address="10.0.0.8")))

    def complete(self) -> None:
        self.issue()
        self.compare_all()
        for who in PARTIES.values():
            self.sign(who)

    def withdraw(self, who: str = A, reason: str = "证号录错") -> None:
        self.do(who, lambda standing: service.withdraw(standing, reason))

    @property
    def state(self) -> TransferState:
        with self.work() as db:
            return db.get_one(TitleTransfer, self.transfer_id).state

    def states(self) -> set[TitleState]:
        with self.work() as db:
            found = select(TitleDocument.state).where(TitleDocument.id.in_(self.documents))
            return set(db.scalars(found))

    def holders(self) -> list[int | None]:
        """Whose hands each is in: exactly one open interval for each, else this has another length."""
        with self.work() as db:
            found = select(TitleCustody.holder_id).where(
                TitleCustody.document_id.in_(self.documents), TitleCustody.ends_at.is_(None)
            )
            return list(db.scalars(found))
