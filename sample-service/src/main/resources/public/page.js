const PAGE_SIZE = 10;
const KEPT_ANSWERS = 80;
const COLOURS = 5;
const ASK_MILLIS = 1000;
const PATIENCE_MILLIS = 5000;

const at = id => document.getElementById(id);
const versions = [];
let page = 0;
let pages = 1;
let newest = null;
let asking = null;

/** Parses JSON and keeps money as the text that was sent: a large amount does not fit a JavaScript number. */
function exactly(text) {
  return JSON.parse(text, (key, value, context) => (key === 'money' ? context?.source ?? String(value) : value));
}

function shown(money) {
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(money);
}

function colour(version) {
  if (!versions.includes(version)) {
    versions.push(version);
    const entry = document.createElement('li');
    const mark = document.createElement('i');
    mark.className = `c${versions.indexOf(version) % COLOURS}`;
    entry.append(mark, version);
    at('legend').append(entry);
  }
  return `c${versions.indexOf(version) % COLOURS}`;
}

function remember(style, text) {
  const square = document.createElement('li');
  square.className = style;
  square.title = text;
  square.setAttribute('aria-label', text);
  at('answers').append(square);
  while (at('answers').childElementCount > KEPT_ANSWERS) {
    at('answers').firstElementChild.remove();
  }
}

/** Calls the service and notes who answered, or that nobody did. */
async function call(path, options = {}) {
  try {
    const response = await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE_MILLIS) });
    const version = response.headers.get('X-App-Version') ?? 'unknown';
    const pod = response.headers.get('X-App-Pod') ?? 'unknown';
    at('version').textContent = version;
    at('pod').textContent = pod;
    if (response.status >= 500) {
      remember('failed', `status ${response.status}, ${version} in ${pod}`);
    } else {
      remember(colour(version), `${version} in ${pod}`);
    }
    return { status: response.status, body: exactly(await response.text()) };
  } catch {
    remember('failed', 'no answer');
    return { status: 0, body: { detail: 'The service does not answer. Try again in a moment.' } };
  }
}

function say(text) {
  at('status').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { at('status').textContent = ''; }, 5000);
}

function row(client) {
  const line = document.createElement('tr');
  line.classList.toggle('new', client.id === newest);
  for (const [text, style] of [[client.id, ''], [client.name, ''], [shown(client.money), 'number']]) {
    const cell = document.createElement('td');
    cell.textContent = text;
    cell.className = style;
    line.append(cell);
  }
  return line;
}

async function list() {
  const { status, body } = await call(`clients?page=${page}&size=${PAGE_SIZE}`);
  if (status !== 200) {
    say(body.detail);
    return;
  }
  pages = Math.max(1, body.totalPages);
  at('rows').replaceChildren(...body.content.map(row));
  at('count').textContent = body.totalElements === 1 ? '1 client' : `${body.totalElements} clients`;
  at('empty').hidden = body.totalElements > 0;
  at('pager').hidden = pages === 1;
  at('position').textContent = `Page ${page + 1} of ${pages}`;
  at('previous').disabled = page === 0;
  at('next').disabled = page + 1 >= pages;
}

function mark(field, text) {
  at(`${field}-error`).textContent = text;
  at(field).setAttribute('aria-invalid', String(text !== ''));
}

at('add').addEventListener('submit', async event => {
  event.preventDefault();
  const form = event.target;
  const draft = { name: form.elements.name.value, money: form.elements.money.value.trim() };
  mark('name', '');
  mark('money', '');
  if (draft.name.trim() === '') {
    mark('name', 'Name is missing or blank');
  }
  if (!/^\d+(\.\d{1,2})?$/.test(draft.money)) {
    mark('money', 'Money is an amount such as 12.50');
  }
  const wrong = document.querySelector('[aria-invalid=true]');
  if (wrong) {
    wrong.focus();
    return;
  }
  const { status, body } = await call('clients', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(draft),
  });
  if (status !== 201) {
    (body.errors ?? []).forEach(each => mark(each.field, `${each.field[0].toUpperCase()}${each.field.slice(1)} ${each.detail}`));
    document.querySelector('[aria-invalid=true]')?.focus();
    if (!body.errors) {
      say(body.detail);
    }
    return;
  }
  newest = body.id;
  form.reset();
  form.elements.name.focus();
  // New clients come last: show the page that holds them.
  const { body: totals } = await call('clients?size=1');
  page = Math.max(0, Math.ceil((totals.totalElements ?? 1) / PAGE_SIZE) - 1);
  await list();
  say(`${body.name} was added.`);
});

at('previous').addEventListener('click', () => { page -= 1; list(); });
at('next').addEventListener('click', () => { page += 1; list(); });
at('watch').addEventListener('change', event => {
  clearInterval(asking);
  asking = event.target.checked ? setInterval(() => call('version'), ASK_MILLIS) : null;
});

list();
