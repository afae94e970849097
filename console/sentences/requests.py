"""The words for rights, states of requests, refusals and what they wait for."""

from django.utils.translation import gettext_lazy

from console.sentences.names import plain

PAGES = {
    "today": gettext_lazy("the page Today"),
    "audit": gettext_lazy("the list of the log"),
    "event": gettext_lazy("one entry of the log"),
    "requests": gettext_lazy("the list of requests"),
    "request": gettext_lazy("one request"),
    "part": gettext_lazy("a join of two records"),
    "consents": gettext_lazy("the consents of a person"),
    "stop_links": gettext_lazy("the stop links of a person"),
    "stop_link": gettext_lazy("a new stop link"),
    "notices": gettext_lazy("the list of notices"),
    "notice": gettext_lazy("one notice"),
    "check": gettext_lazy("the result of a check"),
    "watch": gettext_lazy("how the log is watched"),
    "months": gettext_lazy("the page about retention of the log"),
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
