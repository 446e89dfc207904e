"""Tables of ticks: which role may do what, who sees which estate. On screen, as a workbook, on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.admin import queries
from crm.auth.permissions import ROLES, Permission
from crm.auth.titles import PERMISSION_TITLES, RESOURCE_TITLES, ROLE_TITLES
from crm.dates import business_day
from crm.properties.queries import visible_estates
from crm.web import excel, pdf
from crm.web.download import attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    title: str
    ticks: Sequence[bool]
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    lines: Sequence[Line]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    title: str
    corner: str  # what the lines are
    headings: Sequence[str]
    sections: Sequence[Section]
    explanation: str = ""


def roles() -> Matrix:
    """Lines are permissions, grouped by what they are about; generated from the table the program itself asks."""
    return Matrix(
        title=_("Roles and permissions"),
        corner=_("Permission"),
        headings=[str(title) for title in ROLE_TITLES.values()],
        sections=[
            Section(title=str(title), lines=[_permission(entry) for entry in Permission if _resource(entry) == name])
            for name, title in RESOURCE_TITLES.items()
        ],
        explanation=_(
            "What a role may do stands in the program and changes with a release; who has which role is kept here."
        ),
    )


def _resource(permission: Permission) -> str:
    return permission.value.partition(":")[0]


def _permission(permission: Permission) -> Line:
    return Line(title=str(PERMISSION_TITLES[permission]), ticks=[permission in ROLES[role] for role in ROLE_TITLES])


def estates() -> Matrix:
    """Lines are accounts in use, columns the estates the reader sees."""
    shown = visible_estates()
    seen: dict[int, set[int]] = {}
    people = {}
    for row in queries.scopes():
        people[row.id] = row
        seen.setdefault(row.id, set()).update({row.estate_id} - {None})
    lines = [
        Line(
            title=row.full_name,
            note=row.username,
            url=url_for("admin.user", user_id=row.id),
            ticks=[row.all_estates, *(row.all_estates or estate.id in seen[row.id] for estate in shown)],
        )
        for row in people.values()
    ]
    return Matrix(
        title=_("Who sees which estate"),
        corner=_("Account"),
        headings=[_("Every estate"), *(estate.name for estate in shown)],
        sections=[Section(lines=lines)],
        explanation=_("Open an account to change which estates it sees."),
    )


def answer(matrix: Matrix, tabs: Sequence[tuple[str, str, bool]]) -> ResponseReturnValue:
    """The page, the workbook (`as=xlsx`) or the print (`as=pdf`)."""
    match request.args.get("as"):
        case "xlsx":
            return attachment(_workbook(matrix), f"{matrix.title}.xlsx", excel.MEDIA_TYPE)
        case "pdf":
            return attachment(_paper(matrix), f"{matrix.title}.pdf", "application/pdf", inline=True)
        case _:
            return render_template("admin/matrix.html", matrix=matrix, tabs=tabs)


def _workbook(matrix: Matrix) -> bytes:
    rows = [[section.title, line.title, *line.ticks] for section in matrix.sections for line in section.lines]
    headings = ["", matrix.corner, *matrix.headings]
    return excel.workbook(matrix.title, headings, ["text", "long", *["text"] * len(matrix.headings)], rows)


def _paper(matrix: Matrix) -> bytes:
    """Sixteen columns of ticks do not fit a sheet: each line names the columns that are ticked."""
    rows = [
        [line.title, "、".join(name for name, tick in zip(matrix.headings, line.ticks, strict=True) if tick)]
        for section in matrix.sections
        for line in section.lines
    ]
    return pdf.document(
        "list.html",
        title=matrix.title,
        headings=[matrix.corner, _("Ticked")],
        kinds=["long", "text"],
        rows=rows,
        printed_on=business_day(),
    )
