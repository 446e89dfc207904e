"""What the file says and nothing has a place for yet: kept word for word, ID numbers masked."""

from __future__ import annotations

from itertools import zip_longest

from crm.imports.drafting.draft import Kept
from crm.imports.drafting.row import Row
from crm.workbooks.cells import as_text
from crm.workbooks.discretion import discreet
from crm.workbooks.readers import SEPARATORS

FEE_SETTING, UNIT_FEE = "fee_setting", "unit_fee"


def keep_fee_setting(row: Row, kept: list[Kept]) -> None:
    said = {
        heading: discreet(as_text(row.at(column)))
        for column, heading in row.block.headings.items()
        if row.at(column) is not None
    }
    kept.append(Kept(FEE_SETTING, row.block.sheet.name, row.number, said))


def keep_rest(row: Row, of: str, kept: list[Kept]) -> None:
    """The unit's fees, and every column that nothing reads, under its own heading."""
    if row.has("unit_fee"):
        _keep_fees(row, of, kept)
    for column, heading in row.block.unmapped.items():
        if (cell := row.at(column)) is not None:
            kept.append(Kept(heading, row.block.sheet.name, row.number, {"of": of, "value": discreet(as_text(cell))}))


def _keep_fees(row: Row, unit: str, kept: list[Kept]) -> None:
    """Fees and their first days are parted by # in two cells, in the same order."""
    fees, starts = (SEPARATORS.split(as_text(row.cell(field))) for field in ("unit_fee", "unit_fee_start"))
    for fee, start in zip_longest(fees, starts, fillvalue=""):
        if fee.strip() or start.strip():
            said = {"unit": unit, "fee": fee.strip(), "starts": start.strip()}
            kept.append(Kept(UNIT_FEE, row.block.sheet.name, row.number, said))
