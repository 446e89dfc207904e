"""One fault of each kind of any dossier, and what is like it and none: each gives the dossier's id."""

from __future__ import annotations

from collections.abc import Callable

from crm.archive.dossiers.models import Custody, Item, Rendition
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.models.template import Form
from crm.dates import utc_now
from crm.db import open_session
from crm.files.models import FileCheck
from crm.properties.models import Estate
from crm.tenants.models import Occupancy, OccupancyRole
from tests import factories as make
from tests.review.making import before, change, clean_customer, file_item, kept, merge, moment

Maker = Callable[[Estate], int]


def document_missing(estate: Estate) -> int:
    return clean_customer(estate, items={"phone_card": None}).dossier


def paper_of_a_relative(estate: Estate) -> int:
    """Whose papers lie in the household's file."""
    home = clean_customer(estate)
    relative = clean_customer(estate, role=OccupancyRole.family, unit=home.unit, items={"phone_card": None})
    return relative.dossier


def paper_of_who_came_yesterday(estate: Estate) -> int:
    file = clean_customer(estate, items={"phone_card": None})
    change(Occupancy, file.occupancy, starts=before(1))
    return file.dossier


def correction_waiting(estate: Estate) -> int:
    return _asked(estate, 20)


def correction_asked_lately(estate: Estate) -> int:
    return _asked(estate, 5)


def correction_decided(estate: Estate) -> int:
    return _asked(estate, 20, state=AskState.refused, decided_at=utc_now(), decided_by_id=make.make_user().id)


def _asked(estate: Estate, days: int, **given: object) -> int:
    file = clean_customer(estate)
    make.make_correction(item_called(file.items["identity"]), asked_at=moment(days), **given)
    return file.dossier


def removal_waiting(estate: Estate) -> int:
    return _to_be_removed(estate, 20)


def removal_asked_lately(estate: Estate) -> int:
    return _to_be_removed(estate, 5)


def _to_be_removed(estate: Estate, days: int) -> int:
    file = clean_customer(estate)
    make.make_removal(item_called(file.items["identity"]), asked_at=moment(days))
    return file.dossier


def item_called(item_id: int) -> Item:
    with open_session() as db:
        found = db.get_one(Item, item_id)
        db.expunge(found)
    return found


def place_unknown(_estate: Estate) -> int:
    """A filed project's dossier; of customers it is a fault only where the company has shelves for them."""
    make.make_location()
    return _filed()


def placed(_estate: Estate) -> int:
    return _filed(home_id=make.make_location().id)


def lying_on_a_shelf(_estate: Estate) -> int:
    dossier_id = _filed()
    return _held(dossier_id, location_id=make.make_location().id)


def just_filed(_estate: Estate) -> int:
    return _filed(days=3)


def _filed(days: int = 60, **given: object) -> int:
    number = make.make_archive_number()
    facts = {"state": DossierState.filed, "number_id": number.id, "code": number.number.text, "filed_at": moment(days)}
    dossier = make.make_company_dossier(**(facts | given))
    file_item(dossier.id, "application", added_at=moment(days))
    return int(dossier.id)


def _held(dossier_id: int, days: int = 0, **given: int) -> int:
    """Since so many days."""
    with open_session() as db:
        before = db.query(Custody).filter_by(dossier_id=dossier_id, ends_at=None).one()
        before.ends_at = since = max(moment(days), before.starts_at)
        db.commit()
    kept(Custody(dossier_id=dossier_id, starts_at=since, cause="other", caused_by="冯雪", **given))
    return dossier_id


def dossier_out(estate: Estate) -> int:
    return _held(clean_customer(estate).dossier, holder_id=make.make_user().id, days=40)


def out_lately(estate: Estate) -> int:
    return _held(clean_customer(estate).dossier, holder_id=make.make_user().id, days=10)


def with_a_while_it_is_prepared(_estate: Estate) -> int:
    dossier = make.make_company_dossier()
    return _held(dossier.id, holder_id=make.make_user().id, days=40)


def form_wrong(estate: Estate) -> int:
    return clean_customer(estate, items={"registration_form": {"form": Form.copy}}).dossier


def copy_beside_the_original(estate: Estate) -> int:
    file = clean_customer(estate)
    file_item(file.dossier, "registration_form", form=Form.copy)
    return file.dossier


def original_in_the_merged_dossier(estate: Estate) -> int:
    file, other = clean_customer(estate, items={"registration_form": {"form": Form.copy}}), clean_customer(estate)
    merge(file.customer, other, file.dossier)
    return file.dossier


def copy_that_was_removed(estate: Estate) -> int:
    file = clean_customer(estate)
    removed = file_item(file.dossier, "lease", form=Form.copy)
    decided = {"state": AskState.approved, "decided_at": utc_now(), "decided_by_id": make.make_user().id}
    make.make_removal(item_called(removed), **decided)
    return file.dossier


def title_document_filed(_estate: Estate) -> int:
    """As only another program could have filed it."""
    dossier_id = _filed(home_id=make.make_location().id)
    file_item(dossier_id, "title_copies", form=Form.original)
    return dossier_id


def title_copy_filed(_estate: Estate) -> int:
    dossier_id = _filed(home_id=make.make_location().id)
    file_item(dossier_id, "title_copies", form=Form.copy)
    return dossier_id


def file_damaged(estate: Estate) -> int:
    return _scanned(estate, "changed")[0]


def damaged_in_the_merged_dossier(estate: Estate) -> int:
    file, merged = clean_customer(estate), clean_customer(estate)
    upload = make.make_upload(estate, "dossier")
    make.make_rendition(item_called(merged.items["identity"]), upload)
    kept(FileCheck(sha256=upload.sha256, checked_at=utc_now(), fault="changed"))
    merge(file.customer, merged, file.dossier)
    return file.dossier


def file_whole(estate: Estate) -> int:
    return _scanned(estate, "")[0]


def damaged_and_replaced(estate: Estate) -> int:
    dossier_id, rendition = _scanned(estate, "missing")
    better = {"upload_id": make.make_upload(estate, "dossier").id, "replaces_id": rendition.id, "checks": {}}
    kept(Rendition(item_id=rendition.item_id, added_by="冯雪", added_at=utc_now(), **better))
    return dossier_id


def _scanned(estate: Estate, fault: str) -> tuple[int, Rendition]:
    file, upload = clean_customer(estate), make.make_upload(estate, "dossier")
    rendition = make.make_rendition(item_called(file.items["identity"]), upload)
    kept(FileCheck(sha256=upload.sha256, checked_at=utc_now(), fault=fault))
    return file.dossier, rendition


FAULTS: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        document_missing,
        correction_waiting,
        removal_waiting,
        place_unknown,
        dossier_out,
        form_wrong,
        title_document_filed,
        file_damaged,
    )
}
MORE: tuple[tuple[str, Maker], ...] = (("file_damaged", damaged_in_the_merged_dossier),)
INNOCENT: tuple[Maker, ...] = (
    paper_of_a_relative,
    paper_of_who_came_yesterday,
    correction_asked_lately,
    correction_decided,
    removal_asked_lately,
    placed,
    lying_on_a_shelf,
    just_filed,
    out_lately,
    with_a_while_it_is_prepared,
    copy_beside_the_original,
    original_in_the_merged_dossier,
    copy_that_was_removed,
    title_copy_filed,
    file_whole,
    damaged_and_replaced,
)
