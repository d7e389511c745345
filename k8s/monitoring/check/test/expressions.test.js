import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parser as logql} from '@grafana/lezer-logql';
import {parser as promql} from '@prometheus-io/lezer-promql';
import {expressions} from '../dashboards.js';

// What Grafana puts in the place of variables before it sends an expression.
const sent = expression => expression
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range_s', '3600')
    .replaceAll('$__range', '1h')
    .replaceAll('$__from', '0')
    .replaceAll(/\$[a-z_]+/g, 'x');

function mistakes(parser, expression) {
    const found = [];
    parser.parse(expression).iterate({
        enter: node => {
            if (node.type.isError) {
                found.push(expression.slice(Math.max(0, node.from - 20), node.to + 20));
            }
        },
    });
    return found;
}

for (const [language, type, parser, wrong] of [
    ['LogQL', 'loki', logql, '{a="b" | level="ERROR"'],
    ['PromQL', 'prometheus', promql, 'sum(rate(a[5m])'],
]) {
    test(`every ${language} expression of the dashboards parses`, () => {
        const all = expressions(type);
        assert.notEqual(all.size, 0);
        for (const [where, expression] of all) {
            assert.deepEqual(mistakes(parser, sent(expression)), [], where);
        }
    });

    test(`a wrong ${language} expression is found`, () => {
        assert.notDeepEqual(mistakes(parser, wrong), []);
    });
}
