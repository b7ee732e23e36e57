/** Fetching a page of ours as a document, and putting parts of it in place of the present ones. */

const PATIENCE_MS = 15_000;

/**
 * Asks for an address, or sends a form there, and follows where it leads. Resolves to {status, page, address};
 * rejects when the line is down. The browser itself parses the answer: no markup passes through a string.
 */
export function visit(address, { method = 'GET', body = null } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = 'document';
    request.timeout = PATIENCE_MS;
    request.onload = () => {
      if (request.response) resolve({ status: request.status, page: request.response, address: request.responseURL });
      else reject(new Error('no page'));
    };
    request.onerror = () => reject(new Error('no line'));
    request.ontimeout = request.onerror;
    request.send(body);
  });
}

/** Whether this box holds what the server has not got. */
function isTyped(box) {
  if (box.type === 'hidden' || box.type === 'submit' || box.tagName === 'BUTTON') return false;
  if (box.type === 'checkbox' || box.type === 'radio') return box.checked !== box.defaultChecked;
  if (box.tagName === 'SELECT') return [...box.options].some((option) => option.selected !== option.defaultSelected);
  return box.value !== box.defaultValue;
}

/** Whether somebody has typed into this part, or chosen in it, what the server has not got. */
export const isTypedInto = (part) => [...part.querySelectorAll('input, textarea, select')].some(isTyped);

/** What a form is for: the same form of another drawing of the page has the same. */
function purpose(form) {
  const fields = [...form.elements];
  const about = fields.filter(({ name, type }) => name === 'do' || (type === 'hidden' && /^(rule|step|kind|way|when)$/.test(name)));
  return [...new Set(fields.map(({ name }) => name)), ...about.map(({ value }) => value)].join(' ');
}

const sameForm = (root, form) => [...root.querySelectorAll('form')].find((other) => purpose(other) === purpose(form));

/** Where the focus is, so that it can be found in another drawing of the page: {node, range, id, form}. */
function whereFocusIs() {
  const node = document.activeElement;
  const range = /^(text|search|textarea|)$/.test(node?.type ?? 'none') ? [node.selectionStart, node.selectionEnd] : null;
  return { node, range, id: node?.id, form: node?.closest?.('form') };
}

function focusAgain({ node, range, id, form }) {
  if (!node || node === document.body || node === document.activeElement) return;
  const there = node.isConnected ? node : (id && document.getElementById(id)) || (form && sameForm(document, form)?.querySelector('button'));
  const now = there ?? document.querySelector('[data-region="inspect"] h2');
  if (!now) return;
  if (now.tagName === 'H2') now.tabIndex = -1;
  now.focus({ preventScroll: true });
  if (range && now === node) now.setSelectionRange(...range);
}

/**
 * Puts the parts (`data-region`) of `page` where ours are. Forms that are being typed into stay as they are, down to
 * the caret, but for `sent`; focus and open details are found again.
 */
export function takeOver(page, { sent = null } = {}) {
  const focus = whereFocusIs();
  for (const ours of document.querySelectorAll('[data-region]')) {
    const theirs = page.querySelector(`[data-region="${ours.dataset.region}"]`);
    if (!theirs) continue;
    const kept = [...ours.querySelectorAll('form')].filter((form) => form !== sent && (isTypedInto(form) || isWrittenIn(form)));
    const opened = [...ours.querySelectorAll('details[open]')].map(named);
    ours.replaceWith(document.adoptNode(theirs));
    for (const form of kept) sameForm(theirs, form)?.replaceWith(form);
    for (const details of theirs.querySelectorAll('details')) {
      if (opened.includes(named(details))) details.open = true;
    }
  }
  focusAgain(focus);
}

const isWrittenIn = (form) => form.contains(document.activeElement) && document.activeElement.matches('input, textarea, select');
const named = (details) => details.id || details.querySelector('summary')?.textContent;
