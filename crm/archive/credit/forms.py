"""What is typed about clients and projects, in the order in which a project manager says it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.archive.credit.models import (
    BASIS_TITLES,
    CLIENT_TITLES,
    COLLATERAL_TITLES,
    PROJECT_TITLES,
    ROLE_TITLES,
    ClientKind,
)
from crm.web.amounts import MoneyField, RateField
from crm.web.forms import BaseForm, DayField, NotLater, VersionField, choices
from crm.web.identities import CreditCodeField, IdNumberField, PhoneField
from crm.web.revealing import ReasonedForm, reason_field

REVEAL_REASONS = {
    "call_back": _l("To call the client back"),
    "contract": _l("To write a contract or form"),
    "identity_check": _l("To check the identity"),
    "authority": _l("Asked for by an authority"),
    "other": _l("Other (say which)"),
}
DAY = InputRequired(_l("Write the day."))
SUM = InputRequired(_l("Write the sum."))
NO_FILL = {"autocomplete": "off"}


def _evidence(description: Any = "") -> FileField:
    return FileField(
        _l("Evidence (scan or photograph)"),
        [FileRequired(_l("Choose the file of the paper: without it the step cannot be proved."))],
        description=description,
    )


def _phone() -> PhoneField:
    return PhoneField(_l("Telephone"), render_kw={"inputmode": "tel", **NO_FILL})


def _address() -> StringField:
    return StringField(_l("Address"), [Length(max=120)])


def _note() -> TextAreaField:
    return TextAreaField(_l("Remark"), [Length(max=1000)])


def _anyway() -> BooleanField:
    return BooleanField(_l("It is another client: register it"))


class PersonForm(BaseForm):
    version = VersionField()
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=60)])
    id_number = IdNumberField(_l("ID number"), [Length(max=24)], render_kw=NO_FILL)
    phone = _phone()
    address = _address()
    note = _note()
    anyway = _anyway()


class CompanyForm(BaseForm):
    version = VersionField()
    name = StringField(_l("Company name"), [DataRequired(_l("Enter the company's name.")), Length(max=100)])
    credit_code = CreditCodeField(_l("Unified social credit code"), [Length(max=24)], render_kw=NO_FILL)
    legal_representative = StringField(_l("Legal representative"), [Length(max=60)])
    phone = _phone()
    address = _address()
    note = _note()
    anyway = _anyway()


class _Step(BaseForm):
    version = VersionField()


class _Decision(_Step):
    number = StringField(
        _l("Number of the resolution"),
        [DataRequired(_l("Write the number of the meeting's resolution.")), Length(max=60)],
    )
    decided_on = DayField(_l("Day of the meeting"), [DAY, NotLater()])


class _Terms(BaseForm):
    amount = MoneyField(_l("Sum (yuan)"), [SUM], description=_l("Such as 5000000 or 500万."), render_kw=NO_FILL)
    term_months = IntegerField(
        _l("Term (months)"),
        [InputRequired(_l("Write the term.")), NumberRange(1, 600, _l("Write 1 to 600 months."))],
    )
    rate = RateField(_l("Rate or fee, per cent a year"), [InputRequired(_l("Write the rate; 0 where there is none."))])

    def validate_amount(self, field: Any) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("The sum must be more than nothing."))


class ApplicationForm(_Terms):
    """What may be changed until it is decided."""

    version = VersionField()
    purpose = StringField(_l("Purpose"), [Length(max=200)], description=_l("Such as 购买原材料."))
    applied_on = DayField(_l("Applied for on"), [DAY, NotLater()])
    title = StringField(
        _l("Title of the project"), [Length(max=120)], description=_l("Left empty, it is made of client, sum and kind.")
    )


class ProjectForm(ApplicationForm):
    """`client_id` empty: the client is entered at once."""

    kind = SelectField(_l("Loan or guarantee"), choices=choices(PROJECT_TITLES))
    client_id = SelectField(_l("Client"), validate_choice=True)
    client_kind = SelectField(_l("Person or company"), choices=choices(CLIENT_TITLES), default=ClientKind.company.value)
    name = StringField(_l("Name"), [Length(max=100)])
    credit_code = CreditCodeField(_l("Unified social credit code"), [Length(max=24)], render_kw=NO_FILL)
    id_number = IdNumberField(_l("ID number"), [Length(max=24)], render_kw=NO_FILL)
    phone = _phone()
    known = RadioField(_l("Is it one of these clients?"), validate_choice=True)
    a_id = SelectField(_l("A (project manager)"), coerce=int)
    b_id = SelectField(_l("B (second project manager)"), coerce=int)

    def validate_name(self, field: Any) -> None:
        if "client_id" in self and not self.client_id.data and not field.data:
            raise ValidationError(_("Choose the client, or enter the name of a new one."))

    def validate_b_id(self, field: Any) -> None:
        if field.data == self.a_id.data:
            raise ValidationError(_("A and B must be two different project managers (L-06). Choose another one as B."))


class ApproveForm(_Decision, _Terms):
    reason = StringField(_l("Conditions"), [Length(max=300)], description=_l("What the meeting made a condition."))
    evidence = _evidence(_l("The signed resolution."))


class RefuseForm(_Decision):
    reason = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=300)])
    evidence = _evidence(_l("The signed resolution."))


class WithdrawForm(_Step):
    decided_on = DayField(_l("Withdrawn on"), [DAY, NotLater()])
    reason = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=300)])
    evidence = _evidence(_l("What the client wrote."))


class EndForm(_Step):
    ends_on = DayField(
        _l("Day of the end"), [DAY, NotLater()], description=_l("The two clocks of the hand-over start.")
    )
    basis = SelectField(_l("What ended the project"), choices=choices(BASIS_TITLES))
    due_on = DayField(_l("Due on"), description=_l("Left empty, it follows from the term."))
    remark = StringField(_l("Remark"), [Length(max=300)])
    evidence = _evidence(_l("The disbursement voucher or the guarantee as issued."))


class SettleForm(_Step):
    settled_on = DayField(_l("Settled on"), [DAY, NotLater()])
    remark = StringField(_l("Remark"), [Length(max=300)])
    evidence = _evidence(_l("The settlement certificate, or the bank's release of the guarantee."))


class CheckSettlementForm(_Step):
    evidence = FileField(
        _l("Paper of the settlement"),
        description=_l("Only where none was kept. You have held the settlement against its paper."),
    )


class RepaymentForm(_Step):
    paid_on = DayField(_l("Paid on"), [DAY, NotLater()])
    principal = MoneyField(_l("Principal (yuan)"), render_kw=NO_FILL)
    interest = MoneyField(_l("Interest (yuan)"), render_kw=NO_FILL)
    note = StringField(_l("Remark"), [Length(max=200)])
    evidence = FileField(_l("Evidence (scan or photograph)"))

    def validate_principal(self, field: Any) -> None:
        if not field.data and not self.interest.data and not (field.typed or self.interest.typed):
            raise ValidationError(_("Write what was paid: principal, interest or both."))


class ReasonForm(_Step):
    reason = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=300)])


class ReleaseForm(ReasonForm):
    evidence = _evidence(_l("The signed consent, or the note that the registration is cancelled."))


class CorrectEndForm(_Step):
    new = DayField(_l("The right day"), [DAY, NotLater()])
    reason = StringField(_l("Why the day was wrong"), [DataRequired(_l("Write the reason.")), Length(max=300)])
    evidence = _evidence(_l("The paper that says the right day."))


class ReplaceForm(_Step):
    role = SelectField(_l("Who is replaced"), choices=choices(ROLE_TITLES))
    user_id = SelectField(_l("By whom"), coerce=int)
    reason = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=300)])
    handed_over = TextAreaField(
        _l("What was handed over"),
        [DataRequired(_l("Write what was handed over: papers, keys, files, open matters.")), Length(max=1000)],
    )


class GuarantorForm(_Step):
    """`client_id` empty: kind and name are entered here."""

    client_id = SelectField(
        _l("Registered client"),
        description=_l("Register a person as a client first: the ID number is kept there, sealed."),
    )
    kind = SelectField(_l("Person or company"), choices=choices(CLIENT_TITLES), default=ClientKind.company.value)
    name = StringField(_l("Guarantor"), [Length(max=100)])
    amount = MoneyField(_l("Up to (yuan)"), description=_l("Left empty, for the whole debt."), render_kw=NO_FILL)
    note = StringField(_l("Remark"), [Length(max=200)])

    def validate_name(self, field: Any) -> None:
        if not self.client_id.data and not field.data:
            raise ValidationError(_("Choose the client, or enter the name."))


class CollateralForm(_Step):
    kind = SelectField(_l("Kind"), choices=choices(COLLATERAL_TITLES))
    description = StringField(
        _l("What it is"), [DataRequired(_l("Describe it, with its address or type.")), Length(max=200)]
    )
    owner = StringField(_l("Title holder"), [DataRequired(_l("Enter the title holder.")), Length(max=100)])
    certificate_no = StringField(_l("Number of the certificate"), [Length(max=80)])
    value = MoneyField(_l("Appraised value (yuan)"), render_kw=NO_FILL)


class ContractForm(_Step):
    title = StringField(_l("Contract"), [DataRequired(_l("Write what contract it is.")), Length(max=100)])
    original_no = StringField(
        _l("Number on the paper"), [DataRequired(_l("Write the number it was signed under.")), Length(max=80)]
    )
    parties = StringField(_l("Parties"), [Length(max=200)])
    signed_on = DayField(_l("Signed on"), [NotLater()])
    amount = MoneyField(_l("Sum (yuan)"), render_kw=NO_FILL)


class RevealForm(ReasonedForm):
    reason = reason_field(choices=choices(REVEAL_REASONS), default="contract")


class UploadForm(BaseForm):
    file = FileField(_l("File (.xlsx, .xls, .csv)"), [FileRequired(_l("Choose a file."))])


class ImportForm(BaseForm):
    """What was understood comes beside it, as `<sheet number>-name`, `-row`, `-unit` and `-column-<letter>`."""

    version = VersionField()
    void_missing = BooleanField(_l("Numbers that the register does not have below its highest become void"))
