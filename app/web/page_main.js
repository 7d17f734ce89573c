// page_main.js - shows the label as it changes.
// SPDX-License-Identifier: Apache-2.0
new EventSource('/events').addEventListener('decision', (event) => {
    document.querySelector('#label').textContent = JSON.parse(event.data).label;
});
