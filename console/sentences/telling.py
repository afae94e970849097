"""The sentence of one entry of the log."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.sentences.consents import CONSENT_STATES
from console.sentences.kinds import PLAIN
from console.sentences.names import Facts, Names, plain
from console.sentences.requests import PAGES, right


def sentence(kind: str, facts: Facts, names: Names) -> str:
    """What happened, in one sentence without any value of a person."""
    if facts.get("damaged"):
        return _("The stored bytes of this entry are damaged.")
    if kind in SPECIAL:
        return SPECIAL[kind](facts, names)
    family, _dot, state = kind.partition(".")
    template = CONSENT_STATES.get(state) if family == "consent" else PLAIN.get(kind)
    if template is None:
        return _("Recorded: %(kind)s.") % {"kind": plain(kind)}
    words = {"purpose": names.purpose(facts.get("purpose")), "right": right(facts.get("right"))}
    return str(template) % words


def _asked(template: Any) -> Callable[[Facts, Names], str]:
    def make(facts: Facts, names: Names) -> str:
        return str(template) % {
            "recipient": names.recipient(facts.get("recipient") or facts.get("by")),
            "attributes": names.attribute_list(list(facts.get("attributes") or [])),
            "purpose": names.purpose(facts.get("purpose")),
        }

    return make


def _asked_about_many(facts: Facts, names: Names) -> str:
    people = facts.get("people")
    count = people if isinstance(people, int) else 0
    return ngettext(
        "%(recipient)s asked to use %(attributes)s for “%(purpose)s”, of %(count)d person.",
        "%(recipient)s asked to use %(attributes)s for “%(purpose)s”, of %(count)d people at once.",
        count,
    ) % {
        "recipient": names.recipient(facts.get("recipient")),
        "attributes": names.attribute_list(list(facts.get("attributes") or [])),
        "purpose": names.purpose(facts.get("purpose")),
        "count": count,
    }


def _verified(facts: Facts, _names: Names) -> str:
    if not facts.get("ok"):
        where = {"index": facts.get("first_bad", "?")}
        return _("The log was checked and does not fit at entry %(index)s.") % where
    counts = {"checked": facts.get("checked", "?"), "size": facts.get("size", "?")}
    return _("The log was checked: %(checked)s of %(size)s entries fit.") % counts


def _contradicted(facts: Facts, _names: Names) -> str:
    where = {"size": facts.get("size", "?")}
    return _("Somebody sent a head signed at size %(size)s that contradicts the log.") % where


def _console_read(facts: Facts, _names: Names) -> str:
    page = str(facts.get("page", ""))
    return _("An officer read %(page)s.") % {"page": PAGES.get(page, plain(page))}


SPECIAL: Mapping[str, Callable[[Facts, Names], str]] = {
    "decision.permit": _asked(
        gettext_lazy("%(recipient)s asked to use %(attributes)s for “%(purpose)s”: allowed.")
    ),
    "decision.deny": _asked(
        gettext_lazy("%(recipient)s asked to use %(attributes)s for “%(purpose)s”: refused.")
    ),
    "decision.batch": _asked_about_many,
    "decision.bulk": _asked(
        gettext_lazy("%(recipient)s asked whose %(attributes)s may be used for “%(purpose)s”.")
    ),
    "use": _asked(gettext_lazy("%(recipient)s used %(attributes)s for “%(purpose)s”.")),
    "log.contradicted": _contradicted,
    "log.verified": _verified,
    "console.read": _console_read,
}


def outcome_of(kind: str) -> str:
    """allowed, refused, or recorded where nothing was asked."""
    return {"decision.permit": "allowed", "decision.deny": "refused"}.get(kind, "recorded")
