"""The vault at work: a project of 王磊 and 赵倩, 许静 who keeps the safe, 冯雪 beside her, 韩冰 who approves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.credit.models import Project, ProjectState
from crm.archive.dossiers.models import Location
from crm.archive.vault.incidents import service as incidents
from crm.archive.vault.invariants import CHECKS
from crm.archive.vault.models import IncidentKind, Purpose, TitleDocument, TitleState, TitleTransfer
from crm.archive.vault.models.transfer import TransferState
from crm.archive.vault.models.voucher import FOR_A_TIME, INTO
from crm.archive.vault.vouchers import service
from crm.archive.vault.vouchers.queries import get_voucher
from crm.archive.vault.vouchers.service import Asked, Prepared
from crm.archive.vault.vouchers.standing import Standing
from crm.auth.actor import Actor
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload
from tests import factories as make
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import (
    CUSTODIAN,
    MANAGER,
    WITNESS,
    A,
    appoint_custodian,
    kept,
    make_lent_project,
    make_place,
    make_safe,
    make_settlement_check,
    make_title,
    make_transfer,
    titles_in_vault,
)

Work = Callable[..., AbstractContextManager[Session]]
ID_NUMBER = "430102199003071234"
SOON = 5  # days


def _in_english(work: Work) -> Work:
    """Refusals as they stand in the source, whatever the catalogue says."""

    @contextmanager
    def run(actor: Actor | None = None) -> Iterator[Session]:
        with work(actor) as db, force_locale("en"):
            yield db

    return run


class Vault:
    """One project with a safe of two slots; every call is a unit of work of that person."""

    def __init__(self, work: Work, state: ProjectState = ProjectState.approved) -> None:
        self.work = _in_english(work)
        appoint_custodian()
        self.safe = make_safe()
        self.places = [make_place(self.safe), make_place(self.safe)]
        given: dict[str, Any] = {}
        if state is ProjectState.settled:
            given = {"settled_on": date(2026, 11, 20), "settled_evidence_id": make.make_upload(None, "credit").id}
        self.project: Project = make_lent_project(state, **given)
        if state is ProjectState.settled:
            make_settlement_check(self.project)

    def filled(self, count: int = 1) -> list[int]:
        """Documents in the first slot."""
        return titles_in_vault(count, self.project, self.places[0])

    def received(self, count: int = 1) -> tuple[int, list[int]]:
        """A list signed by all three and its voucher: the voucher's id and the documents'."""
        documents = [make_title(self.project, TitleState.received) for _each in range(count)]
        transfer = make_transfer(documents, self.project, TransferState.complete)
        with self.work(actor_called(CUSTODIAN)) as db:
            made = service.receipt_voucher(db.get_one(TitleTransfer, transfer.id))
            return made.id, [each.id for each in documents]

    def ask(self, who: str, purpose: Purpose, document_ids: Sequence[int], **given: Any) -> int:
        facts: dict[str, Any] = {"reason": "变更登记", "authority": "审批单第 3 号"}
        if purpose in FOR_A_TIME:
            facts |= {"back_on": self.today() + timedelta(days=SOON), "receiver": "王磊（不动产登记中心）"}
        if purpose is Purpose.release:
            facts |= {"receiver": "鑫源商贸"}
        with self.work(actor_called(who)) as db:
            project = db.get_one(Project, self.project.id)
            return service.ask(project, document_ids, Asked(purpose=purpose, **(facts | given))).id

    @contextmanager
    def at(self, who: str | Actor, voucher_id: int) -> Iterator[Standing]:
        with self.work(actor_called(who) if isinstance(who, str) else who):
            yield get_voucher(voucher_id, lock=True)

    def do(self, who: str, voucher_id: int, act: Callable[..., Any], *given: Any) -> Any:
        with self.at(who, voucher_id) as standing:
            return act(standing, *given)

    def approve(self, voucher_id: int, who: str = MANAGER) -> None:
        self.do(who, voucher_id, service.approve)

    def lay(self, voucher_id: int, place: Location | None = None, who: str = CUSTODIAN) -> None:
        where = place or self.places[0]
        with self.at(who, voucher_id) as standing:
            service.prepare(standing, Prepared(places={line.id: where.id for line in standing.lines}))

    def papers(self, voucher_id: int, who: str = CUSTODIAN) -> None:
        key = make.make_upload(None, "title_voucher").id
        with self.at(who, voucher_id) as standing:
            receipt = session().get_one(Upload, key)
            service.prepare(standing, Prepared(id_number=ID_NUMBER, receipt=receipt))

    def confirm(self, who: str, voucher_id: int) -> bool:
        with self.at(who, voucher_id) as standing:
            return service.confirm(standing, standing.hash, "10.0.0.8")

    def both(self, voucher_id: int) -> None:
        self.confirm(CUSTODIAN, voucher_id)
        self.confirm(WITNESS, voucher_id)

    def lose(self, document_id: int, who: str = CUSTODIAN) -> int:
        with self.work(actor_called(who)) as db:
            return incidents.report(IncidentKind.loss, db.get_one(TitleDocument, document_id), "盘点时不在柜内").id

    def ready(self, purpose: Purpose, document_ids: Sequence[int]) -> int:
        """A voucher that lacks only the two people."""
        if purpose is Purpose.loss:
            for each in document_ids:
                self.lose(each)
        voucher_id = self.ask(A, purpose, document_ids)
        if purpose in INTO:
            self.lay(voucher_id)
        else:
            self.approve(voucher_id)
        if purpose is Purpose.release:
            self.papers(voucher_id)
        return voucher_id

    def go(self, purpose: Purpose, document_ids: Sequence[int]) -> int:
        """All the way."""
        voucher_id = self.ready(purpose, document_ids)
        self.both(voucher_id)
        return voucher_id

    def state(self, document_id: int) -> TitleState:
        with self.work() as db:
            return db.scalars(select(TitleDocument.state).where(TitleDocument.id == document_id)).one()

    def today(self) -> date:
        with self.work():
            return business_day()

    def faults(self) -> list[str]:
        with self.work():
            return [fault for checks in CHECKS.values() for check in checks for fault in check()]


__all__ = ["ID_NUMBER", "Vault", "kept"]
