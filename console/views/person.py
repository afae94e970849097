"""stub"""


def consents(request, reference): ...
