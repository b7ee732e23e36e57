/**
 * Under which path the application stands: "" but in a rehearsal, where a host's page and a member's are in
 * two frames of one tab, and share what that tab keeps.
 */

/** What goes before every path of ours. */
export const base = () => document.documentElement.dataset.base ?? '';

/** The name under which this page keeps something in the tab. */
export const kept = (name) => `${base()}${name}`;
