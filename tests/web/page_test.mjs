// page_test.mjs - the page in a real browser, against the real simulator.
//
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {
    axe_source, closePage, DESK, eventually, lookAt, openPage, PHONE, screenshot, SCREENSHOTS, Simulator, startBrowser,
    textOf, TOKEN, wait,
} from './simulator.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const boot = path.join(root, 'samples/scenes/scene_00_ankle_boot.jpg');
const model_file = path.join(root, 'models/fashion_64k.tflite');
const PANELS = ['now', 'captures', 'model', 'settings', 'device'];
let simulator, browser;

before(async () => {
    simulator = await Simulator.start();
    browser = await startBrowser();
});

after(async () => {
    await browser?.close();
    await simulator?.end();
});

const openTab = (page, name) => page.click(`#tab-${name}`);

// What the page shows, as the API calls it.
const shownLabel = async (page) => {
    const text = await textOf(page, '#label');
    return {'Nothing there': 'nothing', 'Not sure': 'other', 'Something else': 'other'}[text] ?? text;
};

const chooseModel = (page, name, buffer) =>
    page.setInputFiles('#model-file', {name, mimeType: 'application/octet-stream', buffer});
const modelIs = (page, wanted) =>
    page.waitForFunction((name) => document.querySelector('#model-name').textContent === name, wanted);

test('the token leaves the address and stays for the session', async () => {
    const page = await openPage(browser, simulator);
    assert.equal(new URL(page.url()).hash, '');
    await page.reload();
    await page.waitForSelector('[data-link=live]');
    assert.equal(await page.isVisible('#unlock'), false);
    await closePage(page);
});

test('video, model’s eye, bars and times are live', async () => {
    const page = await openPage(browser, simulator);
    const first = await eventually('the video is drawn', async () => {
        const seen = await lookAt(page, '#video');
        return seen.colours > 100 && seen;
    });
    assert.ok(first.width >= 240 && first.width <= 640);
    await eventually('the video moves', async () => (await lookAt(page, '#video')).sum !== first.sum);
    await eventually('the model’s eye is drawn', async () => (await lookAt(page, '#seen')).colours > 3, 40000);
    const {contract} = await simulator.get('model');
    assert.deepEqual(await page.locator('#bars li span').allTextContents(), contract.labels);
    await eventually('one bar leads', async () => await page.locator('#bars .leading').count() === 1);
    assert.match(await textOf(page, '#frame-total'), /^[\d.]+ ms of work, [\d.]+ frames per second$/);
    assert.match(await textOf(page, '#link'), /^Live, [\d.]+ fps$/);
    await closePage(page);
});

test('where a browser has no streams, single frames take their place', async () => {
    const page = await openPage(browser, simulator);
    await page.route('**/stream', (route) => route.abort());
    await page.reload();
    await page.waitForSelector('[data-link=live]');
    const first = await eventually('the video is drawn', async () => {
        const seen = await lookAt(page, '#video');
        return seen.colours > 100 && seen;
    });
    await eventually('the video moves', async () => (await lookAt(page, '#video')).sum !== first.sum);
    await closePage(page);
});

test('the label follows what is in the picture, and decisions are listed and spoken', async () => {
    const page = await openPage(browser, simulator), labels = new Set();
    await eventually('three different labels', async () => {
        labels.add(await shownLabel(page));
        return labels.size >= 3;
    }, 90000);
    const decision = (await simulator.get('status')).decision;
    await eventually('the newest decision is in the list',
        async () => Number(await page.getAttribute('#decisions li', 'data-id')) >= decision.id);
    await eventually('it has a picture', async () => await page.locator('#decisions canvas.drawn').count() >= 1);
    await eventually('the list says how sure it became', async () => {
        const [listed, now] = [await textOf(page, '#decisions li span'), await textOf(page, '#confidence')];
        return now !== '' && Number.parseInt(listed, 10) >= 75;
    }, 60000);
    const {labels: known} = (await simulator.get('model')).contract, spoken = await textOf(page, '#spoken');
    const right = ['Nothing there', 'Not sure', 'Something else'].includes(spoken) || known.some((label) => spoken.startsWith(`${label}, `));
    assert.ok(right, spoken);
    await closePage(page);
});

test('a dropped picture is recognised, and the video comes back', async () => {
    const page = await openPage(browser, simulator);
    await page.waitForFunction(() => document.querySelectorAll('#bars li').length > 0);
    const bytes = fs.readFileSync(boot).toString('base64');
    await page.evaluate((text) => {
        const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), transfer = new DataTransfer();
        transfer.items.add(new File([data], 'boot.jpg', {type: 'image/jpeg'}));
        const drop = new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true});
        document.querySelector('#view').dispatchEvent(drop);
    }, bytes);
    await page.waitForSelector('#leave-picture:visible');
    assert.equal(await shownLabel(page), 'Ankle boot');
    assert.match(await textOf(page, '#bars .leading'), /^Ankle boot/);
    await screenshot(page, 'dropped');
    await page.click('#leave-picture');
    const still = await lookAt(page, '#video');
    await eventually('the video moves again', async () => (await lookAt(page, '#video')).sum !== still.sum);
    await closePage(page);
});

test('what is no picture is refused in words', async () => {
    const page = await openPage(browser, simulator);
    const notes = {name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture')};
    await page.setInputFiles('#picture-file', notes);
    await page.waitForSelector('#toasts .bad');
    assert.match(await textOf(page, '#toasts .bad'), /notes\.jpg is no picture/);
    await closePage(page);
});

test('this computer’s camera goes through the device', async () => {
    const page = await openPage(browser, simulator);
    await page.click('#own-camera');
    const source = async () => (await simulator.get('status')).camera.source;
    await eventually('pushed frames are recognised', async () => await source() === 'pushed');
    assert.equal(await page.getAttribute('#own-camera', 'aria-pressed'), 'true');
    await page.click('#own-camera');
    await eventually('the own camera is back', async () => await source() === 'camera');
    await closePage(page);
});

test('a picture is kept, gets another label, and is deleted', async () => {
    const page = await openPage(browser, simulator);
    await openTab(page, 'captures');
    await page.waitForSelector('#no-captures:visible');
    await page.click('#keep');
    await page.click('#label-choices >> text="Sneaker"');
    await page.waitForSelector('#gallery li');
    assert.deepEqual((await simulator.get('captures')).captures.map((capture) => capture.label), ['Sneaker']);
    await page.click('#gallery button');
    await page.fill('#other-label', 'Slipper');
    await page.click('#use-other');
    await page.waitForSelector('#gallery >> text="Slipper"');
    assert.equal((await simulator.get('captures')).captures[0].label, 'Slipper');
    const [zip] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
    assert.equal(fs.readFileSync(await zip.path()).subarray(0, 4).toString('latin1'), 'PK\x03\x04');
    await screenshot(page, 'captures');
    await page.click('#gallery button');
    await page.click('#delete-capture');
    await page.waitForSelector('#no-captures:visible');
    assert.equal((await simulator.get('captures')).count, 0);
    await closePage(page);
});

test('an upload is used, a bad one is refused and changes nothing, and back it goes', async () => {
    const page = await openPage(browser, simulator);
    await openTab(page, 'model');
    await page.waitForFunction(() => document.querySelector('#model-name').textContent !== '');
    const before = await simulator.get('model'), file = fs.readFileSync(model_file);

    await chooseModel(page, 'second.tflite', file);
    await modelIs(page, 'second');
    const second = await simulator.get('model');
    assert.equal(second.name, 'second');
    assert.match(second.source, /^slot_/);

    await chooseModel(page, 'zeros.tflite', Buffer.alloc(5000));
    await page.waitForSelector('#upload-error:visible');
    await chooseModel(page, 'half.tflite', file.subarray(0, file.length / 2));
    await page.waitForSelector('#upload-error', {state: 'hidden'});
    await page.waitForSelector('#upload-error:visible');
    assert.ok((await textOf(page, '#upload-error')).length > 20, 'it says why');
    await screenshot(page, 'refused');
    assert.equal((await simulator.get('model')).sha256, second.sha256);
    assert.equal(await textOf(page, '#model-name'), 'second');
    const frames = (await simulator.get('status')).loop.samples;
    await eventually('the old model goes on', async () => (await simulator.get('status')).loop.samples > frames + 5);

    // A refused upload overwrote the slot that was not in use, so what there is to go back to is the device's to say.
    const {previous} = await simulator.get('model');
    await page.click('#rollback');
    await modelIs(page, previous);
    assert.equal((await simulator.get('model')).name, previous);
    assert.equal(previous, before.name);
    await closePage(page);
});

test('a model that does not name its classes is asked about, and then names them', async () => {
    const page = await openPage(browser, simulator);
    await openTab(page, 'model');
    await page.waitForFunction(() => document.querySelector('#model-name').textContent !== '');
    const nameless = fs.readFileSync(model_file);
    nameless.write('nameless', nameless.indexOf('thimble.json'));
    await chooseModel(page, 'mine.tflite', nameless);
    await page.waitForSelector('#contract:visible');
    assert.match(await textOf(page, '#contract-note'), /^mine\.tflite does not say what its 10 outputs mean/);
    await page.fill('#contract [name=labels]', 'one\ntwo');
    await page.click('#contract [value=with]');
    await page.waitForSelector('#upload-error >> text=/10 outputs, but here are 2 labels/');
    const letters = [...'abcdefghij'].map((letter) => `kind ${letter}`);
    await page.fill('#contract [name=labels]', letters.join('\n'));
    await page.check('#contract [value=scene]', {force: true});
    await screenshot(page, 'contract');
    await page.click('#contract [value=with]');
    await modelIs(page, 'mine');
    const {contract} = await simulator.get('model');
    assert.deepEqual([contract.labels, contract.labels_known, contract.see], [letters, true, 'scene']);
    await openTab(page, 'now');
    await eventually('the bars have the names', async () => await textOf(page, '#bars li span') === 'kind a');

    // As it is: the classes stay without names, and the device says so.
    await openTab(page, 'model');
    await chooseModel(page, 'bare.tflite', nameless);
    await page.click('#contract [value=without]');
    await modelIs(page, 'bare');
    assert.equal((await simulator.get('model')).contract.labels_known, false);
    await simulator.send('PUT', 'model?name=fashion_64k', fs.readFileSync(model_file), 'application/octet-stream');
    await closePage(page);
});

test('what the model would take on chips is told', async () => {
    const page = await openPage(browser, simulator);
    await openTab(page, 'model');
    await page.waitForSelector('#chips:visible');
    const rows = await page.locator('#chips tbody tr').allTextContents();
    assert.equal(rows.length, 3);
    assert.match(rows[1], /^ESP32-S3, 240 MHz[\d.]+ ms[\d.]+ KB[\d.]+ KB$/);
    await closePage(page);
});

test('settings are applied, and survive a reload', async () => {
    const page = await openPage(browser, simulator);
    await openTab(page, 'settings');
    await page.locator('[name=threshold]').fill('0.35');
    await page.check('[name=mode][value=plain]', {force: true});
    await page.check('[name=mirror]');
    await page.click('#draw-region');
    const view = await page.locator('#view').boundingBox();
    await page.mouse.move(view.x + view.width * 0.2, view.y + view.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(view.x + view.width * 0.7, view.y + view.height * 0.9, {steps: 4});
    await page.mouse.up();
    const settings = await eventually('the device has them', async () => {
        const now = await simulator.get('settings');
        return now.threshold === 0.35 && now.mode === 'plain' && now.mirror && now.region.width !== 1000 && now;
    });
    // Mirrored: what is drawn from 20 to 70 % from the left lies from 30 to 80 % in the frame.
    for (const [name, wanted] of Object.entries({top: 100, left: 300, height: 800, width: 500}))
        assert.ok(Math.abs(settings.region[name] - wanted) <= 5, `${name}: ${settings.region[name]}, not ${wanted}`);
    await screenshot(page, 'settings');
    await page.reload();
    await page.waitForSelector('[data-link=live]');
    await eventually('they are shown', async () => await page.inputValue('[name=threshold]') === '0.35');
    assert.equal(await page.isChecked('[name=mode][value=plain]'), true);
    assert.equal(await page.isChecked('[name=mirror]'), true);
    assert.equal(await page.inputValue('[name=width]'), '50');
    await page.click('#whole-region');
    await eventually('the region is whole again', async () => (await simulator.get('settings')).region.width === 1000);
    await simulator.send('PATCH', 'settings', JSON.stringify({threshold: 0.6, mode: 'model', mirror: false}));
    await eventually('what others change is shown', async () => await page.inputValue('[name=threshold]') === '0.6');
    await closePage(page);
});

test('one picture is compared in each way of looking', async () => {
    const page = await openPage(browser, simulator);
    await page.setInputFiles('#picture-file', boot);
    await page.waitForSelector('#leave-picture:visible');
    await openTab(page, 'settings');
    await page.click('#compare');
    await page.waitForSelector('#comparison li:nth-child(3)');
    const rows = await page.locator('#comparison li').allTextContents();
    assert.match(rows[0], /^Find the garmentAnkle boot \d+ %$/);
    assert.match(rows[2], /^Plain resize.+$/);
    await screenshot(page, 'compared');
    await closePage(page);
});

test('pause and go on, by key', async () => {
    const page = await openPage(browser, simulator);
    await page.keyboard.press('p');
    await page.waitForSelector('#veil:visible >> text="Paused"');
    await eventually('the device pauses', async () => (await simulator.get('status')).state === 'paused');
    await page.keyboard.press('p');
    await eventually('the device goes on', async () => (await simulator.get('status')).state === 'running');
    await page.waitForSelector('#veil', {state: 'hidden'});
    await closePage(page);
});

test('without a token everything can be seen, and a change asks for it', async () => {
    const page = await openPage(browser, simulator, DESK, '');
    assert.equal(await page.isVisible('#unlock'), true);
    await page.click('#pause');
    await page.fill('#token-text', 'guessed');
    await page.click('#token-dialog .patch');
    await page.waitForSelector('#token-wrong:visible');
    assert.equal((await simulator.get('status')).state, 'running');
    await page.fill('#token-text', TOKEN);
    await page.click('#token-dialog .patch');
    await eventually('the change is made', async () => (await simulator.get('status')).state === 'paused');
    await simulator.send('PATCH', 'settings', '{"paused": false}');
    await closePage(page);
});

test('the page comes back by itself after a restart of the device', async () => {
    await simulator.send('PATCH', 'settings', '{"threshold": 0.55}');
    const page = await openPage(browser, simulator);
    await eventually('a sample is there', async () => await shownLabel(page) !== '');
    await simulator.stop();
    await page.waitForSelector('[data-link=lost]');
    assert.equal(await textOf(page, '#link'), 'Reconnecting');
    assert.equal(await page.isVisible('#veil'), true);
    await screenshot(page, 'reconnecting');
    await simulator.run();
    await page.waitForSelector('[data-link=live]', {timeout: 20000});
    const before = await lookAt(page, '#video');
    await eventually('the video moves again', async () => (await lookAt(page, '#video')).sum !== before.sum);
    assert.equal(await page.inputValue('[name=threshold]'), '0.55');
    await simulator.send('PATCH', 'settings', '{"threshold": 0.6}');
    await closePage(page);
});

test('a device that went silent without a word is noticed', async () => {
    const page = await openPage(browser, simulator);
    simulator.process.kill('SIGSTOP');
    await page.waitForSelector('[data-link=lost]');
    simulator.process.kill('SIGCONT');
    await page.waitForSelector('[data-link=live]');
    const before = await lookAt(page, '#video');
    await eventually('the video moves again', async () => (await lookAt(page, '#video')).sum !== before.sum);
    await closePage(page);
});

test('it fits a phone', async () => {
    for (const [width, height] of [[320, 640], [390, 844], [844, 390]]) {
        const page = await openPage(browser, simulator, {...PHONE, viewport: {width, height}});
        for (const panel of PANELS) {
            await openTab(page, panel);
            await wait(200);
            const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
            assert.ok(fits, `${panel} fits ${width}`);
            if (width > 320) await screenshot(page, `phone-${panel}-${width}`);
        }
        const small = await page.evaluate(() => [...document.querySelectorAll('#actions button, #tabs button')]
            .filter((button) => button.offsetParent && button.offsetHeight < 40).map((button) => button.id));
        assert.deepEqual(small, [], 'buttons that a thumb misses');
        await closePage(page);
    }
});

test('keyboard and screen reader find everything', async () => {
    for (const colorScheme of ['light', 'dark']) {
        const page = await openPage(browser, simulator, {...DESK, colorScheme, reducedMotion: 'reduce'});
        await page.evaluate(axe_source);
        await page.focus('#tab-now');
        for (const panel of PANELS) {
            assert.equal(await page.evaluate(() => document.activeElement.id), `tab-${panel}`);
            assert.equal(await page.isVisible(`#${panel}`), true);
            await wait(300);
            const {violations} = await page.evaluate(() => axe.run());
            const found = violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
            assert.deepEqual(found, [], `${panel}, ${colorScheme}`);
            await screenshot(page, `${panel}-${colorScheme}`);
            await page.keyboard.press('ArrowRight');
        }
        await page.keyboard.press('c');
        await page.waitForSelector('#label-dialog[open]');
        const {violations} = await page.evaluate(() => axe.run('#label-dialog'));
        assert.deepEqual(violations.map((violation) => violation.id), []);
        await page.keyboard.press('Escape');
        await closePage(page);
    }
});

// Written anew by every run; who wants README to show it copies it to tests/web/thimble_page.jpg.
test('a picture for README', async () => {
    const fresh = await Simulator.start(), page = await openPage(browser, fresh), begin = Date.now();
    await eventually('a sure label and some decisions', async () => {
        const sure = Number.parseInt(await textOf(page, '#confidence'), 10) > 95 && !await page.isVisible('#hint');
        const wanted = await shownLabel(page) === 'Dress' || Date.now() - begin > 60000;
        const settled = (await textOf(page, '#bars .leading')).startsWith(await shownLabel(page));
        return settled && sure && wanted && await page.locator('#decisions canvas.drawn').count() >= 5;
    }, 120000);
    await page.evaluate(() => { document.querySelector('#host').style.visibility = 'hidden'; });  // this computer's name
    const file = path.join(SCREENSHOTS, 'thimble_page.jpg');
    await page.screenshot({path: file, type: 'jpeg', quality: 82});
    assert.ok(fs.statSync(file).size <= 150 * 1024, 'at most 150 KB');
    await closePage(page);
    await fresh.end();
});
