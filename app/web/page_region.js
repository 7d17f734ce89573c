// page_region.js - the part of the picture to look at, drawn on the video with a finger or a mouse.
//
// A region is in thousandths of the frame and at least 100 of them wide and high, as the settings want it.
//
// SPDX-License-Identifier: Apache-2.0
import {byId, listen} from './page_dom.js';
import {setBox} from './page_stage.js';

const LEAST = 100, WHOLE = 1000;
let stopDrawing = null;

// Where a pointer is, in thousandths of the frame, which the view shows as large as it fits.
function pointOf(event) {
    const view = byId('view'), room = view.getBoundingClientRect(), {width, height} = byId('overlay').viewBox.baseVal;
    const scale = Math.min(room.width / width, room.height / height);
    const x = (event.clientX - room.left - room.width / 2) / (width * scale) + 0.5;
    const y = (event.clientY - room.top - room.height / 2) / (height * scale) + 0.5;
    const clamp = (value) => Math.round(Math.min(1, Math.max(0, value)) * WHOLE);
    return {x: clamp(view.classList.contains('mirrored') ? 1 - x : x), y: clamp(y)};
}

function regionOf(a, b) {
    const width = Math.max(LEAST, Math.abs(a.x - b.x)), height = Math.max(LEAST, Math.abs(a.y - b.y));
    return {
        top: Math.min(a.y, b.y, WHOLE - height), left: Math.min(a.x, b.x, WHOLE - width), height, width,
    };
}

function showDrawn(region) {
    const {width, height} = byId('overlay').viewBox.baseVal;
    setBox(byId('drawn'), region && {top: region.top * height / WHOLE, left: region.left * width / WHOLE,
        height: region.height * height / WHOLE, width: region.width * width / WHOLE});
}

// From the first touch to the last; then `drawn(region)`. Escape leaves everything as it was.
function startDrawing(drawn) {
    const view = byId('view'), until = new AbortController(), options = {signal: until.signal};
    let start = null;
    stopDrawing = () => {
        until.abort();
        stopDrawing = null;
        showDrawn(null);
        view.classList.remove('drawing');
        byId('draw-region').setAttribute('aria-pressed', 'false');
    };
    view.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        view.setPointerCapture(event.pointerId);
        start = pointOf(event);
    }, options);
    view.addEventListener('pointermove', (event) => start && showDrawn(regionOf(start, pointOf(event))), options);
    view.addEventListener('pointerup', (event) => {
        if (!start) return;
        const region = regionOf(start, pointOf(event));
        stopDrawing();
        drawn(region);
    }, options);
    addEventListener('keydown', (event) => event.key === 'Escape' && stopDrawing(), options);
    view.classList.add('drawing');
    byId('draw-region').setAttribute('aria-pressed', 'true');
    view.scrollIntoView({block: 'nearest'});
}

export function startRegion(drawn) {
    byId('draw-region').addEventListener('click', () => (stopDrawing ? stopDrawing() : startDrawing(drawn)));
    listen('tab', () => stopDrawing?.());
}
