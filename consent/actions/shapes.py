"""Keeping the states that people were decided on, so that each can be decided on again."""

from collections.abc import Iterable

from consent.compiling import Compiled
from consent.models import Shape


def keep(compiled: Iterable[Compiled]) -> None:
    """Store these shapes, each once; what is there already stays as it is."""
    shapes = {state.digest: Shape(digest=state.digest, content=state.content) for state in compiled}
    if shapes:
        # Because two writers that add the same shapes in another order would wait for each other.
        ordered = [shapes[digest] for digest in sorted(shapes)]
        Shape.objects.bulk_create(ordered, ignore_conflicts=True)
