/** A worker that says "now" every so often: its clock goes on while the page is hidden, the page's own may not. */
onmessage = ({ data: everyMs }) => setInterval(() => postMessage('now'), everyMs);
