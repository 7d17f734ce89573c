// page_contract.js - reads from a .tflite what it says about itself, and writes into it what it does not say.
//
// A .tflite is a FlatBuffer: tables refer to other tables by distances, always forward. So nothing in the file has to
// move inside it: a new root goes in front, which refers to the old lists, and to longer ones of metadata and buffers.
//
//     "TFL3" | new root | buffers: old..., new | metadata: old..., new | thimble.json | the old file, as it was
//
// The device reads the contract from there (SPEC.md, "Metadata"), and so does `thimble info`.
//
// SPDX-License-Identifier: Apache-2.0

const IDENTIFIER = 'TFL3', CONTRACT_NAME = 'thimble.json', ALIGNMENT = 16;
// Fields of the schema's tables Model, SubGraph, Tensor, Metadata and Buffer, by their order.
const MODEL = {version: 0, subgraphs: 2, buffers: 4, metadata: 6, fields: 8};
const SUBGRAPH = {tensors: 0, inputs: 1, outputs: 2}, TENSOR = {shape: 0};
const METADATA = {name: 0, buffer: 1}, BUFFER = {data: 0};

// The places in a FlatBuffer, as byte offsets; 0: not there. Broken offsets throw a RangeError.
class FlatBuffer {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        this.root = this.follow(0);
    }

    follow(place) {
        return place + this.view.getUint32(place, true);
    }

    field(table, index) {
        const layout = table - this.view.getInt32(table, true), entry = 4 + 2 * index;
        const distance = entry < this.view.getUint16(layout, true) ? this.view.getUint16(layout + entry, true) : 0;
        return distance && table + distance;
    }

    // The places of a vector's elements, four bytes each.
    elements(table, index) {
        const field = this.field(table, index);
        if (!field) return [];
        const vector = this.follow(field), count = this.view.getUint32(vector, true);
        if (count * 4 > this.bytes.length) throw new RangeError('a vector longer than its file');
        return Array.from({length: count}, (_, i) => vector + 4 + 4 * i);
    }

    tables(table, index) {
        return this.elements(table, index).map((place) => this.follow(place));
    }

    numbers(table, index) {
        return this.elements(table, index).map((place) => this.view.getInt32(place, true));
    }

    // Of a vector of bytes, or a string.
    text(table, index) {
        const field = this.field(table, index);
        if (!field) return '';
        const vector = this.follow(field), end = vector + 4 + this.view.getUint32(vector, true);
        return new TextDecoder().decode(this.bytes.subarray(vector + 4, end));
    }
}

function metadataOf(file) {
    const buffers = file.tables(file.root, MODEL.buffers);
    return file.tables(file.root, MODEL.metadata).map((table) => {
        const number = file.field(table, METADATA.buffer);
        const buffer = buffers[number ? file.view.getUint32(number, true) : 0];
        return {table, name: file.text(table, METADATA.name), buffer};
    });
}

// {class_count, channels, json}: what the file says, json being {} if it says nothing; null if it is no such file.
export function readContract(bytes) {
    if (new TextDecoder().decode(bytes.subarray(4, 8)) !== IDENTIFIER) return null;
    try {
        const file = new FlatBuffer(bytes), [graph] = file.tables(file.root, MODEL.subgraphs);
        const tensors = file.tables(graph, SUBGRAPH.tensors);
        const shapeOf = (list) => file.numbers(tensors[file.numbers(graph, list)[0]], TENSOR.shape);
        const said = metadataOf(file).find((metadata) => metadata.name === CONTRACT_NAME);
        return {
            class_count: shapeOf(SUBGRAPH.outputs).reduce((product, side) => product * side, 1),
            channels: shapeOf(SUBGRAPH.inputs)[3] ?? 1,
            json: said ? JSON.parse(file.text(said.buffer, BUFFER.data)) : {},
        };
    } catch {
        return null;
    }
}

// Gathers the new front. References are filled in at the end, when all places are known.
class Front {
    constructor() {
        this.bytes = [];
        this.references = [];  // {at, to()}
    }

    get end() { return this.bytes.length; }

    align(to, ahead = 0) {
        while ((this.end + ahead) % to) this.bytes.push(0);
        return this.end;
    }

    add16(...values) {
        for (const value of values) this.bytes.push(value & 255, value >> 8);
    }

    add32(value) {
        this.bytes.push(value & 255, value >>> 8 & 255, value >>> 16 & 255, value >>> 24);
    }

    refer(to) {
        this.references.push({at: this.end, to});
        this.add32(0);
    }

    // A table whose fields are four bytes each; absent ones are null, numbers are values, functions are references.
    addTable(fields) {
        const present = (upTo) => fields.slice(0, upTo).filter((field) => field !== null).length;
        const layout = this.align(4);
        this.add16(4 + 2 * fields.length, 4 + 4 * present());
        this.add16(...fields.map((field, i) => (field === null ? 0 : 4 + 4 * present(i))));
        const table = this.align(4);
        this.add32(table - layout);
        for (const field of fields)
            if (typeof field === 'number') this.add32(field);
            else if (field) this.refer(field);
        return table;
    }

    addReferences(list) {
        const vector = this.align(4);
        this.add32(list.length);
        list.forEach((to) => this.refer(to));
        return vector;
    }

    addBytes(bytes, alignment) {
        const vector = this.align(alignment, 4);
        this.add32(bytes.length);
        this.bytes.push(...bytes, 0);
        return vector;
    }

    finish() {
        this.align(ALIGNMENT);
        const front = Uint8Array.from(this.bytes), view = new DataView(front.buffer);
        for (const {at, to} of this.references) view.setUint32(at, to() - at, true);
        return front;
    }
}

// The file with this contract in it, in place of one that it had.
export function addContract(bytes, json) {
    const file = new FlatBuffer(bytes), front = new Front(), utf8 = (text) => new TextEncoder().encode(text);
    const moved = (place) => () => front.end + place;  // of the old file, behind the finished front
    const buffers = file.tables(file.root, MODEL.buffers).map(moved);
    const others = metadataOf(file).filter((metadata) => metadata.name !== CONTRACT_NAME);
    const places = {};

    front.refer(() => places.root);
    front.bytes.push(...utf8(IDENTIFIER));
    places.root = front.addTable(Array.from({length: MODEL.fields}, (_, index) => {
        const field = file.field(file.root, index);
        if (index === MODEL.buffers) return () => places.buffers;
        if (index === MODEL.metadata) return () => places.metadata;
        if (!field) return null;
        return index === MODEL.version ? file.view.getUint32(field, true) : moved(file.follow(field));
    }));
    places.buffers = front.addReferences([...buffers, () => places.buffer]);
    places.metadata = front.addReferences([...others.map(({table}) => moved(table)), () => places.entry]);
    places.entry = front.addTable([() => places.name, buffers.length]);
    places.name = front.addBytes(utf8(CONTRACT_NAME), 4);
    places.buffer = front.addTable([() => places.data]);
    places.data = front.addBytes(utf8(JSON.stringify(json)), ALIGNMENT);

    const start = front.finish(), whole = new Uint8Array(start.length + bytes.length);
    whole.set(start);
    whole.set(bytes, start.length);
    return whole;
}
