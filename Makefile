# make demo   a first look: the devices of this machine, checked and timed
# make test   lint and every test, on the CPU and on every OpenCL device found
# The others: see below; they need more time or more packages.

BUILD = ocl-icd-opencl-dev opencl-headers libclblast-dev libdnnl-dev zlib1g-dev

.PHONY: demo test build lint deps test-devices test-races test-interop bench bundle snapshots clean

demo: build
	@echo
	.build/release/implode devices --check
	@echo
	.build/release/implode bench

build: deps
	swift build -c release --product implode

# Debug builds check the bounds of every buffer; release builds are what users run. Allocations are
# counted in a process of their own, where no other test makes any.
test: deps lint
	scripts/require pocl-opencl-icd
	swift test
	swift test -c release --skip AllocationTests
	swift test -c release --filter AllocationTests

lint: deps
	scripts/lint

deps:
	@scripts/require-swift
	@scripts/require $(BUILD)

# The table of primitives on Intel's OpenCL runtime for processors.
test-devices: deps
	folder=$$(scripts/intel-runtime) && \
	OCL_ICD_VENDORS=$$folder/libintelocl.so LD_LIBRARY_PATH=$$folder:$$LD_LIBRARY_PATH \
	  swift test --filter OnDevices

# The table of primitives under a simulator that finds data races.
test-races: build
	scripts/require oclgrind
	scripts/test-races

# Files, and training steps, against the Python packages that others use; PyTorch among them.
test-interop: deps
	IMPLODE_PYTHON=$$(scripts/python) && export IMPLODE_PYTHON && \
	  swift test -c release --filter 'RecordTests|DatasetTests|AgreementTests'

bench: build
	.build/release/implode bench

# A folder that runs where Swift is not installed, such as a cluster's nodes.
bundle: deps
	scripts/bundle

# Records the plans and the losses that the tests compare with, after a change that is meant.
snapshots: deps
	IMPLODE_RECORD_SNAPSHOTS=1 swift test -c release --filter 'PlanTests|GoldenRunTests'

clean:
	swift package clean
