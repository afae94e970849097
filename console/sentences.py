"""An entry of the log as a plain sentence, made from its facts alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

Facts = Mapping[str, Any]
SHOWN = 4

CONSENT_STATES = {
    "given": gettext_lazy("A person said Yes to “%(purpose)s”."),
    "opted_in": gettext_lazy("A person opted in to “%(purpose)s”."),
    "refused": gettext_lazy("A person said No to “%(purpose)s”."),
    "withdrawn": gettext_lazy("A person withdrew their Yes to “%(purpose)s”."),
    "objected": gettext_lazy("A person objected to “%(purpose)s”."),
    "opted_out": gettext_lazy("A person opted out of “%(purpose)s”."),
    "limited": gettext_lazy("A person limited the use of their sensitive information."),
    "unlimited": gettext_lazy("A person lifted the limit on their sensitive information."),
    "restricted": gettext_lazy("A person paused the use of their data."),
    "unrestricted": gettext_lazy("The pause on a person's data ended."),
    "held": gettext_lazy("A legal hold was placed on a person's data."),
    "hold_only": gettext_lazy("A person's data is kept for a legal hold only."),
    "released": gettext_lazy("A legal hold was released."),
    "level_set": gettext_lazy("A person set how personal a channel may be."),
    "cap_set": gettext_lazy("A person capped how often they may be written to."),
    "stopped": gettext_lazy("A person stopped all use for a time."),
    "resumed": gettext_lazy("A person lifted a stop."),
    "signal_on": gettext_lazy("A browser sent the opt-out signal of a person."),
    "signal_off": gettext_lazy("A person's browser sends no opt-out signal any more."),
    "erasure_pending": gettext_lazy("A person's data left all use because of an erasure."),
    "erasure_cancelled": gettext_lazy("An erasure was cancelled in time."),
    "erased": gettext_lazy("A person was erased."),
    "requested": gettext_lazy("A person was asked about “%(purpose)s”."),
    "deferred": gettext_lazy("A person put off the answer to “%(purpose)s”."),
    "invalidated": gettext_lazy("An answer to “%(purpose)s” was declared void."),
    "revoked": gettext_lazy("A Yes to “%(purpose)s” was ended by somebody else than the person."),
    "renewed": gettext_lazy("A person renewed their Yes to “%(purpose)s”."),
    "unknown": gettext_lazy("An import named “%(purpose)s” without an answer."),
    "waiting": gettext_lazy("A Yes to “%(purpose)s” waits for its confirmation."),
    "confirmed": gettext_lazy("A person confirmed their Yes to “%(purpose)s”."),
}
PLAIN = {
    "identity.joined": gettext_lazy("Two records were joined as one person."),
    "identity.parted": gettext_lazy("Two joined records were taken apart."),
    "subject.registered": gettext_lazy("A person was registered."),
    "attributes.written": gettext_lazy("Data about a person was stored."),
    "account.signed_in": gettext_lazy("A customer signed in."),
    "stop_link.issued": gettext_lazy("A link to stop something was handed out for a person."),
    "agent.added": gettext_lazy("An authorised agent was entered."),
    "agent.paused": gettext_lazy("An authorised agent was paused."),
    "agent.token_given": gettext_lazy("An authorised agent got a new token."),
    "agent.request": gettext_lazy("An authorised agent asked something for a person."),
    "officer.created": gettext_lazy("An officer's account was made."),
    "officer.signed_in": gettext_lazy("An officer signed in."),
    "officer.signed_out": gettext_lazy("An officer signed out."),
    "catalogue.loaded": gettext_lazy("The catalogue was published."),
    "replay.ran": gettext_lazy("Past decisions were decided again under a draft catalogue."),
    "receipt.read": gettext_lazy("A partner read a receipt."),
    "history.read": gettext_lazy("A partner read everything that a person said."),
    "jurisdiction.weakened": gettext_lazy(
        "Law that protects people less than what ships was loaded; an officer answers for it."
    ),
    "notice.drafted": gettext_lazy("An officer changed the draft of a notice."),
    "notice.proposed": gettext_lazy("An officer proposed a notice."),
    "notice.approved": gettext_lazy("A second officer approved a notice."),
    "notice.rejected": gettext_lazy("A proposed notice was sent back with a reason."),
    "notice.published": gettext_lazy("A notice was published."),
    "console.exported": gettext_lazy("An officer exported a list from the log."),
    "console.person_read": gettext_lazy("An officer read a person's consents, giving a reason."),
    "log.verifying": gettext_lazy("A check of the whole log began."),
    "request.opened": gettext_lazy("A request was opened: %(right)s."),
    "request.taken": gettext_lazy("An officer took a request: %(right)s."),
    "request.verified": gettext_lazy("An officer confirmed who asks: %(right)s."),
    "request.refusal_prepared": gettext_lazy("An officer proposed a refusal: %(right)s."),
    "request.received": gettext_lazy("A request waits to be begun: %(right)s."),
    "request.verifying": gettext_lazy("It must be confirmed who asks: %(right)s."),
    "request.collecting": gettext_lazy("The data for a request are being collected: %(right)s."),
    "request.reviewing": gettext_lazy("A request waits for an officer: %(right)s."),
    "request.acting": gettext_lazy("A request is being carried out: %(right)s."),
    "request.complete": gettext_lazy("A request was completed: %(right)s."),
    "request.refused": gettext_lazy("A request was refused: %(right)s."),
    "request.cancelled": gettext_lazy("A request was cancelled: %(right)s."),
}
PAGES = {
    "today": gettext_lazy("the page Today"),
    "audit": gettext_lazy("the list of the log"),
    "event": gettext_lazy("one entry of the log"),
    "requests": gettext_lazy("the list of requests"),
    "request": gettext_lazy("one request"),
    "partners": gettext_lazy("the list of partners"),
    "what_if": gettext_lazy("the page What if"),
    "what_if_run": gettext_lazy("the result of a What if"),
}
RIGHTS = {
    "copy": gettext_lazy("a copy of the data"),
    "portability": gettext_lazy("data to take elsewhere"),
    "correction": gettext_lazy("a correction"),
    "erasure": gettext_lazy("erasure"),
    "restriction": gettext_lazy("a pause of use"),
    "objection": gettext_lazy("an objection"),
    "human_review": gettext_lazy("review by a person"),
    "complaint": gettext_lazy("a complaint"),
}


STATES = {
    "received": gettext_lazy("Received"),
    "verifying": gettext_lazy("Who asks must be confirmed"),
    "collecting": gettext_lazy("Being collected"),
    "reviewing": gettext_lazy("Waiting for an officer"),
    "acting": gettext_lazy("Being carried out"),
    "complete": gettext_lazy("Completed"),
    "refused": gettext_lazy("Refused"),
    "cancelled": gettext_lazy("Cancelled"),
}
HISTORY = {
    "opened": gettext_lazy("Opened"),
    "taken": gettext_lazy("Taken by an officer"),
    "verified": gettext_lazy("Confirmed who asks"),
    "refusal_prepared": gettext_lazy("Refusal proposed"),
}
REFUSALS = {
    "IDENTITY_NOT_VERIFIED": gettext_lazy("We cannot tell that it is this person"),
    "MANIFESTLY_UNFOUNDED": gettext_lazy("Manifestly unfounded"),
    "EXCESSIVE": gettext_lazy("Excessive, in particular repeated"),
    "LEGAL_OBLIGATION": gettext_lazy("A law obliges us to keep the data"),
    "LEGAL_CLAIMS": gettext_lazy("Needed for legal claims"),
    "FREEDOM_OF_EXPRESSION": gettext_lazy("Freedom of expression and information"),
    "RIGHTS_OF_OTHERS": gettext_lazy("It would harm the rights of others"),
    "DATA_ACCURATE": gettext_lazy("The data are right as they are"),
    "COMPELLING_GROUNDS": gettext_lazy("Compelling grounds that outweigh the objection"),
    "NO_DATA_HELD": gettext_lazy("We hold no data of this person"),
}
WAITS = {
    "LEGAL_HOLD": gettext_lazy("A legal hold stands: nothing may be destroyed while it does."),
    "STEP_FAILED": gettext_lazy("A step failed again and again. It needs somebody to look."),
    "FOR_A_PERSON": gettext_lazy("Only an officer can do what was asked."),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called in the reader's language; a code without a name stands for itself."""

    purposes: Mapping[str, str]
    recipients: Mapping[str, str]
    attributes: Mapping[str, str]

    def purpose(self, code: str | None) -> str:
        """The name of a purpose, or words for none."""
        return self.purposes.get(code, plain(code)) if code else _("all uses")

    def recipient(self, code: str | None) -> str:
        """The name of a recipient, or words for none."""
        return self.recipients.get(code, code) if code else pgettext("recipient", "Somebody")

    def attribute_list(self, codes: list[str]) -> str:
        """The first few attributes by name, and how many more there are."""
        if not codes:
            return _("no data")
        shown = ", ".join(self.attributes.get(code, plain(code)) for code in codes[:SHOWN])
        rest = len(codes) - SHOWN
        if rest <= 0:
            return shown
        more = ngettext("%(count)d more", "%(count)d more", rest) % {"count": rest}
        return f"{shown}, {more}"


def plain(code: str) -> str:
    """A code with spaces: what is shown where nobody has named it."""
    return code.replace("_", " ")


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


def right(code: str | None) -> str:
    """A data-subject right in words."""
    return str(RIGHTS.get(code or "", plain(code or "?")))


def state(code: str) -> str:
    """The state of a request in words."""
    return str(STATES.get(code, plain(code)))


def step_words(kind: str) -> str:
    """One step in the life of a request, in a few words."""
    step = kind.removeprefix("request.")
    return str(HISTORY.get(step) or STATES.get(step) or plain(step))


def why(code: str) -> str:
    """The reason of a refusal, or why a request waits, in words; empty for none."""
    return str(REFUSALS.get(code) or WAITS.get(code) or plain(code)) if code else ""


def _asked(template: Any) -> Callable[[Facts, Names], str]:
    def make(facts: Facts, names: Names) -> str:
        return str(template) % {
            "recipient": names.recipient(facts.get("recipient") or facts.get("by")),
            "attributes": names.attribute_list(list(facts.get("attributes") or [])),
            "purpose": names.purpose(facts.get("purpose")),
        }

    return make


def _verified(facts: Facts, _names: Names) -> str:
    if not facts.get("ok"):
        where = {"index": facts.get("first_bad", "?")}
        return _("The log was checked and does not fit at entry %(index)s.") % where
    counts = {"checked": facts.get("checked", "?"), "size": facts.get("size", "?")}
    return _("The log was checked: %(checked)s of %(size)s entries fit.") % counts


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
    "use": _asked(gettext_lazy("%(recipient)s used %(attributes)s for “%(purpose)s”.")),
    "log.verified": _verified,
    "console.read": _console_read,
}


def outcome_of(kind: str) -> str:
    """allowed, refused, or recorded where nothing was asked."""
    return {"decision.permit": "allowed", "decision.deny": "refused"}.get(kind, "recorded")
