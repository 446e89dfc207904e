"""The file to the bank. It has the account numbers in full: fetching it is noted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from crm.billing.collection.models import CollectionBatch, CollectionLine
from crm.billing.collection.queries import lines_of
from crm.secrecy import unseal
from crm.web.excel import workbook

HEADINGS = ("序号", "协议号", "开户行", "账号", "户名", "金额", "备注")  # as banks read them, in any language
KINDS = ("number", "text", "text", "text", "text", "money", "text")
ENCODING = "gb18030"  # what banks' programs read


def rows(batch: CollectionBatch) -> Iterator[tuple[Any, ...]]:
    return (_row(line) for line in lines_of(batch.id))


def _row(line: CollectionLine) -> tuple[Any, ...]:
    mandate = line.mandate
    account = unseal(mandate.account)
    return line.serial, mandate.agreement, mandate.bank, account, mandate.holder, line.amount, line.customer.code


def as_workbook(batch: CollectionBatch) -> bytes:
    return workbook("托收", HEADINGS, KINDS, rows(batch))


def as_text(batch: CollectionBatch) -> bytes:
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(rows(batch))
    return target.getvalue().encode(ENCODING)
