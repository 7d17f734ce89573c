// page_stage.js - the video with what the device cut out, the model's eye, the label; sewn together by one thread.
//
//     crop box in the video ──► model's eye ──► line under the label, as long as the confidence
//
// The stage shows the device's frames, or one still picture that was dropped on the page.
//
// SPDX-License-Identifier: Apache-2.0
import {device, isRest, labelText} from './page_api.js';
import {byId, listen, makeStitches, percent, tell} from './page_dom.js';

const HINTS = {
    nothing_there: 'Hold a piece of clothing into the picture',
    too_dark: 'Too dark: more light helps',
    too_bright: 'Too bright: less light helps',
    blurred: 'Blurred: hold it still',
    touches_border: 'Cut off at the edge: move it to the middle',
};

const BOX_MOVES_MS = 200;  // the time of its transition, with some to spare

const underline = makeStitches();
let still = null;  // the picture shown instead of the video
let lastFrame = null, lastSample = null, shownLabel = '';

// The newest frame as it came: {jpeg, bitmap}.
export const currentFrame = () => still ?? lastFrame;
export const currentSample = () => lastSample;
export const isStill = () => still !== null;

export function setBox(element, box) {
    for (const [name, from] of [['x', 'left'], ['y', 'top'], ['width', 'width'], ['height', 'height']])
        element.setAttribute(name, box?.[from] ?? 0);
}

function drawPicture(bitmap) {
    const video = byId('video');
    if (video.width !== bitmap.width || video.height !== bitmap.height) {
        video.width = bitmap.width;
        video.height = bitmap.height;
        // A picture that is higher than wide stands in the middle of a square.
        byId('view').style.setProperty('--ratio', Math.max(1, bitmap.width / bitmap.height));
    }
    video.getContext('2d').drawImage(bitmap, 0, 0);
}

function showBoxes(answer, height, width) {
    byId('overlay').setAttribute('viewBox', `0 0 ${width} ${height}`);
    const box = answer.problems.includes('nothing_there') ? null : answer.crop;
    setBox(byId('crop'), box);
    setBox(byId('crop-shade'), box);
    showRegion(height, width);
}

// What lies outside of the region is shaded.
function showRegion(height, width) {
    const region = device.settings?.region;
    const whole = !region || isStill() || region.width === 1000 && region.height === 1000;
    const [top, left, h, w] = whole ? [] : [region.top * height, region.left * width, region.height * height,
        region.width * width].map((value) => value / 1000);
    byId('outside').setAttribute('d', whole ? '' :
        `M0 0h${width}v${height}h${-width}zM${left} ${top}h${w}v${h}h${-w}z`);
}

function showAnswer(answer) {
    const text = labelText(answer), label = byId('label');
    if (text !== shownLabel) {
        label.textContent = shownLabel = text;
        label.classList.toggle('unsure', answer.kind !== 'class');
        label.classList.remove('fresh');
        void label.offsetWidth;  // so that the animation starts again
        label.classList.add('fresh');
    }
    const nothing = answer.kind === 'nothing';
    underline.set(nothing ? 0 : answer.confidence);
    byId('confidence').textContent = nothing ? '' : percent(answer.confidence);
    byId('sure-text').textContent = nothing ? 'The model rests.' :
        answer.kind === 'other' && !isRest(answer) ? `at best, for ${bestLabel(answer)}` : 'sure';
    const hint = answer.problems.map((problem) => HINTS[problem]).find(Boolean);
    byId('hint').hidden = !hint;
    byId('hint').textContent = hint ?? '';
}

function bestLabel(answer) {
    const labels = answer.labels ?? device.model?.contract.labels ?? [];
    return labels[answer.probabilities.indexOf(Math.max(...answer.probabilities))] ?? 'anything';
}

// The model's input, each of its pixels a small square, like a piece of cross-stitch canvas.
function showSeen(bitmap) {
    const canvas = byId('seen'), context = canvas.getContext('2d'), {width, height} = bitmap;
    // A square is a whole number of the screen's pixels, or some would look wider than others.
    const room = byId('eye').clientWidth * devicePixelRatio;
    const side = Math.max(2, Math.floor(room / Math.max(width, height))), gap = side > 4 ? 1 : 0;
    if (canvas.width !== width * side || canvas.height !== height * side) {
        [canvas.width, canvas.height] = [width * side, height * side];
        canvas.style.width = `${canvas.width / devicePixelRatio}px`;
    }
    context.imageSmoothingEnabled = false;
    context.drawImage(bitmap, 0, 0, width * side, height * side);
    context.fillStyle = getComputedStyle(canvas).backgroundColor;
    for (let x = 1; gap && x < width; x++) context.fillRect(x * side, 0, gap, height * side);
    for (let y = 1; gap && y < height; y++) context.fillRect(0, y * side, width * side, gap);
    byId('seen-size').textContent = `Model’s eye, ${width}×${height}`;
}

let fetchingSeen = false, lastSeen_ms = 0;

async function refreshSeen() {
    if (fetchingSeen || isStill() || Date.now() - lastSeen_ms < 120 || byId('seen').offsetParent === null) return;
    fetchingSeen = true;
    try {
        const response = await fetch('/api/seen.bmp');
        const bitmap = response.ok && await createImageBitmap(await response.blob());
        if (bitmap && !isStill()) showSeen(bitmap);
    } catch {
        // The next sample asks again.
    }
    lastSeen_ms = Date.now();
    fetchingSeen = false;
}

// The thread leaves the box at its foot, enters the model's eye from above, and goes on as the underline. Where the eye
// is beside the video, it goes from side to side.
function sewThread() {
    const path = byId('thread').firstElementChild, stage = byId('stage').getBoundingClientRect();
    const box = byId('crop').getBoundingClientRect(), view = byId('view').getBoundingClientRect();
    const eye = byId('seen').getBoundingClientRect(), line = byId('underline').getBoundingClientRect();
    if (!box.width || !line.width || byId('view').classList.contains('drawing')) return path.setAttribute('d', '');
    const at = (x, y) => `${(x - stage.left).toFixed(1)} ${(y - stage.top).toFixed(1)}`;
    const within = (value, least, most) => Math.min(Math.max(value, least), most);
    let x0 = within(box.left + box.width / 2, view.left + 20, view.right - 20), y0 = Math.min(box.bottom, view.bottom - 6);
    let x1 = eye.left + eye.width / 2, y1 = eye.top, bend_x = 0, bend_y = Math.max(24, (y1 - y0) * 0.8);
    if (eye.left >= view.right) {
        [x0, y0] = [Math.min(box.right, view.right - 6), within(box.top + box.height / 2, view.top + 20, view.bottom - 20)];
        [x1, y1, bend_x, bend_y] = [eye.left, eye.top + eye.height / 2, Math.max(24, (eye.left - x0) * 0.6), 0];
    }
    return path.setAttribute('d',
        `M${at(x0, y0)}C${at(x0 + bend_x, y0 + bend_y)} ${at(x1 - bend_x, y1 - bend_y)} ${at(x1, y1)}` +
        `M${at(eye.right, line.top + line.height / 2)}H${(line.left - stage.left).toFixed(1)}`);
}

function onSample(sample) {
    lastSample = sample;
    if (isStill()) return;
    showBoxes(sample, sample.frame_height, sample.frame_width);
    showAnswer(sample);
    refreshSeen();
    requestAnimationFrame(sewThread);
}

// Shows a picture and what classify said of it, until the user goes back to the live video.
export function showStill(picture, answer) {
    still = picture;
    drawPicture(picture.bitmap);
    showBoxes(answer, answer.picture_height, answer.picture_width);
    showAnswer(answer);
    showSeenOfStill(picture.bitmap, answer);
    byId('leave-picture').hidden = false;
    byId('video').setAttribute('aria-label', 'Your picture');
    setTimeout(sewThread, BOX_MOVES_MS);
    tell('still', answer);
}

// The device keeps no trace of such a picture, so what the model saw is shown as near as the page can: the cut-out.
function showSeenOfStill(bitmap, answer) {
    const {height, width} = device.model?.contract.input ?? {height: 28, width: 28};
    const small = new OffscreenCanvas(width, height).getContext('2d');
    const {left, top, height: h, width: w} = answer.crop, scale = bitmap.width / answer.picture_width;
    const side = Math.max(h, w), fit = [w / side * width, h / side * height];
    small.filter = device.model?.contract.input.channels === 1 ? 'grayscale(1)' : 'none';
    small.imageSmoothingQuality = 'high';
    small.drawImage(bitmap, left * scale, top * scale, w * scale, h * scale,
        (width - fit[0]) / 2, (height - fit[1]) / 2, fit[0], fit[1]);
    showSeen(small.canvas);
    byId('seen-size').textContent = 'What was cut out';
}

export function leaveStill() {
    still = null;
    byId('leave-picture').hidden = true;
    byId('video').setAttribute('aria-label', 'Live video');
    if (lastFrame) drawPicture(lastFrame.bitmap);
    if (lastSample) onSample(lastSample);
    tell('still', null);
}

export function startStage() {
    byId('underline').append(underline.element);
    byId('leave-picture').addEventListener('click', leaveStill);
    listen('frame', (frame) => {
        lastFrame = frame;
        if (!isStill()) drawPicture(frame.bitmap);
    });
    listen('sample', onSample);
    listen('settings', (settings) => {
        byId('view').classList.toggle('mirrored', settings.mirror);
        if (lastSample && !isStill()) showRegion(lastSample.frame_height, lastSample.frame_width);
    });
    listen('decision', (decision) => {
        const sure = decision.kind === 'class' ? `, ${percent(decision.confidence)}` : '';
        byId('spoken').textContent = labelText(decision) + sure;
    });
    addEventListener('resize', sewThread);
    addEventListener('scroll', sewThread, {passive: true});
}
