// page_input.js - pictures from here instead of from the device: dropped, pasted, chosen, or this computer's camera.
//
// A picture is made a JPEG of at most 640x480 first, which every device can decode; large photos need not travel. The
// camera's frames go to the device and come back in its video, so what is seen is what the device saw.
//
// SPDX-License-Identifier: Apache-2.0
import {ask} from './page_api.js';
import {byId, listen, tell, toast} from './page_dom.js';
import {leaveStill, showStill} from './page_stage.js';

const PICTURE = {width: 640, height: 480, quality: 0.92}, FRAME = {width: 320, height: 240, quality: 0.8};
const LEAST_FRAME_MS = 60;

// Scales to fit, also if it stands upright; gives {jpeg, bitmap}.
async function toJpeg(source, width, height, most) {
    const [w, h] = width >= height ? [most.width, most.height] : [most.height, most.width];
    const scale = Math.min(1, w / width, h / height);
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const jpeg = await canvas.convertToBlob({type: 'image/jpeg', quality: most.quality});
    return {jpeg, bitmap: canvas};
}

async function recognise(file) {
    let bitmap;
    try {
        bitmap = await createImageBitmap(file);
    } catch {
        const name = file.name || 'This';
        toast(`${name} is no picture that this browser can read. JPEG and PNG work everywhere.`, {bad: true});
        return;
    }
    const picture = await toJpeg(bitmap, bitmap.width, bitmap.height, PICTURE);
    try {
        showStill(picture, await ask('POST', '/api/classify', picture.jpeg));
    } catch (problem) {
        tell('problem', problem);
    }
}

let camera = null;  // the MediaStream while it runs

async function sendFrames(video) {
    while (camera) {
        const begin = Date.now();
        const {jpeg} = await toJpeg(video, video.videoWidth, video.videoHeight, FRAME);
        try {
            await ask('POST', '/api/frames', jpeg);
        } catch (problem) {
            if (problem.status !== 503) {
                stopCamera();
                tell('problem', problem);
            }
        }
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, LEAST_FRAME_MS - (Date.now() - begin))));
    }
}

function stopCamera() {
    camera?.getTracks().forEach((track) => track.stop());
    camera = null;
    showCameraButton();
}

function showCameraButton() {
    byId('own-camera').setAttribute('aria-pressed', String(camera !== null));
    byId('own-camera').lastChild.textContent = camera ? 'Stop camera' : 'My camera';
}

// Browsers lend the camera to pages from this computer or over HTTPS only; elsewhere a photo is taken instead.
async function toggleCamera() {
    if (camera) return stopCamera();
    if (!navigator.mediaDevices?.getUserMedia) return byId('camera-file').click();
    try {
        const wanted = {facingMode: 'environment', width: 640, height: 480};
        camera = await navigator.mediaDevices.getUserMedia({video: wanted});
    } catch (error) {
        const why = error.name === 'NotAllowedError' ?
            'The browser did not allow the camera. Allow it beside the address, then try again.' :
            'No camera was found here. A picture works as well.';
        return toast(why, {bad: true});
    }
    leaveStill();
    showCameraButton();
    const video = document.createElement('video');
    video.muted = video.playsInline = true;
    video.srcObject = camera;
    await video.play();
    return sendFrames(video);
}

function takeFile(file) {
    if (!file) return;
    if (file.name.endsWith('.tflite')) tell('model-file', file);
    else recognise(file);
}

function startDropping() {
    let depth = 0;  // dragenter and dragleave come for every element on the way
    const show = (change) => {
        depth = Math.max(0, depth + change);
        document.body.classList.toggle('dropping', depth > 0);
    };
    addEventListener('dragenter', () => show(1));
    addEventListener('dragleave', () => show(-1));
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
        event.preventDefault();
        show(-depth);
        takeFile(event.dataTransfer.files[0]);
    });
    addEventListener('paste', (event) => takeFile(event.clipboardData.files[0]));
}

export function startInput() {
    byId('open-picture').addEventListener('click', () => byId('picture-file').click());
    byId('own-camera').addEventListener('click', toggleCamera);
    for (const id of ['picture-file', 'camera-file']) {
        byId(id).addEventListener('change', (event) => {
            takeFile(event.target.files[0]);
            event.target.value = '';
        });
    }
    startDropping();
    listen('link', (state) => state === 'lost' && camera && stopCamera());
}
