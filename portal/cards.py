"""The six-row card of one use: what its words, its buttons and its state line say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from consent import because, incentives
from consent.queries import receipts
from consent.queries.uses import Scope, Standing, Use, Wording
from portal import answers, times
from portal.arrivals import Arrival

ROW_NAMES: dict[str, Promise] = {
    "look_at": _("We look at"),
    "so_that": _("So that"),
    "who_sees": _("Who sees it"),
    "how_long": _("How long"),
    "if_yes": _("If yes"),
    "if_no": _("If no"),
}
BASES: dict[str, Promise] = {
    "consent": _("Your consent (GDPR Art. 6(1)(a))"),
    "explicit_consent": _("Your explicit consent (GDPR Art. 9(2)(a), 22(2)(c))"),
    "contract": _("Needed for what you ordered (GDPR Art. 6(1)(b))"),
    "legal_obligation": _("A law requires it (GDPR Art. 6(1)(c))"),
    "vital": _("To protect somebody's life (GDPR Art. 6(1)(d))"),
    "public_task": _("A task in the public interest (GDPR Art. 6(1)(e))"),
    "legitimate_interest": _("Our legitimate interest; you can object (GDPR Art. 6(1)(f), 21)"),
    "us_notice": _("The law where you live allows it after notice, until you say No"),
}
SOLD = {"sale", "cross_context_ads"}
# What stops a use though it is no answer to it.
MARKS = {"signal", "opt_out", "objection", "guardian_no", "two_steps_missing"}
# GDPR 21(1): what rests on an interest or on a task of the public can be objected to.
OBJECTABLE = {"legitimate_interest", "public_task"}
PERIODS: dict[str, Promise] = {
    "purchase": _("for each purchase"),
    "visit": _("for each visit"),
    "month": _("a month"),
    "year": _("a year"),
    "once": _("once"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A use as a page shows it; `tag` is its state in words, `tone` the colour of the tag.

    `because` says which statement holds; `stopped_by` the same where it is not the answer that
    the buttons show.
    """

    use: Use
    title: str
    rows: tuple[tuple[Promise, str], ...]
    token: str
    pressed: str
    tag: str
    tone: str
    note: str
    parts: tuple["Part", ...]
    bases: tuple[str, ...]
    receipt_number: str
    can_object: bool
    because: str = ""
    stopped_by: str = ""
    arrival: Arrival | None = None
    incentive: "Incentive | None" = None


@dataclass(frozen=True, slots=True)
class Incentive:
    """What is given for a Yes and what the data are worth (11 CCR 7016)."""

    summary: str
    value: str
    estimate: str
    withdraw: str


@dataclass(frozen=True, slots=True)
class Part:
    """One attribute of a use, and whether a press of its own makes sense now."""

    scope: Scope
    pressed: str
    state: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Groups:
    """The cards of one brand, in the order of the page."""

    controller: str
    brand: str
    ours: tuple[Card, ...]
    companies: tuple[Card, ...]
    not_asked: tuple[Card, ...]


def named_rows(wording: Wording) -> tuple[tuple[Promise, str], ...]:
    """The six rows of a wording with their names."""
    return tuple((ROW_NAMES[row], text) for row, text in wording.rows)


def groups(
    standing: Standing, *, at: datetime, arrivals: Mapping[str, Arrival] | None = None
) -> tuple[Groups, ...]:
    """All cards by brand, those that are asked apart from those that are not."""
    made = [card(use, standing, at=at, arrivals=arrivals) for use in standing.uses]
    brands = dict.fromkeys((use.controller, use.brand) for use in standing.uses)
    return tuple(
        _groups([one for one in made if one.use.controller == controller], controller, brand)
        for controller, brand in brands
    )


def _groups(made: Sequence[Card], controller: str, brand: str) -> Groups:
    return Groups(
        controller=controller,
        brand=brand,
        ours=tuple(found for found in made if found.use.asked and not _elsewhere(found.use)),
        companies=tuple(found for found in made if found.use.asked and _elsewhere(found.use)),
        not_asked=tuple(found for found in made if not found.use.asked),
    )


def _elsewhere(use: Use) -> bool:
    return bool(use.companies) or use.purpose_class in SOLD


def card(
    use: Use,
    standing: Standing,
    *,
    at: datetime,
    arrivals: Mapping[str, Arrival] | None = None,
) -> Card:
    """One card, from the same state that the gate answers by."""
    wording = use.wording
    tag, tone = state_words(use)
    why = because.sentence(use.because, day=times.day_words) if use.because else ""
    return Card(
        use=use,
        title=wording.title if wording else use.name,
        rows=named_rows(wording) if wording else (),
        token=answers.shown_token(use, standing, at=at),
        pressed=pressed(use),
        tag=tag,
        tone=tone,
        note=_note(use),
        parts=tuple(_part(use, scope) for scope in use.scopes),
        bases=tuple(str(BASES.get(basis, basis)) for basis in use.bases),
        receipt_number=receipts.number_of(use.answer.event) if use.answer else "",
        because=why,
        stopped_by=why if use.because and use.because.why in MARKS else "",
        arrival=(arrivals or {}).get(use.code),
        incentive=_incentive(use),
        can_object=bool(OBJECTABLE & set(use.bases)),
    )


def _incentive(use: Use) -> Incentive | None:
    language = (get_language() or "en").split("-")[0]
    words = incentives.worded(use.incentive, language)
    if words is None:
        return None
    worth = words["value"]
    value = f"{worth['amount']} {worth['currency']} {PERIODS.get(worth['per'], worth['per'])}"
    return Incentive(**(words | {"value": value}))


def public_card(use: Use) -> Card:
    """A card for the privacy notice: the words and the basis, nobody's answer."""
    nobody = Standing(
        subject_id=None,
        epoch=0,
        uses=(use,),
        signal=False,
        optouts=frozenset(),
        objections=frozenset(),
        restricted=False,
        erasing=False,
    )
    return card(use, nobody, at=datetime.fromtimestamp(0, UTC))


def pressed(use: Use) -> str:
    """Which button shows as the person's answer: `yes`, `no`, or none before any answer."""
    if use.status in answers.SAID_NO:
        return "no"
    return "yes" if use.status == "Given" else ""


def state_words(use: Use) -> tuple[str, str]:
    """The state of a use in a few words, and the tone of its tag."""
    on = {"day": times.day_words(use.answer.at)} if use.answer else {"day": ""}
    if not use.asked:
        return (gettext("In use"), "") if use.active else (gettext("Not in use"), "")
    if use.status in answers.SAID_NO:
        return gettext("You said No · %(day)s") % on, "chosen"
    if use.status == "Given" and use.active and use.exceptions:
        return gettext("You said Yes, with exceptions · %(day)s") % on, "chosen"
    if use.status == "Given" and use.active:
        return gettext("You said Yes · %(day)s") % on, "chosen"
    if use.status == "Given":
        return gettext("You said Yes · %(day)s · stopped") % on, "hold"
    if use.status == "Expired":
        return gettext("Your Yes has ended – treated as No"), "hold"
    if use.because is not None and use.because.why == "signal":
        return gettext("Stopped by your browser’s signal"), "chosen"
    if use.active:
        return gettext("Not decided – in use until you say No"), "hold"
    return pgettext("use of data", "Not decided – treated as No"), "hold"


def _note(use: Use) -> str:
    """What the tag alone would leave open."""
    if use.status == "Given" and not use.active and use.older_wording:
        return gettext("The wording changed since you answered, so your old Yes is not used. "
                       "Read it again and answer.")  # fmt: skip
    if use.status == "Given" and use.older_wording:
        return gettext("New wording since you answered. It asks for nothing more, so your old "
                       "answer still holds.")  # fmt: skip
    return ""


def _part(use: Use, scope: Scope) -> Part:
    given = use.status == "Given"
    if scope.refused:
        state, shown = gettext("Left out: you said No"), "no"
    elif given and scope.permitted:
        state, shown = gettext("In use with your Yes"), "yes"
    elif given:
        state, shown = gettext("In use in part"), ""
    else:
        state, shown = gettext("Follows your answer above"), ""
    parent_out = any(other.refused for other in use.scopes if other.code == scope.parent)
    asked = use.asked and (given or scope.refused) and not parent_out
    return Part(scope=scope, pressed=shown, state=state, asked=asked)
