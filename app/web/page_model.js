// page_model.js - the panel "Model": what runs, another one by upload, back to the one before, its contract.
//
// SPDX-License-Identifier: Apache-2.0
import {ask, device, upload} from './page_api.js';
import {byId, bytes, fillFacts, fillTiles, largeNumber, listen, make, makeStitches, tell, toast} from './page_dom.js';

const SOURCES = {built_in: 'built in', slot_a: 'slot A', slot_b: 'slot B'};
const POLARITIES = {light_on_dark: 'light on dark', as_is: 'as the camera sees', negate: 'negatives'};
const SEES = {garment: 'the garment alone', scene: 'the garment and its surroundings', plain: 'the whole frame'};
const MOST_NAME_BYTES = 31;

const arena = makeStitches(), uploadBar = makeStitches();

function showModel(model) {
    const {contract} = model, {input} = contract;
    byId('model-name').textContent = model.name;
    byId('model-source').textContent = SOURCES[model.source];
    fillTiles(byId('model-facts'), [
        [contract.accuracy === undefined ? undefined : `${(contract.accuracy * 100).toFixed(1)} %`, 'right'],
        [bytes(model.file_bytes), 'flash'],
        [bytes(model.arena_bytes), 'memory to run'],
        [largeNumber(model.mac_count), 'multiplications'],
    ]);
    byId('arena-text').replaceChildren(make('span', {}, 'Memory it needs'),
        make('span', {}, `${bytes(model.arena_bytes)} of ${bytes(model.arena_limit_bytes)}`));
    arena.set(model.arena_bytes / model.arena_limit_bytes);
    byId('rollback').hidden = !model.can_roll_back;
    byId('rollback').textContent = `Go back to ${model.previous}`;
    fillFacts(byId('model-details'), [
        ['Measured', contract.accuracy_of],
        ['Made by', contract.origin],
        ['Input', `${input.height} × ${input.width} ${input.colour}, ${input.type}`],
        ['Trained on pictures', POLARITIES[contract.polarity]],
        ['Looks at', SEES[contract.see]],
        ['Labels', contract.labels_known ? contract.labels.join(', ') : `${contract.labels.length}, without names`],
        ['Ops', model.op_count],
        ['SHA-256', model.sha256],
        ['Largest upload', bytes(model.slot_bytes)],
    ]);
    showContract(contract);
    showChips(model.chips ?? []);
}

function showContract(contract) {
    const form = byId('contract');
    form.hidden = !contract.editable;
    if (form.hidden || form.contains(document.activeElement)) return;
    form.elements.labels.value = contract.labels.join('\n');
    form.elements.polarity.value = contract.polarity;
    form.elements.see.value = contract.see;
}

async function changeContract(event) {
    event.preventDefault();
    const {labels, polarity, see} = byId('contract').elements;
    const lines = labels.value.split('\n').map((line) => line.trim()).filter(Boolean);
    try {
        device.model = await ask('PATCH', '/api/model', {labels: lines, polarity: polarity.value, see: see.value});
        document.activeElement.blur();
        tell('model', device.model);
        toast('The device knows its labels now.');
    } catch (problem) {
        tell('problem', problem);
    }
}

function showChips(chips) {
    byId('chips').hidden = !chips.length;
    byId('chips').querySelector('tbody').replaceChildren(...chips.map((chip) => make('tr', {},
        make('td', {}, `${chip.chip}${chip.clock_mhz ? `, ${chip.clock_mhz} MHz` : ''}`), make('td', {}, `${chip.ms.toFixed(chip.ms < 10 ? 1 : 0)} ms`),
        make('td', {}, bytes(chip.ram_bytes)), make('td', {}, bytes(chip.flash_bytes)))));
}

// A name of at most 31 bytes, cut between characters.
function nameOf(file) {
    let name = file.name.replace(/\.tflite$/, '') || 'model';
    while (new TextEncoder().encode(name).length > MOST_NAME_BYTES) name = name.slice(0, -1);
    return name;
}

// The hash lets the device notice bytes that were damaged on the way; browsers compute it on safe origins only.
async function hashQuery(file) {
    if (!crypto.subtle) return '';
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    return `&sha256=${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

let sending = false;

async function sendModel(file) {
    tell('open-tab', 'model');
    const error = byId('upload-error'), box = byId('uploading'), [line, bar] = [box.firstElementChild, uploadBar];
    error.hidden = true;
    if (sending) return;
    if (file.size > device.model.slot_bytes) {
        error.textContent = `${file.name} has ${bytes(file.size)}; this device takes at most ${bytes(device.model.slot_bytes)}.`;
        error.hidden = false;
        return;
    }
    sending = true;
    box.hidden = false;
    byId('upload').hidden = true;
    try {
        const query = `name=${encodeURIComponent(nameOf(file))}${await hashQuery(file)}`;
        device.model = await upload(`/api/model?${query}`, file, (fraction) => {
            line.firstChild.textContent = fraction < 1 ? `Sending ${file.name}` : 'Checking it and trying it';
            line.lastChild.textContent = `${Math.round(fraction * 100)} %`;
            bar.set(fraction);
        });
        tell('model', device.model);
        toast(`${device.model.name} is in use now.`);
    } catch (problem) {
        error.textContent = problem.message;
        error.hidden = false;
    }
    sending = false;
    box.hidden = true;
    byId('upload').hidden = false;
}

async function rollBack() {
    try {
        device.model = await ask('POST', '/api/model/rollback');
        tell('model', device.model);
        toast(`Back to ${device.model.name}.`);
    } catch (problem) {
        tell('problem', problem);
    }
}

export function startModel() {
    byId('arena').append(arena.element);
    byId('upload-bar').append(uploadBar.element);
    byId('upload-bar').classList.add('busy');
    byId('choose-model').addEventListener('click', () => byId('model-file').click());
    byId('model-file').addEventListener('change', (event) => {
        if (event.target.files[0]) sendModel(event.target.files[0]);
        event.target.value = '';
    });
    byId('rollback').addEventListener('click', rollBack);
    byId('contract').addEventListener('submit', changeContract);
    listen('model', showModel);
    listen('model-file', sendModel);
}
