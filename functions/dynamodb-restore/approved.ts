import { requireEnv } from '../shared/config';

/** Where a second person has to approve, a yes needs a principal that AWS authenticated. */
const IS_PROVEN = requireEnv('SECOND_PERSON') === 'Required';

/** The condition, on a run's record, under which what was asked for may begin, and its values. */
export const APPROVED = `approval.isApproved = :yes${IS_PROVEN ? ' AND attribute_exists(approval.principal)' : ''}`;
export const APPROVED_VALUES = { ':yes': true };
