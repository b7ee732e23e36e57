/** Words by name that a host set aside, and the way to put them back. */
import { html } from '../../vendor/preact-htm.js';

const key = (step) => `aside:${step}`;

/** Sets somebody's words aside and remembers whose, so that a slip of the finger can be undone. */
export async function setAside(store, share, name) {
  const answer = await store.act('set_aside', { share: share.id, aside: true });
  if (answer.ok) store.remember(key(share.step), [...(store.said[key(share.step)] ?? []), { id: share.id, name }]);
}

/** What this page has set aside in the present step. The words themselves are not shown again here. */
export function PutBack({ room: { store, step } }) {
  const aside = store.said[key(step.id)] ?? [];
  const putBack = async (share) => {
    const answer = await store.act('set_aside', { share: share.id, aside: false });
    // Taken back by its writer meanwhile: then there is nothing to put back.
    if (answer.ok || answer.error.code === 'not_found') store.remember(key(step.id), aside.filter((one) => one.id !== share.id));
  };
  return aside.map((share) => html`<p key=${share.id} class="small soft">${share.name}’s words are set aside. <button class="inline" type="button" onClick=${() => putBack(share)}>Put them back</button></p>`);
}
