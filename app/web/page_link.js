// page_link.js - the two connections that never end: events and video. Each comes back by itself.
//
// Both are read with fetch instead of EventSource and <img>, because those do not say when they went silent: a device
// that lost its power sends no goodbye. Events come at least every 5 seconds, so 12 without one mean it is gone.
//
// SPDX-License-Identifier: Apache-2.0
import {refresh, device} from './page_api.js';
import {listen, tell} from './page_dom.js';

const RETRY_MS = 2000, SILENCE_MS = 12000, STREAM_AGAIN_MS = 10000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let lastEventId = '';

function takeEvent(text) {
    let name = 'message', data = '';
    for (const line of text.split('\n')) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        else if (line.startsWith('data:')) data += line.slice(5);
        else if (line.startsWith('id:')) lastEventId = line.slice(3).trim();
    }
    if (data) tell(name, JSON.parse(data));
}

// One connection to the events, until it breaks.
async function readEvents(until) {
    const response = await fetch(`/events${lastEventId && `?last_event_id=${lastEventId}`}`, {signal: until.signal});
    if (!response.ok) throw new Error(`events: ${response.status}`);
    tell('link', 'live');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = '', watch;
    try {
        for (;;) {
            watch = setTimeout(() => until.abort(), SILENCE_MS);
            const {value, done} = await reader.read();
            clearTimeout(watch);
            if (done) return;
            const parts = (waiting + value).replaceAll('\r', '').split('\n\n');
            waiting = parts.pop();
            parts.forEach(takeEvent);
        }
    } finally {
        clearTimeout(watch);
    }
}

// After a restart of the device its events are counted anew, and everything may be different.
async function catchUp() {
    const before = device.status?.uptime_ms ?? 0;
    await refresh('status');
    if (device.status.uptime_ms < before) {
        lastEventId = '';
        tell('restart');
    }
    await Promise.all([refresh('settings'), refresh('model')]);
    tell('captures');
}

export async function followEvents() {
    for (;;) {
        try {
            await catchUp();
            await readEvents(new AbortController());
        } catch {
            // Said below, whatever it was.
        }
        tell('link', 'lost');
        await pause(RETRY_MS);
    }
}

// Cuts a multipart stream into {number, jpeg}: each part has headers (Content-Length, X-Frame), an empty line, and the
// bytes of the JPEG.
class PartReader {
    constructor(found) {
        this.found = found;
        this.bytes = new Uint8Array(0);
    }

    add(more) {
        const joined = new Uint8Array(this.bytes.length + more.length);
        joined.set(this.bytes);
        joined.set(more, this.bytes.length);
        this.bytes = joined;
        while (this.takePart());
    }

    takePart() {
        const start = this.endOfHeaders();
        if (start < 0) return false;
        const headers = new TextDecoder('latin1').decode(this.bytes.subarray(0, start));
        const numberIn = (name) => Number(new RegExp(`${name}:\\s*(\\d+)`, 'i').exec(headers)?.[1] ?? 0);
        const length = numberIn('content-length');
        if (this.bytes.length < start + length) return false;
        const jpeg = new Blob([this.bytes.slice(start, start + length)], {type: 'image/jpeg'});
        if (length) this.found({number: numberIn('x-frame'), jpeg});
        this.bytes = this.bytes.slice(start + length);
        return true;
    }

    endOfHeaders() {
        for (let i = 3; i < this.bytes.length; i++)
            if (this.bytes[i] === 10 && this.bytes[i - 1] === 13 && this.bytes[i - 2] === 10) return i + 1;
        return -1;
    }
}

// Decodes the newest JPEG only: a slow phone skips frames instead of lagging behind.
let newest = null, decoding = false;

async function decode(frame) {
    newest = frame;
    if (decoding) return;
    decoding = true;
    while (newest) {
        const {number, jpeg} = newest;
        newest = null;
        try {
            tell('frame', {number, jpeg, bitmap: await createImageBitmap(jpeg)});
        } catch {
            // A damaged frame: the next one will do.
        }
    }
    decoding = false;
}

// Where there is no stream to be had, single frames are asked for, one after the other as samples tell of them.
let asking = false, waitingForFrame = false;

async function askForFrame() {
    if (!asking || waitingForFrame || document.hidden) return;
    waitingForFrame = true;
    try {
        const response = await fetch('/api/frame.jpg', {signal: AbortSignal.timeout(SILENCE_MS)});
        if (response.ok) await decode({number: Number(response.headers.get('X-Frame')), jpeg: await response.blob()});
    } catch {
        // The next sample asks again.
    }
    waitingForFrame = false;
}

// One connection to the video, until it breaks; true if it gave a frame.
async function readVideo(until) {
    let found = false;
    try {
        const response = await fetch('/stream', {signal: until.signal});
        const reader = response.ok && response.body.getReader();
        const parts = new PartReader((frame) => {
            found = true;
            asking = false;
            decode(frame);
        });
        for (let piece; reader && !(piece = await reader.read()).done;) parts.add(piece.value);
    } catch {
        // Gone: the events say so.
    }
    return found;
}

// The video costs the device a connection, so there is none while nobody looks at the page. WebKit gives such streams
// to <img> alone, which tells neither numbers nor ends, and a device has few of them: then it is single frames.
export async function followVideo() {
    let until = new AbortController();
    document.addEventListener('visibilitychange', () => document.hidden && until.abort());
    addEventListener('pagehide', () => until.abort());
    listen('link', (state) => state === 'lost' && until.abort());
    listen('sample', askForFrame);
    for (;;) {
        until = new AbortController();
        asking = !document.hidden && !await readVideo(until);
        await pause(asking ? STREAM_AGAIN_MS : RETRY_MS / 4);
    }
}
