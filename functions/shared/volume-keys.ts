import { type EC2Client, paginateDescribeVolumes, type Volume } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import { GetKeyPolicyCommand, type KMSClient, paginateListGrants } from '@aws-sdk/client-kms';
import type { Findings } from './findings';
import { FILTER_VALUES_LIMIT } from './instances';
import { admissionOf } from './key-policy';
import { simulateRights } from './role-rights';
import { throwIfEarly } from './task';
import { lookUpKey } from './usable-key';

/** What a look at keys needs: clients of the region, the account, and the roles that start instances. */
interface KeyLook {
  kms: KMSClient;
  iam: IAMClient;
  region: string;
  accountId: string;
  startingRoles: string[];
}

/** What is wrong with a key, or what could not be found out; nothing if all is well. */
type Finding = { problem: string } | { doubt: string } | undefined;

const ACTION = 'kms:CreateGrant';

/**
 * Finds the volumes of instances by the ARNs of their KMS keys. Volumes without encryption are left out; the key of an
 * encrypted one that EC2 does not tell is `""`. Throws what EC2 answers. Reads only. AWS: API_DescribeVolumes.
 */
export async function volumesByKey(ec2: EC2Client, instanceIds: string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const add = ({ Encrypted, KmsKeyId = '', VolumeId = '', Attachments }: Volume) => {
    if (!Encrypted) return;
    const volume = `${VolumeId} of ${Attachments?.[0]?.InstanceId}`;
    found.set(KmsKeyId, [...(found.get(KmsKeyId) ?? []), volume]);
  };
  for (let first = 0; first < instanceIds.length; first += FILTER_VALUES_LIMIT) {
    const Filters = [{ Name: 'attachment.instance-id', Values: instanceIds.slice(first, first + FILTER_VALUES_LIMIT) }];
    for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters })) (page.Volumes ?? []).forEach(add);
  }
  return found;
}

/**
 * Checks whether EC2 will get the keys of volumes when the starting roles start their instances: the principal that starts an
 * instance makes a grant on the key (EBS User Guide, "Requirements for Amazon EBS encryption"). A key that cannot be used
 * and a definite no are problems; what could not be looked up is one warning a key. Throws transient errors. Reads only.
 */
export async function checkVolumeKeys(look: KeyLook, volumes: Map<string, string[]>): Promise<Findings> {
  const findings: Findings = { problems: [], warnings: [] };
  for (const [keyArn, [first, ...others]] of volumes) {
    const volume = `volume ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
    const found = keyArn ? await checkKey(look, keyArn) : { doubt: 'EC2 does not name it' };
    const key = `the KMS key ${keyArn}`.trimEnd();
    if (found && 'problem' in found) findings.problems.push(`${key} of the ${volume} ${found.problem}`);
    if (found && 'doubt' in found)
      findings.warnings.push(
        `whether the instances can be started again with ${key} of the ${volume} could not be looked up: ${found.doubt}`,
      );
  }
  return findings;
}

async function checkKey(look: KeyLook, keyArn: string): Promise<Finding> {
  let found: Awaited<ReturnType<typeof lookUpKey>>;
  try {
    found = await lookUpKey(look.kms, keyArn);
  } catch (error) {
    return doubt(error);
  }
  if (found.key?.KeyManager === 'AWS') return undefined;
  const consequence = 'so the instances could not be started again';
  if (found.unusable && !found.key) return { problem: `does not exist any more, ${consequence}` };
  if (found.unusable) return { problem: `${found.unusable}, ${consequence}; make it usable (state Enabled) first` };
  const owner = keyArn.split(':')[4];
  if (owner !== look.accountId)
    return {
      doubt: `it belongs to the account ${owner}, and only that account can look at its policy, which must allow ${ACTION} to ${roles(look)}`,
    };
  let policy: string | undefined;
  try {
    policy = (await look.kms.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }))).Policy;
  } catch (error) {
    return doubt(error);
  }
  if (!policy) return { doubt: 'KMS does not show its policy' };
  return askForRoles(look, keyArn, policy);
}

/** One role that is certainly kept out is enough for a problem: any of them may be the one that starts an instance. */
async function askForRoles(look: KeyLook, keyArn: string, policy: string): Promise<Finding> {
  let unsure: Finding;
  for (const roleArn of look.startingRoles) {
    const found = await askForRole(look, keyArn, policy, roleArn);
    if (found && 'problem' in found) return found;
    unsure ??= found;
  }
  return unsure;
}

async function askForRole(look: KeyLook, keyArn: string, policy: string, roleArn: string): Promise<Finding> {
  const service = `ec2.${look.region}.amazonaws.com`;
  const admission = admissionOf(policy, roleArn, ACTION, {
    'kms:viaservice': [service, `${service}.cn`],
    'kms:grantisforawsresource': ['true'],
    'kms:calleraccount': [look.accountId],
    'aws:principalaccount': [look.accountId],
    'aws:principalarn': [roleArn],
  });
  const name = roleArn.split('/').at(-1);
  const remedy = `the instances could not be started again; let its key policy allow ${ACTION} to ${roles(look)}`;
  if (admission === 'role') return undefined;
  if (admission === 'denied') return { problem: `denies ${ACTION} to the role ${name}, so ${remedy}` };
  if (admission === 'unknown') return { doubt: `its policy has conditions on ${ACTION} that are not known here` };
  try {
    if (admission === 'none') {
      if (await hasGrant(look.kms, keyArn, roleArn)) return undefined;
      return { problem: `does not let in the role ${name}, so ${remedy}` };
    }
    const context = { 'kms:ViaService': service, 'kms:GrantIsForAWSResource': 'true' };
    const [right] = await simulateRights(look.iam, roleArn, [ACTION], keyArn, context);
    if (right?.verdict === 'allowed') return undefined;
    if (right?.verdict === 'denied')
      return { problem: `is not granted to the role ${name} by IAM (${ACTION}${right.reason}), so ${remedy}` };
    return { doubt: `the role ${name} is not allowed ${ACTION}${right?.reason ?? ''}` };
  } catch (error) {
    return doubt(error);
  }
}

async function hasGrant(kms: KMSClient, KeyId: string, GranteePrincipal: string): Promise<boolean> {
  for await (const { Grants = [] } of paginateListGrants({ client: kms }, { KeyId, GranteePrincipal }))
    if (Grants.some(({ Operations = [] }) => Operations.includes('CreateGrant'))) return true;
  return false;
}

function roles({ startingRoles }: KeyLook): string {
  return startingRoles.map((arn) => arn.split('/').at(-1)).join(', ');
}

function doubt(error: unknown): Finding {
  throwIfEarly(error);
  return { doubt: (error as Error).message };
}
