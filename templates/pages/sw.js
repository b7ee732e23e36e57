/**
 * Keeps one page for when there is no line: the numbers one can call. Nothing else is kept: no room,
 * no names, no words. Everything is asked from the server first.
 */
const PAGE = '{{ url_for("pages.offline") }}';
const WITH_IT = ['{{ url_for("static", filename="css/pages/help.css") }}'];
const SHELF = 'circle-offline-{{ shelf }}';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SHELF)
      .then((shelf) => shelf.addAll([PAGE, ...WITH_IT].map((url) => new Request(url, { credentials: 'omit' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELF).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode === 'navigate') {
    event.respondWith(
      fetch(request)
        .catch((refusal) => asked(request, refusal))
        .catch(() => caches.match(PAGE)),
    );
  } else if (WITH_IT.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request.url)));
  }
});

/**
 * The same address, asked for as a page. "Back" to what answered a form is such a form again, and a
 * browser does not send it twice: that is no lost line. Where an address only takes forms, the page
 * that is there for everything else says so.
 */
function asked({ method, url }, refusal) {
  if (method === 'GET') throw refusal;
  return fetch(new Request(url, { credentials: 'include', redirect: 'manual', cache: 'no-store' }));
}
