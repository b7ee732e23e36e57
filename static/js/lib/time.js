/** Time as words, and countdowns that trust the server's clock instead of the phone's. */

const WORDS = [
  'no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen',
  'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty',
];

/** "eight" for 8; figures above twenty. */
export function numberWord(n) {
  return WORDS[n] || String(n);
}

/** "Eight" for "eight": a word at the beginning of a sentence. */
export function capital(word) {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** An instant in milliseconds, from milliseconds, a Date, or text with a time zone. NaN if unreadable. */
export function instant(value) {
  return typeof value === 'number' ? value : new Date(value).getTime();
}

let rate = 1; // of the evening's clock: more in a rehearsal alone
let turnedAt = 0; // by this device's clock, and by `deviceNow`
let turnedTo = 0;

/** How fast the evening runs, at least as fast as real time: what waits for a reason of its own waits by it. */
export const speed = () => Math.max(rate, 1);

/** This device's clock in ms, running as fast as the evening does. Without a rehearsal it is Date.now(). */
export function deviceNow(now = Date.now()) {
  return turnedTo + (now - turnedAt) * rate;
}

/** From now on the evening runs so many times as fast; 0 stands still. The next message sets the offset right. */
export function runAt(times, now = Date.now()) {
  [turnedTo, turnedAt, rate] = [deviceNow(now), now, times];
}

/** How far the server's clock is ahead of this device, in ms. Add it to deviceNow(). */
export function clockOffset(serverTime, at = deviceNow()) {
  return instant(serverTime) - at;
}

/** Seconds until `endsAt` by the server's clock; below zero when it has passed. */
export function secondsLeft(endsAt, offset = 0, at = deviceNow()) {
  return (instant(endsAt) - (at + offset)) / 1000;
}

/** Soft words for what is left of a step. Never seconds: nobody is hurried. */
export function leftInWords(seconds) {
  if (seconds <= 0) return 'the time is round';
  if (seconds < 45) return 'less than a minute left';
  const minutes = Math.round(seconds / 60);
  return minutes <= 1 ? 'about a minute left' : `about ${numberWord(minutes)} minutes left`;
}

/** Minutes left for a break, told only on asking: "Four minutes.", "A minute or so.", "It is time." */
export function minutesInWords(seconds) {
  if (seconds <= 0) return 'It is time.';
  const minutes = Math.ceil(seconds / 60);
  if (minutes === 1) return 'A minute or so.';
  return `${capital(numberWord(minutes))} minutes.`;
}

/** "19:52" in the zone of this device. */
export function clockTime(value) {
  const time = new Date(instant(value));
  return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The sky outside at a local hour 0 to 23: dawn, noon, dusk or night. */
export function skyAt(hour) {
  if (hour < 5 || hour >= 21) return 'night';
  if (hour < 8) return 'dawn';
  return hour < 17 ? 'noon' : 'dusk';
}

/** Calls `tell` now and every `everyMs`; returns the function that stops it. */
export function every(everyMs, tell) {
  tell();
  const timer = setInterval(tell, everyMs);
  return () => clearInterval(timer);
}
