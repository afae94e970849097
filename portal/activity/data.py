"""Attributes in words."""

from typing import Any

from django.utils.translation import gettext, ngettext

from consent.queries import names


def data_words(codes: Any, language: str) -> str:
    """Names of attributes, a whole group as one, at most four and a count of the rest."""
    listed = [str(code) for code in codes] if isinstance(codes, list | tuple) else []
    groups: dict[str, int] = {}
    for code in listed:
        top = code.split(".")[0]
        groups[top] = groups.get(top, 0) + 1
    called = names.names()
    words = []
    for code in dict.fromkeys(listed):
        top = code.split(".")[0]
        name = called.attribute(top if groups[top] > 1 else code, language)
        if groups[top] > 1:
            name = f"{name} ({groups[top]})"
        if name not in words:
            words.append(name)
    if not words:
        return gettext("nothing of yours")
    if len(words) <= 4:
        return ", ".join(words)
    rest = len(words) - 4
    return ngettext("%(some)s and %(rest)d more", "%(some)s and %(rest)d more", rest) % {
        "some": ", ".join(words[:4]),
        "rest": rest,
    }
