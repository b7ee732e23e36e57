/** The room of members. */
import { openRoom } from '../meeting/page.js';

openRoom();
