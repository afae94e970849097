"""stub"""


def requests(request): ...
def request_page(request, reference): ...


take = complete = refuse = approve = request_page
