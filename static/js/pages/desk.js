/** The room of hosts: the desk, and the seat they can go to from it. */
import { openRoom } from '../meeting/page.js';
import { Desk } from '../meeting/views/desk.js';
import { ToDesk } from '../meeting/views/deskroom.js';
import { OwnWhere } from '../meeting/views/felt.js';

openRoom({ Desk, ToDesk, OwnWhere });
