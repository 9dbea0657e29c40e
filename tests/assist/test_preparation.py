"""What was thought of before a call fills in what its source does not tell, and is not taken for another's."""

import pytest

from assist.preparation import Preparation
from streaming.protocols.contract import Metadata

THOUGHT = Preparation(who="Dana Reyes", company="Northwind", expect=("Flowdesk", "SOC 2"))


def test_it_fills_in_what_the_source_leaves_out() -> None:
    """Name, company and words to expect."""
    filled = THOUGHT.under(Metadata(names={"rep": "Alex"}, expect=("Flowdesk", "NetSuite")))
    assert filled.names == {"rep": "Alex", "prospect": "Dana Reyes"} and filled.company == "Northwind"
    assert filled.expect == ("Flowdesk", "NetSuite", "SOC 2")


def test_the_source_knows_better() -> None:
    """It has the name as it is written there."""
    filled = THOUGHT.under(Metadata(names={"prospect": "D. Reyes"}, company="Northwind Foods"))
    assert filled.names == {"prospect": "D. Reyes"} and filled.company == "Northwind Foods"
    assert Preparation(win="peace").under(Metadata()) == Metadata()


@pytest.mark.parametrize(
    ("who", "company", "is_for"),
    [
        (None, None, True),
        ("Dana", None, True),
        ("dana reyes", "Northwind Foods", True),
        ("Marcus", None, False),
        (None, "Contoso", False),
        ("Dana", "Contoso", False),
    ],
)
def test_it_is_not_taken_for_a_call_with_somebody_else(who: str | None, company: str | None, is_for: bool) -> None:
    """As far as names tell."""
    metadata = Metadata(names={"prospect": who} if who else {}, company=company)
    assert THOUGHT.is_for(metadata) is is_for
    assert Preparation(win="peace").is_for(metadata)


def test_nothing_thought_of_is_empty() -> None:
    """One word is not."""
    assert Preparation().is_empty and not Preparation(win="peace").is_empty
