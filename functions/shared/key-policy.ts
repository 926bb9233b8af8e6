/** A statement of a key policy, as far as it is read here. */
interface Statement {
  Effect?: string;
  Principal?: unknown;
  Action?: string | string[];
  NotPrincipal?: unknown;
  NotAction?: unknown;
  Condition?: Record<string, Record<string, string | string[]>>;
}

/**
 * Whom a key policy lets in: the role itself, the account's IAM policies, no one, or unknown because of a condition
 * that is not known here.
 */
type Admission = 'role' | 'iam' | 'none' | 'denied' | 'unknown';

/** The values of the condition keys of a request, by the keys in lower case. More than one: any of them. */
type KnownValues = Record<string, string[]>;

/**
 * Reads from a key policy whether a role may carry out `action`. The account as principal leaves it to IAM; without it
 * IAM policies count for nothing (KMS Developer Guide, "Default key policy"). Grants are not looked at.
 */
export function admissionOf(policy: string, roleArn: string, action: string, known: KnownValues): Admission {
  const { Statement } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  const [, partition = 'aws', , , accountId = ''] = roleArn.split(':');
  const account = [accountId, `arn:${partition}:iam::${accountId}:root`];
  const found = { role: false, iam: false, unknown: false };
  for (const statement of [Statement ?? []].flat()) {
    const isMeant = { role: names(statement, [roleArn, '*']), iam: names(statement, account) };
    const isOther = 'NotPrincipal' in statement || 'NotAction' in statement;
    if (!isOther && (!covers(statement, action) || (!isMeant.role && !isMeant.iam))) continue;
    const holds = isOther ? undefined : conditionsHold(statement.Condition ?? {}, known);
    if (holds === false) continue;
    if (holds === undefined) found.unknown = true;
    else if (statement.Effect === 'Deny') return 'denied';
    else if (isMeant.role) found.role = true;
    else found.iam = true;
  }
  if (found.role) return 'role';
  if (found.iam) return 'iam';
  return found.unknown ? 'unknown' : 'none';
}

function names({ Principal }: Statement, wanted: string[]): boolean {
  const given = typeof Principal === 'object' && Principal !== null ? (Principal as { AWS?: unknown }).AWS : Principal;
  return [given].flat().some((name) => typeof name === 'string' && wanted.includes(name));
}

function covers({ Action = [] }: Statement, action: string): boolean {
  return [Action].flat().some((pattern) => matches(pattern, action));
}

/** True or false, or undefined if an operator or a value is not known here. */
function conditionsHold(conditions: NonNullable<Statement['Condition']>, known: KnownValues): boolean | undefined {
  let isKnown = true;
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, expected] of Object.entries(keys)) {
      const values = known[key.toLowerCase()];
      if (!values || !/^(StringEquals|StringLike|ArnEquals|ArnLike|Bool)$/.test(operator)) isKnown = false;
      else if (!values.some((value) => [expected].flat().some((pattern) => matches(String(pattern), value))))
        return false;
    }
  }
  return isKnown || undefined;
}

/** A pattern of IAM with `*` and `?`, in any case: actions ignore it, and a value that differs by it is none of ours. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}
