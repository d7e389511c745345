// The dashboards of base and overlays, out of their ConfigMaps.
import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parse} from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each dashboard by its file, parsed. */
export function dashboards() {
    const found = new Map();
    for (const file of readdirSync(root, {recursive: true})) {
        if (/dashboard-\w+\.yaml$/.test(file) && !file.includes('node_modules')) {
            const [[name, text]] = Object.entries(parse(readFileSync(root + file, 'utf8')).data);
            found.set(name, JSON.parse(text));
        }
    }
    return found;
}

/** Each expression in the language of a kind of data source, by where it is. */
export function expressions(type) {
    const found = new Map();
    for (const [file, dashboard] of dashboards()) {
        for (const panel of dashboard.panels) {
            for (const target of panel.targets ?? []) {
                if (target.datasource.type === type && target.expr) {
                    found.set(`${file} ${panel.title} ${target.refId}`, target.expr);
                }
            }
        }
    }
    return found;
}
