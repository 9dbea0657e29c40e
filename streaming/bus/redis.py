"""A bus of Redis 7 or Valkey: a stream a call, whose entries' ids are the log's own places.

An entry's id is `epoch-(seq + 1)`, so what is sent again after a lost answer is not written twice. Who owns a call is
checked in the same script that writes. Clients try nothing again by themselves: redis-py would, ten times, and an XADD
that is tried again because its answer was lost writes twice. Reads that block have a client of their own, which waits
longer than they do.
"""

from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from streaming.bus.contract import (
    KEPT_S,
    LEASE_S,
    LINES_KEPT,
    LINES_READ,
    MESSAGES_KEPT,
    WAIT_S,
    Batch,
    Line,
    Place,
    Seen,
)
from streaming.errors import BusDown, Fenced, LogLost

ANSWER_S = 5.0  # an answer that takes longer is given up
CONNECTIONS = 16
LEASE_MS, KEPT_MS, WAIT_MS = (round(seconds * 1000) for seconds in (LEASE_S, KEPT_S, WAIT_S))

# KEYS: owner, meta. ARGV: node, 1 if forced, lease and time kept in ms, the token held before or 0.
# The token grows even where all was lost in between: it is never less than the time of day. It is greater than the
# log's epoch too, so that a turn is taken for no epoch.
CLAIM = """
local meta = redis.call('HMGET', KEYS[2], 'fence', 'epoch')
local known, fence = tonumber(meta[1]) or 0, tonumber(ARGV[5])
if fence > 0 then
  if fence < known then return false end
else
  local owner = redis.call('GET', KEYS[1])
  if owner and owner ~= ARGV[1] and ARGV[2] == '0' then return false end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  fence = math.max(known + 1, now, (tonumber(meta[2]) or 0) + 1)
end
redis.call('HSET', KEYS[2], 'fence', string.format('%.0f', fence), 'node', ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return fence
"""

# KEYS: owner, meta, log, messages. ARGV: fence, epoch, after, state, 1 if last, lease and time kept in ms, lines kept,
# turn, how many lines there are, their numbers and data, numbers replaced.
APPEND = """
local meta = redis.call('HMGET', KEYS[2], 'fence', 'epoch', 'last', 'node')
if not meta[1] or tonumber(meta[1]) < tonumber(ARGV[1]) then return 'lost' end
if meta[1] ~= ARGV[1] then return 'fenced' end
local after, last = tonumber(ARGV[3]), -1
if meta[2] == ARGV[2] then
  last = tonumber(meta[3])
  if last < after then return 'lost' end
elseif after >= 0 then
  return 'lost'
else
  redis.call('DEL', KEYS[3])
end
local function id(seq) return ARGV[2] .. '-' .. string.format('%.0f', tonumber(seq) + 1) end
local behind = 11 + 2 * tonumber(ARGV[10])
for i = 11, behind - 2, 2 do
  if tonumber(ARGV[i]) > last then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[8], id(ARGV[i]), 'l', ARGV[i + 1])
    last = tonumber(ARGV[i])
  end
end
for i = behind, #ARGV do redis.call('XDEL', KEYS[3], id(ARGV[i])) end
redis.call('HSET', KEYS[2], 'epoch', ARGV[2], 'last', string.format('%.0f', last), 'state', ARGV[4],
  'over', ARGV[5], 'turn', ARGV[9])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('PEXPIRE', KEYS[3], ARGV[7])
if ARGV[5] == '1' then
  redis.call('DEL', KEYS[1], KEYS[4])
else
  redis.call('SET', KEYS[1], meta[4], 'PX', ARGV[6])
end
return 'written'
"""

# KEYS: meta, messages. ARGV: message, messages kept. Nothing is left for a call that is over, or that nobody knows.
SEND = """
local left = redis.call('PTTL', KEYS[1])
if left <= 0 or redis.call('HGET', KEYS[1], 'over') ~= '0' then return end
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[2], '*', 'l', ARGV[1])
redis.call('PEXPIRE', KEYS[2], left)
"""

T = TypeVar("T")


class RedisBus:
    """Connects when it is first used. Raises BusDown, from every method, while Redis cannot be reached or is slow."""

    def __init__(self, url: str) -> None:
        self._redis = _client(url, ANSWER_S)
        self._waiting = _client(url, WAIT_S + ANSWER_S)
        self._claim = self._redis.register_script(CLAIM)
        self._append = self._redis.register_script(APPEND)
        self._send = self._redis.register_script(SEND)

    async def claim(self, call: str, node: str, is_forced: bool, held: int | None = None) -> int | None:
        """As the contract has it."""
        keys = [_key(call, "owner"), _key(call, "meta")]
        fence: int | None = await _reached(self._claim(keys, [node, int(is_forced), LEASE_MS, KEPT_MS, held or 0]))
        return fence

    async def append(self, batch: Batch) -> None:
        """As the contract has it. Where it raises BusDown, the batch may have been written or not."""
        keys = [_key(batch.call, what) for what in ("owner", "meta", "log", "messages")]
        head: list[Any] = [
            batch.fence,
            batch.epoch,
            batch.after,
            batch.state,
            int(batch.is_last),
            LEASE_MS,
            KEPT_MS,
            LINES_KEPT,
            batch.turn,
        ]
        lines: list[Any] = [part for line in batch.lines for part in line]
        answer = await _reached(self._append(keys, [*head, len(batch.lines), *lines, *batch.replaced]))
        if answer == b"fenced":
            raise Fenced(batch.call)
        if answer == b"lost":
            raise LogLost(batch.call)

    async def read(self, call: str, after: Place | None) -> Seen | None:
        """As the contract has it."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hmget(_key(call, "meta"), ["epoch", "state", "turn"])
            pipe.get(_key(call, "owner"))
            pipe.xrange(_key(call, "log"), min=f"({_id(after)}" if after else "-", count=LINES_READ)
            (epoch, state, turn), owner, entries = await _reached(pipe.execute())
        if epoch is None:
            return None
        return Seen(int(epoch), state, owner and owner.decode(), _lines(entries), int(turn or 0))

    async def send(self, call: str, message: bytes) -> None:
        """As the contract has it; expires with the call's log."""
        await _reached(self._send([_key(call, "meta"), _key(call, "messages")], [message, MESSAGES_KEPT]))

    async def messages(self, call: str, after: Place | None) -> tuple[Line, ...]:
        """As the contract has it."""
        least = f"({_id(after)}" if after else "-"
        entries: Any = await _reached(self._redis.xrange(_key(call, "messages"), min=least))
        return _lines(entries)

    async def wait(self, logs: Mapping[str, Place], messages: Mapping[str, Place]) -> None:
        """As the contract has it; for one caller at a time."""
        places: dict[Any, Any] = {_key(call, "log"): _id(place) for call, place in logs.items()}
        places |= {_key(call, "messages"): _id(place) for call, place in messages.items()}
        await _reached(self._waiting.xread(places, count=1, block=WAIT_MS))

    async def purge(self, calls: Iterable[str]) -> None:
        """As the contract has it."""
        keys = [_key(call, what) for call in calls for what in ("owner", "meta", "log", "messages")]
        if keys:
            await _reached(self._redis.delete(*keys))

    async def close(self) -> None:
        """As the contract has it."""
        for client in (self._redis, self._waiting):
            await client.aclose()
            await client.connection_pool.aclose()


def create(url: str) -> RedisBus:
    """The bus at a redis:// or rediss:// address."""
    return RedisBus(url)


def _client(url: str, answer_s: float) -> Redis:
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=answer_s,
        socket_timeout=answer_s,
        socket_connect_timeout=ANSWER_S,
        retry=Retry(NoBackoff(), 0),
        socket_keepalive=True,
    )
    return Redis(connection_pool=pool)


async def _reached(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except (RedisError, OSError, TimeoutError) as error:
        raise BusDown(f"Redis did not answer: {type(error).__name__}") from None


def _key(call: str, what: str) -> str:
    # The braces keep a call's keys together where keys are spread over servers.
    return f"assist:{{{call}}}:{what}"


def _id(place: Place) -> str:
    return f"{place.epoch}-{place.seq + 1}"


def _lines(entries: list[tuple[bytes, dict[bytes, bytes] | None]]) -> tuple[Line, ...]:
    return tuple(Line(_place(id_), fields[b"l"]) for id_, fields in entries if fields)


def _place(id_: bytes) -> Place:
    epoch, _, number = id_.partition(b"-")
    return Place(int(epoch), int(number) - 1)
