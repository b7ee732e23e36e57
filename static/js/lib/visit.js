/** Fetching a page of ours as a document, and putting parts of it in place of the present ones. */

/**
 * Asks for an address, or sends a form there, and follows where it leads. Resolves to {status, page};
 * rejects when the line is down. The browser itself parses the answer: no markup passes through a string.
 */
export function visit(address, { method = 'GET', body = null } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.responseType = 'document';
    request.timeout = 15_000;
    request.onload = () => (request.response ? resolve({ status: request.status, page: request.response, address: request.responseURL }) : reject(new Error('no page')));
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

/** Whether somebody has typed into this part what the server has not got. */
export const isTypedInto = (part) => [...part.querySelectorAll('input, textarea, select')].some(isTyped);

/**
 * Puts the parts (`data-region`) of `page` where ours are. Those that `keep` names stay as they are. Focus, open
 * details and words that were typed outside of the form `sent` are carried over.
 */
export function takeOver(page, { keep = () => false, sent = null } = {}) {
  const focused = document.activeElement?.id;
  for (const ours of document.querySelectorAll('[data-region]')) {
    const theirs = page.querySelector(`[data-region="${ours.dataset.region}"]`);
    if (!theirs || keep(ours)) continue;
    const typed = [...ours.querySelectorAll('textarea[id], input[id]')].filter((box) => isTyped(box) && box.form !== sent);
    const opened = [...ours.querySelectorAll('details[open] > summary')].map((words) => words.textContent);
    ours.replaceWith(document.adoptNode(theirs));
    for (const box of typed) {
      const now = document.getElementById(box.id);
      if (now && theirs.contains(now)) now.value = box.value;
    }
    for (const words of theirs.querySelectorAll('details > summary')) {
      if (opened.includes(words.textContent)) words.parentElement.open = true;
    }
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
