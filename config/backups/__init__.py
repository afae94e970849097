"""Backups: the database in many generations, the key store in its newest state only, both sealed.

The database goes first: a key without a person is harmless, a person without a key is lost.
"""
