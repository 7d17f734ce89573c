# Makefile - the front door: installs what a command needs, then lets CMake do the work.
# SPDX-License-Identifier: Apache-2.0
MODEL   ?= models/fashion_64k.tflite
DATASET ?= /usr/share/datasets/fashion-mnist
IMAGES  ?= $(DATASET)/t10k-images-idx3-ubyte.gz
LABELS  ?= $(DATASET)/t10k-labels-idx1-ubyte.gz
PREFIX  ?= /usr/local
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help run eval build test check bench soak fuzz mutants train format install clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## recognise the sample pictures, then evaluate the 10,000 test images
	@tools/setup run
	@$(MAKE) --no-print-directory compile
	@build/thimble classify $(MODEL) samples/*.png --show
	@build/thimble eval $(MODEL) --images $(IMAGES) --labels $(LABELS)

eval: ## evaluate MODEL=file.tflite on the test images (or IMAGES= and LABELS=)
	@tools/setup run
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

bench: ## time each op of MODEL here, and count its instructions on emulated chips
	@tools/setup bench
	@$(MAKE) --no-print-directory compile
	@build/thimble bench $(MODEL)

fuzz: ## look for files that break the engine, for SECONDS=600
	@tools/setup fuzz

train: ## train the model anew (hours)
	@tools/setup train

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
