# Kawaraban: `make` alone lists what there is to make.
.DEFAULT_GOAL := list
.PHONY: list run test test-long check bench shots lock locale clean browser

PORT ?= 8000
READERS ?= 1
TRUSTED_PROXY ?=
BENCH ?=
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

list: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/ready-to-run ## a living demo publication on http://127.0.0.1:8000 (PORT=, READERS=0, TRUSTED_PROXY=)
	@TRUSTED_PROXY=$(TRUSTED_PROXY) $(BIN)/kawaraban demo --serve --port $(PORT) $(if $(filter 0,$(READERS)),--no-readers,--readers)

test: $(VENV)/ready-to-work browser ## every test that can run here (REQUIRE_ALL=1: none may be skipped)
	@$(BIN)/python -m pytest

test-long: $(VENV)/ready-to-work browser ## the tests that take long, too
	@KAWARABAN_LONG=1 $(BIN)/python -m pytest

check: $(VENV)/ready-to-work browser ## all that CI checks, quickest first
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint kawaraban --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy kawaraban
	$(BIN)/python manage.py makemigrations --check --dry-run
	PUBLIC_URL=https://news.example DJANGO_SETTINGS_MODULE=kawaraban.config.settings.published \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pytest

bench: $(VENV)/ready-to-work benchmarks/lighthouse/node_modules/.ready ## figures beside a peer's, as a table (BENCH="--quick --only hot,cold")
	@$(BIN)/python -m benchmarks $(BENCH)

shots: $(VENV)/ready-to-work ## pictures of the main pages into docs/shots/
	@$(BIN)/python -m tests.browser.shots

locale: $(VENV)/ready-to-work ## collect the words people see, and compile their translations (needs GNU gettext)
	@command -v xgettext >/dev/null || { echo "GNU gettext is needed: apt-get install gettext"; exit 2; }
	@cd kawaraban && KAWARABAN_VAR=../var ../$(BIN)/python ../manage.py makemessages --locale ja --locale en --no-obsolete --no-location
	@cd kawaraban && KAWARABAN_VAR=../var ../$(BIN)/python ../manage.py compilemessages

lock: $(VENV)/ready-to-work ## lock the dependencies again, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header requirements/run.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header -c requirements/run.txt \
		requirements/work.in -o requirements/work.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header -c requirements/run.txt \
		requirements/japanese.in -o requirements/japanese.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-header -c requirements/work.txt \
		requirements/audience.in -o requirements/audience.txt

clean: ## take away what was made here, the publication in var/ excepted
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# Node.js is used by tests alone; without it what needs it is skipped, and says so.
browser: tests/browser/node_modules/.ready
tests/browser/node_modules/.ready: tests/browser/package-lock.json
	@if command -v npm >/dev/null; then \
		echo "Getting the page checkers (axe, html-validate) …"; \
		(cd tests/browser && npm ci --silent --no-audit --no-fund --ignore-scripts) && touch $@; \
	else \
		echo "No npm here: checks by axe and html-validate will be skipped."; \
	fi

benchmarks/lighthouse/node_modules/.ready: benchmarks/lighthouse/package-lock.json
	@if command -v npm >/dev/null; then \
		echo "Getting Lighthouse …"; \
		(cd benchmarks/lighthouse && npm ci --silent --no-audit --no-fund --ignore-scripts) && touch $@; \
	else \
		echo "No npm here: Lighthouse's scores will not be measured."; \
	fi

$(VENV)/python:
	@test -n "$(PYTHON)" || { echo "Kawaraban needs Python 3.11; none was found."; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Kawaraban needs Python 3.11; $(PYTHON) is $$($(PYTHON) -V 2>&1). Set PYTHON=."; exit 2; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/ready-to-run: $(VENV)/python requirements/run.txt pyproject.toml
	@echo "Installing what a publication needs (locked, with hashes) …"
	@$(BIN)/pip install --quiet --progress-bar on --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-work: $(VENV)/ready-to-run requirements/work.txt
	@echo "Installing what working on the house needs …"
	@$(BIN)/pip install --quiet --progress-bar on --disable-pip-version-check --require-hashes -r requirements/work.txt
	@touch $@
