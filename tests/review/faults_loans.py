"""Faults of loans and guarantees, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from crm.archive.credit.models import (
    Client,
    ClientKind,
    Collateral,
    CollateralKind,
    Contract,
    Project,
    ProjectKind,
    ProjectState,
)
from crm.archive.dossiers.models import Dossier, Item, Removal, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.handover.models import (
    Handover,
    HandoverState,
)
from crm.auth.permissions import RoleName
from crm.db import open_session
from crm.identity import mask_id_number
from crm.properties.models import Estate
from crm.secrecy import blind_index, seal
from tests import factories as make
from tests.repairs.making import kept
from tests.review.faults_cases import Maker, ago, day_ago

CODE, WRONG_CODE = "91350100M000100Y43", "91350100M000100Y44"
ID, WRONG_ID = "11010519491231002X", "110105194912310021"
ENTERED: dict[str, Any] = {"entered_by": "王磊", "entered_at": datetime.fromisoformat("2026-05-07T01:00:00+00:00")}
S, H = ProjectState, HandoverState


# What a good project looks like


def client(**given: Any) -> Client:
    facts = {"credit_code": CODE, "legal_representative": "陈志远", "phone": "13907315678"}
    return make.make_client(**(facts | given))


def person(app: Any, number: str = ID) -> Client:
    with app.app_context():
        sealed = {"id_sealed": seal(number), "id_index": blind_index(number), "id_masked": mask_id_number(number)}
    return make.make_client("陈志远", kind=ClientKind.person, phone="13907315678", **sealed)


def project(state: ProjectState = S.ended, of: Client | None = None, **given: Any) -> Project:
    """Of a client of whom all is known, with its dossier; due in a year and more."""
    kind = given.get("kind", ProjectKind.loan)
    shelf = {"kind": DossierKind(kind), "state": given.pop("shelf", DossierState.forming)}
    if shelf["state"] is DossierState.filed:
        shelf |= {"number_id": make.make_archive_number().id, "filed_at": ago(60)}
    dossier = make.make_company_dossier(**shelf)
    days = {"due_on": day_ago(-400)} if state is S.ended else {}
    if state is S.approved:
        days = {"approved_on": day_ago(20)}
    return make.make_project(state, of or client(), **({"dossier_id": dossier.id} | days | given))


def handed_over(state: HandoverState, *, full: bool = True, **given: Any) -> Handover:
    """Its documents all there, unless not `full`."""
    shelf = DossierState.filed if state is H.filed else DossierState.forming
    made = project(shelf=shelf, **given)
    archivist = make.user_called("fengxue").id if state is H.filed else None
    whole = {"project_id": made.id, "dossier_id": made.dossier_id, "opened_at": ago(90)}
    handover = kept(Handover(state=state, archivist_id=archivist, **whole))
    if full:
        fill(dossier_called(handover.dossier_id))
    return handover


def dossier_called(dossier_id: int) -> Dossier:
    with open_session() as db:
        return db.get_one(Dossier, dossier_id)


def required_of(dossier: Dossier) -> list[TemplateSlot]:
    mine = select(TemplateSlot).join(TemplateSection).where(TemplateSection.template_id == dossier.template_id)
    with open_session() as db:
        return list(db.scalars(mine.where(TemplateSlot.required).order_by(TemplateSlot.id)))


def fill(dossier: Dossier, *, but: int = 0) -> list[Any]:
    slots = required_of(dossier)
    numbers = {True: {"original_no": "鸿借2026-001"}, False: {}}
    return [make.make_item(dossier, slot.code, **numbers[slot.is_contract]) for slot in slots[: len(slots) - but]]


def _key(made: Project) -> int:
    return made.dossier_id or 0


# The client


def client_number_missing(_estate: Estate) -> int:
    return _key(project(of=client(credit_code="")))


def client_phone_missing(_estate: Estate) -> int:
    return _key(project(of=client(phone="")))


def representative_missing(_estate: Estate) -> int:
    return _key(project(of=client(legal_representative="")))


def client_number_wrong(_estate: Estate) -> int:
    return _key(project(of=client(credit_code=WRONG_CODE)))


def client_phone_wrong(_estate: Estate) -> int:
    return _key(project(of=client(phone="18999999999")))


def client_of_a_refused_project(_estate: Estate) -> int:
    return _key(project(S.refused, of=client(credit_code="", phone="", legal_representative="")))


# Securities and contracts


def _secured(row: Any, state: ProjectState = S.ended, **given: Any) -> int:
    made = project(state, **given)
    row.project_id = made.id
    kept(row)
    return _key(made)


def _collateral(**given: Any) -> Collateral:
    facts = {"kind": CollateralKind.real_estate, "description": "解放路8号商铺", "owner": "鑫源商贸"}
    return Collateral(**(ENTERED | facts | given))


def _released() -> dict[str, Any]:
    return {"ended_at": ago(3), "end_reason": "已更换", "end_evidence_id": make.make_upload(None, "credit").id}


def collateral_without_certificate(_estate: Estate) -> int:
    return _secured(_collateral())


def collateral_with_certificate(_estate: Estate) -> int:
    return _secured(_collateral(certificate_no="湘(2026)长沙市不动产证明第0012345号"))


def collateral_of_goods(_estate: Estate) -> int:
    return _secured(_collateral(kind=CollateralKind.receivables))


def collateral_released(_estate: Estate) -> int:
    return _secured(_collateral(**_released()))


def collateral_before_it_is_registered(_estate: Estate) -> int:
    return _secured(_collateral(), S.approved)


def _contract(**given: Any) -> Contract:
    facts = {"title": "借款合同", "original_no": "鸿借2026-018", "signed_on": date(2026, 5, 6)}
    return Contract(**(ENTERED | facts | given))


def contract_undated(_estate: Estate) -> int:
    return _secured(_contract(signed_on=None))


def contract_to_be_signed(_estate: Estate) -> int:
    return _secured(_contract(signed_on=None), S.approved)


def contract_void(_estate: Estate) -> int:
    return _secured(_contract(signed_on=None, ended_at=ago(3), end_reason="录错"), shelf=DossierState.filed)


def _with_contract(original_no: str, *, gone: bool = False) -> int:
    handover = handed_over(H.filed)
    kept(_contract(project_id=handover.project_id))
    dossier = dossier_called(handover.dossier_id)
    item = make.make_item(dossier, "loan_contract", original_no=original_no)
    if gone:
        removed(item)
    return dossier.id


def removed(item: Any) -> Removal:
    decided = {"state": "approved", "decided_by_id": make.user_called("hanbing").id, "decided_at": ago(2)}
    return make.make_removal(item, **decided)


def contract_unfiled(_estate: Estate) -> int:
    return _with_contract("鸿借2026-081")


def contract_removed(_estate: Estate) -> int:
    return _with_contract("鸿借2026-018", gone=True)


def contract_filed(_estate: Estate) -> int:
    return _with_contract("鸿借2026-018")


def contract_unnumbered(_estate: Estate) -> int:
    """It may be the one that the project names: that one is not said to be missing."""
    return _with_contract("")


def contract_numbered_by_a_correction(_estate: Estate) -> int:
    dossier_id = _with_contract("")
    with open_session() as db:
        item = db.scalars(select(Item).filter_by(dossier_id=dossier_id).order_by(Item.id.desc()).limit(1)).one()
    decided = {"state": "approved", "decided_by_id": make.user_called("hanbing").id, "decided_at": ago(2)}
    make.make_correction(item, field="original_no", old="", new="鸿借2026-018", **decided)
    return dossier_id


def contract_of_a_dossier_being_prepared(_estate: Estate) -> int:
    return _secured(_contract())


# The project


def loan_overdue(_estate: Estate) -> int:
    return _key(project(due_on=day_ago(1)))


def loan_due_today(_estate: Estate) -> int:
    return _key(project(due_on=day_ago(0)))


def loan_settled(_estate: Estate) -> int:
    return _key(project(S.settled, due_on=day_ago(60)))


def guarantee_overdue(_estate: Estate) -> int:
    return _key(project(kind=ProjectKind.guarantee, due_on=day_ago(1)))


def approval_stale(_estate: Estate) -> int:
    return _key(project(S.approved, approved_on=day_ago(91)))


def approved_lately(_estate: Estate) -> int:
    return _key(project(S.approved, approved_on=day_ago(90)))


def transferor_left(_estate: Estate) -> int:
    gone = make.make_user(RoleName.project_manager, active=False, full_name="何建")
    return _key(project(b_id=gone.id))


def transferor_of_another_desk(_estate: Estate) -> int:
    return _key(project(b_id=make.make_user(RoleName.service_desk).id))


def transferor_of_a_settled_loan(_estate: Estate) -> int:
    return _key(project(S.settled, b_id=make.make_user(RoleName.project_manager, active=False).id))


FAULTS: dict[str, Maker] = {
    "client_number_missing": client_number_missing,
    "client_phone_missing": client_phone_missing,
    "representative_missing": representative_missing,
    "client_number_wrong": client_number_wrong,
    "client_phone_wrong": client_phone_wrong,
    "collateral_without_certificate": collateral_without_certificate,
    "contract_undated": contract_undated,
    "contract_unfiled": contract_unfiled,
    "contract_unnumbered": contract_unnumbered,
    "loan_overdue": loan_overdue,
    "guarantee_overdue": guarantee_overdue,
    "approval_stale": approval_stale,
    "transferor_left": transferor_left,
}
MORE: tuple[tuple[str, Maker], ...] = (
    ("contract_unfiled", contract_removed),
    ("transferor_left", transferor_of_another_desk),
)
INNOCENT: tuple[Maker, ...] = (
    client_of_a_refused_project,
    collateral_with_certificate,
    collateral_of_goods,
    collateral_released,
    collateral_before_it_is_registered,
    contract_to_be_signed,
    contract_void,
    contract_filed,
    contract_numbered_by_a_correction,
    contract_of_a_dossier_being_prepared,
    loan_due_today,
    loan_settled,
    approved_lately,
    transferor_of_a_settled_loan,
)
