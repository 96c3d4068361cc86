# Keng's own commands. `make help` lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# In most places the name "torch" brings the GPU build (gigabytes). There, name the index of PyTorch's CPU builds:
#   make run TORCH_ARGS="--index-url ADDRESS"   (the address stands on pytorch.org, "Start locally", CPU)
TORCH      ?= torch==2.13.0
TORCH_ARGS ?=
READY := $(VENV)/.ready
DEV   := $(VENV)/.dev

# Whole installations run on SQLite; these also on PostgreSQL. What uses a store without a process runs on both anyway.
ON_POSTGRES := tests/acceptance/test_acts_and_gates.py tests/acceptance/test_kill.py

# Two processes share the files, whole installations first: they wait more than they work, and take longest.
IN_TWO := -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run demo test test-postgres check format fast-test needs wheel clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Keng into $(VENV) (the first time takes a few minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH_ARGS) "$(TORCH)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	@touch $@

$(DEV): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e ".[dev]"
	@touch $@

run: $(READY) ## Start Keng on http://127.0.0.1:8080 (simulated Telegram unless a token is set)
	@$(BIN)/keng serve --simulator

demo: $(READY) ## Play a crisis and watch it on simulated phones
	@$(BIN)/keng demo

needs: ## Install the browser and the PostgreSQL that tests use, if they are missing (Debian)
	@sh tests/install_needs.sh

test: $(DEV) needs ## Formatter check, linter, types, import contracts, data, the matching's figures, every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/keng check
	KENG_INDEX__CACHE="$${KENG_TEST_MODEL_CACHE:-var/cache/tests}" $(BIN)/keng playbooks evaluate
	$(BIN)/pytest $(IN_TWO)
	$(BIN)/pytest $(IN_TWO) --database postgres $(ON_POSTGRES)

test-postgres: $(DEV) needs ## Whole installations on PostgreSQL, all of them (about as long as `make test`)
	$(BIN)/pytest $(IN_TWO) --database postgres tests/acceptance

fast-test: $(DEV) ## The tests without the slow acceptance part
	$(BIN)/pytest $(IN_TWO) -q --ignore tests/acceptance

check: $(DEV) ## Formatter check, linter, types, import contracts
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(DEV) ## Format and fix what can be fixed
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

wheel: $(DEV) ## Build the wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .

clean: ## Remove everything that was built or stored here
	rm -rf $(VENV) dist var .mypy_cache .ruff_cache .pytest_cache
