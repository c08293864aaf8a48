"""The quick way to E.164 finds what the thorough one finds, or leaves it to that one."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from ringdesk.crm.importer.plain_numbers import e164
from ringdesk.telephony import numbers

COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)
WRITTEN = st.text("0123456789+ -.()/#*x;,ex", min_size=1, max_size=24).map(str.strip).filter(bool)


def same_or_undecided(written: str, country: str) -> bool:
    quick = e164(written, country)
    thorough = numbers.parse.__wrapped__(written, country)
    return quick is None or (thorough.e164, thorough.key, thorough.extension) == (quick, quick, None)


@given(WRITTEN, st.sampled_from(COUNTRIES))
@settings(max_examples=2000, deadline=None)
def test_any_text(written: str, country: str) -> None:
    assert same_or_undecided(written, country)


@given(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES), st.data())
@settings(max_examples=2000, deadline=None)
def test_real_numbers_of_every_country_with_a_few_mistakes(of: str, seen_from: str, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE]))
    example = phonenumbers.example_number_for_type(of, kind)
    if example is None:
        return
    form = data.draw(st.sampled_from([PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL]))
    text = list(phonenumbers.format_number(example, form))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] = data.draw(st.sampled_from([*"0123456789", "", " ", "(", "+", "00"]))
    written = "".join(text).strip()
    assert not written or same_or_undecided(written, data.draw(st.sampled_from([of, seen_from])))


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_example_of_every_country_written_plainly_is_decided(country: str) -> None:
    """Not only never wrong, but of use: nearly every number in E.164 is decided here."""
    example = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    if example is not None:
        key = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        assert e164(key, "UA") in (key, None)
        assert same_or_undecided(key, "UA")


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("+380441234567", "UA", "+380441234567"),
        ("+38 (044) 123-45-67", "UA", "+380441234567"),
        ("044 123-45-67", "UA", "+380441234567"),
        ("0441234567", "UA", "+380441234567"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("030 12345678", "DE", "+493012345678"),
        ("06 1234 5678", "IT", "+390612345678"),
    ],
)
def test_what_most_files_hold(written: str, country: str, expected: str) -> None:
    assert e164(written, country) == expected


@pytest.mark.parametrize("written", ["+49 (0)30 12345678", "112", "0049301234567", "+380441234567 ext 5", "+999123456789", "٠٤٤١٢٣٤٥٦٧"])
def test_what_takes_a_closer_look(written: str) -> None:
    assert e164(written, "UA") is None
