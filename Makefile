PORT ?= 8020
# Tests side by side, one process for a core; each with a browser of its own, so no more than memory allows.
SIDE_BY_SIDE = -n auto --maxprocesses 4 --dist worksteal

.PHONY: help demo test quick lint semgrep chaos mutants bench-site bench-install bench-test bench-migrate bench-demo bench-chaos screenshots pictures recording bench bench-local

help: ## these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

demo: ## the playground on this machine, in the foreground until Ctrl-C
	@scripts/venv .venv playground
	@.venv/bin/python -m playground --port $(PORT)

test: lint ## everything that needs no Frappe
	@scripts/venv .venv-twilio-8.5 test "twilio==8.5.0"
	.venv-twilio-8.5/bin/python -m pytest -q tests/twilio_channel
	.venv/bin/python -m pytest $(SIDE_BY_SIDE) --cov $$(scripts/browser-tests)

quick: lint ## in about 15 seconds: lint, and the tests that need no server and no browser
	.venv/bin/python -m pytest -q $(SIDE_BY_SIDE) tests/chat tests/twilio_channel tests/test_*.py

lint: ## style and errors that can be seen without running anything
	@scripts/venv .venv test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	scripts/biome check --error-on-warnings

semgrep: ## Frappe's own semgrep rules; skipped where there are none: make semgrep RULES=…/semgrep-rules/rules
	@scripts/semgrep "$(RULES)"

chaos: ## 10,000 messages while processes are killed and Twilio stumbles; fails if anything was lost or sent twice
	@scripts/venv .venv playground
	@.venv/bin/python -m playground.chaos $(CHAOS)

mutants: ## whether tests notice changes in chat/ and twilio_channel/, all, some or a seeded sample: make mutants [MUTANTS="400 11"]
	@scripts/venv .venv-mutants mutants
	@.venv-mutants/bin/python scripts/mutants $(MUTANTS)

bench-site: ## a site made for tests, in a bench that exists: make bench-site BENCH=… SITE=… DB_ROOT_PASSWORD=…
	@scripts/bench-site "$(BENCH)" "$(SITE)" "$(DB_ROOT_PASSWORD)"

bench-install: ## this app's committed state into a bench that exists: make bench-install BENCH=… SITE=…
	@scripts/bench-install "$(BENCH)" "$(SITE)"

bench-test: ## the tests that need a real site: make bench-test BENCH=… SITE=… [TESTS=hosts]
	@scripts/venv .venv test
	@scripts/bench-test "$(BENCH)" "$(SITE)" "$(TESTS)"

bench-migrate: ## a site made for tests on the released 0.1.0, filled, migrated and compared: make bench-migrate BENCH=… SITE=…
	@scripts/venv .venv playground
	@scripts/bench-migrate "$(BENCH)" "$(SITE)"

bench-demo: ## the site pointed at the simulated Twilio: make bench-demo BENCH=… SITE=…
	@scripts/venv .venv playground
	@scripts/bench-demo "$(BENCH)" "$(SITE)"

bench-chaos: ## the same on a site made for tests: make bench-chaos BENCH=… SITE=…
	@scripts/venv .venv playground
	@scripts/bench-chaos "$(BENCH)" "$(SITE)"

screenshots: ## README's pictures, from a site made for tests: make screenshots BENCH=… SITE=…
	@scripts/venv .venv test
	@scripts/bench-screenshots "$(BENCH)" "$(SITE)"

pictures: ## the inbox's pictures, from the playground: light, dark, a phone, Bahasa Indonesia
	@scripts/venv .venv-pictures pictures
	@.venv-pictures/bin/python -m tests.pictures inbox

recording: ## docs/images/inbox.webp, a short recording of the inbox in the playground
	@scripts/venv .venv-pictures pictures
	@.venv-pictures/bin/python -m tests.pictures recording

bench-local: ## speed of what needs no Frappe, in Chromium: make bench-local [NAMES="panel inbox"]
	@scripts/venv .venv test
	@.venv/bin/python -m benchmarks $(NAMES)

bench: ## speed on a site made for tests, with MariaDB: make bench BENCH=… SITE=… [NAMES="webhook chats …"]
	@scripts/venv .venv test
	@scripts/bench-speed "$(BENCH)" "$(SITE)" $(NAMES)
