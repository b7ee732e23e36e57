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

/** Whether somebody has typed into this part what the server has not got. */
export function isTypedInto(part) {
  return [...part.querySelectorAll('input, textarea, select')].some((box) => {
    if (box.type === 'hidden' || box.type === 'submit') return false;
    if (box.type === 'checkbox' || box.type === 'radio') return box.checked !== box.defaultChecked;
    if (box.tagName === 'SELECT') return [...box.options].some((option) => option.selected !== option.defaultSelected);
    return box.value !== box.defaultValue;
  });
}

/** Puts the parts (`data-region`) of `page` where ours are; `keep` names those that stay. Focus and open details stay. */
export function takeOver(page, keep = () => false) {
  const focused = document.activeElement?.id;
  for (const ours of document.querySelectorAll('[data-region]')) {
    const theirs = page.querySelector(`[data-region="${ours.dataset.region}"]`);
    if (!theirs || keep(ours)) continue;
    const opened = [...ours.querySelectorAll('details')].map((each) => [each.querySelector('summary')?.textContent, each.open]);
    ours.replaceWith(document.adoptNode(theirs));
    for (const each of theirs.querySelectorAll('details')) {
      if (opened.some(([words, open]) => open && words === each.querySelector('summary')?.textContent)) each.open = true;
    }
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
