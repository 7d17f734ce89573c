// page_captures.js - keeping pictures with a label, and the gallery of those that were kept.
//
// SPDX-License-Identifier: Apache-2.0
import {ask, device, labelText} from './page_api.js';
import {byId, bytesText, listen, make, percent, tell, toast} from './page_dom.js';
import {currentFrame, currentSample, isStill} from './page_stage.js';

const PAGE = 24;
const problemTold = (problem) => tell('problem', problem);

// The dialog for both: shows `bitmap`, asks for a label and gives it to `use`; `remove` is there for kept pictures.
function askForLabel({title, note, bitmap, chosen, use, remove}) {
    const dialog = byId('label-dialog'), canvas = byId('label-picture'), other = byId('other-label');
    byId('label-title').textContent = title;
    byId('label-note').textContent = note;
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const finish = (label) => {
        dialog.close();
        if (label) use(label).catch(problemTold);
    };
    byId('label-choices').replaceChildren(...device.model.contract.labels.map((label) => make('button',
        {type: 'button', 'aria-pressed': String(label === chosen), onclick: () => finish(label)}, label)));
    other.value = device.model.contract.labels.includes(chosen) ? '' : chosen ?? '';
    other.onkeydown = (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        finish(other.value.trim());
    };
    byId('use-other').onclick = () => finish(other.value.trim());
    byId('delete-capture').hidden = !remove;
    byId('delete-capture').onclick = () => {
        dialog.close();
        remove().catch(problemTold);
    };
    dialog.showModal();
    (byId('label-choices').querySelector('[aria-pressed=true]') ?? byId('label-choices').firstChild)?.focus();
}

// The frame that was there when the button was pressed is kept, whatever comes while the label is chosen.
function keepCurrent() {
    const frame = currentFrame(), sample = currentSample();
    if (!frame || !device.model || byId('label-dialog').open) return;
    const shown = byId('label').textContent;
    askForLabel({
        title: 'What is it?',
        note: `The device says: ${isStill() || !sample ? shown : labelText(sample)}.`,
        bitmap: frame.bitmap,
        chosen: shown,
        use: async (label) => {
            const kept = await ask('POST', `/api/captures?label=${encodeURIComponent(label)}`, frame.jpeg);
            toast(`Kept as ${label}`, {action: {text: 'Undo', run: () => remove(kept.id).catch(problemTold)}});
        },
    });
}

async function remove(id) {
    await ask('DELETE', `/api/captures/${id}`);
    tell('captures');
}

async function edit(capture) {
    const picture = await fetch(capture.picture);
    askForLabel({
        title: capture.label,
        note: `The device said: ${capture.predicted}, ${percent(capture.confidence)}. ${timeOf(capture)}`,
        bitmap: await createImageBitmap(await picture.blob()),
        chosen: capture.label,
        use: async (label) => {
            await ask('PATCH', `/api/captures/${capture.id}`, {label});
            tell('captures');
        },
        remove: () => remove(capture.id),
    });
}

const TIME_FORMAT = {dateStyle: 'medium', timeStyle: 'short'};
const timeOf = ({unix_ms}) => (unix_ms ? new Date(unix_ms).toLocaleString([], TIME_FORMAT) : '');

function makeCard(capture) {
    const wrong = capture.predicted !== capture.label;
    return make('li', {}, make('button', {'aria-label': `Change ${capture.label}, number ${capture.id}`,
        onclick: () => edit(capture).catch(problemTold)},
        make('img', {src: capture.picture, alt: '', loading: 'lazy'}), make('b', {}, capture.label),
        make('small', {class: wrong ? 'wrong' : ''}, `${capture.predicted}, ${percent(capture.confidence)}`)));
}

let oldest = 0, stale = true;

async function showPage(before) {
    const list = await ask('GET', `/api/captures?limit=${PAGE}${before ? `&before=${before}` : ''}`);
    const cards = list.captures.map(makeCard), gallery = byId('gallery');
    if (before) gallery.append(...cards);
    else gallery.replaceChildren(...cards);
    oldest = list.captures.at(-1)?.id ?? 0;
    byId('more-captures').hidden = gallery.children.length >= list.count || !cards.length;
    byId('no-captures').hidden = list.count > 0;
    byId('download').hidden = list.count === 0;
    byId('capture-count').textContent =
        list.count ? `${list.count} kept, ${bytesText(list.bytes)} of ${bytesText(list.limit_bytes)}` : '';
}

const isOpen = () => !byId('captures').hidden;

function refreshGallery() {
    stale = !isOpen();
    if (isOpen()) showPage(0).catch(problemTold);
}

export function startCaptures() {
    byId('keep').addEventListener('click', keepCurrent);
    byId('more-captures').addEventListener('click', () => showPage(oldest).catch(problemTold));
    listen('captures', refreshGallery);
    listen('tab', () => stale && refreshGallery());
    listen('keep', keepCurrent);
}
