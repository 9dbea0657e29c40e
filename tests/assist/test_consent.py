"""One gate a call: what it lets be kept, and what a refusal undoes."""

from structlog.testing import capture_logs

from assist.consent import Consent


def test_a_call_is_kept_unless_it_is_refused() -> None:
    """Where nobody asked for more."""
    consent = Consent("unless_refused")
    assert (consent.state, consent.may_keep, consent.is_kept) == ("not_asked", True, True)
    consent.announce()
    assert (consent.state, consent.may_keep) == ("announced", True)
    consent.refuse()
    assert (consent.state, consent.may_keep, consent.is_kept) == ("refused", False, False)


def test_or_only_once_it_was_announced() -> None:
    """Where the team has it so."""
    consent = Consent("once_announced")
    assert not consent.may_keep and not consent.is_kept
    consent.announce()
    assert consent.may_keep and consent.is_kept


def test_a_refusal_stands() -> None:
    """No slip of a finger brings the keeping back."""
    consent = Consent("unless_refused")
    consent.refuse()
    consent.announce()
    assert (consent.state, consent.may_keep) == ("refused", False)


def test_a_refusal_has_every_sink_delete_once() -> None:
    """Not before, and not again."""
    consent, deleted = Consent("unless_refused"), list[str]()
    consent.on_refusal(lambda: deleted.append("journal"))
    consent.on_refusal(lambda: deleted.append("sound"))
    consent.announce()
    assert deleted == []
    consent.refuse()
    consent.refuse()
    assert deleted == ["journal", "sound"]


def test_what_could_not_be_deleted_is_told_and_tried_again() -> None:
    """The other sinks are not kept from it, and nothing is written meanwhile."""
    consent, tries = Consent("unless_refused"), list[str]()

    def fails_once() -> None:
        tries.append("one")
        if tries.count("one") == 1:
            raise PermissionError(13, "Permission denied")

    consent.on_refusal(fails_once)
    consent.on_refusal(lambda: tries.append("two"))
    with capture_logs() as logs:
        consent.refuse()
    assert [line["event"] for line in logs] == ["refused_call_not_deleted"]
    assert consent.is_kept and not consent.may_keep
    consent.refuse()
    assert not consent.is_kept and tries == ["one", "two", "one"]
