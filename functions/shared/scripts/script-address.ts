/** The domains of S3 in the partitions of AWS; the last labels of every endpoint (botocore's partitions). */
const DOMAIN = String.raw`(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)`;
const REGION = String.raw`[a-z]{2,4}(?:-[a-z]+)+-\d`;
/** `s3`, also with what S3's endpoints have before the domain, as the SSM Agent reads it (its s3util/s3uri.go). */
const ENDPOINT = String.raw`s3(?:-external-1|(?:[.-](?:accelerate|fips))?(?:[.-]dualstack)?(?:[.-]${REGION})?)\.${DOMAIN}`;
const BUCKET = '(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])';
const KEY = String.raw`(?<key>[^\s/?#][^\s]*)`;
const VIRTUAL_HOSTED = new RegExp(String.raw`^https://${BUCKET}\.${ENDPOINT}/${KEY}$`);
const PATH_STYLE = new RegExp(`^https://${ENDPOINT}/${BUCKET}/${KEY}$`);

export const SCRIPT_ADDRESS_MESSAGE =
  'must be the address of an object in S3: https://BUCKET.s3.REGION.amazonaws.com/KEY or https://s3.REGION.amazonaws.com/BUCKET/KEY (not a console page, not s3://)';

/** True for the address of an object in one of the forms from which AWS-RunRemoteScript downloads. */
export function isScriptAddress(text: string): boolean {
  return VIRTUAL_HOSTED.test(text) || PATH_STYLE.test(text);
}

/** The object that an address names; undefined for another text, and for a key that is not rightly encoded. */
export function objectOf(address: string): { bucket: string; key: string } | undefined {
  const { bucket = '', key = '' } = (PATH_STYLE.exec(address) ?? VIRTUAL_HOSTED.exec(address))?.groups ?? {};
  try {
    return bucket ? { bucket, key: decodeURIComponent(key) } : undefined;
  } catch {
    return undefined;
  }
}
