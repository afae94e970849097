"""The receipt for people to read: plain text in the language of the document.

The Kantara specification wants a copy that people can read beside the one for machines.
"""

from collections.abc import Iterator
from typing import Final

from consent.documents.facts import EventFacts, PurposeFacts, shown

_EN: Final = {
    "title": "Receipt",
    "number": "Number",
    "person": "Your number here",
    "said": "What was said",
    "about": "About",
    "data": "Data",
    "basis": "Legal basis",
    "who": "Who is responsible",
    "recipients": "Who else may receive it",
    "nobody": "nobody else",
    "kept": "Kept",
    "days": "days",
    "while": "while it is needed",
    "when": "Holds from",
    "until": "Holds until",
    "open": "it is taken back",
    "recorded": "Recorded",
    "through": "Through",
    "by": "Said by",
    "channels": "Only for",
    "words": "The words as shown",
    "hash": "SHA-256 of these words",
    "back": "Take it back or change it",
    "rights": "Your other rights",
    "log": "Entry in the log",
    "proof": "Its proof",
    "identifier": "Identifier",
    "everything": "all uses of your data",
}
_UK: Final = {
    "title": "Квитанція",
    "number": "Номер",
    "person": "Ваш номер тут",
    "said": "Що сказано",
    "about": "Про що",
    "data": "Дані",
    "basis": "Правова підстава",
    "who": "Хто відповідає",
    "recipients": "Хто ще може їх отримати",
    "nobody": "ніхто інший",
    "kept": "Зберігається",
    "days": "днів",
    "while": "поки це потрібно",
    "when": "Діє з",
    "until": "Діє до",
    "open": "скасування",
    "recorded": "Записано",
    "through": "Через",
    "by": "Хто сказав",
    "channels": "Лише для",
    "words": "Слова, як їх показано",
    "hash": "SHA-256 цих слів",
    "back": "Скасувати або змінити",
    "rights": "Інші ваші права",
    "log": "Запис у журналі",
    "proof": "Його доказ",
    "identifier": "Ідентифікатор",
    "everything": "усі використання ваших даних",
}


def render(facts: EventFacts) -> str:
    """Lines of `name: value`, then the words that were shown."""
    words = _UK if facts.language == "uk" else _EN
    lines = [*_lines(facts, words)]
    if facts.notice is not None:
        lines += ["", f"{words['words']} ({facts.notice.name}, {facts.notice.language}):", ""]
        lines += [facts.notice.title, *(sentence for _row, sentence in facts.notice.rows)]
        lines += ["", f"{words['hash']}: {facts.notice.words_hash}"]
    return "\n".join(lines) + "\n"


def everything(language: str) -> str:
    """What an act about the person as a whole is about, in words."""
    return (_UK if language == "uk" else _EN)["everything"]


def _lines(facts: EventFacts, words: dict[str, str]) -> Iterator[str]:
    yield words["title"]
    yield f"{words['number']}: {facts.receipt_id}"
    yield f"{words['person']}: {facts.person}"
    yield f"{words['said']}: {facts.state} ({facts.status})"
    for purpose in facts.purposes:
        yield from _purpose(purpose, facts, words)
    if facts.channels:
        yield f"{words['channels']}: {', '.join(facts.channels)}"
    yield f"{words['when']}: {shown(facts.valid_from)}"
    ends = shown(facts.expires_at) if facts.expires_at else words["open"]
    yield f"{words['until']}: {ends}"
    yield f"{words['recorded']}: {shown(facts.recorded_at)}"
    yield f"{words['through']}: {facts.method}"
    yield f"{words['by']}: {facts.actor}"
    yield f"{words['back']}: {facts.site}/uses"
    yield f"{words['rights']}: {facts.site}/requests"
    yield f"{words['log']}: {facts.log_id}"
    yield f"{words['proof']}: {facts.proof_url}"


def _purpose(purpose: PurposeFacts, facts: EventFacts, words: dict[str, str]) -> Iterator[str]:
    controller = purpose.controller
    yield f"{words['about']}: {purpose.name} [{purpose.code}]"
    yield f"  {words['data']}: {', '.join(category.name for category in purpose.data) or '–'}"
    yield f"  {words['basis']}: {', '.join(f'{place}: {basis}' for place, basis in purpose.bases)}"
    yield f"  {words['who']}: {controller.name}, {controller.country}, {controller.contact}"
    others = ", ".join(party.name for party in purpose.recipients)
    yield f"  {words['recipients']}: {others or words['nobody']}"
    days = purpose.retention_days
    kept = f"{days} {words['days']}" if days else words["while"]
    yield f"  {words['kept']}: {kept}"
