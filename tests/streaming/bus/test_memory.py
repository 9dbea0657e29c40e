"""The bus within a process, driven at random beside the plainest model of it; and that it forgets in time."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streaming.bus.contract import KEPT_S, LEASE_S, Batch, Place
from streaming.bus.memory import MemoryBus
from streaming.errors import Fenced, LogLost
from tests.streaming.bus.at_once import at_once

NODES = st.sampled_from(["n1", "n2", "n3"])


class OneLog(RuleBasedStateMachine):
    """Nodes that claim a call, write to it, hang, come back and write again what they already wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.bus = MemoryBus(lambda: self.now_s)
        self.fences: dict[str, int] = {}
        self.newest = self.known = 0
        """The last token that was given, and that which the bus knows of."""
        self.owner: str | None = None
        self.leased_until_s = 0.0
        self.log: dict[int, bytes] = {}
        self.last = -1

    @rule(node=NODES, is_forced=st.booleans())
    def claim(self, node: str, is_forced: bool) -> None:
        """A node wants the call."""
        fence = at_once(self.bus.claim("c", node, is_forced))
        is_free = self.now_s >= self.leased_until_s or self.owner in (None, node)
        assert (fence is not None) == (is_forced or is_free)
        if fence is not None:
            assert fence > self.newest
            self.fences[node] = self.newest = self.known = fence
            self.owner, self.leased_until_s = node, self.now_s + LEASE_S

    @rule()
    def lose_all(self) -> None:
        """The bus forgets the call."""
        at_once(self.bus.purge(["c"]))
        self.known, self.owner, self.log, self.last = 0, None, {}, -1

    @precondition(lambda self: self.fences)
    @rule(data=st.data())
    def come_back(self, data: st.DataObject) -> None:
        """A node that has or had the call claims it with the token that it has."""
        node = data.draw(st.sampled_from(sorted(self.fences)))
        held = self.fences[node]
        assert at_once(self.bus.claim("c", node, False, held)) == (None if held < self.known else held)
        if held >= self.known:
            self.known, self.owner, self.leased_until_s = held, node, self.now_s + LEASE_S

    @precondition(lambda self: self.fences)
    @rule(data=st.data(), count=st.integers(0, 3), overlap=st.integers(0, 3))
    def append(self, data: st.DataObject, count: int, overlap: int) -> None:
        """A node that has or had the call writes what is new to it, and some of what it wrote before."""
        node = data.draw(st.sampled_from(sorted(self.fences)))
        first = max(0, self.last + 1 - overlap)
        lines = tuple((seq, f"{seq}".encode()) for seq in range(first, self.last + 1 + count))
        sent = Batch("c", self.fences[node], 1, -1, lines, (), b"")
        if self.fences[node] != self.known:
            with pytest.raises(Fenced if self.fences[node] < self.known else LogLost):
                at_once(self.bus.append(sent))
            return
        at_once(self.bus.append(sent))
        self.log |= {seq: line for seq, line in lines if seq > self.last}
        self.last = max(self.last, first + len(lines) - 1)
        self.owner, self.leased_until_s = node, self.now_s + LEASE_S

    @precondition(lambda self: self.last >= 0)
    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        """The owner replaces a line."""
        if not self.log or not self.known:
            return
        gone = data.draw(st.sampled_from(sorted(self.log)))
        line = (self.last + 1, b"new")
        at_once(self.bus.append(Batch("c", self.known, 1, self.last, (line,), (gone,), b"")))
        self.log[line[0]] = line[1]
        del self.log[gone]
        self.last += 1
        self.leased_until_s = self.now_s + LEASE_S

    @rule(passed_s=st.floats(0, 3 * LEASE_S))
    def pass_time(self, passed_s: float) -> None:
        """Leases run out."""
        self.now_s += passed_s

    @invariant()
    def readers_see_the_log(self) -> None:
        """From any place, and once each line."""
        for after in (None, Place(1, self.last // 2)):
            seen = at_once(self.bus.read("c", after))
            if seen is not None:
                least = -1 if after is None else after.seq
                told = [(line.place.seq, line.data) for line in seen.lines]
                assert told == [(seq, line) for seq, line in sorted(self.log.items()) if seq > least]


TestOneLog = OneLog.TestCase
TestOneLog.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_what_is_over_is_forgotten_in_time() -> None:
    """Owner or not."""
    now_s = [0.0]
    bus = MemoryBus(lambda: now_s[0])
    fence = at_once(bus.claim("c", "n1", False))
    assert fence is not None
    at_once(bus.append(Batch("c", fence, 1, -1, ((0, b"a"),), (), b"", is_last=True)))
    now_s[0] = KEPT_S - 1
    assert at_once(bus.read("c", None)) is not None
    now_s[0] = KEPT_S
    assert at_once(bus.read("c", None)) is None
    with pytest.raises(LogLost):
        at_once(bus.append(Batch("c", fence, 1, 0, (), (), b"")))
