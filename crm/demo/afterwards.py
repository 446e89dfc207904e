"""What came after the demo company's dossiers were filed: late documents, what was put right, what they were used for.

Through the same verbs as everybody's, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from random import Random

from sqlalchemy import exists, select

from crm.archive.credit.models import Project
from crm.archive.dossiers.models import Correction, Dossier, Item, TemplateSlot
from crm.archive.dossiers.queries import items_of
from crm.archive.dossiers.reports import business_day_of
from crm.archive.dossiers.service import (
    Purpose,
    Used,
    ask_correction,
    ask_removal,
    decide_correction,
    note_use,
)
from crm.archive.handover.late import Bringing
from crm.archive.handover.models import Handover, HandoverState, LateFiling, Party
from crm.archive.handover.queries.late import get_late_filing
from crm.archive.handover.queries.standing import get_handover, slots_of
from crm.archive.handover.service import late
from crm.archive.handover.service.lists import Signing
from crm.archive.handover.standing import Standing
from crm.dates import Period
from crm.db import session
from crm.demo.archive import FULL_NAMES
from crm.demo.handover import ADDRESS, ARCHIVIST, DEPUTY, MANAGER, Way
from crm.demo.place import Ground

USES = (  # who, on which working day after the filing, what: a list or nothing for a document, what for
    (ARCHIVIST, 1, "volume_list", "keeping", ""),
    (DEPUTY, 4, "", "management", ""),
    ("caoning", 9, "dossier_list", "audit", ""),
    (MANAGER, 15, "", "other", "核对担保条件"),
)


def store(ground: Ground, dice: Random, _period: Period) -> None:
    """Of the dossiers filed first, each is told once."""
    filed = (
        select(Handover.id)
        .join(Project, Project.id == Handover.project_id)
        .where(Handover.state == HandoverState.filed)
        .where(~exists().where(LateFiling.handover_id == Handover.id))
        .where(~exists().where(Correction.dossier_id == Handover.dossier_id))
        .order_by(Project.ends_on, Project.id)
    )
    ways = [Afterwards(ground, dice, handover_id) for handover_id in session().scalars(filed.limit(3))]
    for way, tell in zip(ways, (Afterwards.supplemented, Afterwards.awaited, Afterwards.put_right), strict=False):
        tell(way)
        way.used()


class Afterwards(Way):
    """A dossier from the day it was filed."""

    def __init__(self, ground: Ground, dice: Random, handover_id: int) -> None:
        super().__init__(ground, dice, handover_id, scans={})
        dossier = get_handover(handover_id).dossier
        self.dossier, self.filed_on = dossier, business_day_of(dossier.filed_at or self.now)
        self.day = self.filed_on

    def supplemented(self) -> None:
        self.later(6)
        filing, giver = self._register(Party.a, "登记部门后补发"), self.people[Party.a]
        self.later(1)
        signing = Signing(seen=filing.hash, address=ADDRESS)
        self.do(giver, lambda standing: late.confirm(standing, get_late_filing(filing.id), signing))

    def awaited(self) -> None:
        """The giver has not confirmed yet."""
        self.later(20)
        self._register(Party.b, "客户补交")

    def put_right(self) -> None:
        """A corrected document and class, and what waits for a decision."""
        first, second, third = items_of(self.dossier.id)[:3]
        self.later(8)
        self._correct(first, "responsible", "本公司风控部", "责任者填错")
        self._correct(None, "security", "confidential", "含客户未公开的财务资料")
        with self.at(ARCHIVIST):
            ask_correction(self.dossier, second, "doc_no", "受〔2025〕17号", "文号漏填")
            ask_removal(self.dossier, third, "客户换签，取回原件", FULL_NAMES[self.people[Party.a]])

    def used(self) -> None:
        item = self.dice.choice(items_of(self.dossier.id))
        for who, days, paper, purpose, note in USES:
            self.day = self.filed_on
            self.later(days)
            used = Used(paper=paper) if paper else Used(item_id=item.id, code=item.code or "", title=item.title)
            with self.at(who):
                note_use(self.dossier.id, used, Purpose(purpose, note))

    def _register(self, party: Party, reason: str) -> LateFiling:
        giver = self.people[party]
        bringing = Bringing(name=FULL_NAMES[giver], reason=reason, user_id=self.ground.users[giver])

        def act(standing: Standing) -> LateFiling:
            return late.register(standing, self._facts(standing, _missing(self.dossier)), bringing, ADDRESS)

        filing: LateFiling = self.do(ARCHIVIST, act)
        return filing

    def _correct(self, item: Item | None, field: str, new: str, reason: str) -> None:
        with self.at(ARCHIVIST):
            asked = ask_correction(self.dossier, item, field, new, reason)
        with self.at(DEPUTY):
            decide_correction(asked, approve=True, decision="同意")


def _missing(dossier: Dossier) -> TemplateSlot:
    """A document of the checklist that does not lie in it, and no title document."""
    there = {item.slot_id for item in items_of(dossier.id)}
    return next(slot for slot in slots_of(dossier) if slot.id not in there and not slot.is_title)
