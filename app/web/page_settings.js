// page_settings.js - the panel "Settings": every change is sent at once, and what the device answers is shown.
//
// SPDX-License-Identifier: Apache-2.0
import {changeSettings, device} from './page_api.js';
import {byId, listen, percent, tell} from './page_dom.js';
import {startRegion} from './page_region.js';

const WAIT_MS = 250;  // after the last movement of a slider
const TEXTS = {
    threshold: percent,
    hysteresis: percent,
    smoothing_frames: (value) => (value === 1 ? 'off' : `${value} frames`),
    frames_per_second: (value) => `at most ${value}`,
};
const REGION = ['top', 'left', 'height', 'width'];

let pending = {}, timer = 0;

// Changes are gathered, so that a slider sends one request and not one per step.
function changeSoon(patch, wait_ms = 0) {
    Object.assign(pending, patch);
    clearTimeout(timer);
    timer = setTimeout(() => {
        const sent = pending;
        pending = {};
        changeSettings(sent).catch((problem) => {
            if (device.settings) showSettings(device.settings);
            tell('problem', problem);
        });
    }, wait_ms);
}

function showSlider(input) {
    const text = TEXTS[input.name](Number(input.value));
    input.parentElement.querySelector('output').textContent = text;
    input.setAttribute('aria-valuetext', text);
}

// What is being changed here at this moment is left alone.
function showSettings(settings) {
    const fields = byId('settings-form').elements;
    for (const name of Object.keys(TEXTS)) {
        if (!(name in pending)) fields[name].value = settings[name];
        showSlider(fields[name]);
    }
    fields.mode.value = settings.mode;
    fields.polarity.value = settings.polarity;
    fields.mirror.checked = settings.mirror;
    for (const name of REGION)
        if (fields[name] !== document.activeElement) fields[name].value = Math.round(settings.region[name] / 10);
    const {width, height} = settings.region;
    byId('whole-region').disabled = width === 1000 && height === 1000;
    const button = byId('pause');
    button.setAttribute('aria-pressed', String(settings.paused));
    button.querySelector('use').setAttribute('href', settings.paused ? '#i-play' : '#i-pause');
    button.lastChild.textContent = settings.paused ? 'Go on' : 'Pause';
}

// The four numbers as a region that lies in the frame.
function regionOfNumbers(fields) {
    const thousandths = (name) => Math.round(Number(fields[name].value) * 10) || 0;
    const value = (name, least) => Math.min(1000, Math.max(least, thousandths(name)));
    const height = value('height', 100), width = value('width', 100);
    const top = Math.min(value('top', 0), 1000 - height), left = Math.min(value('left', 0), 1000 - width);
    return {top, left, height, width};
}

function onInput(event) {
    const {name, type, value, checked} = event.target;
    if (type === 'range') {
        showSlider(event.target);
        changeSoon({[name]: Number(value)}, WAIT_MS);
    } else if (type === 'checkbox') changeSoon({[name]: checked});
    else if (type === 'radio') changeSoon({[name]: value});
}

export function togglePause() {
    if (device.settings) changeSoon({paused: !device.settings.paused});
}

export function startSettings() {
    const form = byId('settings-form');
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', onInput);
    form.addEventListener('change', (event) => {
        if (event.target.type === 'number') changeSoon({region: regionOfNumbers(form.elements)});
    });
    const whole = {top: 0, left: 0, height: 1000, width: 1000};
    byId('whole-region').addEventListener('click', () => changeSoon({region: whole}));
    byId('pause').addEventListener('click', togglePause);
    startRegion((region) => changeSoon({region}));
    listen('settings', showSettings);
}
