import { ACCOUNT, type Request, type RequestTable } from './request-table';

const attach = (PolicyArn: string): Request => [
  ['iam.CreateRole', { RoleName: 'role', AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }],
  ['iam.AttachRolePolicy', { RoleName: 'role', PolicyArn }],
];

export const iam: RequestTable = {
  requests: {
    // With a comma too many.
    'test_create_role_with_malformed_assume_role_policy_document invalid-json': [
      ['iam.CreateRole', { RoleName: 'role', AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[],}' }],
    ],
    'test_role_attach_policy non_existent_malformed_policy_arn': attach('longpolicynamebutnoarn'),
    'test_role_attach_policy existing_policy_name_provided': attach('test-policy'),
    'test_role_attach_policy valid_arn_not_existent': attach(`arn:aws:iam::${ACCOUNT}:policy/test-policy123`),
  },
  gaps: [
    [/test_server_certificate/, 'iam.GetServerCertificate'],
    [/test_user_attach_policy/, 'iam.AttachUserPolicy'],
    [/test_delete_non_existent_policy/, 'iam.DeletePolicy'],
    [/test_delete_user_/, 'iam.DeleteUser'],
    [
      /_service_specific_credential|test_user_match_id|test_id_match_user|test_invalid_update/,
      'iam.CreateServiceSpecificCredential',
    ],
    [/test_service_role_/, 'iam.CreateServiceLinkedRole'],
  ],
};
