// page_device.js - the panel "Device": memory, time, network, counters, and the time of each op.
//
// SPDX-License-Identifier: Apache-2.0
import {ask} from './page_api.js';
import {byId, bytesText, duration, fillFacts, fillTiles, listen, make, makeStitches} from './page_dom.js';
import {milliseconds, tell} from './page_dom.js';

function showStatus(status) {
    const {device, loop, clients, captures} = status;
    byId('host').textContent = device.host_name ?? '';
    byId('safe-mode').hidden = !status.safe_mode;
    fillTiles(byId('device-facts'), [
        [duration(status.uptime_ms), 'awake'],
        [loop.frames_per_second.toFixed(1), 'frames per second'],
        [bytesText(device.memory_free_bytes), 'memory free'],
        [bytesText(device.memory_used_bytes), 'memory used'],
    ]);
    fillFacts(byId('device-details'), [
        ['Thimble', status.version],
        ['Runs on', [device.board, device.chip, device.port].filter(Boolean).join(', ')],
        ['Network', device.network],
        ['Camera', `${status.camera.name}${status.camera.source === 'pushed' ? ', replaced by a browser’s' : ''}`],
        ['Last start', device.reset_reason],
        ['Least memory free', bytesText(device.memory_least_free_bytes)],
        ['Largest free block', bytesText(device.memory_largest_block_bytes)],
        ['Frames seen', `${loop.samples} of ${loop.frames}`],
        ['Frames too large, damaged', `${loop.dropped}, ${loop.bad}`],
        ['Videos', `${clients.streams} of ${clients.stream_limit}`],
        ['Event listeners', `${clients.events} of ${clients.event_limit}`],
        ['Captures', `${captures.count} of ${captures.limit_count}, ${bytesText(captures.bytes)}`],
    ]);
}

async function measure() {
    const button = byId('profile');
    button.disabled = true;
    try {
        const profile = await ask('GET', '/api/profile'), longest = Math.max(...profile.ops.map((op) => op.us), 1);
        byId('ops').replaceChildren(...profile.ops.map((op) => {
            const stitches = makeStitches();
            stitches.set(op.us / longest);
            return make('li', {class: op.us === longest ? 'leading' : ''}, make('span', {}, `${op.index} ${op.name}`),
                stitches.element, make('output', {}, milliseconds(op.us)));
        }));
        byId('op-total').textContent = `${milliseconds(profile.total_us)} in all`;
        button.textContent = 'Again';
    } catch (problem) {
        tell('problem', problem);
    }
    button.disabled = false;
}

export function startDevice() {
    byId('profile').addEventListener('click', measure);
    listen('status', showStatus);
}
