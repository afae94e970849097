"""Starts and stops the whole service on one machine, and private servers for tests.

Nothing here imports Django: the supervisor stays small, and it must work before any
database address is known.
"""
