"""The tour's people: the first households of the data set, each with a story."""

from dataclasses import dataclass, replace
from datetime import date

from config.demo.people import Person, phone


@dataclass(frozen=True, slots=True)
class Role:
    """Who plays: `pattern` is what they have said (config.demo.mix), `about` tells visitors."""

    name: str
    address: str
    jurisdiction: str
    language: str
    born: tuple[int, int, int] | int
    pattern: str
    about: str


# `born` is a date, or an age in years for somebody who must not grow up.
ROLES = (
    Role("Олена Шевченко", "olena", "EU-DE", "uk", (1992, 4, 12), "shops",
         "EU adult, reads Ukrainian; permits recommendations on all purchases"),
    Role("Marek Nowak", "marek", "EU-PL", "en", (1985, 9, 3), "keen",
         "EU adult; permits recommendations, e-mail and adverts"),
    Role("Anna Weber", "anna", "EU-DE", "en", (1971, 1, 30), "shops",
         "EU adult; permits recommendations, no e-mail"),
    Role("Ben Adler", "ben", "EU-DE", "en", (1988, 7, 1), "refused",
         "EU adult; said No to everything"),
    Role("Chloe Dubois", "chloe", "EU-FR", "en", (1995, 5, 18), "careful",
         "EU adult; permits recommendations, but keeps departments out of it"),
    Role("Diego Garcia", "diego", "US-CA", "en", (1979, 11, 23), "signal",
         "Californian whose browser sends Global Privacy Control"),
    Role("Emma Carter", "emma", "US-CA", "en", (1990, 2, 14), "silent",
         "Californian who has said nothing"),
    Role("Finn Becker", "finn", "EU-DE", "en", 14, "silent",
         "a minor: 14, too young to say Yes alone"),
    Role("Greta Klein", "greta", "EU-DE", "en", (1983, 8, 8), "withdrew",
         "EU adult; took her Yes back"),
    Role("Hannah Murphy", "hannah", "EU-IE", "en", (1999, 12, 2), "expired",
         "EU adult; the Yes has expired"),
    Role("Іван Мельник", "ivan", "EU-PL", "uk", (1976, 6, 21), "old_wording",
         "EU adult, reads Ukrainian; said Yes to an older wording"),
    Role("Julia Romero", "julia", "EU-ES", "en", (1968, 3, 9), "keen",
         "EU adult; permits recommendations, e-mail and adverts"),
    Role("Karim Costa", "karim", "EU-FR", "en", (1994, 10, 27), "shops",
         "EU adult; permits recommendations, no e-mail"),
    Role("Laura Jansen", "laura", "EU-DE", "en", (1981, 4, 4), "keen",
         "EU adult; permits recommendations, e-mail and adverts"),
    Role("Maksym Koval", "maksym", "EU-PL", "uk", (1987, 2, 19), "shops",
         "EU adult, reads Ukrainian; permits recommendations, no e-mail"),
    Role("Nora Hill", "nora", "UK", "en", (1974, 7, 15), "keen",
         "adult in the United Kingdom; permits recommendations, e-mail and adverts"),
    Role("Oscar Silva", "oscar", "EU-ES", "en", (1963, 9, 29), "objected",
         "EU adult; objected to e-mail, permits recommendations"),
    Role("Petra Novak", "petra", "EU-DE", "en", (1991, 11, 11), "paused",
         "EU adult; has paused all use"),
    Role("Robin Fischer", "robin", "EU-DE", "en", (1972, 5, 5), "held",
         "EU adult under a legal hold: cannot be erased now"),
    Role("Sara Lange", "sara", "EU-DE", "en", (1996, 1, 6), "shops",
         "EU adult; permits recommendations, no e-mail"),
    Role("Theo Martin", "theo", "EU-FR", "en", (1984, 6, 30), "keen",
         "EU adult; permits recommendations, e-mail and adverts"),
    Role("Vera Richter", "vera", "EU-DE", "en", (1978, 3, 3), "shops",
         "EU adult; permits recommendations, no e-mail"),
    Role("Will Parker", "will", "US-CA", "en", (1986, 8, 17), "opted_out",
         "Californian who opted out of sale and sharing"),
    Role("Zoe Vogel", "zoe", "EU-DE", "en", (1989, 10, 10), "shops",
         "EU adult without a hold, permits recommendations; may be erased"),
)  # fmt: skip


def dressed(role: Role, person: Person, number: int, today: date) -> Person:
    """The made-up person of a household, with the role's name, age and place."""
    return replace(
        person,
        name=role.name,
        email=f"{role.address}@example.org",
        birth_date=born_on(role, today),
        language=role.language,
        jurisdiction=role.jurisdiction,
        phone=phone(role.jurisdiction, number),
    )


def born_on(role: Role, today: date) -> date:
    """The role's date of birth; somebody who must not grow up had a birthday this January."""
    if isinstance(role.born, int):
        return date(today.year - role.born, 1, 1)
    return date(*role.born)
