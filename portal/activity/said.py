"""What a person said, in one sentence each."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.queries import LoggedEvent
from consent.queries import names
from portal.activity.data import data_words
from portal.activity.lines import READ, Line

SAID: dict[str, Promise] = {
    "consent.given": _("You said Yes to %(purpose)s"),
    "consent.opted_in": _("You said Yes, twice as the law asks, to %(purpose)s"),
    "consent.refused": _("You said No to %(purpose)s"),
    "consent.withdrawn": _("You took back your Yes to %(purpose)s"),
    "consent.objected": _("You objected to %(purpose)s"),
    "consent.opted_out": _("You told us not to sell or share your data"),
    "consent.limited": _("You limited the use of sensitive data"),
    "consent.unlimited": _("You lifted the limit on sensitive data"),
    "consent.restricted": _("You asked us to pause all use"),
    "consent.unrestricted": _("The pause of all use ended"),
    "consent.signal_on": _("Your browser asked us not to sell or share your data"),
    "consent.signal_off": _("The signal of your browser was taken back"),
    "consent.erasure_pending": _("You asked us to erase your data"),
    "consent.erasure_cancelled": _("You cancelled the erasure"),
    "consent.requested": _("You were asked about %(purpose)s"),
    "consent.deferred": _("You left the question about %(purpose)s open"),
    "consent.unknown": _("Somebody named %(purpose)s without an answer of yours"),
    "consent.waiting": _("Your Yes to %(purpose)s waits for your confirmation"),
    "consent.confirmed": _("You confirmed your Yes to %(purpose)s"),
    "consent.renewed": _("You renewed your Yes to %(purpose)s"),
    "consent.revoked": _("Your Yes to %(purpose)s was ended"),
    "consent.stopped": _("You stopped all use, or a channel, until a day you chose"),
    "consent.resumed": _("You lifted a stop"),
    "consent.level_set": _("You chose how personal a channel may be"),
    "consent.cap_set": _("You chose how often we may write"),
    "identity.joined": _("A device or account was joined with yours"),
    "identity.parted": _("A device or account was taken apart from yours"),
    "consent.held": _("A legal dispute keeps your data from being erased"),
    "consent.hold_only": _("A legal dispute keeps your data, and nothing else may use it"),
    "consent.invalidated": _("A Yes to %(purpose)s was found not to be valid"),
    "consent.erased": _("Your data was erased"),
    "consent.released": _("The legal dispute over your data ended"),
    "account.signed_in": _("You signed in with a mailed code"),
    "account.proved": _("You showed that a second account is yours"),
    "agent.request": _("Somebody asked us on your behalf"),
    "subject.registered": _("Your account was opened"),
    "attributes.written": _("Data about you was stored"),
    "stop_link.issued": _("A link was made for you, to stop something or to open your choices"),
    "stop_link.revoked": _("The privacy office ended a link that was made for you"),
}


def said(event: LoggedEvent, language: str) -> Line:
    facts = event.facts
    called = names.names()
    purpose = str(facts.get("purpose") or "")
    words = {
        "purpose": f"“{called.purpose(purpose, language)}”" if purpose else gettext("all uses")
    }
    known = SAID.get(event.kind)
    sentence = str(known) % words if known else _plain(event.kind, facts)
    parts = facts.get("attributes")
    if known and event.kind.startswith("consent.") and parts:
        sentence += f" ({data_words(parts, language)})"
    return Line(who="", sentence=sentence, outcome="said", because="", at=event.at)


def _plain(kind: str, facts: dict[str, Any]) -> str:
    right = str(facts.get("right", ""))
    family = kind.split(".")[0]
    if kind in READ:
        who = names.names().recipient(str(facts.get("recipient", "")))
        return gettext("%(who)s looked up what you said") % {"who": who}
    if family == "request":
        return gettext("Your request (%(right)s): %(step)s") % {
            "right": right or "–",
            "step": kind.split(".", 1)[1].replace("_", " "),
        }
    if family == "console":
        return gettext("The privacy office looked at records about you")
    if family == "export":
        return gettext("A copy of your data was prepared or fetched")
    if family in {"erasure", "vault", "attributes", "profile"}:
        return gettext("Your stored data changed")
    return gettext("Something about you was put on record")
