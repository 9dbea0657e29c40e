"""What is counted of connections and of the recogniser, for Prometheus. No label has a call's id or a word in it."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)

CONNECTIONS = Gauge("assist_connections", "Connections that are open, half-open ones too; once TLS is agreed.")
CONNECTIONS_REFUSED = Counter(
    "assist_connections_refused", "Connections that were not let in: `crowd`, `origin`, `token`.", ["why"]
)
CLIENTS_CUT = Counter("assist_clients_cut", "Clients that stopped reading and were cut.")
MESSAGES_SLOWED = Counter("assist_messages_slowed", "Messages after which a client was read more slowly.")
CALLS_REFUSED = Counter(
    "assist_calls_refused", "Calls that were not begun or were ended for what their source sent.", ["protocol", "code"]
)
PASS_WAIT = Histogram(
    "assist_pass_wait_seconds", "How long a pass of the recogniser waited to begin.", ["model"], buckets=SECONDS
)
PASS_WAIT_P95 = Gauge(
    "assist_pass_wait_p95_seconds", "How long 95 % of the live model's passes of the last 10 s waited at most."
)
OVERLOAD_STEP = Gauge("assist_overload_step", "At which step of overload the node is; 0: all is done as ever.")
OVERLOAD_STEPS = Counter("assist_overload_steps", "Times that each step of overload was entered from below.", ["step"])
PASS_TIME = Histogram("assist_pass_seconds", "How long a pass of the recogniser took.", ["model"], buckets=SECONDS)
REAL_TIME_FACTOR = Histogram(
    "assist_real_time_factor",
    "Seconds that a pass took for a second of its sound.",
    ["model"],
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0),
)
PASSES_WAITING = Gauge("assist_passes_waiting", "Passes that wait for the recogniser.", ["model"])
RECOGNISER_RESTARTS = Counter("assist_recogniser_restarts", "Times that the recogniser's process was started anew.")
