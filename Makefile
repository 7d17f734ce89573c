# Makefile - the front door: installs what a command needs, then lets CMake do the work.
# SPDX-License-Identifier: Apache-2.0
MODEL   ?= models/fashion_64k.tflite
DATASET ?= /usr/share/datasets/fashion-mnist
IMAGES  ?= $(DATASET)/t10k-images-idx3-ubyte.gz
LABELS  ?= $(DATASET)/t10k-labels-idx1-ubyte.gz
PREFIX  ?= /usr/local
SECONDS ?= 600
SEED    ?= 1
ARGS    ?=
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help run eval build test check soak mutants bench fuzz train models-report format install clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

# Without a terminal too it runs until it is ended, as a server does. A MODEL that is named here is the one it starts with.
run: ## camera to label, on a page; ARGS= for its options, ARGS=--once evaluates on the test images and ends
	@tools/setup $(if $(filter --once,$(ARGS)),eval,run)
	@$(MAKE) --no-print-directory compile
	@$(if $(filter --once,$(ARGS)),$(MAKE) --no-print-directory once, \
	    XDG_STATE_HOME=$(CURDIR)/build/state exec build/thimble serve \
	    $(if $(filter command environment,$(firstword $(origin MODEL))),--model $(MODEL)) $(ARGS))

# The sample pictures, then the 10,000 test images.
.PHONY: once
once:
	@build/thimble classify $(MODEL) samples/*.png --show
	@if [ -e $(IMAGES) ]; then build/thimble eval $(MODEL) --images $(IMAGES) --labels $(LABELS); else \
	    echo "No evaluation: $(IMAGES) is missing (Debian package dataset-fashion-mnist)."; fi

eval: ## evaluate MODEL=file.tflite on the test images (or IMAGES= and LABELS=)
	@tools/setup eval
	@$(MAKE) --no-print-directory compile
	@build/thimble eval $(MODEL) --images $(IMAGES) --labels $(LABELS)

build: ## build the command: build/thimble
	@tools/setup build
	@$(MAKE) --no-print-directory compile

test: ## install what tests need, then run all of them
	@tools/setup test
	@tools/run_tests all

check: ## the tests that need no download, in less than a minute
	@tools/run_tests check

soak: ## compare random models with TensorFlow Lite Micro for HOURS=1 or MINUTES=, until one differs
	@tools/setup soak
	@$(MAKE) --no-print-directory compile
	@HOURS=$(HOURS) MINUTES=$(MINUTES) tests/replay/soak build/tests/replay/replay_host build/failures

mutants: ## make small faults in the engine, one at a time: do the tests notice?
	@tests/mutants/run_mutants

bench: ## time each op of MODEL on this computer, count instructions on emulated chips
	@tools/setup bench
	@$(MAKE) --no-print-directory compile
	@build/thimble bench $(MODEL)
	@bench/bench --ops --write || [ $$? = 77 ]
	@bench/bench_vision || [ $$? = 77 ]

fuzz: ## look for files that break the engine, for SECONDS=600
	@tools/setup fuzz
	@mkdir -p build
	@cmake --preset fuzz >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@unset MAKEFLAGS MAKELEVEL; cmake --build build/fuzz -j $(JOBS)
	@THIMBLE_FUZZ_SECONDS=$(SECONDS) ctest --test-dir build/fuzz -L fuzz --no-tests=error --timeout 0 --verbose

train: ## train MODEL=fashion_10k anew from the data set, or go on where it was stopped (an hour or more)
	@tools/setup train
	@case $(basename $(notdir $(MODEL))) in \
	closet_*) training/train_closet $(basename $(notdir $(MODEL))) $(SEED) ;; \
	*) training/python training/train.py --model $(basename $(notdir $(MODEL))) --seed $(SEED) ;; \
	esac

models-report: ## write models/README.md: what the models cost and reach, with plots
	@tools/setup models-report
	@$(MAKE) --no-print-directory compile
	@training/python training/report.py

format: ## lay out all C files with clang-format
	@tools/check_style --fix

install: ## install the engine and the command under PREFIX=/usr/local
	@tools/setup install
	@$(MAKE) --no-print-directory compile
	@cmake --install build --prefix $(PREFIX)

clean: ## delete build/
	@rm -rf build

# Configures quietly: the log is shown only if something is wrong.
.PHONY: compile
compile:
	@mkdir -p build
	@cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@unset MAKEFLAGS MAKELEVEL; cmake --build build -j $(JOBS)
