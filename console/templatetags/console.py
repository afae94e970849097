"""How the console writes numbers and addresses."""

from django import template
from django.forms import BoundField, Form

register = template.Library()


@register.filter
def digits(number: int | None) -> str:
    """A whole number in groups of three, with a narrow space that does not break."""
    return "" if number is None else f"{number:,}".replace(",", "\u202f")


@register.filter
def field_of(form: Form, name: str) -> BoundField:
    """A field of a form by its name."""
    return form[name]


@register.filter
def with_and(query: str) -> str:
    """A query string that more may follow."""
    return f"{query}&" if query else ""
