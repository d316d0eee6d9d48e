import { Window } from 'happy-dom';

/** The window that React draws into. It has to be global before react-dom is loaded, which looks for it there. */
export const window = new Window();

Object.assign(globalThis, { window, document: window.document });
