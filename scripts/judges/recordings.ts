import { join } from 'node:path';

/** Where recordings of AWS are kept beside the checkout; they are not part of the project. */
export const recordingsFolder = (root: string) => process.env.AWS_RECORDINGS ?? join(root, '../shared/oracle');
