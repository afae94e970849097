"""What a lower layer refused, in the reader's language."""

from django.utils.translation import gettext_lazy as _

from audit.errors import PruneRefused
from consent.errors import ConsentRefused
from profiles.rights import IllegalTransition

MOVED = _("The request has moved on since you saw it. Look at its state below.")
WORDS = {
    "SECOND_PERSON_NEEDED": _("You proposed this. Another officer must approve it."),
    "REQUEST_STATE": _(
        "This is not possible now: a legal hold stands, or the request has moved on since you saw "
        "it. Look at its state below."
    ),
    "REFUSAL_INCOMPLETE": _("A refusal says why, and where the person can complain."),
    "NOTICE_STATE": _("The notice has moved on since you saw it. Look at its state below."),
    "NOTICE_MOVED": _("Somebody changed this draft since you saw it. Read it as it stands now."),
    "NOTICE_INCOMPLETE": _("The notice lacks something it must say. Mend what the list names."),
    "NOTICE_MATERIAL": _(
        "This asks for more than before, so an older Yes cannot cover it. "
        "Call it a material change."
    ),
    "PRUNE_STATE": _("This month has moved on since you saw it. Look at its state below."),
    "MONTH_STAYS": _("This month must stay for now. The list says why."),
    "REASON_UNKNOWN": _("Choose one of the reasons that the law knows."),
    "TEXT_NOT_ACCEPTED": _("The text is too long. Shorten it."),
    "STOP_LINK_ENDED": _("This link has ended already. Those that are in force stand below."),
    "SUBJECT_ERASED": _("This person was erased. Nothing more can be recorded."),
}


def said(refused: ConsentRefused | IllegalTransition | PruneRefused) -> str:
    """One sentence that says what to do; the layer's own words where there are no better ones."""
    if isinstance(refused, IllegalTransition):
        return str(MOVED)
    return str(WORDS.get(refused.code) or f"{refused.detail} {refused.fix}")
