# make run     a page with a real corpus, and one cited answer, from nothing
# make test    all that must hold for every change
# make help    the rest

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8765
QUESTION ?= What is a black hole?
CORPUS ?= corpus/starter.jsonl.xz
ROUNDS ?= 200
STEPS ?= 5000
SHARED ?= ../shared/data
export VENV QUESTION
run serve: export PINCITE_DATA_DIR ?= $(CURDIR)/data

.PHONY: help setup setup-test run test lint format types unit test-browsers gate rows worlds campaigns bench eval lock starter clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup:  ## everything that running needs, in .venv
	@scripts/setup

setup-test:  ## also everything that testing needs
	@scripts/setup test

run: setup  ## index the starter corpus, answer a question, open the page (PORT=…, QUESTION=…)
	@$(BIN)/pincite index --openings --collection starter $(CORPUS)
	@echo >&2; echo '$$ pincite "'"$$QUESTION"'"' >&2; echo >&2
	@$(BIN)/pincite "$$QUESTION" </dev/null
	@echo >&2
	@exec $(BIN)/pincite serve --port $(PORT)

test: setup-test lint types unit gate  ## lint, types, and every test, with a real browser and a real PostgreSQL

lint:  ## style, and imports that point one way
	$(BIN)/ruff check src tests benchmarks scripts examples
	$(BIN)/ruff format --check src tests benchmarks scripts examples
	$(BIN)/lint-imports

types:  ## mypy, strict
	$(BIN)/mypy

unit:  ## the tests alone, two files at a time; up to 3 that fail are run once more and named (ARGS=… goes to pytest)
	$(BIN)/python scripts/tests -n 2 --dist loadfile $(ARGS)

test-browsers:  ## the page in Firefox and WebKit too (ARGS=… goes to pytest)
	@scripts/setup browsers
	$(BIN)/python -m pytest -m engines -rs tests/browser/test_engines.py $(ARGS)

gate:  ## has search or answering become worse on a small fixed set?
	@$(BIN)/pincite eval gate

format:  ## mend style
	$(BIN)/ruff check --fix src tests benchmarks scripts examples
	$(BIN)/ruff format src tests benchmarks scripts examples

rows:  ## which promises of the page have a test (REPORT=… of pytest --junit-xml: and which are green)
	@$(BIN)/python -m tests.browser.rows $(REPORT)

campaigns:  ## kill -9, ROUNDS times each: index, answer, research, migration; 102 times a crawl; a server that 40 follow; SQL that means harm; slow tests
	$(BIN)/python -m tests.campaigns.kill_index --rounds $(ROUNDS)
	$(BIN)/python -m tests.campaigns.kill_answer --rounds $(ROUNDS)
	$(BIN)/python -m tests.campaigns.kill_research --rounds $(ROUNDS)
	$(BIN)/python -m tests.campaigns.kill_migration --rounds $(ROUNDS)
	$(BIN)/python -m tests.campaigns.kill_crawl --rounds 34
	$(BIN)/python -m tests.campaigns.kill_server
	$(BIN)/python -m tests.campaigns.sql_guard
	$(BIN)/python -m pytest -m slow

worlds:  ## what anybody can look at, STEPS times, while a neighbour's private text changes: how many bytes differ?
	@$(BIN)/python -m tests.campaigns.worlds --steps $(STEPS)

eval:  ## search, and 500 judged answers with their charts in work/eval, on the public sets in SHARED
	$(BIN)/pincite eval retrieval --passages $(SHARED)/squad/passages.jsonl.xz --questions $(SHARED)/squad/questions-dev-v1.1.jsonl.xz
	$(BIN)/pincite eval exam --by lexical --data $(SHARED) --out work/eval
	$(BIN)/pincite eval all --passages $(SHARED)/squad/passages.jsonl.xz --questions $(SHARED)/squad/questions-dev-v1.1.jsonl.xz --limit 500 --by lexical --out work/eval

bench:  ## measure everything and make docs/benchmarks.md, 2 hours (ARGS="--only stages", ARGS=--quick, ARGS=list)
	$(BIN)/python -m benchmarks $(ARGS)

lock:  ## pin every package by hash (UPGRADE=1: to the newest)
	$(BIN)/python scripts/lock

starter:  ## build the starter corpus anew
	$(BIN)/python scripts/build_starter.py $(SHARED)/wikispeedia

clean:  ## remove what was built; data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
