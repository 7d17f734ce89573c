// page_dom.js - elements, rows of stitches, numbers for people, and news between the parts of the page.
//
// SPDX-License-Identifier: Apache-2.0

export const byId = (id) => document.getElementById(id);

// make('li', {class: 'x', onclick: f}, 'text', child): attributes by name, listeners by "on...".
export function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
        else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
}

// A row of stitches: set(fraction) says how much of it is sewn.
export function makeStitches() {
    const sewn = make('div');
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', 'M2 2H2400');
    svg.append(path);
    sewn.append(svg);
    const element = make('div', {class: 'stitches', 'aria-hidden': 'true'}, sewn);
    return {element, set: (fraction) => { sewn.style.width = `${Math.min(1, Math.max(0, fraction)) * 100}%`; }};
}

// <dt> and <dd> pairs; what is undefined or null is left out.
export function fillFacts(list, facts) {
    list.replaceChildren(...facts.filter(([, value]) => value !== undefined && value !== null && value !== '')
        .flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, String(value))]));
}

// Large numbers with a word below.
export function fillTiles(box, tiles) {
    box.replaceChildren(...tiles.filter(([value]) => value !== undefined && value !== null)
        .map(([value, name]) => make('p', {}, make('b', {}, String(value)), make('span', {}, name))));
}

export const percent = (fraction) => `${Math.round(fraction * 100)} %`;
export const milliseconds = (us) => `${(us / 1000).toFixed(us < 100000 ? 1 : 0)} ms`;

export function bytesText(count) {
    if (count === undefined) return undefined;
    if (count < 1024) return `${count} B`;
    if (count < 1024 * 1024) return `${(count / 1024).toFixed(count < 102400 ? 1 : 0)} KB`;
    return `${(count / 1024 / 1024).toFixed(1)} MB`;
}

export function largeNumber(value) {
    for (const [size, unit] of [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']])
        if (value >= size) return `${(value / size).toPrecision(3)} ${unit}`;
    return String(value);
}

export function duration(ms) {
    const minutes = Math.floor(ms / 60000), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (days) return `${days} d ${hours % 24} h`;
    if (hours) return `${hours} h ${minutes % 60} min`;
    return minutes ? `${minutes} min` : `${Math.floor(ms / 1000)} s`;
}

// A line at the foot of the page; `action` is {text, run}. What went wrong stays longer.
export function toast(text, {bad = false, action} = {}) {
    const line = make('p', {class: bad ? 'bad' : ''}, text);
    if (action) line.append(make('button', {onclick: () => { line.remove(); action.run(); }}, action.text));
    byId('toasts').append(line);
    setTimeout(() => line.remove(), bad ? 8000 : 5000);
}

// News: tell('sample', data) calls all that listen. Names: link, frame, sample, decision, status, settings, model,
// captures, tab.
const listeners = {};

export function listen(name, listener) {
    (listeners[name] ??= []).push(listener);
}

export function tell(name, data) {
    for (const listener of listeners[name] ?? []) listener(data);
}
