// console.h - commands on the serial console.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CONSOLE_H
#define THIMBLE_CONSOLE_H

// Starts the task. NULL, or what is wrong.
const char *console_start(void);

#endif
