"""Plain functions that make one thing each with the fewest arguments; ids are fresh, names of the demo company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import func, select

from crm.archive.credit.models import (
    Client,
    ClientKind,
    Collateral,
    CollateralKind,
    Contract,
    EndBasis,
    Guarantor,
    Project,
    ProjectKind,
    ProjectState,
    RegisterImport,
    Repayment,
)
from crm.archive.credit.models import ImportState as RegisterImportState
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.models import (
    Appointment,
    Attachment,
    AttachmentRelease,
    Correction,
    Custody,
    Dossier,
    DossierReader,
    DossierTemplate,
    IssuedPrint,
    Item,
    Location,
    Removal,
    Rendition,
    TemplateSection,
    TemplateSlot,
    Volume,
)
from crm.archive.dossiers.models.custody import CustodianRole, LocationKind
from crm.archive.dossiers.models.dossier import DossierState, Mode, Stage
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.handover.models import (
    Clock,
    Grade,
    Handover,
    HandoverState,
    LateFiling,
    LatePart,
    LateSignature,
    LateState,
    LineKind,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    Postponement,
    RegisterEntry,
    SupplementLine,
    SupplementList,
)
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.naming import ArchiveNo
from crm.audit.models import GENESIS, LogEntry, LogSubject, chained_hash, subjects_of
from crm.auth.models import Department, LoginAttempt, LoginSession, User, UserEstate, UserRole
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.calls.models import Call, CallState, Direction
from crm.dates import utc_now
from crm.db import open_session
from crm.demo.cast import CAST
from crm.files.models import StoredFile, Upload
from crm.imports.models import ImportRun, ImportState
from crm.jobs.models import Job
from crm.notifications.models import Notification
from crm.numbering import Number, NumberSeries, NumberState
from crm.outbox.models import Mail
from crm.policy.dictionaries import Dictionary
from crm.properties.models import Building, Entrance, Equipment, Estate, PublicArea, Unit, UnitUse, sort_key, unit_label
from crm.tenants.merging.models import CustomerMerge, PairDecision
from crm.tenants.models import (
    Customer,
    CustomerKind,
    EmergencyContact,
    Member,
    MemberRole,
    Occupancy,
    OccupancyRole,
    Phone,
    Source,
    Supplement,
    SupplementKind,
    Vehicle,
)
from tests.archive.disposal import making as disposal
from tests.billing import making
from tests.billing.arrears import making as arrears
from tests.billing.arrears.letters import making as letters
from tests.billing.arrears.making import ids_of_cases, ids_of_dunning, ids_of_reviews
from tests.billing.cashier.making import at_the_counter
from tests.billing.collection.making import ids_of_collection
from tests.billing.deposits.making import ids_of_deposits
from tests.billing.importing.making import ids_of_imports
from tests.billing.ledger.making import ids_of_the_books
from tests.billing.runs.making import ids_of_runs
from tests.complaints import making as complaints
from tests.complaints.hanging import ids_of_hanging
from tests.complaints.importing.making import ids_of_complaint_imports
from tests.correspondence.letters import making as correspondence
from tests.correspondence.notices import making as notices
from tests.engineering.making import ids_of_engineering
from tests.moves.leaving.making import ids_of_leavings
from tests.moves.making import ids_of_moves
from tests.renovations.making import ids_of_renovations
from tests.renovations.on_site import ids_on_site
from tests.renovations.settling import ids_of_settlements
from tests.repairs.costs import making as repair_costs
from tests.repairs.importing.making import ids_of_repair_imports
from tests.repairs.incidents.making import ids_of_incidents
from tests.repairs.making import ids_of_repairs
from tests.repairs.plans import making as keeping
from tests.repairs.visits.making import ids_of_visits
from tests.review.reviewing import ids_of_filing_reviews
from tests.review.sampling.making import ids_of_samples
from tests.statistics import making as statistics
from tests.violations.making import ids_of_violations

numbers = count(1)
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
WORDS = Dictionary(key="tests.words", title="Words", defaults={"first": "First", "second": "Second"})


def _kept(thing: Any) -> Any:
    """Added through a session of its own on the test's connection."""
    with open_session() as db:
        db.add(thing)
        db.commit()
        db.refresh(thing)
        db.expunge(thing)
    return thing


def make_building(estate: Estate, number: str = "") -> Building:
    number = number or str(100 + next(numbers))
    return _kept(Building(estate_id=estate.id, number=number, floors=18, sort_key=sort_key(number)))


def make_unit(estate: Estate, label: str = "", **given: Any) -> Unit:
    """`label` such as 3-1-502; building and entrance come with it."""
    building_number, entrance_number, number = (label or f"{100 + next(numbers)}-1-502").split("-")
    with open_session() as db:
        building = db.scalars(select(Building).filter_by(estate_id=estate.id, number=building_number)).one_or_none()
    building = building or make_building(estate, building_number)
    with open_session() as db:
        entrance = db.scalars(select(Entrance).filter_by(building_id=building.id, number=entrance_number)).one_or_none()
    entrance = entrance or _kept(
        Entrance(
            estate_id=estate.id, building_id=building.id, number=entrance_number, sort_key=sort_key(entrance_number)
        )
    )
    whole = unit_label(building_number, entrance_number, number)
    place = {"estate_id": estate.id, "building_id": building.id, "entrance_id": entrance.id}
    facts = {"use": UnitUse.home, "number": number, "label": whole, "sort_key": sort_key(whole), "floor": 5}
    return _kept(Unit(**(place | facts | given)))


def make_parking(estate: Estate) -> Unit:
    number = f"B1-{next(numbers):03d}"
    return _kept(
        Unit(estate_id=estate.id, use=UnitUse.parking, zone="B1", number=number, label=number, sort_key=number)
    )


def make_equipment(estate: Estate) -> Equipment:
    return _kept(Equipment(estate_id=estate.id, kind="lift", code=f"DT-{next(numbers):03d}", name="客梯"))


def make_public_area(estate: Estate) -> PublicArea:
    return _kept(PublicArea(estate_id=estate.id, name=f"大堂 {next(numbers)}"))


def make_customer(estate: Estate, name: str = "欧阳娜娜", unit: Unit | None = None, **given: Any) -> Customer:
    facts = {"kind": CustomerKind.person, "registered_on": date(2024, 3, 1)} | given
    customer = _kept(Customer(estate_id=estate.id, name=name, **facts))
    if unit:
        make_occupancy(customer, unit)
    return customer


def make_occupancy(
    customer: Customer, unit: Unit, role: OccupancyRole = OccupancyRole.owner, **given: Any
) -> Occupancy:
    bound = {"estate_id": unit.estate_id, "unit_id": unit.id, "customer_id": customer.id, "role": role}
    return _kept(Occupancy(**(bound | {"recorded_at": NOW, "source": Source.counter} | given)))


def make_phone(customer: Customer, digits: str = "13907315678", **given: Any) -> Phone:
    return _kept(Phone(customer_id=customer.id, digits=digits, source=Source.counter, recorded_at=NOW, **given))


def make_member(customer: Customer, name: str = "欧阳志远") -> Member:
    return _kept(Member(customer_id=customer.id, name=name, role=MemberRole.parent))


def make_emergency_contact(customer: Customer) -> EmergencyContact:
    return _kept(EmergencyContact(customer_id=customer.id, name="欧阳志远", relation="父亲", phone="13907315678"))


def make_vehicle(customer: Customer, plate: str = "湘A12345") -> Vehicle:
    return _kept(Vehicle(customer_id=customer.id, plate=plate))


def make_upload(estate: Estate | None, purpose: str = "supplement") -> Upload:
    sha256 = f"{next(numbers):064x}"
    _kept(StoredFile(sha256=sha256, sm3=sha256, size=1, media_type="text/plain"))
    facts = {"name": "证明.txt", "purpose": purpose, "uploaded_by": "李敏", "uploaded_at": NOW}
    return _kept(Upload(sha256=sha256, original_sha256=sha256, estate_id=estate.id if estate else None, **facts))


def make_import(estate: Estate) -> ImportRun:
    facts = {"estate_name": estate.name, "state": ImportState.uploaded, "mapping": {}, "started_by": "周慧"}
    upload = make_upload(estate, "import")
    return _kept(ImportRun(upload_id=upload.id, estate_id=estate.id, started_at=NOW, **facts))


def make_department(name: str = "") -> Department:
    return _kept(Department(name=name or f"客服{next(numbers)}部"))


def make_user(role: RoleName = RoleName.service_desk, *, estates: Sequence[Estate] | None = None, **given: Any) -> User:
    """`estates` None: sees every one. Nobody can sign in with the password."""
    facts = {"username": f"user{next(numbers)}", "full_name": "林青", "password_hash": "-", "created_at": NOW}
    scope = [UserEstate(estate_id=estate.id) for estate in estates or ()]
    roles = [UserRole(role=role)]
    return _kept(User(all_estates=estates is None, estates=scope, roles=roles, **(facts | given)))


def make_login_session(user: User, **given: Any) -> LoginSession:
    moment, number = utc_now(), next(numbers)
    facts = {"token_hash": f"token {number}", "address": "10.0.0.8", "agent": "Firefox"}
    return _kept(LoginSession(user_id=user.id, **(facts | {"started_at": moment, "seen_at": moment} | given)))


def make_attempt(username: str = "limin", outcome: str = "entered", **given: Any) -> LoginAttempt:
    return _kept(LoginAttempt(username=username, outcome=outcome, **({"at": NOW, "address": "10.0.0.8"} | given)))


def make_call(estate: Estate, customer: Customer | None = None, digits: str = "13907315678", **given: Any) -> Call:
    said = {"caller": "欧阳娜娜", "reason": "repair", "outcome": "answered", "note": "厨房漏水"}
    facts = {"direction": Direction.incoming, "taken_by": "李敏", "started_at": NOW, "state": CallState.settled}
    number = {"digits": digits, "tail": digits[-4:]}
    bound = {"estate_id": estate.id, "customer_id": customer.id if customer else None}
    return _kept(Call(**(bound | number | said | facts | given)))


def make_follow_up(estate: Estate, owner: User | None = None, customer: Customer | None = None, **given: Any) -> Call:
    """To be followed up by anybody, unless an owner is given."""
    with open_session() as db:
        owner_id = owner.id if owner else db.scalars(select(User.id).limit(1)).one()
    due = {"state": CallState.open, "follow_up": "回电", "owner_id": owner_id, "due_at": NOW}
    return make_call(estate, customer, **(due | given))


def make_notification(user: User, text: str = "请回电", url: str = "/", **given: Any) -> Notification:
    return _kept(Notification(user_id=user.id, text=text, url=url, icon="bell", created_at=NOW, **given))


def make_mail(recipient: str = "limin@example.com", **given: Any) -> Mail:
    moments = dict.fromkeys(("posted_at", "tried_since", "next_try_at"), NOW)
    facts = {"subject": "通知", "text": "请查收。", "message_id": f"<{next(numbers)}@example.com>"}
    return _kept(Mail(recipient=recipient, **(moments | facts | given)))


def make_job(estate: Estate, owner: RoleName | None = None, **given: Any) -> Job:
    """Asked for by the cast's member with that role, or by the system."""
    with open_session() as db:
        member = next((member for member in CAST if owner in member.roles), None)
        user_id = db.scalar(select(User.id).filter_by(username=member.username)) if member else None
    facts = {"kind": "audit.proof", "title": "核对操作日志", "payload": {}, "actor_name": "李敏", "asked_at": NOW}
    return _kept(Job(user_id=user_id, estate_id=estate.id, **(facts | given)))


def make_twins(estate: Estate, name: str = "") -> tuple[Customer, Customer]:
    """Two files with one name and one unit: likely the same customer."""
    name, unit = name or f"欧阳 {next(numbers)}", make_unit(estate)
    return make_customer(estate, name, unit), make_customer(estate, name, unit)


def make_merge(kept: Customer, merged: Customer) -> CustomerMerge:
    """As rows only; the search is not told."""
    with open_session() as db:
        db.get_one(Customer, merged.id).merged_into_id = kept.id
        db.commit()
    facts = {"reason": "同一张身份证", "done_by": "周慧", "done_at": NOW}
    return _kept(CustomerMerge(estate_id=kept.estate_id, kept_id=kept.id, merged_id=merged.id, **facts))


def make_pair_decision(estate: Estate) -> PairDecision:
    one, other = make_twins(estate)
    facts = {"apart": True, "decided_by": "周慧", "decided_at": NOW}
    return _kept(PairDecision(estate_id=estate.id, one_id=one.id, other_id=other.id, **facts))


def make_location(code: str = "") -> Location:
    code = code or f"{next(numbers)}柜"
    return _kept(Location(kind=LocationKind.cabinet, code=code, path=f"档案室 / {code}"))


def make_dossier(estate: Estate, title: str = "欧阳娜娜", **given: Any) -> Dossier:
    """A property customer's, open, lying in the room; `subject_id` of nobody unless given."""
    number = next(numbers)
    facts = {"kind": DossierKind.property, "mode": Mode.accretive, "state": DossierState.open, "estate_id": estate.id}
    subject = {"subject_kind": "customer", "subject_id": 900_000 + number, "code": f"{number}-1-502/01"}
    return _dossier(title, **(facts | subject | given))


def make_moved_out(estate: Estate, ends: date = date(2024, 6, 1), name: str = "欧阳娜娜") -> Customer:
    """Had one unit up to `ends`; the dossier is open."""
    unit = make_unit(estate)
    customer = make_customer(estate, name)
    make_occupancy(customer, unit, starts=date(2020, 1, 1), ends=ends)
    make_dossier(estate, name, subject_id=customer.id, code=f"{unit.label}/01")
    return customer


def make_company_dossier(title: str = "鑫源商贸借款", readers: Sequence[int] = (), **given: Any) -> Dossier:
    """A loan's, being prepared, of no project unless given; seen by its readers and by who oversees all."""
    facts = {"kind": DossierKind.loan, "mode": Mode.sealed, "state": DossierState.forming}
    made = _dossier(title, **(facts | {"subject_kind": "project", "subject_id": 900_000 + next(numbers)} | given))
    for user_id in readers:
        _kept(DossierReader(dossier_id=made.id, user_id=user_id))
    return made


def _dossier(title: str, **given: Any) -> Dossier:
    with open_session() as db:
        template = db.scalars(select(DossierTemplate).filter_by(kind=given["kind"], state="in_force")).one()
        place = db.scalars(select(Location).order_by(Location.id)).first()
    bound = {"template_id": template.id, "opened_on": date(2026, 5, 7), "opened_by": "冯雪"}
    made = _kept(Dossier(title=title, **(bound | given)))
    _kept(Custody(dossier_id=made.id, location_id=place.id, starts_at=NOW, cause="opened", caused_by="冯雪"))
    return made


def make_item(dossier: Dossier, slot_code: str = "identity", **given: Any) -> Item:
    """Filed, of one page, under the dossier's own checklist."""
    with open_session() as db:
        joined = select(TemplateSlot, TemplateSection.position).join(TemplateSection)
        wanted = joined.where(TemplateSection.template_id == dossier.template_id, TemplateSlot.code == slot_code)
        slot, section = db.execute(wanted).one()
        there = db.scalars(select(Item).filter_by(dossier_id=dossier.id)).all()
    place = 1 + sum(1 for item in there if item.section_id == slot.section_id)
    page = 1 + max((item.page_to or 0 for item in there), default=0)
    bound = {"dossier_id": dossier.id, "section_id": slot.section_id, "slot_id": slot.id, "position": place}
    where = {"code": f"{section}-{place:02d}", "page_from": page, "page_to": page}
    facts = {"title": slot.title, "pages": 1, "sheets": 1, "stage": Stage.filed, "added_by": "李敏", "added_at": NOW}
    return _kept(Item(**(bound | where | facts | {"filed_at": NOW, "filed_by": "李敏"} | given)))


def make_filled_dossier(
    estate: Estate, slot_codes: Sequence[str] = ("identity", "registration_form", "phone_card", "emergency_contacts")
) -> Dossier:
    """Of a customer in a unit, with these documents; all that have to be there unless others are named."""
    dossier = make_dossier(estate, subject_id=make_customer(estate, unit=make_unit(estate)).id)
    for slot_code in slot_codes:
        make_item(dossier, slot_code)
    return dossier


def make_rendition(item: Item, upload: Upload) -> Rendition:
    checks = {"complete": {"passed": True, "claimed": 1, "measured": None}}
    return _kept(Rendition(item_id=item.id, upload_id=upload.id, checks=checks, added_by="李敏", added_at=NOW))


def make_use(dossier: Dossier, user: User | None = None, at: datetime = NOW, **given: Any) -> LogEntry:
    """Its catalogue was printed to answer a customer."""
    user = user or make_user(RoleName.archivist)
    thing = {"item_id": None, "rendition_id": None, "code": "", "title": "", "paper": "dossier_list"}
    said = {"dossier_id": dossier.id, **thing, "purpose": "answer", "note": "", **given}
    with open_session() as db:
        last = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one_or_none()
    who = {"actor": user.full_name, "user_id": user.id, "address": "", "request_id": ""}
    chain = {"id": last.id + 1, "previous_hash": last.hash} if last else {"id": 1, "previous_hash": GENESIS}
    entry = {"at": at, "kind": "DossierUsed", "data": said, **who, **chain}
    made: LogEntry = _kept(LogEntry(**entry, hash=chained_hash(entry)))
    for kind, key in subjects_of(said):
        _kept(LogSubject(entry_id=made.id, kind=kind, object_id=key))
    return made


def make_attachment(dossier: Dossier) -> Attachment:
    facts = {"title": "客户留存合同", "owner": "鑫源商贸", "added_by": "王磊", "added_at": NOW}
    return _kept(Attachment(dossier_id=dossier.id, **facts))


def make_release(attachment: Attachment, receipt: Upload) -> AttachmentRelease:
    facts = {"released_to": "陈志远", "receipt": "收条18", "released_by": "冯雪", "released_at": NOW}
    return _kept(AttachmentRelease(attachment_id=attachment.id, upload_id=receipt.id, **facts))


def make_volume(dossier: Dossier, year: int = 2026) -> Volume:
    return _kept(Volume(dossier_id=dossier.id, year=year))


def make_correction(item: Item, asker: User | None = None, **given: Any) -> Correction:
    asked = {"asked_by_id": (asker or make_user(RoleName.archivist)).id, "asked_at": NOW, "state": AskState.asked}
    facts = {"field": "title", "old": item.title, "new": "更正后的题名", "reason": "题名写错"}
    return _kept(Correction(dossier_id=item.dossier_id, item_id=item.id, **(asked | facts | given)))


def make_removal(item: Item, asker: User | None = None, **given: Any) -> Removal:
    asked = {"asked_by_id": (asker or make_user(RoleName.archivist)).id, "asked_at": NOW, "state": AskState.asked}
    facts = {"reason": "客户取回", "receiver": "欧阳娜娜"}
    return _kept(Removal(dossier_id=item.dossier_id, item_id=item.id, **(asked | facts | given)))


def make_appointment(
    user: User | None = None, role: CustodianRole = CustodianRole.archivist, **given: Any
) -> Appointment:
    with open_session() as db:
        manager_id = db.scalars(select(User.id).filter_by(username="hanbing")).one()
    bound = {"user_id": (user or make_user(RoleName.archivist)).id, "appointed_by_id": manager_id}
    return _kept(
        Appointment(role=CustodianRole(role), **({"starts": date(2026, 1, 1), "appointed_at": NOW} | bound | given))
    )


def make_archive_number(word: str = "鸿借", year: int = 2026) -> ArchiveNumber:
    """The next of its series, reserved."""
    with open_session() as db:
        series = db.scalars(select(NumberSeries).filter_by(name=word, year=year)).one_or_none()
        series = series or NumberSeries(name=word, year=year, last=0)
        series.last += 1
        db.add(series)
        db.flush()
        text = ArchiveNo(year, word, series.last).text
        number = Number(series_id=series.id, serial=series.last, text=text, state=NumberState.reserved)
        db.add(number)
        db.flush()
        reserved = {"title": "鑫源商贸借款", "reserved_at": NOW, "reserved_by": "王磊"}
        db.add(ArchiveNumber(id=number.id, word=word, year=year, number=number, **reserved))
        db.commit()
        made = db.get_one(ArchiveNumber, number.id)
        db.refresh(made)
        db.expunge_all()
    return made


def _seen_dossier(estate: Estate, owner: RoleName | None) -> Dossier:
    """A customer's for who may read customers; else a loan's, which the cast's member with that role reads."""
    if owner is None or Permission.customer_read in ROLES[owner]:
        return make_dossier(estate)
    with open_session() as db:
        member = next(member for member in CAST if owner in member.roles)
        user_id = db.scalars(select(User.id).filter_by(username=member.username)).one()
    return make_company_dossier(readers=[user_id])


def _archive(estate: Estate, owner: RoleName | None) -> dict[str, object]:
    dossier = _seen_dossier(estate, owner)
    item = make_item(dossier)
    number = make_archive_number()
    return {
        "dossier_id": dossier.id,
        "item_id": item.id,
        "rendition_id": make_rendition(item, make_upload(estate, "dossier")).id,
        "attachment_id": make_release(make_attachment(dossier), make_upload(estate, "dossier")).attachment_id,
        "volume_id": make_volume(dossier).id,
        "slot_id": item.slot_id,
        "section_id": item.section_id,
        "template_id": dossier.template_id,
        "correction_id": make_correction(item, evidence_id=make_upload(estate, "dossier").id).id,
        "removal_id": make_removal(item).id,
        "location_id": make_location().id,
        "appointment_id": make_appointment().id,
        "archive_number_id": number.id,
        "series_id": number.number.series_id,
    }


def user_called(username: str) -> User:
    """Somebody of the cast."""
    with open_session() as db:
        return db.scalars(select(User).filter_by(username=username)).one()


def make_client(name: str = "", **given: Any) -> Client:
    facts = {"kind": ClientKind.company, "registered_at": NOW, "registered_by": "王磊"}
    return _kept(Client(name=name or f"鑫源商贸{next(numbers)}有限公司", **(facts | given)))


def make_project(state: ProjectState = ProjectState.applied, client: Client | None = None, **given: Any) -> Project:
    """王磊 is A, 赵倩 is B; 1,000,000 yuan over 12 months, ended on 2026-05-07 where the state says that it has."""
    a, b, client = user_called("wanglei"), user_called("zhaoqian"), client or make_client()
    facts: dict[str, Any] = {
        "kind": ProjectKind.loan,
        "client_id": client.id,
        "title": f"{client.name} 100万 借款",
        "amount": Decimal(1_000_000),
        "term_months": 12,
        "rate": Decimal("7.2"),
        "purpose": "进货",
        "applied_on": date(2026, 4, 1),
        "a_id": a.id,
        "b_id": b.id,
        "department_id": a.department_id,
        "entered_by": "王磊",
        "entered_at": NOW,
    }
    if state in (ProjectState.approved, ProjectState.ended, ProjectState.settled):
        facts["approved_on"] = date(2026, 4, 20)
    if state in (ProjectState.ended, ProjectState.settled):
        facts |= {"ends_on": date(2026, 5, 7), "basis": EndBasis.disbursement, "due_on": date(2027, 5, 7)}
        facts |= {"end_evidence_id": make_upload(None, "credit").id}
    if state is ProjectState.settled:
        facts |= {"settled_on": date(2026, 10, 8), "settled_evidence_id": facts["end_evidence_id"]}
    return _kept(Project(state=state, **(facts | given)))


def make_repayment(project: Project, principal: int = 1_000, **given: Any) -> Repayment:
    facts = {"paid_on": date(2026, 6, 8), "interest": Decimal(60), "entered_by": "王磊", "entered_at": NOW}
    return _kept(Repayment(project_id=project.id, principal=Decimal(principal), **(facts | given)))


def make_guarantor(project: Project, client: Client | None = None) -> Guarantor:
    facts = {"kind": ClientKind.company, "name": "恒泰建材"}
    if client:
        facts = {"kind": client.kind, "name": client.name, "client_id": client.id}
    return _kept(Guarantor(project_id=project.id, **facts, entered_by="王磊", entered_at=NOW))


def make_collateral(project: Project, **given: Any) -> Collateral:
    facts = {"kind": CollateralKind.real_estate, "description": "解放路8号商铺", "owner": "鑫源商贸"}
    return _kept(Collateral(project_id=project.id, **(facts | given), entered_by="王磊", entered_at=NOW))


def make_contract(project: Project) -> Contract:
    facts = {"title": "借款合同", "original_no": f"鸿借{project.id}-001", "entered_by": "王磊", "entered_at": NOW}
    return _kept(Contract(project_id=project.id, **facts))


def make_register_import() -> RegisterImport:
    facts = {"state": RegisterImportState.uploaded, "mapping": {}, "started_by": "冯雪", "started_at": NOW}
    return _kept(RegisterImport(upload_id=make_upload(None, "register_import").id, **facts))


def make_handover(state: HandoverState = HandoverState.filed, **given: Any) -> Handover:
    """Of a project of 王磊 and 赵倩 with a dossier of one document; as rows only, no list yet."""
    project = make_project(ProjectState.ended)
    dossier = make_company_dossier(project.title, (project.a_id, project.b_id), number_id=make_archive_number().id)
    make_item(dossier, "application")
    bound = {"project_id": project.id, "dossier_id": dossier.id, "opened_at": NOW}
    archivist = user_called("fengxue").id if state is HandoverState.filed else None
    return _kept(Handover(**(bound | {"state": state, "archivist_id": archivist} | given)))


def make_list_version(handover: Handover, **given: Any) -> ListVersion:
    """The next one, of one line, known to `/verify`."""
    with open_session() as db:
        item = db.scalars(select(Item).filter_by(dossier_id=handover.dossier_id)).first()
        last = db.scalar(select(func.max(ListVersion.version)).filter_by(handover_id=handover.id)) or 0
    line = {"item_id": item.id, "code": "1-01", "title": item.title, "responsible": "", "doc_no": "", "date": None}
    line |= {"slot": "application", "original_no": "", "files": []}
    line |= {"pages": 1, "sheets": 1, "page_from": 1, "page_to": 1, "form": "original", "note": "", "supplement": False}
    content = {"paper": "handover_list", "subject": handover.id, "version": last + 1, "number": "2026鸿借字第001号"}
    content |= {
        "title": "鑫源商贸借款",
        "client": "鑫源商贸",
        "ends_on": "2026-05-07",
        "a": "王磊",
        "b": "赵倩",
        "pages": 1,
        "sheets": 1,
        "attachments": [],
        "needless": [],
        "waived": [],
        "supplements": [],
    }
    content |= {"sections": [{"position": 1, "title": "立项审批资料", "lines": [line]}]}
    facts = {"version": last + 1, "content": content, "hash": content_hash(content), "pages": 1, "sheets": 1}
    made = _kept(
        ListVersion(
            handover_id=handover.id,
            issued_at=NOW,
            issued_by_id=user_called("wanglei").id,
            **(facts | given),
        )
    )
    printed = {"kind": "handover_list", "subject_id": handover.id, "number": content["number"], "printed_by": "王磊"}
    _kept(IssuedPrint(version=made.version, content=made.content, hash=made.hash, printed_at=NOW, **printed))
    return made


def make_list_signature(version: ListVersion, party: Party = Party.a, **given: Any) -> ListSignature:
    """By whoever of the cast is that party, with a drawn one."""
    a, b = user_called("wanglei"), user_called("zhaoqian")
    signer = {Party.a: a, Party.b: b, Party.archivist: user_called("fengxue")}[party]
    facts = {"grade": Grade.password_drawn, "hash": version.hash, "address": "10.0.0.8", "signed_at": NOW}
    facts |= {"a_id": a.id, "b_id": b.id, "drawing_id": make_upload(None, "signature").id}
    return _kept(ListSignature(version_id=version.id, party=party, signer_id=signer.id, **(facts | given)))


def make_supplement(customer: Customer, **given: Any) -> Supplement:
    """A change of this spring, said at the counter."""
    said = {"kind": SupplementKind.change, "effective_on": date(2026, 3, 1), "source": Source.counter}
    bound = {"estate_id": customer.estate_id, "customer_id": customer.id, "recorded_at": NOW}
    names = {"confirmed_by": "李敏", "recorded_by": "李敏"}
    return _kept(Supplement(**(said | bound | names | given)))


def make_supplement_line(handover: Handover, **given: Any) -> SupplementLine:
    """On a list of its own."""
    with open_session() as db:
        number = len(db.scalars(select(SupplementList.id).filter_by(handover_id=handover.id)).all()) + 1
    issued = {"issued_by_id": user_called("zhaoqian").id, "issued_at": NOW}
    asked = _kept(SupplementList(handover_id=handover.id, number=number, **issued))
    facts = {"kind": LineKind.missing_signature, "wanted": "董事签字", "state": LineState.open}
    facts |= {"a_id": user_called("wanglei").id, "b_id": user_called("zhaoqian").id}
    return _kept(SupplementLine(list_id=asked.id, **(facts | given)))


def make_late_filing(handover: Handover, **given: Any) -> LateFiling:
    """Registered by 冯雪 as brought by 王磊, who has not confirmed it."""
    with open_session() as db:
        slot_id = db.scalars(select(Item.slot_id).filter_by(dossier_id=handover.dossier_id)).first()
    said = {"title": "贷后检查", "responsible": "", "doc_no": "", "doc_date": None, "pages": 2, "sheets": 1}
    said |= {"slot": "application", "form": "original", "note": "", "original_no": "", "valid_until": None, "files": []}
    content = {"number": "2026鸿借字第001号", "title": "鑫源商贸借款", "document": said, "giver": "王磊"}
    content |= {"archivist": "冯雪", "reason": "一个月检查", "registered_at": "2026-11-23 10:30"}
    facts = {"slot_id": slot_id, "giver_id": user_called("wanglei").id, "archivist_id": user_called("fengxue").id}
    facts |= {"content": content, "hash": content_hash(content), "registered_at": NOW, "state": LateState.pending}
    return _kept(LateFiling(handover_id=handover.id, **(facts | given)))


def make_late_signature(filing: LateFiling, part: LatePart = LatePart.archivist, **given: Any) -> LateSignature:
    signer = {LatePart.giver: filing.giver_id, LatePart.archivist: filing.archivist_id}[part]
    facts = {"name": filing.content[part.value], "grade": Grade.password_drawn, "hash": filing.hash, "signed_at": NOW}
    facts |= {"signer_id": signer, "address": "10.0.0.8", "drawing_id": make_upload(None, "signature").id}
    return _kept(LateSignature(filing_id=filing.id, part=part, **(facts | given)))


def make_postponement(handover: Handover, **given: Any) -> Postponement:
    facts = {"clock": Clock.a, "reason": "客户在外地", "old_due": date(2026, 5, 11), "new_due": date(2026, 5, 20)}
    facts |= {"after_due": False, "state": "asked", "asked_by_id": user_called("wanglei").id, "asked_at": NOW}
    facts |= {"a_id": user_called("wanglei").id, "b_id": user_called("zhaoqian").id}
    return _kept(Postponement(handover_id=handover.id, **(facts | given)))


def make_register_entry(handover: Handover, version: ListVersion | None = None) -> RegisterEntry:
    """With the list and its three signatures."""
    version = version or make_list_version(handover)
    signed = {party: make_list_signature(version, party) for party in Party}
    return _kept(
        RegisterEntry(
            number_id=make_number("登记本", "登2026-").id,
            handover_id=handover.id,
            title="鑫源商贸借款",
            received_on=date(2026, 5, 13),
            entered_at=NOW,
            late=False,
            late_a=0,
            late_b=0,
            late_total=0,
            giver_id=signed[Party.b].signer_id,
            archivist_id=signed[Party.archivist].signer_id,
            version_id=version.id,
            a_signature_id=signed[Party.a].id,
            giver_signature_id=signed[Party.b].id,
            archivist_signature_id=signed[Party.archivist].id,
        )
    )


def make_number(name: str, prefix: str) -> Number:
    """The next of a plain series, committed."""
    with open_session() as db:
        series = db.scalars(select(NumberSeries).filter_by(name=name, year=2026)).one_or_none()
        series = series or NumberSeries(name=name, year=2026, last=0)
        series.last += 1
        db.add(series)
        db.flush()
        key, serial = series.id, series.last
        db.commit()
    text = f"{prefix}{serial:04d}"
    return _kept(Number(series_id=key, serial=serial, text=text, state=NumberState.committed))


def _handover() -> dict[str, object]:
    handover = make_handover()
    entry = make_register_entry(handover)
    slip = make_late_filing(handover, upload_id=make_upload(None, "dossier").id)
    make_late_signature(slip)
    with open_session() as db:
        item = db.scalars(select(Item).filter_by(dossier_id=handover.dossier_id)).one()
    return {
        "handover_id": handover.id,
        "document_id": item.id,
        "checklist_slot_id": item.slot_id,
        "scan_id": make_rendition(item, make_upload(None, "dossier")).id,
        "list_version": 1,
        "signature_id": entry.a_signature_id,
        "what": "drawing",
        "missing_id": make_supplement_line(handover).id,
        "supplement_number": 1,
        "postponement_id": make_postponement(handover).id,
        "filing_id": make_late_signature(
            make_late_filing(handover, upload_id=make_upload(None, "dossier").id)
        ).filing_id,
        "part": "archivist",
    }


def _lending(estate: Estate, owner: RoleName | None) -> dict[str, object]:
    from tests.archive.lending.making import ids_of_lending

    return ids_of_lending(estate, owner)


def everything(estate: Estate, owner: RoleName | None = None) -> dict[str, object]:
    """One of each thing in the estate: argument name of a route -> value. What only its owner sees is that role's."""
    unit = make_unit(estate)
    customer = make_customer(estate, unit=unit)
    department = make_department()
    user = make_user(department_id=department.id)
    project = make_project(ProjectState.ended)
    return {
        "estate_id": estate.id,
        "building_id": unit.building_id,
        "unit_id": unit.id,
        "equipment_id": make_equipment(estate).id,
        "public_area_id": make_public_area(estate).id,
        "customer_id": customer.id,
        "other_id": make_customer(estate).id,
        "merge_id": make_merge(*make_twins(estate)).id,
        "phone_id": make_phone(customer).id,
        "member_id": make_member(customer).id,
        "contact_id": make_emergency_contact(customer).id,
        "vehicle_id": make_vehicle(customer).id,
        "occupancy_id": make_occupancy(customer, make_unit(estate), OccupancyRole.tenant).id,
        "upload_id": make_upload(estate).id,
        "call_id": make_call(estate, customer).id,
        "run_id": make_import(estate).id,
        "job_id": make_job(estate, owner, upload_id=make_upload(estate, "export").id).id,
        "department_id": department.id,
        "user_id": user.id,
        "notice_id": 1,  # came with the migrations
        "session_id": make_login_session(user).id,
        "client_id": project.client_id,
        "project_id": project.id,
        "evidence_id": project.end_evidence_id,
        "repayment_id": make_repayment(project).id,
        "guarantor_id": make_guarantor(project, make_client()).id,
        "collateral_id": make_collateral(project).id,
        "contract_id": make_contract(project).id,
        "register_import_id": make_register_import().id,
        "step": "deactivate",
        "entry_id": 1,
        "task_slug": "archive-check",
        "figure_key": "auth.confirmation_minutes",
        "dictionary_key": WORDS.key,
        "code": "first",
        "kind": "customer",
        "object_id": customer.id,
        **_archive(estate, owner),
        **_handover(),
        **ids_of_the_books(customer, unit, make_upload(estate, "billing")),
        **at_the_counter(estate),
        **ids_of_deposits(customer),
        **ids_of_dunning(customer),
        **arrears.ids_of_promises(customer),
        **ids_of_collection(customer),
        **ids_of_reviews(estate),
        **ids_of_imports(estate),
        **ids_of_runs(estate),
        **letters.ids_of_letters(estate),
        **correspondence.ids_of_letters(estate),
        **making.charges_and_meters(estate),
        **ids_of_cases(estate),
        **keeping.ids_of_keeping(estate),
        **ids_of_repairs(estate),
        **ids_of_incidents(estate),
        **ids_of_visits(estate),
        **ids_of_repair_imports(estate),
        **ids_of_complaint_imports(estate),
        **repair_costs.ids_of_costs(estate),
        **ids_of_violations(estate),
        **ids_of_engineering(estate),
        **ids_of_leavings(estate),
        **ids_on_site(estate),
        **ids_of_renovations(estate),
        **ids_of_settlements(estate),
        **ids_of_moves(estate),
        **notices.ids_of_notices(estate),
        **complaints.ids_of_complaints(estate),
        **ids_of_hanging(estate),
        **statistics.ids_of_statistics(estate, owner),
        **ids_of_filing_reviews(estate, _seen_dossier(estate, owner)),
        **ids_of_samples(estate),
        **_lending(estate, owner),
        **_vault(),
        **disposal.ids_of_disposal(estate, owner),
    }


def _vault() -> dict[str, object]:
    from tests.archive.vault.ids import ids_of_the_vault  # which make their rows with what is here
    from tests.archive.vault.making import ids_of_titles

    return {**ids_of_the_vault(), **ids_of_titles()}
