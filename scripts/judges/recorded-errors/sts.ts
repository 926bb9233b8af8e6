import { ACCOUNT, type Request, type RequestTable, requestsFor } from './request-table';

const assume = (RoleArn: string, RoleSessionName = 'session'): Request => [
  ['sts.AssumeRole', { RoleArn, RoleSessionName }],
];
const tagged = (input: object): Request => [
  ['sts.AssumeRole', { RoleArn: `arn:aws:iam::${ACCOUNT}:role/role`, RoleSessionName: 'session', ...input }],
];

export const sts: RequestTable = {
  requests: {
    ...requestsFor(
      {
        'malformed-arn': 'nothing-valid-in-here',
        'no-partition': 'arn::b:::something/test-role',
        'no-service': 'arn:a::::something/test-role',
        'not-enough-colons': 'arn:a:::something/test-role',
        'no-resource': 'arn:a:a::aaaaaaaaaa:',
      },
      (arn) => assume(arn),
      'test_sts_invalid_parameters',
    ),
    'test_sts_invalid_parameters invalid-session-name': assume('arn:a:b:::something/test-role', 'Session1:2'),
    test_assume_role_tag_validation: tagged({ Tags: [{ Key: 'a', Value: 'b' }] }),
    test_iam_role_chaining_override_transitive_tags: tagged({ Tags: [{ Key: 'a', Value: 'b' }] }),
  },
  gaps: [],
};
