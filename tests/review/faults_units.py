"""One fault of each kind in what ties customers to units, and in their papers, and what is like it and none.

As `faults_customers`: each gives the dossier's id.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from crm.archive.dossiers.models.records import AskState
from crm.dates import utc_now
from crm.properties.models import Estate, UnitStatus, UnitUse
from crm.tenants.models import MemberRole, OccupancyRole, Vehicle
from tests import factories as make
from tests.review.faults_customers import with_member
from tests.review.faults_dossiers import item_called
from tests.review.making import File, before, clean_company, clean_customer, file_item, kept, merge, new_unit, tie

Maker = Callable[[Estate], int]
PARKING = {"use": UnitUse.parking, "building_id": None}


def occupancies_overlap(estate: Estate) -> int:
    file = clean_customer(estate)
    clean_customer(estate, unit=file.unit)
    return file.dossier


def entered_twice(estate: Estate) -> int:
    file = clean_customer(estate)
    tie(file.customer, file.unit)
    return file.dossier


def bought_from_another(estate: Estate) -> int:
    file = clean_customer(estate)
    seller = clean_customer(estate)
    tie(seller.customer, file.unit, ends=before(400))
    return file.dossier


def owned_together(estate: Estate) -> int:
    """By spouses: no shares."""
    file = clean_customer(estate)
    clean_customer(estate, unit=file.unit, role=OccupancyRole.co_owner)
    return file.dossier


def twice_by_a_merge(estate: Estate) -> int:
    file = clean_customer(estate)
    other = clean_customer(estate, unit=file.unit)
    merge(file.customer, other, file.dossier)
    return file.dossier


def roles_contradict(estate: Estate) -> int:
    file = clean_customer(estate)
    tie(file.customer, file.unit, OccupancyRole.tenant)
    return file.dossier


def owner_here_tenant_there(estate: Estate) -> int:
    file, other = clean_customer(estate), clean_customer(estate)
    tie(file.customer, other.unit, OccupancyRole.tenant)
    return file.dossier


def shares_wrong(estate: Estate) -> int:
    return _halves(estate, Decimal(40))


def shares_of_the_whole(estate: Estate) -> int:
    return _halves(estate, Decimal(50))


def _halves(estate: Estate, second: Decimal) -> int:
    file = clean_customer(estate, share=Decimal(50))
    clean_customer(estate, unit=file.unit, role=OccupancyRole.co_owner, share=second)
    return file.dossier


def unit_without_owner(estate: Estate) -> int:
    return clean_customer(estate, role=OccupancyRole.tenant).dossier


def tenant_of_an_owner(estate: Estate) -> int:
    owner = clean_customer(estate)
    return clean_customer(estate, role=OccupancyRole.tenant, unit=owner.unit).dossier


def tenant_of_the_builder(estate: Estate) -> int:
    return clean_customer(estate, role=OccupancyRole.tenant, unit={"status": UnitStatus.unsold}).dossier


def tenant_of_the_company(estate: Estate) -> int:
    return clean_company(estate, role=OccupancyRole.tenant, unit={"use": UnitUse.office, "rent": 3000}).dossier


def areas_disagree(estate: Estate) -> int:
    return clean_customer(estate, unit={"inner_area": Decimal("100.5")}).dossier


def inner_area_unknown(estate: Estate) -> int:
    return clean_customer(estate, unit={"inner_area": None}).dossier


def unit_status_disagrees(estate: Estate) -> int:
    return clean_customer(estate, unit={"status": UnitStatus.let}).dossier


def vacant_with_a_tenant(estate: Estate) -> int:
    owner = clean_customer(estate, unit={"status": UnitStatus.vacant})
    return clean_customer(estate, role=OccupancyRole.tenant, unit=owner.unit).dossier


def vacant_and_owned(estate: Estate) -> int:
    return clean_customer(estate, unit={"status": UnitStatus.vacant}).dossier


def let_to_a_tenant(estate: Estate) -> int:
    owner = clean_customer(estate, unit={"status": UnitStatus.let})
    clean_customer(estate, role=OccupancyRole.tenant, unit=owner.unit)
    return owner.dossier


def legal_representative_disagrees(estate: Estate) -> int:
    return with_member(clean_company(estate), name="周大海", role=MemberRole.legal_representative)


def legal_representative_agrees(estate: Estate) -> int:
    return with_member(clean_company(estate), name="陈志远", role=MemberRole.legal_representative)


def vehicle_without_space(estate: Estate) -> int:
    file, space = clean_customer(estate), new_unit(estate, **PARKING)
    tie(file.customer, space, ends=before(20))
    return _parks(file, space)


def vehicle_in_nobodys_space(estate: Estate) -> int:
    return _parks(clean_customer(estate), new_unit(estate, **PARKING))


def vehicle_in_its_space(estate: Estate) -> int:
    file, space = clean_customer(estate), new_unit(estate, **PARKING)
    tie(file.customer, space)
    return _parks(file, space)


def vehicle_in_a_relatives_space(estate: Estate) -> int:
    space = new_unit(estate, **PARKING)
    clean_customer(estate, unit=space)
    return _parks(clean_customer(estate), space)


def _parks(file: File, space: int) -> int:
    kept(Vehicle(customer_id=file.customer, plate="湘A12345", unit_id=space))
    return file.dossier


def document_expired(estate: Estate) -> int:
    return clean_customer(estate, items={"identity": {"valid_until": before(1)}}).dossier


def last_day_today(estate: Estate) -> int:
    return clean_customer(estate, items={"identity": {"valid_until": before(0)}}).dossier


def expired_and_renewed(estate: Estate) -> int:
    file = clean_customer(estate, items={"identity": {"valid_until": before(400)}})
    file_item(file.dossier, "identity", valid_until=before(-400))
    return file.dossier


def expired_and_renewed_by_another_kind(estate: Estate) -> int:
    file = clean_customer(estate, items={"identity": {"valid_until": before(400)}})
    file_item(file.dossier, "lease", valid_until=before(-400))
    return file.dossier


def expired_in_the_merged_dossier(estate: Estate) -> int:
    file, other = clean_customer(estate), clean_customer(estate, items={"lease": {"valid_until": before(40)}})
    merge(file.customer, other, file.dossier)
    return file.dossier


def day_corrected(estate: Estate) -> int:
    file = clean_customer(estate, items={"identity": {"valid_until": before(400)}})
    facts = {"field": "valid_until", "old": before(400).isoformat(), "new": before(-400).isoformat()}
    decided = {"state": AskState.approved, "decided_at": utc_now(), "decided_by_id": make.make_user().id}
    make.make_correction(item_called(file.items["identity"]), **(facts | decided))
    return file.dossier


FAULTS: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        occupancies_overlap,
        roles_contradict,
        shares_wrong,
        unit_without_owner,
        areas_disagree,
        unit_status_disagrees,
        legal_representative_disagrees,
        vehicle_without_space,
        document_expired,
    )
}
MORE: tuple[tuple[str, Maker], ...] = (
    ("occupancies_overlap", entered_twice),
    ("unit_status_disagrees", vacant_with_a_tenant),
    ("vehicle_without_space", vehicle_in_nobodys_space),
    ("document_expired", expired_and_renewed_by_another_kind),
    ("document_expired", expired_in_the_merged_dossier),
)
INNOCENT: tuple[Maker, ...] = (
    bought_from_another,
    owned_together,
    twice_by_a_merge,
    owner_here_tenant_there,
    shares_of_the_whole,
    tenant_of_an_owner,
    tenant_of_the_builder,
    tenant_of_the_company,
    inner_area_unknown,
    vacant_and_owned,
    let_to_a_tenant,
    legal_representative_agrees,
    vehicle_in_its_space,
    vehicle_in_a_relatives_space,
    last_day_today,
    expired_and_renewed,
    day_corrected,
)
