"""Small surveys: a few questions, each with its reason and its use, each answered on its own.

A question is about one attribute of the catalogue for one purpose. A Yes stores the answer and
allows that attribute alone; a No is remembered; skipping says nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.queries.uses import Scope, Standing


@dataclass(frozen=True, slots=True)
class Field:
    """One question; `choices` are stored values with their words."""

    attribute: str
    purpose: str
    question: Promise
    reason: Promise
    benefit: Promise
    choices: Mapping[str, Promise | str]


@dataclass(frozen=True, slots=True)
class Survey:
    """A short list of questions that can be left and taken up again."""

    code: str
    title: Promise
    fields: tuple[Field, ...]

    def field(self, attribute: str) -> Field | None:
        """The question about an attribute."""
        return next((field for field in self.fields if field.attribute == attribute), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where somebody is: the next question, and how many of all are settled."""

    field: Field | None
    settled: int
    total: int


ABOUT_YOU = Survey(
    code="about-you",
    title=_("A little about you"),
    fields=(
        Field(
            attribute="age_band",
            purpose="recommendations",
            question=_("How old are you, roughly?"),
            reason=_("People of an age buy alike."),
            benefit=_("Suggestions fit sooner, from the first visit."),
            choices={band: band for band in ("19-24", "25-34", "35-44", "45-54", "55-64", "65+")},
        ),
        Field(
            attribute="household_composition",
            purpose="recommendations",
            question=_("Who do you shop for?"),
            reason=_("A family needs other sizes than one person."),
            benefit=_("You see packs of the size you use."),
            choices={
                "1 Adult No Kids": _("Myself"),
                "2 Adults No Kids": _("Two adults"),
                "2 Adults Kids": _("Adults and children"),
                "1 Adult Kids": _("One adult and children"),
            },
        ),
    ),
)
SURVEYS = {survey.code: survey for survey in (ABOUT_YOU,)}


def progress(
    survey: Survey, *, standing: Standing, held: Collection[str], skipped: Collection[str]
) -> Progress:
    """The first question that is neither answered, nor refused, nor skipped in this visit."""
    waiting = [
        field
        for field in survey.fields
        if field.attribute not in held
        and field.attribute not in skipped
        and not _refused(standing, field)
    ]
    total = len(survey.fields)
    return Progress(waiting[0] if waiting else None, total - len(waiting), total)


def scope_of(standing: Standing, field: Field) -> Scope | None:
    """How the attribute stands for the purpose."""
    use = standing.use(field.purpose)
    scopes = use.scopes if use else ()
    return next((scope for scope in scopes if scope.code == field.attribute), None)


def _refused(standing: Standing, field: Field) -> bool:
    scope = scope_of(standing, field)
    return scope is None or scope.refused
