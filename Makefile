# make demo   install what is missing, build, run the quick start on real video
# make test   install what is missing, build, run every test
# make test-faults  kill 100 runs at random moments and go on with them
# make test-slurm   build, run a sweep on a Slurm of this machine (as root; skipped where none can be started)
# make lab          build, run every row of recipes/lab with three seeds, write the table (hours; goes on where it was stopped)
# make lab-smoke    build, run the chains of recipes/lab with a few clips and steps
# make report-speed write the report of a large run and open it in Chromium
# make bench        measure the engine, one JSON line per benchmark
# make bench-peers  the same beside TRL and transformers (downloads about 6 GB once)
# make build | install PREFIX=/usr/local | format | lint | clean

PREFIX  ?= /usr/local
BINARY  := .build/release/sousvide
RECIPE  ?= recipes/quickstart.yaml
# The beginnings of the names of benchmarks; all without.
NAMES   ?=
PEERS_HOME ?= $(HOME)/.cache/sousvide-peers
PACKAGES := pkg-config libyaml-dev libavformat-dev libavcodec-dev libswscale-dev libavutil-dev \
            libpcre2-dev libssl-dev libsqlite3-dev zlib1g-dev libarchive-dev libopenblas0-pthread

.PHONY: demo test test-faults test-slurm report-speed lab lab-smoke bench bench-peers build install \
        packages format lint clean

demo: build
	$(BINARY) run $(RECIPE)

# A build folder of its own, so that demo and test do not rebuild each other.
test: packages
	swift test -c release -Xswiftc -enable-testing --scratch-path .build/tests

# `make test` kills 2.
test-faults: packages
	SOUSVIDE_FAULTS=100 swift test -c release -Xswiftc -enable-testing \
	  --scratch-path .build/tests --filter 'FaultTests|CopiedRunTests'

test-slurm: build
	Tests/Slurm/loopback.sh $(BINARY)

report-speed: packages
	SOUSVIDE_LARGE_REPORT_OUT=$(CURDIR)/.build/large-report.html swift test -c release \
	  -Xswiftc -enable-testing --scratch-path .build/tests --filter LargeReportTests
	Tests/Report/open.py .build/large-report.html

SEEDS ?= 7,8,9

lab: build
	Tests/Lab/table.sh $(BINARY) --seeds $(SEEDS) --set data.held_out.clips=1000 --into recipes/lab/README.md

lab-smoke: build
	Tests/Lab/smoke.sh $(BINARY)

build: packages
	swift build -c release --product sousvide

bench: packages
	swift build -c release --product Benchmarks
	.build/release/Benchmarks $(NAMES)

bench-peers: PACKAGES += python3-venv
bench-peers: packages
	swift build -c release --product Benchmarks
	PEERS_HOME=$(PEERS_HOME) Tests/Peers/bench/setup.sh
	PEERS_HOME=$(PEERS_HOME) $(PEERS_HOME)/venv/bin/python Tests/Peers/bench/compare.py $(NAMES)

# Asks dpkg first, so that nothing touches the network once the packages are there.
packages:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing Debian packages:$$missing"; \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo"; \
	  $$sudo apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing; \
	fi

install: build
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/sousvide

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

clean:
	swift package clean
