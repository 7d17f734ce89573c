// page_main.js - starts the parts of the page, and what belongs to none of them: tabs, keys, the state of the link.
//
// SPDX-License-Identifier: Apache-2.0
import {askForToken, device, refresh, takeTokenFromAddress} from './page_api.js';
import {startCaptures} from './page_captures.js';
import {startCompare} from './page_compare.js';
import {startDevice} from './page_device.js';
import {byId, listen, tell, toast} from './page_dom.js';
import {startFleet} from './page_fleet.js';
import {startInput} from './page_input.js';
import {followEvents, followVideo} from './page_link.js';
import {startModel} from './page_model.js';
import {startNow} from './page_now.js';
import {startSettings, togglePause} from './page_settings.js';
import {currentSample, isStill, startStage} from './page_stage.js';

const STATUS_EVERY_MS = 5000;
const tabs = [...document.querySelectorAll('[role=tab]')];

function openTab(name) {
    for (const tab of tabs) {
        const open = tab.id === `tab-${name}`;
        tab.setAttribute('aria-selected', String(open));
        tab.tabIndex = open ? 0 : -1;
        byId(tab.getAttribute('aria-controls')).hidden = !open;
    }
    document.body.dataset.tab = name;
    sessionStorage.setItem('tab', name);
    tell('tab', name);
}

function startTabs() {
    for (const tab of tabs) tab.addEventListener('click', () => openTab(tab.id.slice(4)));
    byId('tabs').addEventListener('keydown', (event) => {
        const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        if (!step) return;
        const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
    });
    listen('open-tab', openTab);
    const last = sessionStorage.getItem('tab');
    openTab(byId(`tab-${last}`) ? last : 'now');
}

// One word for the corner; over the video, if there is none, a sentence and what to do.
const STATES = {
    connecting: ['Connecting', 'Looking for the device', ''],
    lost: ['Reconnecting', 'Reconnecting…', 'The device does not answer. All goes on where it was as soon as it does.'],
    paused: ['Paused', 'Paused', ''],
    silent: ['No camera', 'No picture from the camera', 'Check its cable, or use your own camera.'],
    live: ['Live', '', ''],
};

let link = 'connecting';  // or 'live', 'lost'

function showState() {
    let state = link;
    if (link === 'live' && device.settings?.paused) state = 'paused';
    else if (link === 'live' && device.status?.state === 'no_camera') state = 'silent';
    const [word, sentence, advice] = STATES[state], rate = state === 'live' && currentSample();
    document.body.dataset.link = state;
    byId('link').lastChild.textContent = rate ? `${word}, ${rate.frames_per_second.toFixed(1)} fps` : word;
    const veiled = sentence !== '' && !isStill();
    byId('veil').hidden = !veiled;
    byId('veil').firstElementChild.textContent = sentence;
    byId('veil').lastElementChild.textContent = advice;
    byId('view').classList.toggle('still', veiled);
}

function startState() {
    listen('link', (state) => {
        if (state === 'live' && link === 'lost') byId('spoken').textContent = 'Connected again';
        if (state === 'lost' && link === 'live') byId('spoken').textContent = 'Reconnecting';
        link = state;
        showState();
    });
    for (const news of ['settings', 'status', 'still']) listen(news, showState);
    listen('sample', () => {
        if (device.status?.state === 'no_camera') device.status.state = 'running';
        showState();
    });
    setInterval(() => link === 'live' && !document.hidden && refresh('status').catch(() => {}), STATUS_EVERY_MS);
}

function startKeys() {
    addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
        if (event.target.closest('input, textarea, select')) return;
        if (event.key === 'c') tell('keep');
        if (event.key === 'p') togglePause();
    });
}

takeTokenFromAddress();
startStage();
startNow();
startCaptures();
startModel();
startSettings();
startCompare();
startFleet();
startDevice();
startInput();
startState();
startKeys();
startTabs();
listen('problem', (problem) => toast(problem.message, {bad: true}));
listen('changed', ({what}) => what.forEach((name) => {
    if (name === 'captures') tell('captures');
    else refresh(name).catch(() => {});
}));
byId('unlock').addEventListener('click', () => askForToken(false));
showState();
followEvents();
followVideo();
