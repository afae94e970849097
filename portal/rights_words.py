"""What each right gives, in the words of the pages."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class RightWords:
    """The name of a right, what it gives, what the form asks for, and the button's words."""

    verb: Promise
    gives: Promise
    button: Promise
    text_label: Promise | None = None
    text_needed: bool = False


WORDS: dict[str, RightWords] = {
    "copy": RightWords(
        verb=_("Get a copy"),
        gives=_(
            "Everything we hold about you, as a page to read and as files: JSON and CSV in one "
            "ZIP. It usually takes minutes, and lies ready for 14 days."
        ),
        button=_("Make the copy"),
    ),
    "portability": RightWords(
        verb=_("Take it elsewhere"),
        gives=_(
            "What you gave us and what we saw you do, in files that another service can read. "
            "Nothing that we only worked out."
        ),
        button=_("Make the files"),
    ),
    "correction": RightWords(
        verb=_("Correct"),
        gives=_("A person changes what is wrong, and tells whoever received it."),
        button=_("Send the correction"),
        text_label=_("What is wrong, and what is right?"),
        text_needed=True,
    ),
    "erasure": RightWords(
        verb=_("Erase"),
        gives=_(
            "Your data leaves use at once and leaves storage after the time to undo. What a law "
            "makes us keep is named, with the law and the date."
        ),
        button=_("Erase my data"),
    ),
    "restriction": RightWords(
        verb=_("Pause use"),
        gives=_("We keep your data and use none of it, from the press on, until you end it."),
        button=_("Pause all use"),
    ),
    "objection": RightWords(
        verb=_("Object"),
        gives=_(
            "Against advertising it holds at once and for good. Against our own interest it "
            "stops the use at once, and a person looks at it."
        ),
        button=_("Object"),
    ),
    "human_review": RightWords(
        verb=_("Ask a person to decide"),
        gives=_("If a machine decided something about you, a person looks at it again."),
        button=_("Ask for a person"),
        text_label=_("Which decision, and what do you want us to know?"),
        text_needed=True,
    ),
    "complaint": RightWords(
        verb=_("Complain, or ask about something"),
        gives=_("A person answers by the date below. You can go to the authority at any time."),
        button=_("Send"),
        text_label=_("What happened, or what do you want to know?"),
        text_needed=True,
    ),
}

STATES: dict[str, Promise] = {
    "received": _("Received"),
    "verifying": _("We check that it is you"),
    "collecting": _("Collecting"),
    "reviewing": _("A person looks at it"),
    "acting": _("Erasing"),
    "complete": _("Done"),
    "refused": _("Refused, in whole or in part"),
    "cancelled": _("Taken back by you"),
}
TONES: dict[str, str] = {
    "complete": "allow",
    "refused": "stop",
    "cancelled": "",
    "reviewing": "hold",
}

HOLDERS: dict[str, Promise] = {
    "personalization": _("Suggestions and their reasons"),
    "vault": _("What you told us and what you bought"),
    "account": _("Account and sign-in"),
    "consent": _("Your answers and receipts"),
    "keys": _("The key that opens your data"),
    "audit": _("The log"),
    "recipients": _("Companies that received something"),
}
ACTIONS: dict[str, Promise] = {
    "collect": _("collect"),
    "pack": _("Pack the files"),
    "notify": _("Note who must be told"),
    "erase": _("erase"),
}
STEP_STATES: dict[str, Promise] = {
    "waiting": _("waiting"),
    "running": _("under way"),
    "done": _("done"),
    "failed": _("needs a person"),
}
WAITS: dict[str, Promise] = {
    "LEGAL_HOLD": _("A legal dispute keeps this data for now. It is out of use meanwhile."),
    "STEP_FAILED": _("A step failed and was not lost: a person has been asked to look at it."),
    "FOR_A_PERSON": _("A person in the privacy office looks at it."),
}
REFUSALS: dict[str, Promise] = {
    "IDENTITY_NOT_VERIFIED": _("We could not be sure that it is you."),
    "MANIFESTLY_UNFOUNDED": _("The request had plainly no ground."),
    "EXCESSIVE": _("The request was far beyond what the right gives."),
    "LEGAL_OBLIGATION": _("A law makes us keep this."),
    "LEGAL_CLAIMS": _("This is needed in a legal dispute."),
    "FREEDOM_OF_EXPRESSION": _("Freedom of expression stands against it."),
    "RIGHTS_OF_OTHERS": _("It would show data of other people."),
    "DATA_ACCURATE": _("We checked, and the data is right."),
    "COMPELLING_GROUNDS": _("Our grounds weigh more here; you can complain."),
    "NO_DATA_HELD": _("We hold no such data."),
}
