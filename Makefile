# make book    the environment, the notebooks on embedded data, the HTML book
# make test    everything that guards them
# Needs Python 3.11 to 3.13 (PYTHON=python3.12 make book) and the package index.

PYTHON ?= python3
BIN := .venv/bin
export GANCOURSE_BUDGET := reduced

.PHONY: book test notebooks requirements colab bench diagnosis clean

book: .venv/installed
	$(BIN)/python book/build.py

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile --cov=gancourse --durations=20
	$(BIN)/python -m pytest --nbval-lax notebooks -n auto --dist loadfile

# After a change in notebooks/*.py, in book/chapters.toml, or in library code that a chapter shows.
notebooks: .venv/installed
	$(BIN)/python -m gancourse.notebooks

# Compiles the pins again; "+cpu" and the like name builds that the public index does not have.
requirements: EXTRAS = torch keras kaggle book notebooks classroom maintain test
requirements: .venv/installed
	$(BIN)/pip-compile --quiet --upgrade $(EXTRAS:%=--extra %) --strip-extras --allow-unsafe --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.txt pyproject.toml
	sed -i.old 's/^\(torch==[0-9.]*\)+.*/\1/' requirements.txt && rm requirements.txt.old

# Every chapter in an environment made like Colab's. Colab's Python is 3.12 or 3.13: make colab PYTHON=python3.13.
colab: PYTHON = python3.12
colab: _build/colab/installed
	_build/colab/bin/python tests/elsewhere/colab.py

# The last line printed is the ratio of our speed to the plain loop's; book/speed.md shows the record.
bench: .venv/installed
	$(BIN)/python benchmarks/resume.py
	$(BIN)/python benchmarks/resume.py --recipe anime_dcgan --steps 3000
	$(BIN)/python benchmarks/throughput.py --out book/records/speed

# Every run of chapter 8: three quarters of an hour on two cores.
diagnosis: .venv/installed
	$(BIN)/python -m studies.diagnosis book/records/diagnosis

clean:
	rm -rf .venv _build

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "gancourse needs Python 3.11 to 3.13. Name one: make book PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

_build/colab/installed: tests/elsewhere/colab-3.12.txt tests/elsewhere/colab-3.13.txt
	$(PYTHON) -m venv --clear _build/colab
	_build/colab/bin/python -m pip install --quiet --requirement \
		tests/elsewhere/colab-$$($(PYTHON) -c 'import sys; print("{}.{}".format(*sys.version_info))').txt
	touch $@
