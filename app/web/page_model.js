// page_model.js - the panel "Model": what runs, another one by upload, back to the one before, its contract.
//
// SPDX-License-Identifier: Apache-2.0
import {ask, device, upload} from './page_api.js';
import {addContract, readContract} from './page_contract.js';
import {byId, bytesText, fillFacts, fillTiles, largeNumber, listen, make, makeStitches} from './page_dom.js';
import {tell, toast} from './page_dom.js';

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
        [contract.accuracy === undefined ? undefined : `${(contract.accuracy * 100).toFixed(1)} %`, 'right answers'],
        [bytesText(model.file_bytes), 'flash'],
        [bytesText(model.arena_bytes), 'memory to run'],
        [largeNumber(model.mac_count), 'multiplications'],
    ]);
    byId('arena-text').replaceChildren(make('span', {}, 'Memory it needs'),
        make('span', {}, `${bytesText(model.arena_bytes)} of ${bytesText(model.arena_limit_bytes)}`));
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
        ['Largest upload', bytesText(model.slot_bytes)],
    ]);
    showChips(model.chips ?? []);
}

// esp32s3 is written ESP32-S3.
const chipName = (name) => name.toUpperCase().replace(/^(ESP32)(.+)/, '$1-$2');

function showChips(chips) {
    byId('chips').hidden = !chips.length;
    byId('chips').querySelector('tbody').replaceChildren(...chips.map((chip) => make('tr', {},
        make('td', {}, `${chipName(chip.chip)}, ${chip.clock_mhz} MHz`),
        make('td', {}, `${chip.ms.toFixed(chip.ms < 10 ? 1 : 0)} ms`),
        make('td', {}, bytesText(chip.ram_bytes)), make('td', {}, bytesText(chip.flash_bytes)))));
}

// A name of at most 31 bytes, cut between characters.
function nameOf(file) {
    let name = file.name.replace(/\.tflite$/, '') || 'model';
    while (new TextEncoder().encode(name).length > MOST_NAME_BYTES) name = name.slice(0, -1);
    return name;
}

// The hash lets the device notice bytes that were damaged on the way; browsers compute it on safe origins only.
async function hashQuery(bytes) {
    if (!crypto.subtle) return '';
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return `&sha256=${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function showError(text) {
    byId('upload-error').textContent = text;
    byId('upload-error').hidden = !text;
}

// Which of the three is to be seen: the place to drop a file, the questions about it, or the progress of its upload.
function showStep(step) {
    for (const id of ['upload', 'contract', 'uploading']) byId(id).hidden = id !== step;
}

let waiting = null;  // {name, bytes, said}: a file whose contract is asked for

// A file that does not name its classes is asked about before it is sent; what was said is then written into it.
async function takeModel(file) {
    tell('open-tab', 'model');
    if (!byId('uploading').hidden) return;
    showError('');
    const bytes = new Uint8Array(await file.arrayBuffer()), said = readContract(bytes);
    waiting = {name: nameOf(file), bytes, said};
    if (!said || said.json.labels) return sendModel(bytes);
    const {elements} = byId('contract'), {json} = said;
    byId('contract-note').textContent = `${file.name} does not say what its ${said.class_count} outputs mean. ` +
        'Say it here, and it is written into the file.';
    elements.labels.value = Array.from({length: said.class_count}, (_, index) => `class ${index}`).join('\n');
    elements.see.value = json.see ?? (said.channels === 3 ? 'plain' : 'garment');
    elements.polarity.value = json.polarity ?? (said.channels === 3 ? 'as_is' : 'light_on_dark');
    showStep('contract');
    elements.labels.focus();
}

function useContract(event) {
    event.preventDefault();
    const {bytes, said} = waiting, {elements} = byId('contract');
    if (event.submitter?.value === 'without') return sendModel(bytes);
    const labels = elements.labels.value.split('\n').map((line) => line.trim()).filter(Boolean);
    if (labels.length !== said.class_count)
        return showError(`The model has ${said.class_count} outputs, but here are ${labels.length} labels.`);
    const json = {...said.json, labels, see: elements.see.value, polarity: elements.polarity.value};
    if (elements.range.value) json.input = {range: JSON.parse(elements.range.value)};
    return sendModel(addContract(bytes, json));
}

async function sendModel(bytes) {
    const {name} = waiting, {slot_bytes} = device.model, [line] = byId('uploading').children;
    showError('');
    showStep('uploading');
    try {
        if (bytes.length > slot_bytes)
            throw new Error(`${name} has ${bytesText(bytes.length)}; this device takes ${bytesText(slot_bytes)} at most.`);
        const path = `/api/model?name=${encodeURIComponent(name)}${await hashQuery(bytes)}`;
        device.model = await upload(path, bytes, (fraction) => {
            line.firstChild.textContent = fraction < 1 ? `Sending ${name}` : 'Checking it and trying it';
            line.lastChild.textContent = `${Math.round(fraction * 100)} %`;
            uploadBar.set(fraction);
        });
        tell('model', device.model);
        toast(`${device.model.name} is in use now.`);
    } catch (problem) {
        showError(problem.message);
    }
    showStep('upload');
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
        if (event.target.files[0]) takeModel(event.target.files[0]);
        event.target.value = '';
    });
    byId('rollback').addEventListener('click', rollBack);
    byId('contract').addEventListener('submit', useContract);
    listen('model', showModel);
    listen('model-file', takeModel);
}
