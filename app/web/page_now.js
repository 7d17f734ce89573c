// page_now.js - the panel "Now": a bar per class, the last decisions, where the time of a frame goes.
//
// SPDX-License-Identifier: Apache-2.0
import {device, labelText} from './page_api.js';
import {byId, listen, make, makeStitches, milliseconds, percent} from './page_dom.js';
import {isStill} from './page_stage.js';

const MOST_BARS = 12, MOST_DECISIONS = 24, THUMBNAIL = 156, FRESH_FRAMES = 10;
// Of a frame; the time until it came from the camera is shown, but is no work.
const STAGES = [['decode', 'Decode'], ['vision', 'Vision'], ['engine', 'Model'], ['decide', 'Decide'],
    ['capture', 'Wait for camera']];
const WORK = STAGES.slice(0, -1);

let bars = [];  // one per class, or one per rank if there are too many classes

function makeBars(labels) {
    const count = Math.min(labels.length, MOST_BARS);
    bars = Array.from({length: count}, () => {
        const name = make('span'), stitches = makeStitches(), value = make('output');
        return {row: make('li', {}, name, stitches.element, value), name, stitches, value};
    });
    byId('bars').replaceChildren(...bars.map((bar) => bar.row));
    showProbabilities([], labels);
}

function showProbabilities(probabilities, labels) {
    let order = labels.map((_, index) => index);
    if (labels.length > MOST_BARS) order = order.sort((a, b) => probabilities[b] - probabilities[a]);
    const best = probabilities.indexOf(Math.max(...probabilities));
    bars.forEach((bar, place) => {
        const index = order[place], value = probabilities[index];
        if (bar.name.textContent !== labels[index]) bar.name.textContent = labels[index];
        bar.row.classList.toggle('leading', index === best);
        bar.stitches.set(value ?? 0);
        bar.value.textContent = value === undefined ? '' : percent(value);
    });
}

function showTimes(times, framesPerSecond) {
    const total = WORK.reduce((sum, [name]) => sum + times[name], 0);
    byId('frame-total').textContent = milliseconds(total) +
        (framesPerSecond === undefined ? '' : ` of work, ${framesPerSecond.toFixed(1)} frames per second`);
    WORK.forEach(([name], index) => {
        byId('times').children[index].style.flexGrow = times[name];
    });
    STAGES.forEach(([name], index) => {
        byId('time-list').children[index].lastChild.textContent = milliseconds(times[name]);
    });
}

// The part of the frame that the answer is about, as a square.
function drawThumbnail(canvas, bitmap, crop) {
    const {left, top, width, height} = crop;
    const side = Math.min(Math.max(width, height) * 1.1, bitmap.width, bitmap.height);
    const within = (middle, size) => Math.min(Math.max(0, middle - side / 2), size - side);
    canvas.getContext('2d').drawImage(bitmap, within(left + width / 2, bitmap.width),
        within(top + height / 2, bitmap.height), side, side, 0, 0, THUMBNAIL, THUMBNAIL);
    canvas.classList.add('drawn');
}

// Video and events are two connections, and either may be ahead: a thumbnail waits for the frame of its decision. One
// that is long over, as after a reconnect, gets none.
let waitingThumbnails = [], newestFrame = null, newestSample = null;

function drawThumbnails() {
    const reached = Math.min(newestFrame?.number ?? 0, newestSample?.frame ?? 0);
    for (const {frame, canvas} of waitingThumbnails)
        if (frame <= reached && newestFrame.number - frame < FRESH_FRAMES)
            drawThumbnail(canvas, newestFrame.bitmap, newestSample.crop);
    waitingThumbnails = waitingThumbnails.filter(({frame}) => frame > reached);
}

const clock = (unix_ms) => new Date(unix_ms || Date.now()).toLocaleTimeString([], {timeStyle: 'short'});

function addDecision(decision) {
    const list = byId('decisions'), known = list.querySelector(`[data-id="${decision.id}"]`);
    if (known) return;
    const canvas = make('canvas', {width: THUMBNAIL, height: THUMBNAIL, 'aria-hidden': 'true'});
    waitingThumbnails.push({frame: decision.frame, canvas});
    const sureness = make('span', {}, decision.kind === 'nothing' ? '' : percent(decision.confidence));
    newestDecision = {...decision, sureness};
    list.prepend(make('li', {'data-id': decision.id}, canvas, make('b', {}, labelText(decision)), sureness,
        make('span', {}, clock(decision.unix_ms))));
    while (list.children.length > MOST_DECISIONS) list.lastChild.remove();
    drawThumbnails();
}

// A decision is made when it is just sure enough; the list says how sure it became.
let newestDecision = null;

function raiseSureness(sample) {
    const shown = newestDecision;
    if (!shown || sample.kind === 'nothing' || sample.label !== shown.label || sample.confidence <= shown.confidence) return;
    shown.confidence = sample.confidence;
    shown.sureness.textContent = percent(sample.confidence);
}

export function startNow() {
    byId('times').append(...WORK.map(() => make('i')));
    byId('time-list').append(...STAGES.map(([, name]) => make('div', {}, make('dt', {}, name), make('dd'))));
    listen('model', (model) => makeBars(model.contract.labels));
    listen('frame', (frame) => {
        newestFrame = frame;
        drawThumbnails();
    });
    listen('sample', (sample) => {
        newestSample = sample;
        drawThumbnails();
        raiseSureness(sample);
        if (isStill() || !device.model) return;
        showProbabilities(sample.probabilities, device.model.contract.labels);
        showTimes(sample.times_us, sample.frames_per_second);
    });
    listen('still', (answer) => {
        if (!answer) return;
        showProbabilities(answer.probabilities, answer.labels);
        showTimes(answer.times_us);
    });
    listen('decision', addDecision);
    listen('restart', () => {
        byId('decisions').replaceChildren();
        newestFrame = newestSample = newestDecision = null;
    });
}
