# Each target first builds the environment that it needs, from the lock files.
.POSIX:
VENV = .venv
PYTHON = python3
BIN = $(VENV)/bin
# pip uses only the machine's configured index, and installs only what is locked.
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.PHONY: demo test check format bench load cluster faults screenshots lock clean

demo: $(VENV)/.runtime
	@$(BIN)/taizhang demo

test: $(VENV)/.dev
	@echo "运行全部测试，每个处理器核一份，两核约十分钟；缺少所需程序而略去的，最后列出……"
	@$(BIN)/python -m pytest -rs --numprocesses=auto --maxprocesses=8 --dist=worksteal $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench $(ARGS)

# A province for ten minutes: ARGS="--minutes 1 --authorities 200" for a shorter run, TEST_DSN for an existing server.
load: $(VENV)/.dev
	@TEST_DSN='$(TEST_DSN)' $(BIN)/python -m tests.bench.province $(ARGS)

# The database tests on an existing server. TEST_DSN: a superuser's connection string, to a Citus coordinator or a plain
# server. One after another, since roles belong to the whole server.
cluster: $(VENV)/.dev
	@if [ -z '$(TEST_DSN)' ]; then echo "略去：未给出TEST_DSN。make cluster TEST_DSN=postgresql://超级用户@主机/postgres"; else \
		export TEST_DSN='$(TEST_DSN)'; $(BIN)/python -m tests.given_server && \
		$(BIN)/python -m pytest -p no:xdist -rs tests/adapters tests/releases tests/test_deployment.py $(ARGS); fi

# Pictures of every page of the console in each of its states, at two widths.
screenshots: $(VENV)/.dev
	@mkdir -p out/screenshots
	@SCREENSHOTS=out/screenshots $(BIN)/python -m pytest tests/api/console/test_console_access.py -k every_page $(ARGS)

# Takes most of an hour: kills processes, cuts connections, fills disks of its own. Needs root for all of it.
faults: $(VENV)/.dev
	@$(BIN)/python -m tests.faults $(ARGS)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要Python 3.11或更高版本"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "需要python3-venv：apt install python3-venv"; exit 1; }

# The project itself is installed without dependencies or build tools from the index: both are locked.
$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/bin/python
	@echo "准备运行环境：下载、核对并安装requirements.lock所列的$$(grep -c == requirements.lock)个包，约一分钟……"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "准备测试环境：requirements-dev.lock共$$(grep -c == requirements-dev.lock)个包，约一分钟……"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Run after changing dependencies in pyproject.toml. Hashes, no addresses, for Python 3.11 and later.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --group build --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
