import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import ts from 'typescript';
import {dashboards} from '../dashboards.js';

// Prometheus' own parts of an annotation; the schema leaves no room for those of a data source here, as it does in panels.
const ANNOTATIONS_OF_PROMETHEUS = ['titleFormat', 'textFormat', 'tagKeys', 'useValueForTime'];

// The published types name values by enums; a file has their texts.
const HEAD = `
import type {Dashboard} from '@grafana/schema';
type Written<T> = T extends string ? \`\${T}\` : T extends (infer U)[] ? Written<U>[]
    : T extends object ? {[K in keyof T]: Written<T[K]>} : T;
export const dashboard: Written<Dashboard> = `;

/** What the compiler says of each source. */
function complaints(sources) {
    const folder = fileURLToPath(new URL('..', import.meta.url));
    const options = {
        noEmit: true, strict: true, skipLibCheck: true, types: [],
        module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022,
    };
    const host = ts.createCompilerHost(options);
    const texts = new Map([...sources].map(([name, text]) => [`${folder}${name}.ts`, text]));
    const {getSourceFile, fileExists, readFile} = host;
    host.fileExists = file => texts.has(file) || fileExists(file);
    host.readFile = file => texts.get(file) ?? readFile(file);
    host.getSourceFile = (file, language, ...rest) => texts.has(file)
        ? ts.createSourceFile(file, texts.get(file), language)
        : getSourceFile.call(host, file, language, ...rest);
    const program = ts.createProgram([...texts.keys()], options, host);
    return ts.getPreEmitDiagnostics(program)
        .map(found => `${found.file?.fileName.slice(folder.length)}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`);
}

const source = dashboard => `${HEAD}${JSON.stringify(dashboard)};\n`;

test('every dashboard has the shape that Grafana publishes', () => {
    const all = dashboards();
    assert.equal(all.size, 8);
    for (const dashboard of all.values()) {
        for (const annotation of dashboard.annotations.list) {
            ANNOTATIONS_OF_PROMETHEUS.forEach(key => delete annotation[key]);
            annotation.target = {refId: annotation.target.refId};
        }
    }
    assert.deepEqual(complaints([...all].map(([name, dashboard]) => [name, source(dashboard)])), []);
});

test('the types are those of the Grafana that the manifests install', () => {
    const {version} = JSON.parse(readFileSync(new URL('../node_modules/@grafana/schema/package.json', import.meta.url)));
    for (const manifest of ['base/grafana/deployment.yaml', 'overlays/small/grafana.yaml']) {
        const text = readFileSync(new URL(`../../${manifest}`, import.meta.url), 'utf8');
        assert.deepEqual(text.match(/(?<=grafana\/grafana:)\S+/g), [version], manifest);
    }
});

test('a misspelt key and a wrong value are found', () => {
    const [dashboard] = dashboards().values();
    const misspelt = {...dashboard, annotations: {list: []}, timezon: 'browser'};
    const wrong = {...dashboard, annotations: {list: []}, graphTooltip: 'often'};
    const said = complaints([['misspelt', source(misspelt)], ['wrong', source(wrong)]]);
    assert.equal(said.length, 2, said.join('\n'));
    assert.match(said[0], /^misspelt\.ts: .*timezon/);
    assert.match(said[1], /^wrong\.ts: .*DashboardCursorSync/);
});
