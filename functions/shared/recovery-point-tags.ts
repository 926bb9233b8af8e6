import * as z from 'zod';

/** AWS's characters of tags: letters, digits and spaces of any script, and these signs (AWS General Reference, "Tagging"). */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MAXIMUM_TAGS = 50;
const CHARACTERS_MESSAGE = 'may hold letters, digits, spaces and _ . : / = + - @ only';

const tagKey = z
  .string()
  .min(1)
  .max(128)
  .regex(CHARACTERS, CHARACTERS_MESSAGE)
  .regex(/^(?!aws:)/i, 'must not begin with aws:, which AWS reserves');
const tagValue = z.string().max(256).regex(CHARACTERS, CHARACTERS_MESSAGE);

/**
 * Tags for new recovery points, within the limits of AWS: at most 50, keys of 1 to 128 characters, values of at most 256,
 * no reserved prefix. AWS Backup would refuse the job with other tags, after the resource was prepared for it.
 */
export const recoveryPointTags = z.record(z.string(), z.string()).check(({ value, issues }) => {
  const count = Object.keys(value).length;
  if (count > MAXIMUM_TAGS)
    issues.push({
      code: 'custom',
      message: `must have at most ${MAXIMUM_TAGS} tags, but has ${count}`,
      input: value,
    });
  for (const [key, text] of Object.entries(value)) {
    for (const issue of tagKey.safeParse(key).error?.issues ?? [])
      issues.push({ code: 'custom', message: `the tag key ${JSON.stringify(key)} ${wording(issue)}`, input: value });
    for (const issue of tagValue.safeParse(text).error?.issues ?? [])
      issues.push({
        code: 'custom',
        message: `the value of the tag ${JSON.stringify(key)} ${wording(issue)}`,
        input: value,
      });
  }
});

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return 'must not be empty';
  if (issue.code === 'too_big') return `must have at most ${issue.maximum} characters`;
  return issue.message;
}
