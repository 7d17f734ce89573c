// actions.c - pins that follow a label.
//
// SPDX-License-Identifier: Apache-2.0
#include "actions.h"

#include <stdlib.h>
#include <string.h>

static bool read_number(const char **text, unsigned long most, unsigned long *number) {
    char *end;
    if (**text < '0' || **text > '9') {
        return false;
    }
    *number = strtoul(*text, &end, 10);
    *text = end;
    return *number <= most;
}

// One rule, up to ';' or the end. NULL, or what is wrong.
static const char *read_rule(const char **text, action *rule) {
    static const char form[] = "A rule is LABEL=PIN, then perhaps ,MILLISECONDS and ,low";
    const char *equals = strchr(*text, '=');
    unsigned long number;
    if (equals == NULL || equals == *text || (size_t)(equals - *text) >= sizeof rule->label) {
        return form;
    }
    *rule = (action){0};
    memcpy(rule->label, *text, (size_t)(equals - *text));
    *text = equals + 1;
    if (strchr(rule->label, ';') != NULL || !read_number(text, 63, &number)) {
        return form;
    }
    rule->pin = (int)number;
    if ((*text)[0] == ',' && (*text)[1] != 'l') {
        *text += 1;
        if (!read_number(text, ACTIONS_LONGEST_PULSE_MS, &number) || number == 0) {
            return "A pulse takes 1 to 60000 milliseconds.";
        }
        rule->pulse_ms = (uint32_t)number;
    }
    if (strncmp(*text, ",low", 4) == 0) {
        rule->is_low = true;
        *text += 4;
    }
    return **text == '\0' || **text == ';' ? NULL : form;
}

const char *actions_read(actions *changed, const char *text, actions_pin_is_free *is_free, void *context) {
    actions wanted = {0};
    if (strlen(text) >= ACTIONS_TEXT_BYTES) {
        return "The rules are longer than 399 characters.";
    }
    while (*text != '\0') {
        if (wanted.count == ACTIONS_LIMIT) {
            return "There are more than 12 rules.";
        }
        action *rule = &wanted.list[wanted.count];
        const char *problem = read_rule(&text, rule);
        if (problem != NULL) {
            return problem;
        }
        if (!is_free(context, rule->pin)) {
            return "A pin is used by the board itself, or cannot be an output.";
        }
        for (size_t i = 0; i < wanted.count; i++) {
            if (wanted.list[i].pin == rule->pin && wanted.list[i].is_low != rule->is_low) {
                return "One pin cannot be on at high and at low.";
            }
        }
        wanted.count++;
        text += *text == ';' ? 1 : 0;
    }
    *changed = wanted;
    return NULL;
}

void actions_step(actions *changed, const char *label, uint64_t now_ms) {
    if (strcmp(changed->shown, label) == 0) {
        return;
    }
    size_t length = strlen(label);
    length = length < sizeof changed->shown ? length : sizeof changed->shown - 1;
    memcpy(changed->shown, label, length);
    changed->shown[length] = '\0';
    changed->since_ms = now_ms;
}

static bool is_on(const actions *from, const action *rule, uint64_t now_ms) {
    return strcmp(rule->label, from->shown) == 0 && (rule->pulse_ms == 0 || now_ms - from->since_ms < rule->pulse_ms);
}

bool actions_level(const actions *from, size_t index, uint64_t now_ms) {
    const action *asked = &from->list[index];
    bool on = false;
    for (size_t i = 0; i < from->count; i++) {
        on |= from->list[i].pin == asked->pin && is_on(from, &from->list[i], now_ms);
    }
    return on != asked->is_low;
}
