"""Sample people: customers of a bicycle shop in thirty countries and their scripts, and strangers who call too. Nobody in here exists.

The same seed gives the same people. Numbers are in each country's own plan (phonenumbers' metadata), in the ranges kept for drama
and examples where a country has such.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from ringdesk.crm.drafts import AddressDraft, CustomerDraft, EmailDraft, NumberDraft

HOME = "GB"  # the shop's own country
WEIGHTS = {"GB": 12, "US": 5, "DE": 5, "UA": 5, "FR": 4, "ES": 3, "PL": 3, "JP": 2, "IN": 2, "IT": 2}  # the others 1 each
# Ranges that nobody gets: Ofcom's numbers for drama; 555-01xx of the North American plan.
DRAMA = {"GB": ("+447700900", "+442079460", "+441134960", "+441174960"), "US": ("+1512555", "+1503555", "+1312555")}
SHARED = 14  # customers who share somebody else's number: families, and people behind a company's switchboard
TAGS = ("vip", "wholesale", "newsletter", "repair", "warranty", "e-bike", "payment plan", "complaint", "returns", "club member")
REMARKS = (
    "Prefers to be called after 17:00.",
    "Rides a Meridian Tour 9 (2024), bought in the Leeds shop.",
    "Waiting for the replacement battery; promised within two weeks.",
    "Speaks slowly, please do not rush. Very loyal customer.",
    "Invoice goes to the head office, not to the branch.",
    "Had a bad experience with the courier in spring: offer collection in the shop.",
    "Asks for Olena whenever it is about repairs.",
    "Interested in the cargo model once the second child is born.",
    "Deaf in one ear: speak clearly, send everything by e-mail too.",
    "Orders twenty to thirty bikes every March for the rental season.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody on the phone, as the trunk shows them; empty where it does not."""

    number: str
    name: str = ""


HIDDEN = Caller("anonymous", "Anonymous")


def customers(count: int, rng: Random, owners: Sequence[int] = (), team_id: int | None = None) -> list[CustomerDraft]:
    """So many customers; a few belong to one of `owners`, and a few are for the eyes of `team_id` only."""
    places = _places()
    numbers = _Numbers(rng)
    taken: set[str] = set()
    drafts: list[CustomerDraft] = []
    for i in range(count):
        region = rng.choices(list(places), [WEIGHTS.get(r, 1) for r in places])[0]
        drafts.append(_customer(i, region, places[region], numbers, taken, rng, owners, team_id))
    for draft in rng.sample(drafts, min(SHARED, count // 4)):
        other = rng.choice([d for d in drafts if d is not draft and d.language == draft.language] or drafts)
        drafts[drafts.index(other)] = other.model_copy(update={"numbers": [*other.numbers, NumberDraft(number=draft.numbers[0].number)]})
    return drafts


def strangers(count: int, rng: Random, known: Sequence[CustomerDraft]) -> list[Caller]:
    """Callers whom nobody knows yet, with a name that the trunk shows for some."""
    places, numbers = _places(), _Numbers(rng, {n.number for draft in known for n in draft.numbers})
    found = []
    for _ in range(count):
        region = rng.choices(list(places), [WEIGHTS.get(r, 1) for r in places])[0]
        found.append(Caller(numbers.next(region), _person(places[region], rng) if rng.random() < 0.3 else ""))
    return found


def callers(drafts: Sequence[CustomerDraft], rng: Random) -> list[Caller]:
    """The customers as they call: some trunks send names, some write the number in another way."""
    return [Caller(_as_sent(draft.numbers[0].number, rng), draft.name if rng.random() < 0.35 else "") for draft in drafts]


def _customer(
    i: int,
    region: str,
    place: dict[str, Any],
    numbers: "_Numbers",
    taken: set[str],
    rng: Random,
    owners: Sequence[int],
    team_id: int | None,
) -> CustomerDraft:
    """`taken` are the companies that are customers themselves already; other people may work there."""
    company = rng.choice(place["companies"]) if place["companies"] and rng.random() < 0.35 else None
    is_company = company is not None and company not in taken and rng.random() < 0.6
    name = company if is_company and company else _person(place, rng)
    taken |= {name} if is_company else set()
    phones = [NumberDraft(number=numbers.next(region), kind="mobile" if not is_company else "office")]
    if rng.random() < 0.2:
        phones.append(NumberDraft(number=numbers.next(region), kind="home" if not is_company else "warehouse"))
    return CustomerDraft(
        external_id=f"MB-{10001 + i}",
        name=name,
        kind="company" if is_company else "person",
        company=None if is_company else company,
        language=place["language"],
        notes=rng.choice(REMARKS) if rng.random() < 0.4 else None,
        owner_id=rng.choice(owners) if owners and rng.random() < 0.25 else None,
        team_id=team_id if rng.random() < 0.03 else None,
        numbers=phones,
        emails=[EmailDraft(email=f"{'office' if is_company else 'mail'}{10001 + i}@{region.lower()}.example")]
        if rng.random() < 0.7
        else [],
        addresses=[AddressDraft(text=f"{rng.choice(place['streets'])}, {rng.choice(place['cities'])}")] if rng.random() < 0.6 else [],
        tags=sorted(rng.sample(TAGS, rng.choice((0, 1, 1, 2, 3)))),
    )


def _person(place: dict[str, Any], rng: Random) -> str:
    woman = rng.random() < 0.5
    first = rng.choice(place["women"] if woman else place["men"])
    last = rng.choice(place["last"]).split("|")[-1 if woman else 0]
    if place.get("family_first"):
        return f"{last} {first}" if place["language"] == "vi" else f"{last}{first}"
    return f"{first} {last}"


def _as_sent(number: str, rng: Random) -> str:
    """E.164 mostly; as the country's own people write it, or with 00, from some trunks."""
    parsed = phonenumbers.parse(number)
    if phonenumbers.region_code_for_number(parsed) == HOME and rng.random() < 0.6:
        return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL).replace(" ", "")
    return f"00{number[1:]}" if rng.random() < 0.1 else number


class _Numbers:
    """Numbers that no other customer has."""

    def __init__(self, rng: Random, taken: set[str] | None = None) -> None:
        self.rng = rng
        self.taken = taken or set()

    def next(self, region: str) -> str:
        while True:
            number = self._one(region)
            parsed = phonenumbers.parse(number)
            if number not in self.taken and phonenumbers.is_valid_number(parsed):
                self.taken.add(number)
                return number

    def _one(self, region: str) -> str:
        if region == "US":
            return f"{self.rng.choice(DRAMA[region])}01{self.rng.randrange(100):02d}"
        if region in DRAMA:
            return f"{self.rng.choice(DRAMA[region])}{self.rng.randrange(1000):03d}"
        kind = PhoneNumberType.MOBILE if self.rng.random() < 0.7 else PhoneNumberType.FIXED_LINE
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            raise LookupError(f"phonenumbers has no example number of {region}")
        text = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        return f"{text[:-4]}{self.rng.randrange(10_000):04d}"


def _places() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(files("ringdesk.config.demo").joinpath("people.json").read_text(encoding="utf-8"))
    return found
