"""Run as a program: every data key that the key store still gives out, by subject, as JSON."""

import json
import sys

import django

django.setup()

# Because models exist only once Django is set up.
from consent.models import Subject  # noqa: E402
from keys import queries as keys  # noqa: E402

if __name__ == "__main__":
    found = keys.data_keys(Subject.objects.values_list("pk", flat=True))
    json.dump({str(subject): key.hex() for subject, key in found.items()}, sys.stdout)
