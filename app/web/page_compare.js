// page_compare.js - one picture looked at in each way, so that the difference can be seen without switching.
//
// SPDX-License-Identifier: Apache-2.0
import {ask, labelText} from './page_api.js';
import {byId, make, makeStitches, percent, tell} from './page_dom.js';
import {currentFrame} from './page_stage.js';

const MODES = [['garment', 'Find the garment'], ['scene', 'With surroundings'], ['plain', 'Plain resize']];

function makeRow(name, answer) {
    const stitches = makeStitches(), nothing = answer.kind === 'nothing';
    stitches.set(nothing ? 0 : answer.confidence);
    return make('li', {}, make('span', {}, name), stitches.element,
        make('output', {}, nothing ? labelText(answer) : `${answer.label} ${percent(answer.confidence)}`));
}

async function compare() {
    const frame = currentFrame();
    if (!frame) return;
    try {
        const rows = [];
        for (const [mode, name] of MODES)
            rows.push(makeRow(name, await ask('POST', `/api/classify?mode=${mode}`, frame.jpeg)));
        byId('comparison').replaceChildren(...rows);
    } catch (problem) {
        tell('problem', problem);
    }
}

export function startCompare() {
    byId('compare').addEventListener('click', compare);
}
