import { isScriptAddress } from '../../../../../functions/shared/scripts/script-address';

describe('The address of a script', () => {
  it.each([
    'https://scripts.s3.amazonaws.com/pre.sh',
    'https://scripts.s3.eu-west-1.amazonaws.com/a/b/pre.sh',
    'https://scripts.s3-eu-west-1.amazonaws.com/pre.sh',
    'https://scripts.s3.dualstack.eu-west-1.amazonaws.com/pre.sh',
    'https://my.scripts.s3.cn-north-1.amazonaws.com.cn/pre.sh',
    'https://scripts.s3.us-gov-west-1.amazonaws.com/pre.sh',
    'https://scripts.s3-fips.us-gov-west-1.amazonaws.com/pre.sh',
    'https://s3-fips.dualstack.us-gov-west-1.amazonaws.com/scripts/pre.sh',
    'https://scripts.s3.eusc-de-east-1.amazonaws.eu/pre.sh',
    'https://scripts.s3.us-isof-south-1.csp.hci.ic.gov/pre.sh',
    'https://s3-external-1.amazonaws.com/scripts/pre.sh',
    'https://s3.dualstack.eu-west-1.amazonaws.com/scripts/pre.sh',
    'https://s3.cn-north-1.amazonaws.com.cn/scripts/pre.sh',
    'https://s3.amazonaws.com/scripts/pre.sh',
    'https://s3.eu-west-1.amazonaws.com/scripts/folder/',
    'https://s3-eu-west-1.amazonaws.com/scripts/pre.sh',
  ])('%s can be downloaded by the SSM Agent', (address) => {
    expect(isScriptAddress(address)).toBe(true);
  });

  it.each([
    'https://s3.console.aws.amazon.com/s3/object/scripts?prefix=pre.sh',
    'https://eu-west-1.console.aws.amazon.com/s3/object/scripts/pre.sh',
    'https://scripts.s3.amazonaws.com',
    'https://scripts.s3.amazonaws.com/',
    'https://s3.amazonaws.com/scripts',
    'https://s3.amazonaws.com/scripts/',
    's3://scripts/pre.sh',
    'https://scripts.bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com/pre.sh',
    'http://scripts.s3.amazonaws.com/pre.sh',
    'https://example.com/pre.sh',
    'https://scripts.s3.amazonaws.com.example.com/pre.sh',
  ])('%s cannot', (address) => {
    expect(isScriptAddress(address)).toBe(false);
  });
});
