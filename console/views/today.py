"""stub"""

from console.permissions import officers_only
from console.views.pages import show


@officers_only
def today(request):
    return show(request, "today", {})
