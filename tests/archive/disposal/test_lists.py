"""A destruction list from the proposal to the tombstone, and everything that stops it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask_babel import force_locale
from pypdf import PdfWriter
from sqlalchemy import select, text, true, update
from sqlalchemy.exc import DatabaseError

from crm.archive.credit.models import Decision, ProjectState, Verdict
from crm.archive.credit.queries import get_project
from crm.archive.disposal import invariants, queries
from crm.archive.disposal.group import Said as Word
from crm.archive.disposal.holding import holds_of
from crm.archive.disposal.models import (
    WORKFLOW,
    DisposalList,
    DisposalState,
    Outcome,
    RetentionChange,
    Seat,
    Tombstone,
)
from crm.archive.disposal.periods import kept_until
from crm.archive.disposal.service import destroying, holds, listing
from crm.archive.disposal.service.steps import STEPS
from crm.archive.dossiers import invariants as archive
from crm.archive.dossiers import retention
from crm.archive.dossiers import service as archive_service
from crm.archive.dossiers.models import Custody, Dossier, Item
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.papers import dossier_list
from crm.archive.dossiers.service import Giver, ItemFacts, file_supplement, items, take_custody
from crm.archive.lending import queries as slips
from crm.archive.lending.models import SlipForm, SlipState
from crm.archive.vault.documents import service as titles
from crm.archive.vault.models import IncidentKind, TitleDocument, TitleIncident, TitleKind
from crm.archive.vault.models.document import TitleState
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.files import store
from crm.files.models import Upload, WipedFile
from crm.files.queries import every_file, is_wiped
from crm.tenants import filing
from crm.tenants.events import FileMerged
from crm.tenants.handlers import file_merged
from crm.tenants.models import Customer
from tests import factories as make
from tests.acting import as_
from tests.archive.disposal.making import (
    APPROVER,
    AUDIT,
    BUSINESS,
    PROPOSER,
    SECOND,
    WITNESS,
    make_closed,
    make_hold,
    make_list,
    make_over,
)
from tests.archive.lending import making as lending
from tests.archive.lending.making import Counter
from tests.archive.vault.making import A
from tests.billing.deposits.making import make_deposit
from tests.repairs.making import NOW, kept

Work = Callable[..., Any]
S = DisposalState
DESTROY = Word(Outcome.destroy)


def _propose(work: Work, *dossiers: Dossier) -> int:
    with work(as_(PROPOSER)):
        return listing.propose(None, [each.id for each in dossiers], "到期档案").id


def _opine(work: Work, list_id: int, username: str, seat: Seat, word: Word = DESTROY) -> None:
    with work(as_(username)):
        found = queries.get_list(list_id)
        listing.give_opinions(found, seat, {line.id: (word, "已无保存价值") for line in found.lines})


def _appraise(work: Work, list_id: int, audit: Word = DESTROY) -> None:
    _opine(work, list_id, PROPOSER, Seat.archive)
    _opine(work, list_id, BUSINESS, Seat.business)
    _opine(work, list_id, AUDIT, Seat.audit, audit)


def _approve(work: Work, list_id: int) -> None:
    with work(as_(APPROVER)):
        listing.approve(queries.get_list(list_id))


def _cool_off(work: Work, list_id: int) -> None:
    with work():
        past = date(2020, 1, 1)
        session().execute(update(DisposalList).where(DisposalList.id == list_id).values(cools_until=past))


def _count(work: Work, list_id: int, username: str, pages: int = 1) -> None:
    with work(as_(username)):
        found = queries.get_list(list_id)
        listing.count(found, {line.id: pages for line in found.lines})


def _attest(work: Work, list_id: int, username: str) -> None:
    with work(as_(username)):
        listing.attest(queries.get_list(list_id))


def _destroy(work: Work, list_id: int, username: str = PROPOSER) -> None:
    with work(as_(username)):
        destroying.destroy(queries.get_list(list_id))


def _counted(work: Work, *dossiers: Dossier) -> int:
    list_id = _propose(work, *dossiers)
    _appraise(work, list_id)
    _approve(work, list_id)
    _cool_off(work, list_id)
    _count(work, list_id, WITNESS)
    _count(work, list_id, SECOND)
    return list_id


def _destroyed(work: Work, *dossiers: Dossier) -> int:
    list_id = _counted(work, *dossiers)
    _attest(work, list_id, WITNESS)
    _attest(work, list_id, SECOND)
    _destroy(work, list_id)
    return list_id


@pytest.mark.both
def test_from_the_proposal_to_the_tombstone(work: Work, db) -> None:
    dossier = make_over()
    item = db.scalars(select(Item).filter_by(dossier_id=dossier.id)).one()
    upload = make.make_upload(None, "dossier")
    make.make_rendition(item, upload)
    list_id = _destroyed(work, dossier)
    with work(as_(PROPOSER)):
        stone = session().scalars(select(Tombstone).filter_by(dossier_id=dossier.id)).one()
        [told] = stone.content["items"]
        assert (told["pages"], told["files"][0]["sha256"]) == (1, upload.sha256)
        gone = session().get_one(Dossier, dossier.id)
        assert gone.state is DossierState.destroyed
        blank = session().get_one(Item, item.id)
        assert (blank.responsible, blank.note, blank.title) == ("", "", item.title)
        assert (
            session().scalar(select(Custody.id).where(Custody.dossier_id == dossier.id, Custody.ends_at.is_(None)))
            is None
        )
        assert session().get_one(DisposalList, list_id).state is S.destroyed
        with pytest.raises(DomainError):
            take_custody(gone, location_id=1, cause="placed")
    with work():
        faults = archive.examine(nightly=True)
        assert (faults["I2"], faults["I11"]) == ([], [])


@pytest.mark.both
def test_only_what_was_counted_is_destroyed(work: Work, db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes into a dossier on a list; what got in all the same stops it, and what was removed is no part of
    it."""
    lending.appointed()
    dossier = make_over()
    gone = make.make_item(dossier, "loan_contract", pages=10, page_from=2, page_to=11)
    list_id = _counted_to(work, S.approved, dossier, wiped=gone)
    with work():
        section_id = session().scalars(select(Item.section_id).filter_by(dossier_id=dossier.id)).first() or 0
    facts = ItemFacts(section_id=section_id, slot_id=None, title="生效判决", pages=30, sheets=30)

    def supplement() -> None:
        with work(as_(PROPOSER)):
            file_supplement(session().get_one(Dossier, dossier.id), facts, Giver(name="法院"), "补充")

    with pytest.raises(DomainError, match="销毁20"):
        supplement()
    _count(work, list_id, WITNESS)
    monkeypatch.setattr(items, "filing_hindrances", [])
    supplement()
    with pytest.raises(DomainError, match=dossier.code):
        _count(work, list_id, SECOND)


def _counted_to(work: Work, state: DisposalState, dossier: Dossier, wiped: Item) -> int:
    """A document of it was removed before the list was proposed."""
    by = {"decided_by_id": make.user_called(APPROVER).id, "decided_at": NOW}
    make.make_removal(wiped, state=AskState.approved, **by)
    list_id = _propose(work, dossier)
    _appraise(work, list_id)
    _approve(work, list_id)
    _cool_off(work, list_id)
    return list_id


@pytest.mark.both
def test_what_is_destroyed_is_not_lent_and_what_is_lent_not_destroyed(work: Work, db) -> None:
    """A slip keeps nothing back before it is issued: whichever of the two comes first, the other is refused."""
    lending.appointed()
    dossier, other = make_over(), make_over()
    paper = Counter(work, dossier).bring_to(SlipState.approved)
    copy = Counter(work, dossier, form=SlipForm.digital).bring_to(SlipState.submitted)
    lent = Counter(work, other).bring_to(SlipState.approved)
    _destroyed(work, dossier)
    for issue in (paper.issue, copy.approve):
        with pytest.raises(DomainError, match="已被移出或销毁"):
            issue()
    with work(as_(lending.CLERK)):
        assert [row.id for row in slips.dossiers_found(true())] == [other.id]
    list_id = _counted(work, other)
    for who in (WITNESS, SECOND):
        _attest(work, list_id, who)
    lent.issue()
    with pytest.raises(IllegalTransition, match="借出未还"):
        _destroy(work, list_id)


def test_no_title_document_is_entered_for_what_is_destroyed(work: Work, db) -> None:
    gone = make.make_company_dossier(state=DossierState.destroyed)
    project = make.make_project(ProjectState.approved, dossier_id=gone.id)
    facts = titles.TitleFacts(kind=TitleKind.client_ownership, name="不动产权证书")
    with work(as_(A)), force_locale("en"), pytest.raises(DomainError, match="was destroyed"):
        titles.enter(get_project(project.id), facts)


@pytest.mark.both
def test_a_period_in_force_is_told_alike(work: Work, estate) -> None:
    """By what ended the matter or would end it, and as it was appraised last; on the label, the papers, the page."""
    running = make.make_company_dossier()
    make.make_project(ProjectState.ended, dossier_id=running.id)
    taken_back = make.make_company_dossier()
    project = make.make_project(ProjectState.withdrawn, dossier_id=taken_back.id)
    ends = {"verdict": Verdict.withdrawn, "decided_on": date(2026, 5, 1), "reason": "客户撤回", "entered_by": "王磊"}
    people = {"a_id": project.a_id, "b_id": project.b_id, "evidence_id": make.make_upload(None, "credit").id}
    kept(Decision(project_id=project.id, entered_at=NOW, **ends, **people))
    closed, longer, kept_on = make_closed(estate), make_over(), make_over()
    said = {
        "list_id": make_list().id,
        "reason": "鉴定",
        "changed_by": "韩冰",
        "changed_at": NOW,
        "changed_on": NOW.date(),
    }
    for dossier, until in ((longer, date(2040, 1, 1)), (kept_on, None)):
        kept(RetentionChange(dossier_id=dossier.id, until=until, **said))
    wanted = {
        running.id: ("years_30", "30 years"),
        taken_back.id: ("years_10", "10 years"),
        closed.id: ("years_30", "30 years"),
        longer.id: ("2040-01-01", "until 2040-01-01"),
        kept_on.id: ("permanent", "Permanent"),
    }
    with work(as_(PROPOSER)), force_locale("en"):
        for dossier_id, (code, words) in wanted.items():
            dossier = session().get_one(Dossier, dossier_id)
            assert dossier_list(dossier)["retention"] == code
            assert retention.in_words(retention.period_of(dossier)) == words


@pytest.mark.both
def test_a_period_that_begins_anew_begins_whole(work: Work, estate) -> None:
    """An appraisal counts for the period it was about; a merged file is kept as long as the one it goes on in."""
    again, gone = make_closed(estate, closed_on=date(2026, 5, 1)), make_closed(estate, state=DossierState.destroyed)
    said = {"list_id": make_list().id, "reason": "鉴定", "changed_by": "韩冰", "changed_at": NOW}
    kept(RetentionChange(dossier_id=again.id, until=date(2026, 1, 1), changed_on=date(2025, 1, 1), **said))
    merged = make_closed(estate, continued_in_id=make_closed(estate, closed_on=date(2025, 6, 1)).id)
    orphan = make_closed(estate, continued_in_id=gone.id)
    with work(as_(PROPOSER)):
        untils = {row.id: queries.until_of(row) for row in session().execute(queries.retained().query)}
        assert untils[again.id] == date(2056, 5, 1)
        assert untils[merged.id] == date(2055, 6, 1)
        assert untils[orphan.id] == date(2020, 3, 1)
        assert queries.still_over([again.id, merged.id, orphan.id]).keys() == {orphan.id}


@pytest.mark.both
def test_files_go_once_nobody_else_has_them(work: Work, db) -> None:
    mine, shared = make_over(), make_over()
    living = make_over()
    own, common, again = (brought(work, words) for words in (b"own", b"common", b"again"))
    items = {each.id: db.scalars(select(Item).filter_by(dossier_id=each.id)).one() for each in (mine, shared, living)}
    for dossier, upload in ((mine, own), (shared, common), (living, common), (mine, again)):
        make.make_rendition(items[dossier.id], upload)
    brought(work, b"again")  # by somebody else, for something else
    receipt = brought(work, b"receipt")
    make.make_release(make.make_attachment(mine), receipt)
    list_id = _destroyed(work, mine, shared)
    with work():
        assert destroying.files_of(list_id) == destroying.Files(wiped=0, kept=2, waiting=2)
        assert destroying.wipe_some() == 2
        assert destroying.files_of(list_id) == destroying.Files(wiped=2, kept=2, waiting=0)
        assert destroying.wipe_some() == 0  # as good twice as once
        assert set(session().scalars(select(WipedFile.sha256))) == {own.sha256, receipt.sha256}
        assert not store.path_of(own.sha256).exists()
        kept = {row.sha256 for row in session().execute(every_file())}
        assert {common.sha256, again.sha256} <= kept
        assert own.sha256 not in kept


def brought(work: Work, words: bytes) -> Upload:
    """A file with bytes of its own, on the disk."""
    with work(as_(PROPOSER)):
        upload = store.keep(pdf_with(words), "scan.pdf", purpose="dossier", estate_id=None)
        session().flush()
        session().expunge(upload)
    return upload


def pdf_with(words: bytes) -> bytes:
    """One empty page, told apart by its title."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": words.decode()})
    writer.write(out)
    return out.getvalue()


@pytest.mark.both
def test_what_is_brought_while_it_is_wiped_stays(work: Work, db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the question and the lock."""
    dossier = make_over()
    upload = brought(work, b"late")
    make.make_rendition(db.scalars(select(Item).filter_by(dossier_id=dossier.id)).one(), upload)
    _destroyed(work, dossier)

    def hold(sha256: str) -> None:
        store.keep(pdf_with(b"late"), "scan.pdf", purpose="dossier", estate_id=None)
        store.hold(sha256)

    monkeypatch.setattr(destroying, "hold", hold)
    with work():
        assert destroying.wipe_some() == 0
        assert store.path_of(upload.sha256).exists()


@pytest.mark.both
def test_killed_while_wiping_the_next_one_ends_it(work: Work, db, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = make_over()
    upload = brought(work, b"killed")
    make.make_rendition(db.scalars(select(Item).filter_by(dossier_id=dossier.id)).one(), upload)
    _destroyed(work, dossier)

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(destroying, "record", die)
    with pytest.raises(KeyboardInterrupt), work():
        destroying.wipe_some()
    monkeypatch.undo()
    with work():
        assert not store.path_of(upload.sha256).exists()
        assert not session().scalar(select(is_wiped(upload.sha256)))
        assert destroying.wipe_some() == 1
        assert session().scalar(select(is_wiped(upload.sha256)))


def test_what_is_brought_anew_is_there_again(work: Work) -> None:
    upload = brought(work, b"anew")
    with work():
        store.wipe(upload.sha256, "销毁2026-001")
        with pytest.raises(DomainError, match="已随档案销毁"):
            store.read(session().get_one(Upload, upload.id))
    brought(work, b"anew")
    with work():
        assert not session().scalar(select(is_wiped(upload.sha256)))
        assert store.read(session().get_one(Upload, upload.id)) == pdf_with(b"anew")


def _hold_titles(dossier: Dossier) -> list[str]:
    return [each.kind for each in holds_of([dossier.id]).get(dossier.id, ())]


@pytest.mark.both
def test_each_hold_comes_with_its_words(work: Work, estate) -> None:
    loan = make_over()
    make_hold(loan)
    make.make_attachment(loan)
    open_loan = make.make_company_dossier()
    make.make_project(ProjectState.ended, dossier_id=open_loan.id)
    customer = make_closed(estate)
    with work():
        theirs = session().get_one(Customer, customer.subject_id)
        session().expunge(theirs)
    make_deposit(theirs)
    lost = make_over()
    _lost_title(lost)
    with work(as_(PROPOSER)):
        assert _hold_titles(lost) == ["title_incident"]
        assert _hold_titles(loan) == ["attachment", "by_hand"]
        assert _hold_titles(open_loan) == ["loan_unsettled"]
        assert _hold_titles(customer) == ["deposit"]
        assert {row.id for row in queries.proposable(None, 50)}.isdisjoint({loan.id, open_loan.id})


def test_what_was_lost_is_counted_no_more(work: Work) -> None:
    lending.appointed()
    dossier = make_over()
    make.make_item(dossier, "loan_contract", pages=10, page_from=2, page_to=11)
    slip = Counter(work, dossier).bring_to(SlipState.issued)
    slip.back(1, 9)
    slip.report(1, 1)
    slip.check()
    slip.reshelve()
    slip.close_incident()
    list_id = _propose(work, dossier)
    with work(as_(PROPOSER)):
        assert [line.pages for line in queries.get_list(list_id).lines] == [10]


@pytest.mark.both
def test_after_a_destroyed_dossier_the_next_one_opens(work: Work, estate) -> None:
    """Once something comes for the customer; a new name alone, or a merge, is no reason and no fault."""
    dossier = make_closed(estate)
    made = make_list(dossier, estate=estate, state=S.counted)
    for who in (WITNESS, SECOND):
        _attest(work, made.id, who)
    _destroy(work, made.id)
    with work(as_("zhouhui")):
        customer = session().get_one(Customer, dossier.subject_id)
        customer.name = "欧阳娜"
        filing.note(customer.id)
    with work(as_("zhouhui")):
        assert archive_service.find_dossier(filing.SUBJECT, dossier.subject_id) is None
        facts = archive_service.DocumentFacts(title="身份证")
        item = archive_service.file_document(filing.SUBJECT, dossier.subject_id, "identity", facts)
        opened = session().get_one(Dossier, item.dossier_id)
        assert (opened.title, opened.subject_id, opened.state) == ("欧阳娜", dossier.subject_id, DossierState.open)
        assert opened.code not in (None, dossier.code)
    later = make.make_dossier(estate, "王五", subject_id=make.make_customer(estate, "王五").id, code="8-8-8/01")
    told = {"merge_id": 1, "estate_id": estate.id, "other": "王五", "reason": "同一人"}
    with work(as_("zhouhui")):
        file_merged(FileMerged(customer_id=later.subject_id, kept_id=dossier.subject_id, **told))
        assert session().get_one(Dossier, later.id).continued_in_id == opened.id


def _lost_title(dossier: Dossier) -> None:
    facts = {"kind": TitleKind.client_ownership, "name": "房产证", "certificate_no": "湘2020-1", "entered_by": "许静"}
    lost = {"state": TitleState.lost, "obtained_at": NOW, "entered_at": NOW}
    title = kept(TitleDocument(dossier_id=dossier.id, **facts, **lost))
    number = lending.make_number("权证异常", "异2026-{:03d}")
    by = {"reported_by_id": make.user_called(PROPOSER).id, "reported_at": NOW}
    kept(TitleIncident(number_id=number.id, kind=IncidentKind.loss, document_id=title.id, description="找不到", **by))


@pytest.mark.parametrize("step", ["approve", "count", "attest", "destroy"])
def test_a_hold_that_comes_up_later_stops_every_step(work: Work, step: str) -> None:
    dossier = make_over()
    state = {"approve": S.appraised, "count": S.approved}.get(step, S.counted)
    made = make_list(dossier, state=state)
    make_hold(dossier)
    who = {"approve": APPROVER, "destroy": PROPOSER}.get(step, WITNESS)
    verb: dict[str, Callable[[Any], None]] = {
        "approve": listing.approve,
        "count": lambda found: listing.count(found, {line.id: 1 for line in found.lines}),
        "attest": listing.attest,
        "destroy": destroying.destroy,
    }
    with pytest.raises(IllegalTransition, match="诉讼未结"), work(as_(who)):
        verb[step](queries.get_list(made.id))


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("action", WORKFLOW)
def test_every_cell_of_the_table(work: Work, state: DisposalState, action: str) -> None:
    allowed = state in WORKFLOW[action].sources
    with work(as_(APPROVER)):
        made = DisposalList(state=state)
        assert (WORKFLOW.hindrance(made, action) == "") == allowed


def test_nobody_has_two_parts(work: Work) -> None:
    list_id = _propose(work, make_over())
    with pytest.raises(NotEntitled):  # a project manager fits no seat
        _opine(work, list_id, WITNESS, Seat.business)
    _opine(work, list_id, PROPOSER, Seat.archive)
    with pytest.raises(NotEntitled):
        _opine(work, list_id, PROPOSER, Seat.archive)
    with pytest.raises(DomainError):
        _opine(work, list_id, BUSINESS, Seat.audit)
    _opine(work, list_id, BUSINESS, Seat.business)
    _opine(work, list_id, AUDIT, Seat.audit)
    for member in (PROPOSER, BUSINESS, AUDIT):
        with pytest.raises(NotEntitled), work(as_(member)):
            listing.approve(queries.get_list(list_id))
    _approve(work, list_id)
    with pytest.raises(IllegalTransition):  # cools off
        _count(work, list_id, WITNESS)
    _cool_off(work, list_id)
    for partner in (PROPOSER, BUSINESS, AUDIT, APPROVER, "wanglei", "zhaoqian"):  # A and B of the project
        with pytest.raises(NotEntitled):
            _count(work, list_id, partner)
    with pytest.raises(DomainError, match="清点数与清册不符"):
        _count(work, list_id, WITNESS, pages=2)
    _count(work, list_id, WITNESS)
    with pytest.raises(NotEntitled):
        _count(work, list_id, WITNESS)
    _count(work, list_id, SECOND)
    with pytest.raises(IllegalTransition):  # nobody signed
        _destroy(work, list_id)
    _attest(work, list_id, WITNESS)
    with pytest.raises(IllegalTransition):  # one did not
        _destroy(work, list_id)
    with pytest.raises(NotEntitled):
        _attest(work, list_id, PROPOSER)
    _attest(work, list_id, SECOND)
    with pytest.raises(NotEntitled):
        _destroy(work, list_id, WITNESS)
    _destroy(work, list_id)
    with work():
        assert invariants.nobody_has_two_parts() == []


@pytest.mark.parametrize("withdrawn", [False, True])
def test_disagreement_keeps_and_the_period_changes(work: Work, withdrawn: bool) -> None:
    dossier = make_over()
    list_id = _propose(work, dossier)
    _appraise(work, list_id, Word(Outcome.extend, 7))
    if withdrawn:  # no other group is asked
        with work(as_(PROPOSER)):
            listing.take_back(queries.get_list(list_id), "withdraw", listing.Said(reason="有误"))
    else:
        _approve(work, list_id)
    with work(as_(PROPOSER)):
        assert session().get_one(DisposalList, list_id).state is (S.withdrawn if withdrawn else S.kept)
        changed = session().scalars(select(RetentionChange).filter_by(dossier_id=dossier.id)).one()
        assert changed.until == kept_until(business_day(), 7)
        assert queries.proposable(None, 10) == []


def test_withdrawn_it_may_be_listed_again(work: Work) -> None:
    dossier = make_over()
    list_id = _propose(work, dossier)
    with pytest.raises(DomainError):
        _propose(work, dossier)
    with work(as_(PROPOSER)):
        listing.take_back(queries.get_list(list_id), "withdraw", listing.Said(reason="清点有误"))
    _propose(work, dossier)


def test_a_hold_is_lifted_by_somebody_else(work: Work) -> None:
    dossier = make_over()
    hold = make_hold(dossier)
    with pytest.raises(NotEntitled), work(as_(PROPOSER)):
        holds.lift(queries.get_hold(hold.id), "已结案")
    with work(as_(APPROVER)):
        holds.lift(queries.get_hold(hold.id), "已结案")
    with pytest.raises(DomainError), work(as_(APPROVER)):
        holds.lift(queries.get_hold(hold.id), "又一次")


@pytest.mark.both
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dossier SET state = 'destroyed' WHERE id = :id",
        "UPDATE dossier_item SET note = '' WHERE dossier_id = :id",
        "UPDATE dossier SET state = 'closed' WHERE id = :id",
    ],
)
def test_the_database_refuses_an_end_without_a_stone(work: Work, statement: str) -> None:
    dossier = make_over()
    with pytest.raises(DatabaseError), work() as db:
        db.execute(text(statement), {"id": dossier.id})


@pytest.mark.both
@pytest.mark.parametrize("table", ["tombstone", "appraisal_opinion"])
def test_stones_and_opinions_stay(work: Work, table: str) -> None:
    _destroyed(work, make_over())
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with pytest.raises(DatabaseError), work() as db:
            db.execute(text(statement))


def test_killed_in_the_middle_nothing_is_done(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = make_over(), make_over()
    list_id = _counted(work, one, other)
    _attest(work, list_id, WITNESS)
    _attest(work, list_id, SECOND)
    ended = destroying.end
    calls: list[int] = []

    def die(dossier: Dossier, told: Any) -> None:
        calls.append(dossier.id)
        if len(calls) == 2:
            raise KeyboardInterrupt
        ended(dossier, told)

    monkeypatch.setattr(destroying, "end", die)
    with pytest.raises(KeyboardInterrupt):
        _destroy(work, list_id)
    monkeypatch.undo()
    with work():
        assert session().scalar(select(Tombstone.id)) is None
        assert {session().get_one(Dossier, each.id).state for each in (one, other)} == {DossierState.filed}
    _destroy(work, list_id)
    with work():
        assert len(session().scalars(select(Tombstone)).all()) == 2


def test_a_form_sent_twice_is_one_list(work: Work) -> None:
    dossier = make_over()
    with work(as_(PROPOSER)):
        made = listing.propose(None, [dossier.id], "到期档案", "k1")
        assert STEPS.find("k1").list_id == made.id
