// page_fleet.js - the part "Fleet" of the settings: which message broker the device tells. Nothing is sent before "Apply",
// because half an address is none. Secrets are written here, and never shown.
//
// SPDX-License-Identifier: Apache-2.0
import {ask} from './page_api.js';
import {byId, listen, tell, toast} from './page_dom.js';

const LINKS = {off: 'Off.', waits: 'Not connected', connects: 'Connecting', connected: 'Connected'};
const FLEET_TEXTS = ['host', 'user', 'id', 'base', 'group', 'model_key'], SECRETS = ['password', 'ca'];
const SWITCHES = ['enabled', 'tls', 'home_assistant', 'keep_events'];

function showFleet({settings, link, problem, queued, lost}) {
    const fields = byId('fleet-form').elements;
    for (const name of [...FLEET_TEXTS, 'tcp_port']) fields[name].value = settings[name];
    for (const name of SWITCHES) fields[name].checked = settings[name];
    for (const name of SECRETS) {
        fields[name].value = '';
        fields[name].placeholder = settings[`has_${name}`] ? 'kept; write another one over it' : '';
    }
    byId('fleet-link').textContent = LINKS[link] + (problem && link !== 'off' ? `: ${problem}.` : link === 'off' ? '' : '.')
        + (queued ? ` ${queued} events wait.` : '') + (lost ? ` ${lost} were lost.` : '');
    byId('fleet-unsigned').hidden = settings.model_key !== '';
}

async function loadFleet() {
    try {
        showFleet(await ask('GET', '/api/fleet'));
        byId('fleet-form').hidden = false;
    } catch (problem) {
        byId('fleet-form').hidden = true;
        if (problem.status !== 404) tell('problem', problem);
    }
}

async function applyFleet(event) {
    event.preventDefault();
    const fields = byId('fleet-form').elements, patch = {tcp_port: Number(fields.tcp_port.value)};
    for (const name of FLEET_TEXTS) patch[name] = fields[name].value.trim();
    for (const name of SWITCHES) patch[name] = fields[name].checked;
    for (const name of SECRETS) if (fields[name].value) patch[name] = fields[name].value;
    try {
        showFleet(await ask('PATCH', '/api/fleet', patch));
        toast('Applied.');
        setTimeout(loadFleet, 4000);
    } catch (problem) {
        tell('problem', problem);
    }
}

export function startFleet() {
    byId('fleet-form').addEventListener('submit', applyFleet);
    listen('tab', (name) => name === 'settings' && loadFleet());
}
