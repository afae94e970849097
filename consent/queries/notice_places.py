"""Where in a catalogue document lies what a finding points at in one of its notices."""

from consent.queries.new_notices import New

_OF_THE_PURPOSE = {"purpose": "code", "bases": "bases", "attributes": "attributes"}


def place_of(new: New, pointer: str) -> str:
    """Where in the document lies what a finding points at in a notice."""
    _, head, *rest = pointer.split("/")
    purpose = new.place.rsplit("/notices/", 1)[0]
    if head in {"controller", "contact"}:
        return f"{purpose}/controller"
    if head == "recipients":
        return "/recipients"
    if head in _OF_THE_PURPOSE:
        return f"{purpose}/{_OF_THE_PURPOSE[head]}"
    if head == "texts" and rest:
        told = [text["language"] for text in new.entry["texts"]]
        rest = [str(told.index(rest[0])), *rest[1:]] if rest[0] in told else []
    return "/".join([new.place, head, *rest])
