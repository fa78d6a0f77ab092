# make demo   a data set, a model trained on it in about a minute, a page on how good it is beside the
#             exact answer, and that answer for a few events
# make test   lint and every test, on the CPU and on every OpenCL device found
# The others: see below; they need more time or more packages.

BUILD = ocl-icd-opencl-dev opencl-headers libclblast-dev libdnnl-dev zlib1g-dev

.PHONY: demo test test-load test-packages build lint deps gpu-compile test-devices test-posteriors test-races test-cluster test-kills test-faults test-sanitizers test-journal test-interop test-peers fuzz bench bench-training bench-commands bench-tables compare-posteriors bundle snapshots clean

IMPLODE = .build/release/implode

demo: build
	@scripts/require --wanted gnuplot-nox fonts-dejavu-core
	@rm -rf demo && mkdir demo
	$(IMPLODE) simulate --family equilibrium --rows 200000 --out demo/data.csv
	$(IMPLODE) simulate --family equilibrium --rows 20000 --seed 2 --out demo/fresh.csv
	$(IMPLODE) inspect demo/data.csv
	$(IMPLODE) train default --backend cpu --data demo/data.csv --out demo/run
	$(IMPLODE) report demo/run --data demo/fresh.csv --samples 64 --family equilibrium
	@head -n 6 demo/fresh.csv > demo/events.csv
	$(IMPLODE) solve demo/events.csv --family equilibrium --out demo/geometries.csv
	@cut -d, -f1-6 demo/geometries.csv

build: deps
	swift build -c release --product implode

test: deps lint test-packages
	IMPLODE_TESTS_NEED_OPENCL=1 scripts/test

# The same on a busy machine, several times.
test-load: deps test-packages
	scripts/require --wanted stress-ng
	IMPLODE_TESTS_NEED_OPENCL=1 scripts/test-under-load

test-packages:
	scripts/require pocl-opencl-icd
	scripts/require --wanted gnuplot-nox fonts-dejavu-core chromium

lint: deps
	scripts/lint

deps:
	@scripts/require-swift
	@scripts/require $(BUILD)

# What every kernel takes on GPUs of NVIDIA and AMD, by compilers that need none: docs/gpu-kernels.txt.
gpu-compile: build
	scripts/require clang-19 libclc-19 python3-pip
	scripts/gpu-compile

# The table of primitives on Intel's OpenCL runtime for CPUs and on PoCL 3.0.
test-devices: build
	library=$$(scripts/opencl-runtime intel) && \
	  OCL_ICD_VENDORS=$$library LD_LIBRARY_PATH=$$(dirname $$library):$$LD_LIBRARY_PATH \
	  swift test --filter OnDevices
# PoCL 3.0 ends the program where two contexts were used: the table alone.
	library=$$(scripts/opencl-runtime pocl-3.0) && for launches in cpu gpu; do \
	  OCL_ICD_VENDORS=$$library LD_LIBRARY_PATH=$$(dirname $$library):$$LD_LIBRARY_PATH \
	    IMPLODE_LAUNCHES=$$launches $(IMPLODE) devices --check --device 0 || exit 1; \
	done

# Posteriors of 2,000 noisy events of each family: how often the truth is inside intervals, and where
# among the samples: a quarter of an hour.
test-posteriors: deps
	IMPLODE_EVENTS=2000 swift test -c release --filter PosteriorTests

# The table of primitives under a simulator that finds data races.
test-races: build
	scripts/require oclgrind
	scripts/test-races

# Random changes of good files, for the readers of tables, safetensors and configurations, so many
# seconds each; a crash is kept in .build/fuzz.
SECONDS = 600
fuzz: deps
	SECONDS_TO_FUZZ=$(SECONDS) scripts/fuzz

# Training, killed at random moments and resumed, ends with the same bytes: some minutes.
test-kills: build
	scripts/test-kills

# A hundred processes that write a journal of trials, killed at random moments; and the same journal,
# written by Optuna 4 and 5 at the same time.
test-journal: deps
	IMPLODE_TESTS_KILLS=100; IMPLODE_PYTHON=$$(scripts/python Tests/Interop/optuna-5.txt .venv-optuna-5) && \
	  IMPLODE_PYTHON_OPTUNA4=$$(scripts/python Tests/Interop/optuna-4.txt .venv-optuna-4) && \
	  export IMPLODE_TESTS_KILLS IMPLODE_PYTHON IMPLODE_PYTHON_OPTUNA4 && \
	  swift test --filter SearchTests

# Every system call by which a run writes its files fails once, and kills once; disks, files and
# memory that are too small: some minutes. As root also disks that are full.
test-faults: build
	scripts/require strace
	scripts/test-faults

# Printed scripts in a real Slurm of one node, which is started for the test: some minutes.
test-cluster: build
	scripts/require --wanted slurm-wlm munge
	scripts/test-cluster

# The engine, training, reading, writing, signals and commands, under the sanitizers for addresses,
# threads and undefined behavior: three builds, and some minutes each.
test-sanitizers: deps
	scripts/test-sanitizers

# The readers, beside what other packages read in the same files; how many cases agree, and why the
# others do not.
test-peers: deps
	scripts/test-peers

# Files, exported models, and training steps, against the Python packages that others use; PyTorch
# and ONNX Runtime among them.
test-interop: deps
	IMPLODE_PYTHON=$$(scripts/python) && export IMPLODE_PYTHON && \
	  swift test -c release \
	    --filter 'RecordTests|DatasetTests|AgreementTests|ExportInteropTests|NotebookTests|DocumentationTests'

# Side by side with others, in turn: training and whole commands beside PyTorch, tables beside pandas
# and pyarrow. What comes out is kept in bench/results.
bench: bench-training bench-commands bench-tables

RESULTS = bench/results/$(shell date +%Y-%m-%d)

# torch.compile needs a compiler of C++.
bench-training: build
	scripts/require g++
	@mkdir -p bench/results
	$$(scripts/python) bench/training.py $(IMPLODE) --json $(RESULTS)-training.json

# From the shell to the first step, and from momenta to positions.
bench-commands: build
	@mkdir -p bench/results
	$$(scripts/python) bench/commands.py $(IMPLODE) --json $(RESULTS)-commands.json

# Making and reading data sets, beside pandas and pyarrow.
bench-tables: build
	@mkdir -p bench/results
	swift build -c release --product read-bench
	$$(scripts/python) bench/tables.py $(IMPLODE) .build/release/read-bench \
	  --json $(RESULTS)-tables.json

# Posteriors of noisy momenta from all geometries, beside those from the samples of a model; minutes.
compare-posteriors: build
	$$(scripts/python) bench/posteriors.py $(IMPLODE)

# A folder that runs where Swift is not installed, such as a cluster's nodes.
bundle: deps
	scripts/bundle

# Records all that tests compare with (launches, losses, help texts, tables, keys), after an intended
# change.
snapshots: deps
	suites=$$(grep -rl 'Snapshot\.' Tests --include='*Tests.swift' | sed 's|.*/||; s|\.swift||' | \
	  paste -sd '|') && \
	  IMPLODE_RECORD_SNAPSHOTS=1 swift test -c release --filter "$$suites"

clean:
	swift package clean
