"""Finer words for some denials: the code says what kind of No it is, the detail which.

Details may grow; a caller that does not know one goes by the reason code.
"""

from typing import Final

DETAILS: Final = {
    "frequency_reached": "The person capped how often this channel may be used; wait.",
    "hard_stop": "The person stopped all use, or this channel, until a time of their choosing.",
    "level_ceiling": "The person allows only a less personal level on this channel.",
    "parent_said_no": "A parent or guardian refused; the child's own Yes does not lift it.",
    "too_few_people": "Only figures over at least minimum_people people come of this purpose; ask"
    " about that many at once.",
    "waiting_for_confirmation": "The person said Yes and has not confirmed it yet.",
}
DETAILS_EN: Final = {
    "frequency_reached": "No: you wanted to hear from us this way less often.",
    "hard_stop": "No: you stopped this, and we keep to it.",
    "level_ceiling": "No: you chose a less personal level here.",
    "parent_said_no": "No: a parent said No to this.",
    "too_few_people": "No: this is for figures over many people, never about you alone.",
    "waiting_for_confirmation": "No: we wait for you to confirm your Yes.",
}
DETAILS_UK: Final = {
    "frequency_reached": "Ні: ви хотіли, щоб ми писали сюди рідше.",
    "hard_stop": "Ні: ви це зупинили, і ми цього дотримуємось.",
    "level_ceiling": "Ні: тут ви обрали менш особистий рівень.",
    "parent_said_no": "Ні: хтось із батьків сказав цьому «Ні».",
    "too_few_people": "Ні: це лише для підсумків про багатьох людей, а не про вас одного.",
    "waiting_for_confirmation": "Ні: ми чекаємо, поки ви підтвердите своє «Так».",
}
