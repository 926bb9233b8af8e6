import { CRITICAL } from '../rhythms';
import type { WaitKind } from '../waits';
import { tableActive } from './table-active';

/** Waits like `table-active` for a table whose name is empty until then, so it looks every five seconds, however long. */
export const tableBack: WaitKind = { ...tableActive, name: 'table-back', delaySeconds: CRITICAL };
