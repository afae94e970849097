"""The cast, for the tests of profiles."""

from tests.cast import ada, ben, catalogue, cleo, dan

__all__ = ["ada", "ben", "catalogue", "cleo", "dan"]
