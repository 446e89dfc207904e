"""The verbs of a letter."""

from crm.correspondence.letters.service.attaching import add_file, attach, attaching_hindrance
from crm.correspondence.letters.service.filing import file, file_all, file_unproved, filed
from crm.correspondence.letters.service.handling import answer, answered_by, note, pass_on, send, void
from crm.correspondence.letters.service.registering import Received, compose, register, send_letter
from crm.correspondence.letters.service.serving import (
    mail_came_to,
    mail_hindrance,
    note_delivery,
    post_letter,
    serving_hindrance,
    take_back,
    take_back_hindrance,
)
from crm.correspondence.letters.service.steps import STEPS, Said, unproved

__all__ = [
    "STEPS",
    "Received",
    "Said",
    "add_file",
    "answer",
    "answered_by",
    "attach",
    "attaching_hindrance",
    "compose",
    "file",
    "file_all",
    "file_unproved",
    "filed",
    "mail_came_to",
    "mail_hindrance",
    "note",
    "note_delivery",
    "pass_on",
    "post_letter",
    "register",
    "send",
    "send_letter",
    "serving_hindrance",
    "take_back",
    "take_back_hindrance",
    "unproved",
    "void",
]
