"""Choosing an audience: fields of any form that asks whom something is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import BooleanField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.auth.actor import within
from crm.correspondence.audience.chosen import Audience, further_filters
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import STATUS_TITLES, USE_TITLES, Building, Entrance, Unit, UnitUse, label_as_typed
from crm.tenants.models import KIND_TITLES, ROLE_TITLES
from crm.web.forms import BaseForm, choices

BETWEEN = re.compile(r"[\s,，、;；]+")
LIVED_IN = [use.value for use in UnitUse if use not in (UnitUse.parking, UnitUse.storage)]
OVERDUE = "overdue_for"  # the filter of whoever keeps the books


def _many(title: Any, **given: Any) -> SelectMultipleField:
    return SelectMultipleField(title, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **given)


class AudienceForm(BaseForm):
    """Whom it is for; the units are those of one estate."""

    buildings = _many(_l("Buildings"), coerce=int, description=_l("None ticked: all of the estate."))
    entrances = TextAreaField(
        _l("Only these entrances"), [Length(max=400)], description=_l("Such as 3-1, 3-2. Empty: all.")
    )
    units = TextAreaField(
        _l("Only these units"), [Length(max=4000)], description=_l("Such as 3-1-502, 3-1-503. Empty: all.")
    )
    first_floor = IntegerField(_l("From floor"), [Optional(), NumberRange(min=-10, max=200)])
    last_floor = IntegerField(_l("To floor"), [Optional(), NumberRange(min=-10, max=200)])
    uses = _many(_l("Use"), choices=choices(USE_TITLES), default=LIVED_IN)
    statuses = _many(_l("Status"), choices=choices(STATUS_TITLES), description=_l("None ticked: whatever it is."))
    roles = _many(
        _l("Who of them"),
        choices=choices(ROLE_TITLES),
        description=_l("None ticked: whoever lives there, else the owner."),
    )
    each = BooleanField(_l("Each of them gets one, not only the first of a unit"))
    kinds = _many(_l("Kind"), choices=choices(KIND_TITLES), description=_l("None ticked: persons and companies."))
    overdue_for = IntegerField(
        _l("Only who owes a bill for more than so many days"), [Optional(), NumberRange(min=0, max=3650)]
    )

    def offer(self, estate_id: int) -> None:
        """The estate's buildings; the filter of arrears only where the books are kept."""
        numbers = select(Building.id, Building.number).where(Building.estate_id == estate_id)
        rows = session().execute(numbers.order_by(Building.sort_key)).all()
        self.buildings.choices = choices({row.id: _("Building %(number)s", number=row.number) for row in rows})
        if OVERDUE not in further_filters:
            del self.overdue_for

    def audience(self, estate_id: int) -> Audience:
        """Raises `DomainError` with the unit or entrance that there is not."""
        owing = self[OVERDUE].data if OVERDUE in self else None
        return Audience(
            estate_id=estate_id,
            buildings=tuple(self.buildings.data or ()),
            entrances=_entrances(estate_id, self.entrances.data or ""),
            units=_units(estate_id, self.units.data or ""),
            uses=tuple(self.uses.data or ()),
            statuses=tuple(self.statuses.data or ()),
            floors=(self.first_floor.data, self.last_floor.data),
            roles=tuple(self.roles.data or ()),
            kinds=tuple(self.kinds.data or ()),
            each=self.each.data,
            further={} if owing is None else {OVERDUE: owing},
        )


def shown(audience: Audience) -> dict[str, Any]:
    """What the fields say of an audience."""
    first, last = audience.floors
    return {
        "buildings": list(audience.buildings),
        "entrances": "、".join(_entrance_labels(audience.entrances)),
        "units": "、".join(_unit_labels(audience.units)),
        "first_floor": first,
        "last_floor": last,
        "uses": list(audience.uses),
        "statuses": list(audience.statuses),
        "roles": list(audience.roles),
        "each": audience.each,
        "kinds": list(audience.kinds),
        OVERDUE: (audience.further or {}).get(OVERDUE),
    }


def _entrance_labels(ids: Sequence[int]) -> Sequence[str]:
    label = Building.number + "-" + Entrance.number
    found = select(label).join(Building, Building.id == Entrance.building_id).where(Entrance.id.in_(ids))
    return session().scalars(found.order_by(Building.sort_key, Entrance.sort_key)).all() if ids else ()


def _unit_labels(ids: Sequence[int]) -> Sequence[str]:
    found = select(Unit.label).where(Unit.id.in_(ids)).order_by(Unit.sort_key)
    return session().scalars(found).all() if ids else ()


def _units(estate_id: int, text: str) -> tuple[int, ...]:
    wanted = {label_as_typed(each): each for each in BETWEEN.split(text) if each}
    label = func.upper(Unit.label)
    here = Unit.estate_id == estate_id, within(Unit.estate_id), label.in_(wanted)
    found = {row.label: row.id for row in session().execute(select(label.label("label"), Unit.id).where(*here))}
    for key, typed in wanted.items():
        if key not in found:
            raise DomainError(_("There is no unit %(label)s in this estate. Write it as in 3-1-502.", label=typed))
    return tuple(sorted(found.values()))


def _entrances(estate_id: int, text: str) -> tuple[int, ...]:
    wanted = {label_as_typed(each): each for each in BETWEEN.split(text) if each}
    label = func.upper(Building.number + "-" + Entrance.number)
    here = Entrance.estate_id == estate_id, within(Entrance.estate_id), label.in_(wanted)
    listed = select(label.label("label"), Entrance.id).join(Building, Building.id == Entrance.building_id)
    found = {row.label: row.id for row in session().execute(listed.where(*here))}
    for key, typed in wanted.items():
        if key not in found:
            told = _(
                "There is no entrance %(label)s in this estate. Write building and entrance as in 3-1.", label=typed
            )
            raise DomainError(told)
    return tuple(sorted(found.values()))
