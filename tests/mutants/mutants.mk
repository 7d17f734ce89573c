# mutants.mk - the quick programs that have to notice a fault, built from a copy of the sources: only what a fault
# changes is compiled again. Objects lie beside their sources.
# SPDX-License-Identifier: Apache-2.0
CC ?= cc
includes := engine/include engine/src tests/engine tests/fuzz tests/replay
CFLAGS := -std=c11 -O1 -w -ffp-contract=off -MMD $(addprefix -I,$(includes))

sources := $(wildcard engine/src/*.c engine/src/ops/*.c engine/src/ops/*/*.c)
engine := $(sources:.c=.o)
# The ops once more for each other target.
op_folders := $(filter-out %.c,$(wildcard engine/src/ops/*))
ops := $(filter $(foreach folder,$(op_folders),$(folder)/$(notdir $(folder)).c) engine/src/ops/all_ops.c,$(sources))
targets := $(ops:.c=.portable.o) $(ops:.c=.xtensa.o) $(ops:.c=.riscv.o)
support := $(patsubst %.c,%.o,$(filter-out %_test.c,$(wildcard tests/engine/*.c)) tests/fuzz/model_map.c)
replay := tests/replay/replay_host.o tests/replay/replay.o
tests := arith_test plan_test runner_test rare_ops_test

programs: replay_host $(tests)

replay_host: $(replay) $(targets) $(engine)
	$(CC) -o $@ $^ -lm -pthread

$(tests): %: tests/engine/%.o $(support) $(engine)
	$(CC) -o $@ $^ -lm

%.portable.o: %.c
	$(CC) $(CFLAGS) -DTHIMBLE_TARGET_PORTABLE -DTHIMBLE_OP_SUFFIX=_portable -c -o $@ $<

%.xtensa.o: %.c
	$(CC) $(CFLAGS) -DTHIMBLE_TARGET_XTENSA -DTHIMBLE_OP_SUFFIX=_xtensa -c -o $@ $<

%.riscv.o: %.c
	$(CC) $(CFLAGS) -DTHIMBLE_TARGET_RISCV -DTHIMBLE_OP_SUFFIX=_riscv -c -o $@ $<

%.o: %.c
	$(CC) $(CFLAGS) -c -o $@ $<

.PHONY: programs
-include $(engine:.o=.d) $(targets:.o=.d) $(support:.o=.d) $(replay:.o=.d) $(addprefix tests/engine/,$(tests:=.d))
