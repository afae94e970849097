"""What the checks of a notice found, and its states, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consent.notices.findings import Finding

STATES: Mapping[str, Promise] = {
    "draft": pgettext_lazy("notice", "Draft"),
    "proposed": pgettext_lazy("notice", "Waits for a second officer"),
    "approved": pgettext_lazy("notice", "Approved"),
    "rejected": pgettext_lazy("notice", "Sent back"),
}
DETAILS: Mapping[str, Promise] = {
    "rights": _("The person's rights (Art. 13(2)(b))"),
    "withdrawal": _("How to take back a Yes (Art. 13(2)(c))"),
    "complaint": _("The authority for complaints (Art. 13(2)(d))"),
    "retention": _("How long, where there is no number of days (Art. 13(2)(a))"),
    "legitimate_interest": _("The legitimate interest, if that is the basis (Art. 13(1)(d))"),
    "source": _("Where data come from that the person did not give (Art. 14(2)(f))"),
    "logic": _("The logic of an automated decision (Art. 13(2)(f))"),
    "dpia": _("Reference of the impact assessment, if the risk is high (Art. 35)"),
}
FINDINGS: Mapping[str, Promise] = {
    "TITLE_MISSING": _("The title is missing. Say what a Yes lets you do."),
    "ROW_MISSING": _("This row is missing. Write one short sentence."),
    "ROW_TOO_LONG": _("It has %(names)s characters. Shorten it to 140."),
    "PHRASE_FORBIDDEN": _("“%(names)s” pushes or hides. Say what really happens."),
    "EXCLAMATION": _("End the sentence with a full stop, without an exclamation mark."),
    "EMOJI": _("Use words only, no pictures."),
    "QUESTION_NEGATED": _("The question holds “%(names)s”, so a No would be a double negative."),
    "ANSWERS_UNEVEN": _("If yes and If no differ much in length (%(names)s). Make them alike."),
    "GRADE_TOO_HIGH": _("It takes %(names)s years of school to read this. At most 8: use shorter "
                        "sentences and words."),
    "ROW_TOO_HARD": _("This row alone takes %(names)s years of school to read. At most 12: use "
                      "shorter sentences and words."),
    "LANGUAGE_MISSING": _("This language is missing. Write it, or say why it is left out."),
    "DROPPED_WITHOUT_REASON": _("Say why this language is left out."),
    "PURPOSES_BUNDLED": _("It asks for another use too (%(names)s). One question, one use."),
    "COMPONENT_UNATTESTED": _("Nobody measured whether No and Yes of this card are alike."),
    "CONTROLLER_MISSING": _("The catalogue does not say who is responsible."),
    "CONTACT_MISSING": _("The catalogue does not say where the privacy office is reached."),
    "BASIS_MISSING": _("The purpose has no legal basis now."),
    "ATTRIBUTES_MISSING": _("The catalogue does not say which data the purpose may use."),
    "TRANSFER_MISSING": _("No transfer mechanism is on file for %(names)s."),
    "RECIPIENT_UNNAMED": _("Name who may get the data: %(names)s."),
    "RIGHTS_MISSING": _("Say which rights the person has, or where that stands."),
    "COMPLAINT_MISSING": _("Say to which authority the person can complain."),
    "WITHDRAWAL_MISSING": _("Say how a Yes is taken back."),
    "RETENTION_MISSING": _("Say how long the data are kept for this."),
    "INTEREST_MISSING": _("Name the legitimate interest."),
    "SOURCE_MISSING": _("Say where the data come from."),
    "LOGIC_MISSING": _("Explain the logic of the decision."),
    "DPIA_MISSING": _("The risk is high: name the impact assessment."),
    "DETAIL_TOO_LONG": _("Shorten this to 500 characters."),
}  # fmt: skip
MUST: Mapping[str, Promise] = {
    "ATTRIBUTE_ADDED": _("It covers more data: %(name)s."),
    "RECIPIENT_ADDED": _("Another company gets data: %(name)s."),
    "CHANNEL_ADDED": _("It covers another channel: %(name)s."),
    "PURPOSE_CHANGED": _("It is for another kind of use."),
    "RETENTION_LONGER": _("The data are kept longer."),
    "FIRST_VERSION": _("It is the first version."),
}


def said(finding: Finding) -> str:
    """One sentence that says what to do."""
    words = FINDINGS.get(finding.code)
    if words is None:
        return finding.fix
    return str(words) % {"names": ", ".join(finding.names)}


def must(code: str, name: str) -> str:
    """Why a change is material whatever anybody says."""
    return str(MUST[code]) % {"name": name}
