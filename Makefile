# The commands of this project. They need git, make and Python 3.11 or later.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
RUN := .venv/requirements.stamp
DEV := .venv/requirements-dev.stamp

.PHONY: run test test-all test-long test-live check pictures bench soak install-walk docs translations clean

run: $(RUN)
	@exec $(BIN)/python -m demo

test: $(DEV)
	@tools/test $(TESTS)

# Every test on SQLite, then every test on PostgreSQL and Redis.
test-all: $(DEV)
	@tools/test_all $(TESTS)

# Random histories of payments, different ones each time. HISTORIES is their number.
test-long: $(DEV)
	@HISTORIES="$${HISTORIES:-20000}" tools/test tests/histories/test_payment_histories.py

# The browser tests marked `live`, with Stripe itself. Needs STRIPE_TEST_PUBLISHABLE_KEY and STRIPE_TEST_SECRET_KEY.
test-live: $(DEV)
	@STORIES_STRIPE=real TEST_PROCESSES=0 tools/test -m live tests/browser $(TESTS)

check: $(DEV)
	@tools/check

pictures: $(DEV)
	@CHROMIUM="$$(tools/browser)" && export CHROMIUM && exec $(BIN)/python -m tools.screenshots

# Whole shops on SQLite and PostgreSQL under load while processes die and Stripe fails; MINUTES of it, then their books
# are compared with Stripe's.
soak: $(DEV)
	@exec $(BIN)/python -m soak --minutes $(or $(MINUTES),20)

# Follows docs/install.md and docs/upgrade.md word for word in a bare Debian. Needs root, debootstrap and the network.
# WAY is one of `debian` and `container`, both if it is not set.
install-walk: $(DEV)
	@exec $(BIN)/python -m tests.install_walk $(WAY)

# Performance as ratios with their goals. ORDERS is the number of orders of the large shop, ONLY the beginning of names.
bench: $(DEV)
	@exec $(BIN)/python -m benchmarks $(foreach name,$(ONLY),--only $(name))

# The documentation site, in docs/_site, and in Ukrainian and Russian in docs/_site/uk and docs/_site/ru. Fails at warnings,
# such as a link to a page or heading that isn't there, or a text without a translation.
docs: $(DEV)
	@$(BIN)/python -m tools.documentation build
	@echo "docs/_site/index.html"

translations: $(DEV)
	@$(BIN)/python tools/translations.py update
	@$(BIN)/python -m tools.documentation update

clean:
	rm -rf .venv .demo .bench docs/_site node_modules test-results .mypy_cache .ruff_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian: apt-get install python3-venv"; exit 1; }

# The stamp files make later starts fast: pip runs only when a requirements file has changed. The development
# requirements have all that the shop needs, with the same pins.
$(RUN): requirements.txt | $(BIN)/python
	@echo "Installing the shop's dependencies into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt | $(BIN)/python
	@echo "Installing the development dependencies into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(RUN)
