"""Phone numbers that are written plainly, parsed in a tenth of the time.

`numbers.parse` takes 20 µs, nearly all of it inside phonenumbers, which looks for extensions, letters and prefixes that most numbers
of a file do not have. What has none of them is decided here from the same metadata; whatever is not certain is left to `numbers`.
tests/crm/test_plain_numbers.py holds the two equal.
"""

import re
from dataclasses import dataclass
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, region_code_for_country_code

from ringdesk.telephony import numbers

SHORTEST = numbers.SHORT + 1  # digits; what is shorter may be a short code
LONGEST = 15  # digits, ITU-T E.164
_BETWEEN = str.maketrans("", "", " -.()")
_CALLING_CODES = {str(code): code for code in COUNTRY_CODE_TO_REGION_CODE}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Of a region's numbering plan what decides about plainly written numbers."""

    code: str
    lengths: frozenset[int]
    prefix: re.Pattern[str] | None
    """What may stand before a number inside the country; phonenumbers strips it, by rules that are its own."""
    rewrites: bool
    """The prefix is not just taken away."""
    general: re.Pattern[str] | None
    international: re.Pattern[str] | None


def e164(written: str, country: str) -> str | None:
    """`written` in E.164, None where that takes a closer look. Never another number than `numbers.parse` finds."""
    digits = written.translate(_BETWEEN)
    if digits.startswith("+"):
        digits = digits[1:]
        if written[0] != "+" or not SHORTEST <= len(digits) <= LONGEST or not (digits.isascii() and digits.isdigit()):
            return None
        return _abroad(digits)
    if not SHORTEST <= len(digits) <= LONGEST or not (digits.isascii() and digits.isdigit()):
        return None
    return _at_home(digits, country)


def _abroad(digits: str) -> str | None:
    for length in (1, 2, 3):
        code = digits[:length]
        if code in _CALLING_CODES:
            plan = _plan_of_code(code)
            number = digits[length:]
            if plan is None or len(number) not in plan.lengths or (plan.prefix is not None and plan.prefix.match(number)):
                return None
            return "+" + digits
    return None


def _at_home(digits: str, country: str) -> str | None:
    plan = _plan_of_region(country)
    if plan is None or digits.startswith(plan.code) or (plan.international is not None and plan.international.match(digits)):
        return None
    if plan.prefix is not None and (match := plan.prefix.match(digits)) is not None:
        digits = digits[match.end() :]
        if plan.rewrites or plan.general is None or plan.general.fullmatch(digits) is None:
            return None
    main = _plan_of_code(plan.code)  # of the countries with one calling code; whether a number is possible is asked there
    if main is None or len(digits) not in plan.lengths or len(digits) not in main.lengths:
        return None
    return f"+{plan.code}{digits}"


@cache
def _plan_of_code(code: str) -> _Plan | None:
    number = _CALLING_CODES[code]
    return _plan(PhoneMetadata.metadata_for_region_or_calling_code(number, region_code_for_country_code(number)))


@cache
def _plan_of_region(country: str) -> _Plan | None:
    return _plan(PhoneMetadata.metadata_for_region(country, None))


def _plan(metadata: PhoneMetadata | None) -> _Plan | None:
    if metadata is None or metadata.general_desc is None:
        return None
    prefix = _compiled(metadata.national_prefix_for_parsing)
    return _Plan(
        code=str(metadata.country_code),
        lengths=frozenset(metadata.general_desc.possible_length),
        prefix=prefix,
        rewrites=bool(metadata.national_prefix_transform_rule) or (prefix is not None and prefix.groups > 0),
        general=_compiled(metadata.general_desc.national_number_pattern),
        international=_compiled(metadata.international_prefix),
    )


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None
