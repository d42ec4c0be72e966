# eldercampus: `make help` says what there is to type.
PORT ?= 8000
VENV := .venv
PY   := $(VENV)/bin/python
MO   := $(patsubst %.po,%.mo,$(wildcard eldercampus/translations/*/LC_MESSAGES/*.po))
PIP  := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --use-pep517
UV   := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --annotation-style line
export PORT
export FLASK_APP = wsgi

.PHONY: help run serve test check quick bench soak pages screenshots translations requirements
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/runtime $(MO) ## start the demonstration: http://127.0.0.1:8000, or PORT=8080 make run
	@DEMO=1 $(PY) -m eldercampus.serve

serve: $(VENV)/runtime $(MO) ## start the system without the demonstration, set up by the environment
	@$(PY) -m eldercampus.serve

test: $(VENV)/test $(MO) ## everything, on SQLite and PostgreSQL and in a browser (up to ten minutes)
	@scripts/browser
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: quick test ## what must be green before a change is handed in

quick: $(VENV)/test $(MO) ## the quick part of check: style, types, import contracts
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m pytest -q tests/test_migrations.py tests/test_translations.py

bench: $(VENV)/test $(MO) ## measure the draw, write docs/performance.md (about five minutes)
	@$(PY) -m tests.bench
	@$(PY) -m pytest -q -m bench -s tests

soak: $(VENV)/test ## hold the engine against the checker on three large towns (minutes)
	@$(PY) -m pytest -q -m soak tests/allocation

pages: $(VENV)/test $(MO) ## each page at each width, in both views and languages, in a browser (minutes)
	@scripts/browser
	@$(PY) -m scripts.pages $(ARGS)

screenshots: $(VENV)/test $(MO) ## take the pictures of README.md and docs/journey.md again
	@scripts/browser
	@$(PY) -m scripts.screenshots

translations: $(MO) ## compile the catalogues

%.mo: %.po | $(VENV)/runtime
	@$(VENV)/bin/pybabel --quiet compile -i $< -o $@

requirements: $(VENV)/test ## pin requirements*.in again, with hashes
	$(UV) requirements.in -o requirements.txt
	$(UV) requirements-test.in -o requirements-test.txt

$(VENV)/runtime: requirements.txt
	@scripts/venv $(VENV)
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/test: requirements-test.txt | $(VENV)/runtime
	@$(PIP) -r requirements-test.txt
	@touch $@
