import { getExpressionAst } from '@cdktf/hcl2json';

/** The expressions in a value of the parsed configuration, wherever they stand in it. */
export function expressions(value) {
  if (typeof value === 'string') {
    return interpolations(value);
  }
  return value && typeof value === 'object' ? Object.values(value).flatMap(expressions) : [];
}

/** The contents of every ${…} of a template, of the outermost ones. */
function interpolations(text) {
  const found = [];
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', at)) {
    if (text[at - 1] === '$') {
      at += 2;
      continue;
    }
    const end = closing(text, at + 2);
    found.push(text.slice(at + 2, end));
    at = end;
  }
  return found;
}

/** Where the brace closes that was open before `at`; braces in strings do not count, those of templates in them do. */
function closing(text, at) {
  let depth = 1;
  for (let here = at; here < text.length; here++) {
    if (text[here] === '"') {
      here = endOfString(text, here + 1);
    } else if (text[here] === '{') {
      depth++;
    } else if (text[here] === '}' && --depth === 0) {
      return here;
    }
  }
  throw new Error(`a template does not end: ${text}`);
}

function endOfString(text, at) {
  for (let here = at; here < text.length; here++) {
    if (text[here] === '\\') {
      here++;
    } else if (text.startsWith('${', here) && text[here - 1] !== '$') {
      here = closing(text, here + 2);
    } else if (text[here] === '"') {
      return here;
    }
  }
  throw new Error(`a string does not end: ${text}`);
}

export async function ast(expression) {
  const tree = await getExpressionAst('expression.tf', expression);
  if (!tree) {
    throw new Error(`not an expression: ${expression}`);
  }
  return tree;
}
