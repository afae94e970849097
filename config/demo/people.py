"""Made-up people for real households: names, addresses and numbers that reach nobody.

E-mail addresses end in the reserved domains of RFC 2606, telephone numbers come from ranges
that regulators keep free for fiction. Everything follows from the household's number.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from config.demo.households import SEED

DOMAINS = ("example.org", "example.net", "example.com")
# Jurisdiction -> households in a hundred.
JURISDICTIONS: Mapping[str, int] = {
    "EU-DE": 30,
    "EU-PL": 14,
    "EU-FR": 10,
    "EU-ES": 8,
    "EU-IE": 6,
    "US-CA": 18,
    "UK": 8,
    "US-CO": 2,
    "BR": 2,
    "UNKNOWN": 2,
}
# Because a customer of the Polish or German shop may well read Ukrainian.
UKRAINIAN_IN_A_HUNDRED = {"EU-PL": 40, "EU-DE": 25}
MINORS_IN_A_HUNDRED = 3
GIVEN = (
    "Ada", "Alice", "Amir", "Anna", "Ben", "Bruno", "Carla", "Chloe", "Clara", "Daniel",
    "Diego", "Elena", "Emil", "Emma", "Erik", "Eva", "Felix", "Finn", "Greta", "Hannah", "Ines",
    "Ivan", "Jack", "Jana", "Julia", "Karim", "Laura", "Leo", "Lina", "Lucas", "Maria", "Marta",
    "Max", "Mia", "Nadia", "Nina", "Noah", "Nora", "Oscar", "Paul", "Petra", "Rita", "Robin",
    "Rosa", "Sam", "Sara", "Simon", "Sofia", "Theo", "Tom", "Vera", "Will",
)  # fmt: skip
FAMILY = (
    "Adler", "Baker", "Becker", "Bell", "Brandt", "Brook", "Carter", "Clark", "Costa", "Dubois",
    "Egan", "Fischer", "Fox", "Garcia", "Grant", "Green", "Hahn", "Hill", "Jansen", "Keller",
    "Kelly", "King", "Klein", "Kowalski", "Lane", "Lange", "Lopez", "Marsh", "Martin", "Meyer",
    "Mills", "Moore", "Murphy", "Novak", "Nowak", "Parker", "Perez", "Reed", "Richter",
    "Rivera", "Romero", "Roth", "Sato", "Silva", "Stone", "Vogel", "Walker", "Weber", "West",
    "Wolf", "Wood", "Young",
)  # fmt: skip
GIVEN_UK = {
    "Олена": "olena", "Андрій": "andrii", "Марія": "mariia", "Тарас": "taras", "Ірина": "iryna",
    "Богдан": "bohdan", "Наталія": "nataliia", "Юрій": "yurii", "Софія": "sofiia",
    "Максим": "maksym", "Оксана": "oksana", "Дмитро": "dmytro", "Катерина": "kateryna",
    "Назар": "nazar", "Леся": "lesia", "Остап": "ostap",
}  # fmt: skip
FAMILY_UK = {
    "Шевченко": "shevchenko", "Коваль": "koval", "Бондар": "bondar", "Мельник": "melnyk",
    "Кравець": "kravets", "Ткач": "tkach", "Гончар": "honchar", "Лисенко": "lysenko",
    "Вовк": "vovk", "Зозуля": "zozulia", "Мороз": "moroz", "Сорока": "soroka",
}  # fmt: skip
AGES = {
    "19-24": (19, 24),
    "25-34": (25, 34),
    "35-44": (35, 44),
    "45-54": (45, 54),
    "55-64": (55, 64),
    "65+": (65, 85),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who a household is in the demonstration; every field but the last two is vault data."""

    name: str
    email: str
    phone: str
    birth_date: date
    language: str
    jurisdiction: str


def person(number: int, *, age_band: str | None, today: date) -> Person:
    """The person of household `number`; an age band of the data decides the age."""
    random = Random(f"{SEED} person {number}")  # noqa: S311
    jurisdiction = random.choices(list(JURISDICTIONS), list(JURISDICTIONS.values()))[0]
    ukrainian = random.randrange(100) < UKRAINIAN_IN_A_HUNDRED.get(jurisdiction, 0)
    name, address = _name(random, ukrainian)
    return Person(
        name=name,
        email=f"{address}.{number}@{random.choice(DOMAINS)}",
        phone=phone(jurisdiction, number),
        birth_date=_birth_date(random, age_band, today),
        language="uk" if ukrainian else "en",
        jurisdiction=jurisdiction,
    )


def phone(jurisdiction: str, number: int) -> str:
    """A number from a range that is kept free for fiction."""
    if jurisdiction.startswith("US"):
        return f"+1 415 555 01{number % 100:02d}"
    if jurisdiction == "EU-DE":
        return f"+49 30 23125 {number % 1000:03d}"
    if jurisdiction == "EU-FR":
        return f"+33 6 39 98 {number // 100 % 100:02d} {number % 100:02d}"
    return f"+44 7700 900{number % 1000:03d}"


def age_at(birth_date: date, today: date) -> int:
    """Whole years."""
    before = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before


def band_of(age: int) -> str:
    """The data set's band of an adult age."""
    return next((band for band in reversed(AGES) if age >= AGES[band][0]), "19-24")


def _name(random: Random, ukrainian: bool) -> tuple[str, str]:
    if ukrainian:
        given, family = random.choice(list(GIVEN_UK)), random.choice(list(FAMILY_UK))
        return f"{given} {family}", f"{GIVEN_UK[given]}.{FAMILY_UK[family]}"
    given, family = random.choice(GIVEN), random.choice(FAMILY)
    return f"{given} {family}", ascii_address(f"{given}.{family}")


def ascii_address(text: str) -> str:
    """Lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")


def _birth_date(random: Random, age_band: str | None, today: date) -> date:
    if age_band in AGES:
        least, most = AGES[age_band]
    elif random.randrange(100) < MINORS_IN_A_HUNDRED:
        least, most = 13, 17
    else:
        least, most = 18, 80
    age = random.randint(least, most)
    # Because the birthday lies between a day and a year ago, the age is exact.
    days = random.randint(1, 364)
    day = today - timedelta(days=days)
    return date(day.year - age, day.month, min(day.day, 28))
