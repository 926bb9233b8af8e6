import type { DescribeVolumesRequest, DescribeVolumesResult, Volume } from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { page } from '../page';
import { checkFilters, exactValues, passes, tagFilterValues } from './filters';
import type { Ec2Instance } from './instance';

interface EbsVolume {
  id: string;
  instance: Ec2Instance;
  tags: Lagging<Record<string, string>>;
}

/** The EBS volumes of one region: those that are attached to instances. */
export class EbsVolumes {
  private readonly byId = new Map<string, EbsVolume>();

  constructor(private readonly region: Region) {}

  attach(instance: Ec2Instance): void {
    for (const id of instance.volumeIds) {
      this.byId.set(id, { id, instance, tags: new Lagging(this.region.account, {}) });
    }
  }

  tagsOf(id: string): Lagging<Record<string, string>> | undefined {
    return this.byId.get(id)?.tags;
  }

  describe(input: DescribeVolumesRequest): DescribeVolumesResult {
    requireSupported('ec2:DescribeVolumes', input, ['VolumeIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun']);
    checkFilters(input.Filters);
    const candidates = this.candidates(input).filter((volume) =>
      passes(input.Filters, (name) => this.filterValues(volume, name)),
    );
    const { items, nextToken } = page(candidates, input.MaxResults, input.NextToken);
    return { Volumes: items.map((volume) => this.shape(volume)), NextToken: nextToken };
  }

  private candidates(input: DescribeVolumesRequest): EbsVolume[] {
    if (input.VolumeIds?.length) {
      return input.VolumeIds.map((id) => {
        const volume = this.byId.get(id);
        if (volume) return volume;
        throw new AwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
      });
    }
    const ids = exactValues(input.Filters, 'volume-id');
    if (ids) return [...new Set(ids)].flatMap((id) => this.byId.get(id) ?? []);
    const instanceIds = exactValues(input.Filters, 'attachment.instance-id');
    if (instanceIds) {
      return [...new Set(instanceIds)]
        .flatMap((id) => this.region.ec2.instance(id)?.volumeIds ?? [])
        .flatMap((id) => this.byId.get(id) ?? []);
    }
    return [...this.byId.values()];
  }

  private filterValues(volume: EbsVolume, name: string): string[] | undefined {
    const values: Record<string, string[]> = {
      'volume-id': [volume.id],
      'attachment.instance-id': [volume.instance.id],
      'attachment.status': ['attached'],
      status: ['in-use'],
    };
    return values[name] ?? tagFilterValues(name, volume.tags.seen);
  }

  private shape(volume: EbsVolume): Volume {
    const { instance } = volume;
    return {
      VolumeId: volume.id,
      State: 'in-use',
      Size: instance.volumeGibibytes,
      VolumeType: 'gp3',
      AvailabilityZone: `${this.region.name}a`,
      Encrypted: instance.declared.VolumeKmsKeyId !== undefined,
      KmsKeyId: instance.declared.VolumeKmsKeyId,
      Attachments: [
        {
          VolumeId: volume.id,
          InstanceId: instance.id,
          State: 'attached',
          Device: instance.deviceOf(volume.id),
          DeleteOnTermination: instance.volumeIds[0] === volume.id || !instance.keepsVolumes,
        },
      ],
      Tags: Object.entries(volume.tags.seen).map(([Key, Value]) => ({ Key, Value })),
    };
  }
}
