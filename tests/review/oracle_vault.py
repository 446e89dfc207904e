"""What is wrong with a dossier's title documents, one row after the other."""

from __future__ import annotations

from crm.archive.dossiers.models import Location
from crm.archive.vault.models import DayEnd, TitleCustody, TitleDocument, TitleVoucher, VaultCount, VoucherLine
from crm.dates import business_day_of
from crm.db import session
from crm.worktime.queries import calendar
from tests.review.oracle_books import Books, rows


def _documents(books: Books) -> list[TitleDocument]:
    return list(rows(TitleDocument, dossier_id=books.dossier.id))


def title_out_overdue(books: Books) -> list[int]:
    late = []
    for document in _documents(books):
        vouchers = [
            session().get_one(TitleVoucher, each.voucher_id) for each in rows(VoucherLine, document_id=document.id)
        ]
        took = [each for each in vouchers if each.state == "done" and each.back_on is not None]
        if document.state == "out" and took and max(took, key=lambda each: each.id).back_on < books.day:  # type: ignore[operator]
            late.append(document.id)
    return late


def title_not_in_vault(books: Books) -> list[int]:
    found = []
    for document in _documents(books):
        if document.state not in ("with_a", "verifying", "received") or document.obtained_at is None:
            continue
        due = business_day_of(document.obtained_at)
        if not calendar().works(due):
            due = calendar().add(due, 1).day
        if due < books.day:
            found.append(document.id)
    return found


def vault_day_open(books: Books) -> list[int]:
    sealed = [each.day for each in rows(DayEnd)]
    found = []
    for voucher in rows(TitleVoucher, dossier_id=books.dossier.id):
        if voucher.done_at is None:
            continue
        day = business_day_of(voucher.done_at)
        if not any(each >= day for each in sealed) and calendar().add(day, 1).day < books.day:
            found.append(voucher.id)
    return found


def vault_count_overdue(books: Books) -> set[int]:
    found = set()
    for document in _documents(books):
        for held in rows(TitleCustody, document_id=document.id):
            if held.ends_at is not None or held.location_id is None:
                continue
            place = session().get_one(Location, held.location_id)
            counts = [each for key in (place.id, place.parent_id) if key for each in rows(VaultCount, safe_id=key)]
            found |= {
                each.id
                for each in counts
                if each.state not in ("signed", "cancelled")
                and (each.kind, each.state) != ("surprise", "ordered")
                and each.due_on < books.day
            }
    return found


VAULT = {each.__name__: each for each in (title_not_in_vault, title_out_overdue, vault_day_open, vault_count_overdue)}
