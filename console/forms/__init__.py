"""What officers type, checked before anything is asked of the layers below."""

from console.forms.audit import KINDS, OUTCOMES, AuditFilterForm
from console.forms.drafts import WhatIfForm
from console.forms.fields import (
    ANY,
    FIRST_YEAR,
    LARGEST_DRAFT,
    LONGEST_ROUTE,
    LONGEST_TEXT,
    DayInput,
    of_our_time,
)
from console.forms.parting import PartingForm
from console.forms.reading import READING_REASONS, ReadingForm
from console.forms.requests import CLOCKS, AnswerForm, NamedForm, RefusalForm, RequestFilterForm
from console.forms.signing_in import SignInForm

__all__ = [
    "ANY",
    "CLOCKS",
    "FIRST_YEAR",
    "KINDS",
    "LARGEST_DRAFT",
    "LONGEST_ROUTE",
    "LONGEST_TEXT",
    "OUTCOMES",
    "READING_REASONS",
    "AnswerForm",
    "AuditFilterForm",
    "DayInput",
    "NamedForm",
    "PartingForm",
    "ReadingForm",
    "RefusalForm",
    "RequestFilterForm",
    "SignInForm",
    "WhatIfForm",
    "of_our_time",
]
