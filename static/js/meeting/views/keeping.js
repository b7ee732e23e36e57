/** Who keeps the room: the pause bell, the guardian, and taking the room. */
import { html } from '../../vendor/preact-htm.js';

const RUNS = new Set(['live', 'closing']);

/** For everybody: the bell has rung, or somebody holds the room. No reason is given. */
export function KeepingLines({ stage }) {
  return html`
    ${stage?.bell && html`<p class="calm">We are pausing. There is nothing you need to do.</p>`}
    ${stage?.stand_in && html`<p class="calm">${stage.stand_in} holds the room until ${stage.host || 'a host'} is back.</p>`}
  `;
}

/** The guardian's own lines: being asked, ringing, and the room when the host's line is lost. */
export function Guardian({ store, stage, me }) {
  const lines = me?.place === 'seated' && me.role === 'member' ? LINES[me.bell] : null;
  return html`<div role="status">${lines?.({ store, stage })}</div>`;
}

const LINES = {
  asked: ({ store, stage }) => html`
    <div class="calm"><p>${stage.host || 'A host'} asks: would you keep the bell tonight? You could pause the room for everybody, and hold it if the host’s line is lost. The others do not learn it.</p>
      <div class="calm__do"><button class="quiet" type="button" onClick=${() => store.act('answer_guardian', { yes: true })}>I will</button>
        <button class="quiet" type="button" onClick=${() => store.act('answer_guardian', { yes: false })}>Rather not</button></div></div>`,
  kept: ({ store, stage }) => RUNS.has(stage.phase) && html`
    <p class="small soft keeper">You keep the bell. <${Bell} ...${{ store, stage }} /></p>`,
  room: ({ store, stage }) => html`
    <div class="calm"><p>${stage.host || 'The host'}’s line is lost. You can hold the room until they are back.</p>
      <div class="calm__do"><button class="quiet" type="button" onClick=${() => store.act('take_room')}>Hold the room</button></div></div>`,
};

/** Rings the bell, or ends the pause. */
export function Bell({ store, stage }) {
  return stage.bell
    ? html`<button class="inline" type="button" onClick=${() => store.act('end_bell')}>Go on where we were</button>`
    : html`<button class="inline" type="button" onClick=${() => store.act('ring_bell')}>Pause the room</button>`;
}

/** On a desk that does not lead now. Another host can take the room at any time, a stand-in gives it back. */
export function LedByAnother({ room: { store, stage, me, people } }) {
  if (leads(stage, me)) return null;
  const name = people.find((person) => person.id === stage.lead)?.name ?? 'Somebody';
  return html`
    <p class="desk__led">${name} leads now.</p>
    <button class="btn btn--act" type="button" onClick=${() => store.act('take_room')}>Take the room</button>
  `;
}

/** Whether this desk leads; before anybody does, every host may. */
export const leads = (stage, me) => !stage.lead || stage.lead === me?.id;

/** The desk's card while the bell pauses the room. */
export function PausedCard({ room: { store, stage } }) {
  if (!stage.bell) return null;
  return html`<div class="card" role="status"><p>The room pauses. All clocks rest.</p>
    <div class="btns"><button class="btn" type="button" onClick=${() => store.act('end_bell')}>Go on where we were</button></div></div>`;
}

/** In More, beside a person: ask them to keep the bell, or take it from their shoulders. */
export function BellFor({ store, stage, person }) {
  if (person.host || person.status === 'no_screen') return null;
  if (stage.guardian?.seat !== person.id) {
    return html`<button class="btn btn--line" type="button" aria-label=${`Ask ${person.name} to keep the bell`} onClick=${() => store.act('ask_guardian', { seat: person.id })}>Bell</button>`;
  }
  const words = stage.guardian.said ? 'keeps the bell' : 'is asked to keep the bell';
  return html`<button class="btn btn--line" type="button" aria-label=${`${person.name} ${words}. Take it back`} onClick=${() => store.act('end_guardian')}>${stage.guardian.said ? 'Bell, yes' : 'Asked'}</button>`;
}
