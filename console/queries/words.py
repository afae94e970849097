"""What the codes of the catalogue are called in the reader's language."""

from django.utils.translation import get_language

from consent.queries import names
from console.sentences import Names


def words() -> Names:
    """All names in the language of this request."""
    language = get_language() or names.FALLBACK
    called = names.names()
    return Names(
        purposes={code: called.purpose(code, language) for code in called.purposes},
        recipients=called.recipients,
        attributes={code: called.attribute(code, language) for code in called.attributes},
    )
