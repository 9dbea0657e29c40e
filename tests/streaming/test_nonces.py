"""A signed request counts once, for as long as its signature holds."""

from hypothesis import given
from hypothesis import strategies as st

from streaming.nonces import MOST_KEPT, Nonces

KEPT_S = 16.0


def test_a_nonce_is_new_once_and_again_when_no_signature_by_it_holds() -> None:
    """Whoever else comes meanwhile."""
    nonces = Nonces(KEPT_S)
    assert [nonces.is_new(nonce, 5.0) for nonce in "aabab"] == [True, False, True, False, False]
    assert not nonces.is_new("a", 20.9) and nonces.is_new("a", 21.0)
    assert not nonces.is_new("a", 36.9) and nonces.is_new("b", 36.9)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=60))
def test_none_counts_twice_while_it_is_kept(comings: list[tuple[int, int]]) -> None:
    """Each comes so many seconds after the one before."""
    nonces, now_s, first_s = Nonces(KEPT_S), 0.0, dict[str, float]()
    for number, after_s in comings:
        now_s += after_s
        nonce = str(number)
        is_new = nonce not in first_s or now_s - first_s[nonce] >= KEPT_S
        assert nonces.is_new(nonce, now_s) == is_new
        if is_new:
            first_s[nonce] = now_s


def test_what_is_kept_is_bounded() -> None:
    """The oldest goes."""
    nonces = Nonces(KEPT_S)
    assert all(nonces.is_new(str(number), 0.0) for number in range(MOST_KEPT + 1))
    assert nonces.is_new("0", 1.0) and not nonces.is_new(str(MOST_KEPT), 1.0)
