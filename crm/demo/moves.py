"""Two families who move in: one has been on the way for a week, the other has signed today.

Through the same verbs as everybody's, each at the moment at which it is told to have happened.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw
from sqlalchemy import exists, select

from crm.calls.guessing import likely
from crm.dates import Period, business_day
from crm.db import session
from crm.demo import people
from crm.demo.days import Days
from crm.demo.place import Ground
from crm.demo.repairs.pictures import PICTURES
from crm.files import store as files
from crm.files.models import Upload
from crm.identity import Sex
from crm.moves.keys import service as keys
from crm.moves.keys.kinds import DOOR
from crm.moves.keys.models import Signing
from crm.moves.keys.queries import get_slip
from crm.moves.keys.service import Giving
from crm.moves.keys.service import Taken as TakenKeys
from crm.moves.moving_in import service
from crm.moves.moving_in.models import MoveIn, Part, Standing
from crm.moves.moving_in.queries import KIND, get_move_in
from crm.moves.moving_in.service import Defect, Said, Signature, Terms, Wanted
from crm.properties.models import Unit, UnitStatus, UnitUse
from crm.repairs.categories.models import Place
from crm.repairs.categories.queries import problems
from crm.repairs.intake.words import SAID
from crm.repairs.orders.models import PhotoStage
from crm.tenants import facts
from crm.tenants import service as tenants
from crm.tenants.models import Customer, CustomerKind, FactField, Occupancy, OccupancyRole, Source
from crm.tenants.queries import get_customer

CLERK = "limin"
SERIAL = 3_900_001  # of telephones and ID numbers that nobody else of the company has
FOUND = (("厨房", "水龙头漏水"), ("客厅", "插座没有电"))
LEASED = timedelta(days=729)


def store(ground: Ground, dice: Random, _period: Period) -> None:
    """Nothing where no flat waits for whoever moves in."""
    if not ground.estates:
        return
    estate_id, days = next(iter(ground.estates.values())), Days(ground, dice)
    if owned := _home(estate_id, UnitStatus.handed_over):
        days.begin(days.ago(9))
        days.do(CLERK, lambda: _under_way(owned))
    if vacant := _home(estate_id, UnitStatus.vacant):
        days.begin(days.today)
        days.do(CLERK, lambda: _done(vacant))


def _home(estate_id: int, status: UnitStatus) -> Unit | None:
    """The first with an owner and no tenant."""
    let = exists().where(Occupancy.unit_id == Unit.id, Occupancy.role != OccupancyRole.owner)
    owned = exists().where(
        Occupancy.unit_id == Unit.id, Occupancy.role == OccupancyRole.owner, Occupancy.ends.is_(None)
    )
    found = select(Unit).where(
        Unit.estate_id == estate_id, Unit.use == UnitUse.home, Unit.status == status, ~let, owned
    )
    return session().scalars(found.order_by(Unit.sort_key, Unit.id).limit(1)).one_or_none()


def _owner_of(unit: Unit) -> Customer:
    live = select(Occupancy.customer_id).where(Occupancy.unit_id == unit.id, Occupancy.ends.is_(None))
    return get_customer(session().scalars(live.order_by(Occupancy.id).limit(1)).one())


def _family(unit: Unit, name: str, sex: Sex, serial: int) -> Customer:
    number = people.id_number(serial, sex, 1988)
    typed = {FactField.name: name, FactField.sex: sex, FactField.id_number: number}
    values = {field: facts.typed(field, value) for field, value in typed.items()}
    made = tenants.register(unit.estate_id, CustomerKind.person, values, source=Source.move_in, confirmed_by=name)
    tenants.add_phone(made, people.mobile(serial), source=Source.move_in, verified_on=business_day())
    return made


def _begun(unit: Unit, customer: Customer, role: OccupancyRole) -> MoveIn:
    today = business_day()
    made = get_move_in(service.start(unit, customer, Wanted(role=role, starts_on=today)).id)
    leased = {"lease_from": today, "lease_until": today + LEASED} if role is OccupancyRole.tenant else {}
    service.set_terms(made, Terms(starts_on=made.starts_on, **leased), {})
    return get_move_in(made.id)


def _under_way(unit: Unit) -> None:
    """An owner who came once, took two forms home and has not paid the deposit."""
    move_in = _begun(unit, _owner_of(unit), OccupancyRole.owner)
    service.keep_document(move_in, "registration", Signing.scanned, _scan(move_in).id)
    service.ask_deposit(move_in, "key", Decimal(200))


def _done(unit: Unit) -> None:
    """A family that rents; signed, filed by the first work that is done in the background."""
    customer = _family(unit, "林晓东", "male", SERIAL)
    move_in = _begun(unit, customer, OccupancyRole.tenant)
    tenants.add_emergency_contact(
        get_customer(customer.id), name="林秀英", relation="母亲", phone=people.mobile(SERIAL + 1), position=1
    )
    for code in ("registration", "convention", "commitment", "lease"):
        service.keep_document(move_in, code, Signing.scanned, _scan(move_in).id)
    _keys(move_in)
    for spot, words in FOUND:
        _defect(move_in, spot, words)
    service.mark(move_in, Part.readings, Standing.waived, "与业主共同抄表，由业主结清")
    service.mark(move_in, Part.inspection, Standing.done)
    service.mark(move_in, Part.money, Standing.done)
    signed = Signature(signer=customer.name, signing=Signing.drawn, upload_id=_signature(move_in).id)
    service.sign(get_move_in(move_in.id), signed, Said())


def _keys(move_in: MoveIn) -> None:
    door, card = keys.add_key(move_in.unit, DOOR, 3), keys.add_key(move_in.unit, "access_card", 2)
    given = Giving(
        customer=get_customer(move_in.customer_id),
        lines=[TakenKeys(unit_key_id=door.id, count=3), TakenKeys(unit_key_id=card.id, count=2)],
        holder=move_in.customer.name,
        about_kind=KIND,
        about_id=move_in.id,
    )
    slip = keys.give(move_in.unit, given)
    keys.sign(get_slip(slip.id), Signing.drawn, _signature(move_in).id)


def _defect(move_in: MoveIn, spot: str, words: str) -> None:
    draw, name = PICTURES[PhotoStage.before]
    category = likely(words, problems(Place.home), SAID)[0]
    photos = [(draw(), name)] if "漏" in words else []
    service.note_defect(move_in, Defect(category=category, words=words, spot=spot, photos=photos))


def _signature(move_in: MoveIn) -> Upload:
    draw, name = PICTURES[PhotoStage.signature]
    return files.keep_picture(draw(), name, purpose="move_in", estate_id=move_in.estate_id)


def _scan(move_in: MoveIn) -> Upload:
    """A sheet with lines of writing and a name below them."""
    sheet, kept = Image.new("RGB", (620, 877), "#fcfbf7"), BytesIO()
    pen = ImageDraw.Draw(sheet)
    pen.text((250, 60), move_in.number, fill="#223")
    for top in range(130, 640, 34):
        pen.line((70, top, 550 - top % 90, top), fill="#8a8f98", width=2)
    draw, _name = PICTURES[PhotoStage.signature]
    sheet.paste(Image.open(BytesIO(draw())), (260, 690))
    sheet.save(kept, "JPEG", quality=70)
    return files.keep_picture(kept.getvalue(), "扫描件.jpg", purpose="move_in", estate_id=move_in.estate_id)
