"""People who do not exist, as many as wanted, the same every time: in several countries, with names in their scripts.

The i-th number is a function of i, so no two are alike by accident, a benchmark knows which numbers there are without asking the
database, and those behind the last one are sure to be nobody's.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from ringdesk.crm.importer.rows import Row, as_row
from ringdesk.crm.importer.table import COLUMNS

HOME = "UA"
SEED = 20_261_121
SECOND = 3  # of ten customers have a second number: 1,000,000 of them have 1,300,000
SHARED = 100  # of the second numbers those whose index it divides are the switchboard that the customer before has too


@dataclass(frozen=True)
class Country:
    code: str
    prefixes: tuple[str, ...]
    """Of mobile numbers, behind the country code."""
    digits: int
    """Behind the prefix."""
    first: int
    """The lowest of them: an American number does not begin with 0 or 1."""
    forenames: tuple[str, ...]
    syllables: tuple[str, ...]
    endings: tuple[str, ...]
    language: str
    town: str


UKRAINE = Country(
    "+380", ("50", "63", "66", "67", "68", "73", "93", "95", "96", "97", "98", "99"), 7, 0,
    ("Олена", "Тарас", "Ірина", "Марко", "Дарина", "Петро", "Anna", "Oleh"),
    ("пет", "бон", "шев", "ко", "ли", "мель", "тка", "гор", "зо", "ру"), ("енко", "чук", "ська", "ів"), "uk", "Київ",
)  # fmt: skip
COUNTRIES = (
    *(UKRAINE,) * 4,
    Country("+49", ("151", "152", "160", "170", "171", "172", "175", "176"), 8, 0, ("Jürgen", "Anke", "Lukas", "Sabine", "Björn"),
            ("mül", "schnei", "fi", "we", "hoff", "schä", "kro", "lan"), ("er", "mann", "dt", "scher"), "de", "Köln"),
    Country("+48", ("50", "51", "53", "60", "66", "69", "72", "78", "79", "88"), 7, 0, ("Katarzyna", "Paweł", "Łukasz", "Zofia"),
            ("ko", "wal", "no", "wiś", "ziel", "szy", "ka", "mar"), ("ski", "cka", "czyk", "niak"), "pl", "Kraków"),
    Country("+1", ("212", "310", "415", "617", "702", "305", "206", "404"), 7, 2_000_000, ("James", "Emma", "Olivia", "Noah", "Ava"),
            ("john", "will", "har", "an", "der", "mar", "thom", "rob"), ("son", "s", "ton", "er"), "en", "Boston"),
    Country("+44", ("74", "75", "77", "78", "79"), 8, 0, ("Harry", "Amelia", "Isla", "George"),
            ("smi", "tay", "wal", "ev", "ben", "hug", "ed", "car"), ("th", "lor", "ker", "ans"), "en-GB", "Leeds"),
    Country("+39", ("320", "328", "333", "338", "340", "347", "349"), 7, 0, ("Giulia", "Luca", "Chiara", "Matteo"),
            ("ros", "bian", "fer", "gal", "con", "mar", "ric", "lom"), ("si", "chi", "rari", "lo"), "it", "Torino"),
    Country("+33", ("6", "7"), 8, 10_000_000, ("Chloé", "Léa", "Hugo", "François"),
            ("du", "mar", "ber", "ro", "mo", "le", "gir", "fon"), ("bois", "tin", "nard", "taine"), "fr", "Lyon"),
)  # fmt: skip
TAGS = ("vip", "north", "south", "new", "lapsed", "trade")


class Written(NamedTuple):
    """A customer, with the numbers as somebody typed them."""

    row: Row
    phones: tuple[str, ...]


def number(i: int) -> str:
    """The i-th number in E.164. Different for different i below two hundred million."""
    country = COUNTRIES[i % len(COUNTRIES)]
    lane = i // len(COUNTRIES) * 4 + i % len(COUNTRIES) if country is UKRAINE else i // len(COUNTRIES)
    prefix = country.prefixes[lane % len(country.prefixes)]
    span = 10**country.digits - country.first
    # 7,654,321 shares no divisor with any span: neighbours are far apart, as real customers' numbers are.
    local = country.first + (lane // len(country.prefixes) * 7_654_321 + 12_345) % span
    return f"{country.code}{prefix}{local:0{country.digits}d}"


def numbers_of(customers: int) -> int:
    """How many numbers so many customers have: those with the index 0 to this - 1, so it is also where the next one's begin."""
    return customers + customers // 10 * SECOND + min(customers % 10, SECOND)


def is_switchboard(index: int) -> bool:
    """Is this number left out, because its customer has the one of the customer before instead?"""
    return index > 1 and index % SHARED == 0 and index % (10 + SECOND) in range(1, 2 * SECOND, 2)


def known_number(n: int, customers: int) -> str:
    """A number of one customer alone, another one for each n as far as they last."""
    index = n * 7919 % numbers_of(customers)
    while is_switchboard(index) or is_switchboard(index + 2):  # it is left out, or its neighbour has it too
        index -= 1
    return number(index)


def stranger(n: int, customers: int) -> str:
    """A number of nobody among so many customers."""
    return number(numbers_of(customers) + n)


def customers_for(numbers: int) -> int:
    """The fewest customers that have so many numbers."""
    found = numbers * 10 // (10 + SECOND)
    while numbers_of(found) < numbers:
        found += 1
    return found


def people(count: int) -> Iterator[Written]:
    """The first `count` customers, C-0000000 and on."""
    rng = Random(SEED)
    surnames = [_surnames(country, rng) for country in COUNTRIES]
    for i in range(count):
        at = numbers_of(i)
        keys = [number(at)]
        if i % 10 < SECOND:
            keys.append(number(at - 1) if is_switchboard(at + 1) else number(at + 1))
        where = at % len(COUNTRIES)
        country = COUNTRIES[where]
        pick = rng.random
        name = f"{country.forenames[int(pick() * len(country.forenames))]} {surnames[where][int(pick() * 4000)]}"
        chance = pick()
        company = f"{surnames[where][int(chance * 4000)]} & {i % 97}" if chance < 0.3 else ""
        row = as_row(
            i + 2, f"C-{i:07}", name, "company" if chance < 0.05 else "person", company, country.language,
            "Prefers to be called in the morning." if chance > 0.9 else "", [(key, None) for key in keys],
            [f"c{i}.{int(chance * 90) + 10}@example.com"] if chance < 0.6 else [],
            f"{country.town}, {surnames[where][i % 4000]} {i % 200}" if chance > 0.5 else "",
            [tag for k, tag in enumerate(TAGS) if (i * 7 + k * 13) % 11 == 0],
        )  # fmt: skip
        yield Written(row, tuple(_typed(key, i + k) for k, key in enumerate(keys)))


def _surnames(country: Country, rng: Random) -> list[str]:
    def one() -> str:
        return ("".join(rng.choice(country.syllables) for _ in range(rng.randint(1, 3))) + rng.choice(country.endings)).title()

    return [one() for _ in range(4000)]


def _typed(key: str, i: int) -> str:
    """As people write numbers: half of them in E.164, some as they are dialled at home, some with blanks, a few in odd ways."""
    way = i * 31 % 100
    at_home = key.startswith(UKRAINE.code)
    digits = key[1:]
    if way < 50:
        return key
    if way < 75 and at_home:
        return f"0{digits[3:]}"
    if way < 80:
        return f"+{digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8:]}"
    if way < 98:
        return f"0{digits[3:5]} {digits[5:8]}-{digits[8:10]}-{digits[10:]}" if at_home else f"+{digits[:3]} ({digits[3:5]}) {digits[5:]}"
    return f"tel. {key}" if way == 98 else f"00{digits}"


def write_csv(count: int, path: Path) -> Path:
    """The customers as a file for `ringdesk import customers`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for r, phones in people(count):
            out.writerow(
                [r.external_id, r.name, r.kind, ";".join(phones), ";".join(r.emails), r.company, r.address, r.language, ";".join(r.tags),
                 r.notes]
            )  # fmt: skip
    return path
