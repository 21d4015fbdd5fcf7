# The vocabulary of commands, the same for people and for the continuous integration.
PYTHON ?= python3
BIN := .venv/bin
export DVC_NO_ANALYTICS := true
export DO_NOT_TRACK := true
export MLFLOW_DISABLE_TELEMETRY := true
export OMP_WAIT_POLICY := passive
# Nothing may ask this machine's other Python folders for packages.
export PYTHONNOUSERSITE := 1

.PHONY: help install install-spark run ui test check format example bench-quality bench-blocks docs lock bench-features clean

help:            ## show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

install: .venv/installed   ## make the virtual environment and install the locked packages

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("bleib needs Python 3.11 or newer, found " + sys.version.split()[0] + "; try: make PYTHON=python3.11 run" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m bleib.commands.warm
	@touch $@

install-spark: .venv/installed-spark   ## beside it Spark, for engine: spark (the executors need Java 17 or newer)

# An installation from a lock of its own: half a gigabyte that most companies do not need.
.venv/installed-spark: requirements-spark.lock .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements-spark.lock
	@touch $@

run: install     ## the whole pipeline; on an empty data/raw with the demo company
	@$(BIN)/bleib run

ui: install      ## open the MLflow page of this folder
	@echo "Runs and models: http://127.0.0.1:5000/#/experiments/1?workflowType=machine_learning"
	@echo "(MLflow's first page is about language models; \"Model training\" at its top left leads there too)"
	$(BIN)/mlflow ui --backend-store-uri sqlite:///mlflow.db

test: install install-spark   ## all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile tests

check: install   ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: install  ## put the source into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

example: install ## a public data set: make example NAME=completejourney (or cdnow)
	@$(BIN)/bleib example $(NAME)

bench-quality: install  ## how good the predictions are beside rivals, into docs/quality.md: make bench-quality DATA=folder ONLY=cdnow
	@$(BIN)/python -m benchmarks.quality $(if $(DATA),--data $(DATA)) $(if $(ONLY),--only $(ONLY)) $(if $(WITHOUT),--without $(WITHOUT))

bench-blocks: install  ## which further features make the predictions better: make bench-blocks DATA=folder ONLY=cdnow BLOCKS=gaps,weeks
	@$(BIN)/python -m benchmarks.quality.blocks $(if $(DATA),--data $(DATA)) $(if $(ONLY),--only $(ONLY)) $(if $(BLOCKS),--blocks $(BLOCKS))

docs: install    ## write the generated pages of docs/ anew
	$(BIN)/python -m bleib.commands.reference
	$(BIN)/python -m bleib.features.dictionary

lock: install    ## resolve the dependencies anew (needs uv)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra dev pyproject.toml -o requirements.lock
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")' | \
	  $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11 --constraints requirements.lock - -o requirements-spark.lock

bench-features: install benchmarks/work/venv/installed   ## the feature engine against others (ARGS="--growth"; see benchmarks/README.md)
	$(BIN)/python -m benchmarks.features.run $(ARGS)

benchmarks/work/venv/installed: benchmarks/requirements.txt
	$(PYTHON) -m venv benchmarks/work/venv
	benchmarks/work/venv/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

clean:           ## remove what the pipeline made; data/raw and the experiments in mlflow.db stay
	rm -rf data/interim data/labels data/features data/features.csv data/split.csv data/search data/training data/evaluation data/scores.parquet \
	  data/worth.parquet data/explanations data/at_risk data/report data/cache models/evaluated models/churn
