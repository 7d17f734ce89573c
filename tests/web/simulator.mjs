// simulator.mjs - `thimble serve` as a process with a store of its own, and a browser to look at its page.
//
// From the environment: THIMBLE (the command), BROWSER (Chromium), MODULES (a folder with node_modules), SCREENSHOTS.
//
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const {THIMBLE, BROWSER, MODULES, SCREENSHOTS} = process.env;
export const TOKEN = 'page-test-token';
export const DESK = {viewport: {width: 1280, height: 860}};
export const PHONE = {viewport: {width: 390, height: 844}, deviceScaleFactor: 2, isMobile: true, hasTouch: true};

const require = createRequire(path.join(MODULES, 'package.json'));
const {chromium} = require('playwright-core');
export const axe_source = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Calls `ask` until it gives something true; what it gave last is in the message of the failure.
export async function eventually(what, ask, limit_ms = 30000) {
    const end = Date.now() + limit_ms;
    for (let found; ; await wait(100)) {
        found = await ask();
        if (found) return found;
        assert.ok(Date.now() < end, `${what}: not within ${limit_ms / 1000} s`);
    }
}

async function freePort() {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const {port} = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

export class Simulator {
    static async start() {
        const simulator = new Simulator();
        simulator.port = await freePort();
        simulator.store = fs.mkdtempSync(path.join(os.tmpdir(), 'thimble-page-'));
        simulator.url = `http://localhost:${simulator.port}/`;
        await simulator.run();
        return simulator;
    }

    async run() {
        this.output = '';
        this.process = spawn(THIMBLE, ['serve', '--port', String(this.port), '--token', TOKEN, '--store', this.store]);
        for (const stream of [this.process.stdout, this.process.stderr])
            stream.on('data', (text) => { this.output += text; });
        this.ended = new Promise((resolve) => this.process.once('exit', resolve));
        this.ended.then(() => { this.process = null; });
        await eventually('the simulator answers', async () => {
            assert.ok(this.process, `thimble serve ended: ${this.output}`);
            return (await this.get('status').catch(() => null))?.sample;
        });
    }

    async stop() {
        this.process?.kill('SIGTERM');
        await this.ended;
    }

    async end() {
        await this.stop();
        fs.rmSync(this.store, {recursive: true});
    }

    async get(name) {
        const response = await fetch(`${this.url}api/${name}`);
        return response.json();
    }

    async send(method, name, body, type = 'application/json') {
        const response = await fetch(`${this.url}api/${name}`,
            {method, body, headers: {Authorization: `Bearer ${TOKEN}`, 'Content-Type': type}});
        assert.ok(response.ok, `${method} ${name}: ${response.status} ${response.ok ? '' : await response.text()}`);
        return response.status === 204 ? null : response.json();
    }
}

export function startBrowser() {
    const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
    return chromium.launch({executablePath: BROWSER, args: ['--no-sandbox', '--disable-dev-shm-usage', ...camera]});
}

// A page with the token, or without one. `page.complaints` gathers all that the browser did not like: errors of scripts
// and of the content policy, requests to anywhere else. Answers of 4xx that a test provokes are no complaint.
export async function openPage(browser, simulator, look = DESK, fragment = `#token=${TOKEN}`) {
    const context = await browser.newContext({...look, permissions: ['camera']});
    const page = await context.newPage();
    page.setDefaultTimeout(30000);
    page.complaints = [];
    page.on('pageerror', (error) => page.complaints.push(error.message));
    page.on('console', (message) => {
        const answered = /Failed to load resource/.test(message.text());
        if (message.type() === 'error' && !answered) page.complaints.push(message.text());
    });
    page.on('request', (request) => {
        if (!request.url().startsWith(simulator.url) && !request.url().startsWith('blob:'))
            page.complaints.push(`a request to ${request.url()}`);
    });
    await page.goto(simulator.url + fragment);
    await page.waitForSelector('[data-link=live]');
    return page;
}

export async function closePage(page) {
    const {complaints} = page;
    await page.context().close();
    assert.deepEqual(complaints, []);
}

export const textOf = async (page, selector) => (await page.textContent(selector)).trim();

// A number that changes whenever the canvas does, and how many different colours there are.
export function lookAt(page, selector) {
    return page.evaluate((wanted) => {
        const canvas = document.querySelector(wanted), colours = new Set();
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) {
            const colour = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
            colours.add(colour);
            sum = (sum * 31 + colour) % 4294967291;
        }
        return {sum, colours: colours.size, width: canvas.width, height: canvas.height};
    }, selector);
}

export async function screenshot(page, name) {
    await page.screenshot({path: path.join(SCREENSHOTS, `${name}.png`)});
}
