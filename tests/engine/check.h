// check.h - checks that print where they failed and go on, for test programs.
//
//     static void plan_is_deterministic(void) { ... CHECK(a == b); CHECK_EQUAL(count, 3); }
//     int main(void) { RUN(plan_is_deterministic); return check_result(); }
//
// SPDX-License-Identifier: Apache-2.0
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct check_state {
    const char *test, *about;  // what is being tested, and with which of many inputs
    unsigned failures;
} check_state;

static check_state checks = {"", "", 0};

enum { CHECK_MOST_LINES = 40 };

static inline bool check_fails(const char *file, int line) {
    if (checks.failures++ >= CHECK_MOST_LINES) {
        return false;
    }
    printf("%s:%d: %s%s%s: ", file, line, checks.test, *checks.about != '\0' ? ", " : "", checks.about);
    return true;
}

static inline void check_true(bool holds, const char *file, int line, const char *expression) {
    if (!holds && check_fails(file, line)) {
        printf("%s\n", expression);
    }
}

static inline void check_equal(long long actual, long long expected, const char *file, int line, const char *expression,
                               const char *wanted) {
    if (actual != expected && check_fails(file, line)) {
        printf("%s is %lld, not %s (%lld)\n", expression, actual, wanted, expected);
    }
}

static inline void check_says(const char *text, const char *part, const char *file, int line) {
    if ((text == NULL || strstr(text, part) == NULL) && check_fails(file, line)) {
        printf("\"%s\" does not say \"%s\"\n", text != NULL ? text : "NULL", part);
    }
}

#define CHECK(condition) check_true((condition), __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(actual, expected) \
    check_equal((long long)(actual), (long long)(expected), __FILE__, __LINE__, #actual, #expected)
#define CHECK_SAYS(text, part) check_says((text), (part), __FILE__, __LINE__)  // the text contains the part

#define RUN(function) (checks.test = #function, checks.about = "", function())

// What main returns.
static inline int check_result(void) {
    if (checks.failures != 0) {
        printf("%u checks failed\n", checks.failures);
    }
    return checks.failures != 0;
}

// Pseudo-random numbers that are the same everywhere.
static inline uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

// 0 .. limit-1
static inline uint32_t random_below(uint64_t *state, uint32_t limit) {
    return (uint32_t)((uint64_t)next_random(state) * limit >> 32);
}

#endif
