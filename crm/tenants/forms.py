"""What is typed about customers. Order of the fields: as a customer says them at the counter."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DecimalField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from crm import identity
from crm.tenants.history import REVEAL_REASONS
from crm.tenants.models import (
    MEMBER_TITLES,
    ROLE_TITLES,
    SEX_TITLES,
    SOURCE_TITLES,
    SUPPLEMENT_TITLES,
    MemberRole,
    Source,
    SupplementKind,
)
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices
from crm.web.identities import CreditCodeField, IdNumberField, PhoneField, paper_field
from crm.web.revealing import ReasonedForm, reason_field

NATURES = ("有限责任公司", "股份有限公司", "国有企业", "个体工商户", "外商投资企业", "机关事业单位", "社会团体", "其他")
PLATE_LENGTHS = range(6, 11)


SOURCES = [choice for choice in choices(SOURCE_TITLES) if choice.value not in (Source.imported, Source.merge)]


class PlateField(StringField):
    def pre_validate(self, form: Any) -> None:
        plate = identity.tidy_number(self.data or "").replace("·", "").replace(".", "").replace("-", "")
        if len(plate) not in PLATE_LENGTHS or not plate.isalnum():
            raise ValidationError(_l("Write the number plate, such as 甘A12345."))
        self.data = plate


def _phone(label: Any, validators: Any = ()) -> PhoneField:
    return PhoneField(label, list(validators), render_kw={"inputmode": "tel", "autocomplete": "off"})


class _Where(BaseForm):
    estate_id = SelectField(_l("Estate"), coerce=int)


class PersonFacts(BaseForm):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=60)])
    paper = paper_field()
    id_number = IdNumberField(_l("ID number"), [Length(max=24)], render_kw={"autocomplete": "off"})
    sex = SelectField(_l("Sex"), choices=choices(SEX_TITLES, empty=_l("Not known")))
    born = DayField(
        _l("Date of birth"), [NotLater()], description=_l("Sex and date of birth are read from the ID number.")
    )
    email = EmailField(_l("E-mail"), [Length(max=100)])

    def validate_born(self, field: Any) -> None:
        if self._id_is_sound() and field.data and field.data != identity.birth_date(self.id_number.data or ""):
            raise ValidationError(_l("The ID number says another date of birth. Compare both with the card."))

    def validate_sex(self, field: Any) -> None:
        if self._id_is_sound() and field.data and field.data != identity.sex_of(self.id_number.data or ""):
            raise ValidationError(_l("The ID number says another sex. Compare both with the card."))

    def _id_is_sound(self) -> bool:
        """And says sex and date of birth."""
        of_resident = self.paper.data == identity.Paper.resident
        return of_resident and bool(self.id_number.data) and not self.id_number.errors

    def complete(self) -> None:
        """Read sex and date of birth from the ID number where they were left empty."""
        if self._id_is_sound():
            number = self.id_number.data or ""
            self.sex.data = self.sex.data or identity.sex_of(number)
            self.born.data = self.born.data or identity.birth_date(number)


class CompanyFacts(BaseForm):
    name = StringField(_l("Company name"), [DataRequired(_l("Enter the company's name.")), Length(max=100)])
    company_nature = StringField(
        _l("Company nature"), [Length(max=40)], description="、".join(NATURES[:5]), render_kw={"list": "natures"}
    )
    credit_code = CreditCodeField(_l("Unified social credit code"), [Length(max=24)])
    legal_representative = StringField(_l("Legal representative"), [Length(max=60)])
    headcount = IntegerField(
        _l("Headcount"), [Optional(), NumberRange(0, 1_000_000, _l("Enter a number of people, 0 or more."))]
    )
    email = EmailField(_l("E-mail"), [Length(max=100)])

    def complete(self) -> None:
        """Nothing can be read from a company's numbers."""


class _First(BaseForm):
    phone = _phone(_l("Telephone"))
    unit = StringField(_l("Unit"), [Length(max=40)], description=_l("Such as 3-1-502. Leave empty to add it later."))
    role = SelectField(_l("Role in the unit"), choices=choices(ROLE_TITLES))
    starts = DayField(_l("From"), description=_l("Leave empty when it is not known since when."))
    source = SelectField(_l("How we learnt it"), choices=SOURCES, default=Source.counter.value)
    anyway = BooleanField(_l("This is somebody else: open a new file"))


class RegisterPersonForm(_First, PersonFacts, _Where):
    pass


class RegisterCompanyForm(_First, CompanyFacts, _Where):
    pass


class _Amendment(BaseForm):
    version = VersionField()
    kind = SelectField(
        _l("Kind of supplement"), choices=choices(SUPPLEMENT_TITLES), default=SupplementKind.change.value
    )
    effective_on = DayField(
        _l("True from"),
        [InputRequired(_l("Enter the day from which it is true.")), NotLater()],
        description=_l("For a correction: the day on which it was noticed."),
    )
    source = SelectField(_l("How we learnt it"), choices=SOURCES, default=Source.counter.value)
    confirmed_by = StringField(_l("Confirmed by"), [DataRequired(_l("Enter who confirmed it.")), Length(max=60)])
    reason = TextAreaField(_l("Reason"), [Length(max=500)])
    evidence = FileField(_l("Proof"), description=_l("PDF, picture, Word or Excel, at most 25 MB."))


class SupplementPersonForm(_Amendment, PersonFacts):
    pass


class SupplementCompanyForm(_Amendment, CompanyFacts):
    pass


class RemarkForm(BaseForm):
    version = VersionField()
    remark = TextAreaField(
        _l("Remark"),
        [Length(max=500)],
        description=_l("What whoever answers must know: the door bell is broken, please telephone."),
    )


class PhoneForm(BaseForm):
    digits = _phone(_l("Telephone"), [DataRequired(_l("Enter the telephone number."))])
    note = StringField(_l("Note"), [Length(max=60)], description=_l("Whose number, or when to call."))
    source = SelectField(_l("How we learnt it"), choices=SOURCES, default=Source.counter.value)
    verified = BooleanField(_l("Reached under this number today"))


class MemberForm(BaseForm):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=60)])
    role = SelectField(_l("Relation"), choices=choices(MEMBER_TITLES), default=MemberRole.family.value)
    sex = SelectField(_l("Sex"), choices=choices(SEX_TITLES, empty=_l("Not known")))
    phone = _phone(_l("Telephone"))
    paper = paper_field()
    id_number = IdNumberField(_l("ID number"), [Length(max=24)], render_kw={"autocomplete": "off"})


class EmergencyContactForm(BaseForm):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=60)])
    relation = StringField(
        _l("Relation"), [DataRequired(_l("Enter the relation, such as 儿子 or 邻居.")), Length(max=30)]
    )
    phone = _phone(_l("Telephone"), [DataRequired(_l("Enter the telephone number."))])
    position = IntegerField(_l("Order of calling"), [NumberRange(1, 20, _l("Enter a place between 1 and 20."))])
    holds_spare_key = BooleanField(_l("Holds a spare key and may open"))


class VehicleForm(BaseForm):
    plate = PlateField(_l("Number plate"), [DataRequired(_l("Enter the number plate."))])
    brand = StringField(_l("Brand"), [Length(max=40)])
    kind = StringField(_l("Kind of vehicle"), [Length(max=40)])
    colour = StringField(_l("Colour"), [Length(max=20)])
    unit = StringField(_l("Parking space"), [Length(max=40)], description=_l("Such as B1-023, when it has its own."))


class OccupancyForm(BaseForm):
    unit = StringField(_l("Unit"), [DataRequired(_l("Enter the unit, such as 3-1-502.")), Length(max=40)])
    role = SelectField(_l("Role in the unit"), choices=choices(ROLE_TITLES))
    share = DecimalField(
        _l("Share in per cent"),
        [Optional(), NumberRange(0.01, 100, _l("Enter a share between 0.01 and 100 per cent."))],
        places=2,
        description=_l("Of owners and co-owners only."),
    )
    starts = DayField(_l("From"), description=_l("Leave empty when it is not known since when."))
    source = SelectField(_l("How we learnt it"), choices=SOURCES, default=Source.counter.value)


class EndOccupancyForm(BaseForm):
    ends = DayField(
        _l("No longer true from"), [InputRequired(_l("Enter the first day on which it is no longer true."))]
    )


class MoveOutForm(EndOccupancyForm):
    reason = TextAreaField(
        _l("Reason"),
        [Length(max=300)],
        description=_l("Only while something is open: why the customer moves out all the same, who settles it when."),
    )


class ReopenFileForm(BaseForm):
    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Say why the file is opened again.")), Length(max=300)])


class RevealForm(ReasonedForm):
    what = HiddenField(validators=[Regexp(r"id_number|(?:(?:phone|member|emergency_contact)-)?\d{1,9}")])
    reason = reason_field(choices=choices(REVEAL_REASONS, empty=_l("Please choose")))
