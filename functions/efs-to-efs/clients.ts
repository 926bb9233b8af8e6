import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchEventsClient } from '@aws-sdk/client-cloudwatch-events';
import { S3Client } from '@aws-sdk/client-s3';

/** The services that only this workflow talks to, in the stack's region. */
export const autoScaling = new AutoScalingClient({});
export const cloudWatch = new CloudWatchClient({});
export const events = new CloudWatchEventsClient({});
export const s3 = new S3Client({});
