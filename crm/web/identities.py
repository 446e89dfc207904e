"""Fields for the numbers of people and companies; what fails keeps the typed text and says what to do."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, ValidationError

from crm import identity
from crm.dates import business_day
from crm.identity import Paper
from crm.phones import is_placeholder_phone, normalise_phone
from crm.web.forms import choices

FAULT_TEXTS = {
    identity.PLACEHOLDER: _l("This is a placeholder, not an ID number. Leave the field empty when it is not known."),
    identity.ID_LENGTH: _l("An ID number has 17 digits and then a digit or X."),
    identity.ID_AREA: _l("The area code of the ID number does not exist."),
    identity.ID_BIRTH: _l("The ID number holds no possible date of birth."),
    identity.ID_FUTURE: _l("The date of birth in the ID number lies in the future."),
    identity.ID_CHECK: _l("The check digit of the ID number is wrong. Compare it with the card."),
    identity.PASSPORT_FORM: _l("A passport number has 6 to 9 digits and capital letters, such as E12345678."),
    identity.HOME_RETURN_FORM: _l("The number of this permit is H or M and then 8 or 10 digits."),
    identity.TAIWAN_FORM: _l("The number of this permit has 8 or 10 digits."),
    identity.FOREIGNER_FORM: _l(
        "The number of this card has 18 characters and begins with 9, or has 3 letters and 12 digits."
    ),
    identity.CREDIT_LENGTH: _l("A credit code has 18 characters: digits and capital letters without I, O, S, V and Z."),
    identity.CREDIT_AREA: _l("The area code of the credit code is not six digits."),
    identity.CREDIT_CHECK: _l("The check character of the credit code is wrong. Compare it with the licence."),
}


PAPER_TITLES = {
    Paper.resident: _l("Resident identity card"),
    Paper.passport: _l("Passport"),
    Paper.home_return: _l("Mainland travel permit of Hong Kong and Macau residents"),
    Paper.taiwan: _l("Mainland travel permit of Taiwan residents"),
    Paper.foreigner: _l("Foreigner's permanent residence card"),
}


def paper_field() -> SelectField:
    """On what paper the form's ID number stands, to judge it by: the number itself says it ever after."""
    return SelectField(_l("Identity document"), choices=choices(PAPER_TITLES), default=Paper.resident.value)


class IdNumberField(StringField):
    """A resident ID number with its check digit, old ones of 15 digits brought to 18; or what the form's field `paper`
    says that it is."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        paper = Paper(form.paper.data) if "paper" in form else Paper.resident
        if fault := identity.paper_fault(paper, self.data, business_day()):
            raise ValidationError(FAULT_TEXTS[fault])
        is_resident = paper is Paper.resident
        self.data = identity.modern_id_number(self.data) if is_resident else identity.tidy_number(self.data)


class CreditCodeField(StringField):
    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        if fault := identity.credit_code_fault(self.data):
            raise ValidationError(FAULT_TEXTS[fault])
        self.data = identity.tidy_number(self.data)


class PhoneField(StringField):
    """One telephone number; what fails keeps the typed text."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        digits = normalise_phone(self.data)
        if not digits:
            raise ValidationError(_l("Write one telephone number, such as 13912345678 or 0931-1234567."))
        if is_placeholder_phone(digits):
            raise ValidationError(
                _l("This is a placeholder, not a telephone number. Leave it empty when it is not known.")
            )
        self.data = digits
