# make run: try it.  make test: prove it.  make check: what a reviewer would.  make journeys: keys, clicks and seconds of
# whole tasks.  `make install` is called by all of them.

PORT ?= 8000
# Test processes side by side, each with a database of its own; one for each processor, or WORKERS=0 for none.
WORKERS ?= auto
PYTHON ?= $(firstword $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p; done))
BIN := .venv/bin
# Stand-ins, so that the deployment check sees production settings. No server ever starts with them.
PRODUCTION := KRATOMCARE_DEV=0 SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") ALLOWED_HOSTS=kratomcare.example.org
TEMPLATES := $(shell find templates -name '*.html')

.PHONY: install run test journeys check fmt

install: .venv/installed

.venv/installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	test -e .env || install -m 600 .env.example .env
	@touch $@

run: install
	@KRATOMCARE_DEV=1 exec $(BIN)/python manage.py quickstart --port $(PORT)

test: install
	@chromium=$$(.ci/chromium) && CHROMIUM_PATH="$$chromium" $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report --skip-covered --sort=cover
	@$(BIN)/coverage report --include='clinical/screening/*,clinical/vocabulary/text.py,clinical/vocabulary/sig.py,clinical/vocabulary/stops.py,clinical/vocabulary/letters.py,legal/ruling.py,legal/periods.py,legal/standing.py' --fail-under=100

journeys: install
	@chromium=$$(.ci/chromium) && CHROMIUM_PATH="$$chromium" $(BIN)/python -m pytest -q --no-header -p no:cacheprovider tests/browser/journeys

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@echo djade; $(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	$(BIN)/lint-imports --no-logo
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	KRATOMCARE_DEV=1 $(BIN)/python manage.py makemigrations --check --dry-run

fmt: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	@$(BIN)/djade --target-version 5.2 $(TEMPLATES)
