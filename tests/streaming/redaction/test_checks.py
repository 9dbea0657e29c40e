"""The arithmetic of payment numbers, on those that schemes publish for tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.redaction.checks import begins_like_a_card, has_card, has_iban, is_card, passes_luhn

CARDS = (
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "36227206271667",
    "3530111333300000",
    "6200000000000005",
)
IBANS = ("GB29NWBK60161331926819", "DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S")


@pytest.mark.parametrize("digits", CARDS)
def test_a_card_of_each_scheme_is_known(digits: str) -> None:
    """By its prefix, length and check digit; alone and among other digits."""
    assert is_card(digits)
    assert has_card(f"27{digits}5")
    assert begins_like_a_card(digits[:4])


@given(st.sampled_from(CARDS), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(digits: str, place: int, by: int) -> None:
    """It is what the check digit is for."""
    wrong = str((int(digits[place]) + by) % 10)
    assert not passes_luhn(digits[:place] + wrong + digits[place + 1 :])


@pytest.mark.parametrize("digits", ["0000000000000000", "1234567890123456", "411111111111111", "15558675309", ""])
def test_what_is_no_card_is_none(digits: str) -> None:
    """Another length, no issuer's prefix, or a check digit that is wrong."""
    assert not has_card(digits)


@pytest.mark.parametrize("iban", IBANS)
def test_an_account_is_known_among_other_letters(iban: str) -> None:
    """Wherever it begins and ends; with a digit changed it is none."""
    assert has_iban(f"SO{iban}9")
    assert not has_iban(iban[:-2] + ("0" if iban[-2] != "0" else "1") + iban[-1])
