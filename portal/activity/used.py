"""What was asked and used, in one sentence each."""

from django.utils.translation import gettext, ngettext

from audit.queries import LoggedEvent
from consent.queries import names
from portal.activity.data import data_words
from portal.activity.lines import OWN, Line


def decision(event: LoggedEvent, language: str) -> Line:
    facts = event.facts
    called = names.names()
    feature = str(facts.get("feature", ""))
    own = feature in OWN or facts.get("purpose") in {"rights_fulfilment", "account_access"}
    allowed = event.kind == "decision.permit"
    words = {
        "data": data_words(facts.get("covered") or facts.get("attributes"), language),
        "purpose": called.purpose(str(facts.get("purpose", "")), language),
    }
    sentence = (
        gettext("may use %(data)s for “%(purpose)s”")
        if allowed
        else gettext("asked for %(data)s for “%(purpose)s” – refused")
    )
    who = called.recipient(str(facts.get("recipient", "")))
    if own:
        who, sentence = gettext("You"), gettext("looked at your own data: %(data)s")
    return Line(
        who=who,
        sentence=sentence % words,
        outcome="allowed" if allowed else "blocked",
        because="" if own else names.reason(str(facts.get("reason", "")), language),
        at=event.at,
        own=own,
    )


def use(event: LoggedEvent, language: str) -> Line:
    facts = event.facts
    called = names.names()
    count = facts.get("count") or facts.get("items") or 0
    words = {
        "data": data_words(facts.get("attributes") or facts.get("covered"), language),
        "purpose": called.purpose(str(facts.get("purpose", "recommendations")), language),
    }
    sentence = gettext("used %(data)s for “%(purpose)s”") % words
    if isinstance(count, int) and count:
        sentence += ngettext(
            ", %(count)d item shown", ", %(count)d items shown", count
        ) % {"count": count}  # fmt: skip
    who = str(facts.get("recipient") or facts.get("by") or "shop")
    return Line(
        who=called.recipient(who), sentence=sentence, outcome="used", because="", at=event.at
    )
