"""The cast, for the tests of consent."""

from tests.cast import ada, ben, catalogue, cleo, dan

__all__ = ["ada", "ben", "catalogue", "cleo", "dan"]
