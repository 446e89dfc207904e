"""What the title custodian adds before two people carry it out: places, new numbers, the receiver, papers. L-30."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from crm.archive.vault.custody import expect_safe
from crm.archive.vault.documents.certificates import canonical
from crm.archive.vault.documents.queries import same_number
from crm.archive.vault.models import Purpose, TitleVoucher, VoucherState
from crm.archive.vault.vouchers.events import VoucherAskedAnew, VoucherPrepared
from crm.archive.vault.vouchers.path import PATH
from crm.archive.vault.vouchers.service.deciding import about
from crm.archive.vault.vouchers.service.telling import tell_rank
from crm.archive.vault.vouchers.standing import Standing
from crm.audit.log import record
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.secrecy import blind_index, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """`places`: line -> safe or slot; `numbers`: line -> the number of the new certificate that came back instead;
    `power`: of attorney. What is empty stays as it is.
    """

    places: Mapping[int, int] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    receiver: str = ""
    id_number: str = ""
    power: Upload | None = None
    receipt: Upload | None = None


def prepare(standing: Standing, prepared: Prepared) -> None:
    """Whoever had confirmed before confirms anew: the voucher says something else now. What was decided about is
    decided anew where the receiver, the number shown or a paper is another."""
    PATH.expect(standing, "prepare")
    if not standing.goes_out:
        _lay(standing, prepared.places)
    if standing.voucher.purpose is Purpose.back:
        _renumber(standing, prepared.numbers)
    if standing.is_release:
        anew = standing.state is VoucherState.ready and _differs(standing.voucher, prepared)
        _complete(standing.voucher, prepared)
        if anew:
            _ask_anew(standing)
    session().flush()
    paths = [line.location.path for line in standing.lines if line.location]
    record(VoucherPrepared(**about(standing), places=paths, receiver=standing.voucher.receiver))


def _lay(standing: Standing, places: Mapping[int, int]) -> None:
    for line in standing.lines:
        if line.id in places:
            line.location = expect_safe(places[line.id])
            line.location_id = line.location.id


def _renumber(standing: Standing, numbers: Mapping[int, str]) -> None:
    for line in standing.lines:
        if line.id in numbers:
            number = canonical(numbers[line.id])
            if number == line.document.certificate_no:
                raise DomainError(_("This is the number it had. Leave the field empty where no new one was issued."))
            if number and (told := same_number(number)):
                raise DomainError(told)
            line.new_certificate_no = number


def _differs(voucher: TitleVoucher, prepared: Prepared) -> bool:
    """From what was approved; the first number and the first receipt complete it."""
    index = blind_index(prepared.id_number) if prepared.id_number else ""
    return (
        prepared.receiver not in ("", voucher.receiver)
        or (voucher.receiver_index != "" and index not in ("", voucher.receiver_index))
        or (voucher.receipt_id is not None and prepared.receipt is not None)
        or prepared.power is not None
    )


def _complete(voucher: TitleVoucher, prepared: Prepared) -> None:
    if prepared.receiver not in ("", voucher.receiver):
        voucher.receiver, voucher.receiver_sealed, voucher.receiver_index = prepared.receiver, "", ""
        voucher.power_id = voucher.receipt_id = None  # another's papers
    if prepared.id_number:
        voucher.receiver_sealed = seal(prepared.id_number).hex()
        voucher.receiver_index = blind_index(prepared.id_number)
    voucher.power_id = prepared.power.id if prepared.power else voucher.power_id
    voucher.receipt_id = prepared.receipt.id if prepared.receipt else voucher.receipt_id


def _ask_anew(standing: Standing) -> None:
    voucher = standing.voucher
    with session().no_autoflush:
        PATH.take(standing, "ask_anew")
        voucher.decided_by_id, voucher.decided_at, voucher.decision, voucher.proof_id = None, None, "", None
        for line in standing.lines:
            line.proof_id = None
    session().flush()
    record(VoucherAskedAnew(**about(standing), receiver=voucher.receiver))
    tell_rank(voucher)
