"""Title documents, their transfer lists, vouchers, counts, day ends and incidents."""

from crm.archive.vault.models.count import (
    CountFound,
    CountKind,
    CountSignature,
    CountState,
    DayEnd,
    DayPresence,
    Difference,
    IncidentKind,
    IncidentNote,
    TitleIncident,
    Variance,
    VaultCount,
)
from crm.archive.vault.models.document import TitleCustody, TitleDocument, TitleKind, TitleState
from crm.archive.vault.models.transfer import (
    TitleSignature,
    TitleTick,
    TitleTransfer,
    TransferLine,
    TransferState,
)
from crm.archive.vault.models.voucher import (
    Direction,
    Part,
    Presence,
    Purpose,
    TitleVoucher,
    VoucherLine,
    VoucherState,
)

__all__ = [
    "CountFound",
    "CountKind",
    "CountSignature",
    "CountState",
    "DayEnd",
    "DayPresence",
    "Difference",
    "Direction",
    "IncidentKind",
    "IncidentNote",
    "Part",
    "Presence",
    "Purpose",
    "TitleCustody",
    "TitleDocument",
    "TitleIncident",
    "TitleKind",
    "TitleSignature",
    "TitleState",
    "TitleTick",
    "TitleTransfer",
    "TitleVoucher",
    "TransferLine",
    "TransferState",
    "Variance",
    "VaultCount",
    "VoucherLine",
    "VoucherState",
]
