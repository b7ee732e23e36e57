/** Unsent words, in this tab's sessionStorage only: they survive a reload, and go at the end. */

import { kept } from '../lib/where.js';

const key = (meeting, step) => kept(`draft:${meeting}:${step}`);
const numberKey = (meeting) => kept(`number:${meeting}`);

/** The unsent words of a step, "" if there are none. */
export function readDraft(meeting, step) {
  try {
    return sessionStorage.getItem(key(meeting, step)) ?? '';
  } catch {
    return '';
  }
}

/** Keeps the words of a step; "" forgets them. */
export function keepDraft(meeting, step, text) {
  try {
    if (text) sessionStorage.setItem(key(meeting, step), text);
    else sessionStorage.removeItem(key(meeting, step));
  } catch {
    // Storage is off or full: the words stay in the box, which is all we can do.
  }
}

/** Forgets every draft of this session. */
export function forgetDrafts(meeting) {
  const others = ['wall', 'lane', 'came', 'number'].map((what) => kept(`${what}:${meeting}`));
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(key(meeting, '')) || others.includes(name)) sessionStorage.removeItem(name);
    }
  } catch {
    // Nothing was kept.
  }
}

/** The number somebody has chosen for themselves, "0" to "10", "" without one. Nothing sends it. */
export function readNumber(meeting) {
  try {
    return sessionStorage.getItem(numberKey(meeting)) ?? '';
  } catch {
    return '';
  }
}

/** Keeps it in this tab. */
export function keepNumber(meeting, number) {
  try {
    sessionStorage.setItem(numberKey(meeting), number);
  } catch {
    // Storage is off: it holds until the sheet is closed.
  }
}

/** All unsent words of this session: [{step, text}], `step` as they were kept under. */
export function allDrafts(meeting) {
  const start = key(meeting, '');
  try {
    return Object.keys(sessionStorage)
      .filter((name) => name.startsWith(start))
      .map((name) => ({ step: name.slice(start.length), text: sessionStorage.getItem(name) }))
      .filter((draft) => draft.text);
  } catch {
    return [];
  }
}

/** Offers words as a text file; nothing leaves the device. */
export function saveOnDevice(text, name = 'words.txt') {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
