/** What the ring says in words. Pure. */
import { numberWord } from '../lib/time.js';

const isYou = (person, seated) => Boolean(person.you) || person === seated[0];

/** "Six people are here. Bea has come in." Chairs drawn back are named as waiting. */
export function doorLine(seated, latest) {
  const here = seated.filter((person) => !person.away).length;
  const waiting = seated.filter((person) => person.away).map((person) => `${person.name}’s chair is waiting.`);
  const count = here === 1 ? 'You are the first one here.' : `${capital(numberWord(here))} people are here.`;
  return [count, latest ? `${latest} has come in.` : '', ...waiting].filter(Boolean).join(' ');
}

/** Words for the middle: {who: "With Theo", next: "then Mira", spoken}. Empty when nobody holds the piece. */
export function pieceLine(seated, holderId, nextName) {
  const holder = seated.find((person) => person.id === holderId);
  if (!holder) return { who: '', next: '', spoken: '' };
  const yours = isYou(holder, seated);
  const who = yours ? 'It is with you' : `With ${holder.name}`;
  // While you speak, nobody's name waits behind you.
  const next = nextName && !yours ? `then ${nextName}` : '';
  return { who, next, spoken: next ? `${who}, ${next}` : who };
}

/** A line for each person in the order of the table: {id, name, you, holds, says, text}. */
export function peopleLines(seated, holderId, nextName) {
  return seated.map((person) => {
    const you = isYou(person, seated);
    const name = you ? 'You' : person.name;
    const holds = person.id === holderId;
    const next = !holds && Boolean(nextName) && (you ? nextName === 'you' : nextName === person.name);
    const says = holds ? (you ? 'have the piece' : 'has the piece') : next ? 'next' : '';
    const text = holds ? `${name} ${says}` : next ? `${name} ${you ? 'are' : 'is'} next` : name;
    return { id: person.id, name, you, holds, says, text };
  });
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
