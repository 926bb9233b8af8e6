import { type EC2Client, type Instance, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';

/**
 * Lets the volumes of a restored instance go with it: an image remembers of its source's volumes which of them outlive
 * their instance, and copies of them would stay and cost. Safe to repeat.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html
 */
export async function letVolumesGo(ec2: EC2Client, { InstanceId, BlockDeviceMappings = [] }: Instance): Promise<void> {
  const staying = BlockDeviceMappings.filter(({ Ebs }) => Ebs && !Ebs.DeleteOnTermination);
  if (staying.length === 0) return;
  await ec2.send(
    new ModifyInstanceAttributeCommand({
      InstanceId,
      BlockDeviceMappings: staying.map(({ DeviceName }) => ({ DeviceName, Ebs: { DeleteOnTermination: true } })),
    }),
  );
}
