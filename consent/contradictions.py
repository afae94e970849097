"""When what is brought in from elsewhere would lift a No that was said here: pure.

An import tells what was said in the past. Among imported events the last in valid time counts,
as among all others; but a No that the person, a browser or the law said to *us* is lifted only
by an act said to us. So an import never ends a withdrawal, an objection, an opt-out, a
restriction, a stop or a hold of ours, whatever time it claims.
"""

from collections.abc import Iterable

from consent.folding import MARKETING_CLASSES, SALE_CLASSES, EventFact

YES = frozenset({"given", "renewed", "opted_in", "confirmed", "waiting"})
NO_TO_A_PURPOSE = frozenset({"refused", "withdrawn", "revoked", "invalidated"})
NO_TO_MANY = frozenset({"objected", "opted_out", "limited", "restricted", "signal_on"})
LIFTS = {
    "unlimited": frozenset({"limited"}),
    "unrestricted": frozenset({"restricted"}),
    "released": frozenset({"held", "hold_only"}),
    "signal_off": frozenset({"signal_on"}),
    "resumed": frozenset({"stopped"}),
    "erasure_cancelled": frozenset({"erasure_pending"}),
} | dict.fromkeys(YES, NO_TO_A_PURPOSE | NO_TO_MANY)


def lifts_a_no(brought: EventFact, said: Iterable[EventFact]) -> bool:
    """Whether `brought` comes after a No said here that nothing said here has lifted since.

    What is true from the moment it is recorded was said to us, not brought in (a string that the
    person's browser shows now, for one).
    """
    if brought.state not in LIFTS or brought.valid_from == brought.recorded_at:
        return False
    here = [event for event in said if event.valid_from == event.recorded_at]
    return any(
        no.valid_from < brought.valid_from
        and _would_lift(brought, no)
        and not any(no.valid_from < yes.valid_from and _would_lift(yes, no) for yes in here)
        for no in here
    )


def _would_lift(yes: EventFact, no: EventFact) -> bool:
    if no.state not in LIFTS.get(yes.state, ()) or not _same_matter(yes, no):
        return False
    if not (no.attributes or no.channels or no.recipient):
        return True
    # Because a No to a part is lifted by a Yes that names the part.
    return bool(
        set(no.attributes) & set(yes.attributes)
        or set(no.channels) & set(yes.channels)
        or (no.recipient and no.recipient == yes.recipient)
    )


def _same_matter(yes: EventFact, no: EventFact) -> bool:
    if yes.state not in YES or no.purpose is None or yes.purpose == no.purpose:
        return True
    if no.state == "objected":
        return {yes.purpose_class, no.purpose_class} <= MARKETING_CLASSES
    return no.state == "opted_out" and {yes.purpose_class, no.purpose_class} <= SALE_CLASSES
