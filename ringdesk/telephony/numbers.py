"""Phone numbers as the field keeps them: E.164 (ITU-T E.164, RFC 3966), short codes as digits, hidden ones as such."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from ringdesk.config.errors import Invalid

SHORT = 6  # digits; extensions and service codes have at most so many, E.164 subscribers have more with their country code
LONGEST = 64  # characters of a number as people write it, with an extension behind it
REMEMBERED = 1024  # numbers last asked for: a call's is asked for with each of its cards, and phonenumbers takes 50 µs
_HIDDEN = frozenset(
    {"", "anonymous", "<unknown>", "unknown", "restricted", "private", "unavailable", "withheld", "blocked", "no number", "s"}
)
_DIGITS = re.compile(r"[+*#]?[0-9*#]+")


class NotANumber(Invalid):
    key = "not_a_number"
    text = "{number!r} is not a phone number"


class Kind(StrEnum):
    E164 = "e164"
    SHORT = "short"
    HIDDEN = "hidden"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Number:
    """`raw` as it came; `key` is what two spellings of one number share, None where there is nothing to look up."""

    raw: str
    kind: Kind
    e164: str | None = None
    extension: str | None = None

    @property
    def key(self) -> str | None:
        if self.kind is Kind.E164:
            return self.e164
        return _compact(self.raw) if self.kind is Kind.SHORT else None


@lru_cache(maxsize=REMEMBERED)
def parse(raw: str, country: str) -> Number:
    """The number that `raw` means in `country` (ISO 3166 code). Never raises: what is no number has kind OTHER."""
    text = raw.strip()
    if text.lower() in _HIDDEN:
        return Number(raw=text, kind=Kind.HIDDEN)
    if len(text) > LONGEST:
        return Number(raw=text[:LONGEST], kind=Kind.OTHER)
    compact = _compact(text)
    found = _parse(text, country)
    if len(compact) <= SHORT and _DIGITS.fullmatch(compact) and not compact.startswith("+"):
        if found is None or not phonenumbers.is_valid_number(found):  # valid: a small country's subscriber
            return Number(raw=text, kind=Kind.SHORT)
    elif found is None and compact.isdigit():
        # Trunks send 00 for the international prefix also in countries that dial another one (0039… in the US),
        # and international numbers without any prefix.
        found = _parse("+" + compact.removeprefix("00"), country)
        if found is not None and not phonenumbers.is_valid_number(found):
            found = None
    if found is None:
        return Number(raw=text, kind=Kind.OTHER)
    return Number(
        raw=text,
        kind=Kind.E164,
        e164=phonenumbers.format_number(found, PhoneNumberFormat.E164),
        extension=found.extension,
    )


def parse_entered(raw: str, country: str) -> Number:
    """A number that somebody typed or imported. Raises `NotANumber` for what can never be dialled or matched."""
    number = parse(raw, country)
    if number.key is None:
        raise NotANumber(number=raw[:LONGEST])
    return number


@lru_cache(maxsize=REMEMBERED)
def pretty(key: str, country: str) -> str:
    """For people: national form at home, international form elsewhere; a short code as it is."""
    if not key.startswith("+"):
        return key
    try:
        number = phonenumbers.parse(key)
    except NumberParseException:
        return key
    at_home = phonenumbers.region_code_for_number(number) == country
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL)


def as_shown(raw: str, country: str) -> str:
    """A number as the PBX wrote it, for people; what is none stays as it is."""
    number = parse(raw, country)
    return pretty(number.key, country) if number.key else number.raw


@lru_cache(maxsize=REMEMBERED)
def region(key: str | None) -> str | None:
    """ISO country code of an E.164 number, None where the number belongs to none."""
    if key is None or not key.startswith("+"):
        return None
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(key))
    except NumberParseException:
        return None


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    # Possible, not valid: numbering plans grow faster than the library's tables, and matching needs only one spelling.
    return number if phonenumbers.is_possible_number(number) else None


def _compact(text: str) -> str:
    return re.sub(r"[\s().\-/\u00a0]", "", text)
