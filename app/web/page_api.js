// page_api.js - requests to the device, the token they need, and what is known of the device.
//
// The token comes in the fragment of the address, which no server sees, and is kept for as long as the tab is open.
//
// SPDX-License-Identifier: Apache-2.0
import {byId, tell} from './page_dom.js';

// The newest answers of the API; each change is told under the same name.
export const device = {settings: null, model: null, status: null};

// Some models have a class for what is none of the rest: then they may be sure of that.
export const isRest = (answer) => answer.kind === 'other' && answer.class === device.model?.contract.other &&
    answer.confidence >= (device.settings?.threshold ?? 0);

// What stands for a class, or for none.
export function labelText(answer) {
    if (answer.kind === 'nothing') return 'Nothing there';
    if (isRest(answer)) return 'Something else';
    return answer.kind === 'other' ? 'Not sure' : answer.label;
}

let token = sessionStorage.getItem('token') ?? '';

export function takeTokenFromAddress() {
    const found = new URLSearchParams(location.hash.slice(1)).get('token');
    if (found) {
        keepToken(found);
        history.replaceState(null, '', location.pathname);
    }
    byId('unlock').hidden = token !== '';
}

function keepToken(text) {
    token = text;
    sessionStorage.setItem('token', text);
    byId('unlock').hidden = text !== '';
}

// Asks for a token; true if one was given.
export function askForToken(wrong) {
    const dialog = byId('token-dialog'), text = byId('token-text');
    byId('token-wrong').hidden = !wrong;
    text.value = '';
    dialog.returnValue = '';
    if (!dialog.open) dialog.showModal();
    text.focus();
    return new Promise((resolve) => {
        dialog.addEventListener('close', () => {
            const given = dialog.returnValue === 'ok' ? text.value.trim() : '';
            if (given) keepToken(given);
            resolve(given !== '');
        }, {once: true});
    });
}

// What went wrong, as a sentence for people.
export class Problem extends Error {
    constructor(status, detail) {
        super(detail);
        this.status = status;
    }
}

function problemOf(status, text) {
    try {
        return new Problem(status, JSON.parse(text).detail);
    } catch {
        return new Problem(status, `The device answered ${status}.`);
    }
}

// A device that is gone does not say so: after this time there is no answer to a question. Changes may take longer.
const ANSWER_MS = 10000;

// Sends a request and gives the JSON of the answer (null if there is none). `send`: a Blob, or an object for JSON.
export async function ask(method, path, send) {
    const blob = send instanceof Blob;
    for (let tried = false;; tried = true) {
        if (method !== 'GET' && !token && !path.startsWith('/api/classify') && !await askForToken(false))
            throw new Problem(401, 'Nothing was changed: this needs the token.');
        const headers = {};
        if (method !== 'GET' && token) headers.Authorization = `Bearer ${token}`;
        if (send) headers['Content-Type'] = blob ? send.type : 'application/json';
        let response;
        try {
            response = await fetch(path, {method, headers, body: blob || !send ? send : JSON.stringify(send),
                signal: method === 'GET' ? AbortSignal.timeout(ANSWER_MS) : null});
        } catch {
            throw new Problem(0, 'The device does not answer.');
        }
        if (response.ok) return response.status === 204 ? null : response.json();
        if (response.status !== 401 || !await askForToken(tried || token !== ''))
            throw problemOf(response.status, await response.text());
    }
}

// PUT of a file, with progress(fraction) while it is sent; fetch does not tell.
export async function upload(path, file, progress) {
    if (!token && !await askForToken(false)) throw new Problem(401, 'Nothing was changed: this needs the token.');
    try {
        return await put(path, file, progress);
    } catch (problem) {
        if (problem.status !== 401 || !await askForToken(true)) throw problem;
        return upload(path, file, progress);
    }
}

function put(path, file, progress) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('PUT', path);
        request.setRequestHeader('Authorization', `Bearer ${token}`);
        request.setRequestHeader('Content-Type', 'application/octet-stream');
        request.upload.onprogress = (event) => progress(event.loaded / event.total);
        request.onerror = () => reject(new Problem(0, 'The connection broke. The model in use stays; try again.'));
        request.onload = () => {
            if (request.status === 200) resolve(JSON.parse(request.responseText));
            else reject(problemOf(request.status, request.responseText));
        };
        request.send(file);
    });
}

// Fetches settings, model or status again and tells it.
export async function refresh(name) {
    device[name] = await ask('GET', `/api/${name}`);
    tell(name, device[name]);
}

export async function changeSettings(patch) {
    device.settings = await ask('PATCH', '/api/settings', patch);
    tell('settings', device.settings);
}
