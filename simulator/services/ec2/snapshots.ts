import type { DescribeSnapshotsRequest, DescribeSnapshotsResult, Snapshot } from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { page } from '../page';
import { checkFilters, exactValues, passes, tagFilterValues } from './filters';
import type { WorldEbsSnapshot } from './world';

type SnapshotState = NonNullable<WorldEbsSnapshot['State']>;

interface EbsSnapshot {
  id: string;
  volumeId: string;
  startTime: Date;
  /** Undefined as long as describe calls do not know the snapshot yet. */
  state: Lagging<SnapshotState | undefined>;
  tags: Lagging<Record<string, string>>;
  description: string;
  volumeGibibytes: number;
}

/** The EBS snapshots of one region. */
export class EbsSnapshots {
  private readonly byId = new Map<string, EbsSnapshot>();
  private readonly byVolume = new Map<string, EbsSnapshot[]>();

  constructor(private readonly region: Region) {}

  load(declared: WorldEbsSnapshot): void {
    this.add({
      id: declared.SnapshotId,
      volumeId: declared.VolumeId,
      startTime: declared.StartTime ? new Date(declared.StartTime) : this.region.account.clock.date,
      state: new Lagging<SnapshotState | undefined>(this.region.account, declared.State ?? 'completed'),
      tags: new Lagging(this.region.account, { ...declared.Tags }),
      description: '',
      volumeGibibytes: 8,
    });
  }

  toWorld(): WorldEbsSnapshot[] {
    return [...this.byId.values()].map((snapshot) => ({
      SnapshotId: snapshot.id,
      VolumeId: snapshot.volumeId,
      State: snapshot.state.current ?? 'pending',
      StartTime: snapshot.startTime.toISOString(),
      Tags: { ...snapshot.tags.current },
      Region: this.region.name,
    }));
  }

  /** Begins a snapshot of a volume, `pending` until `end` is called; returns its id. */
  begin(options: {
    volumeId: string;
    volumeGibibytes: number;
    tags: Record<string, string>;
    description: string;
  }): string {
    const { account } = this.region;
    const snapshot: EbsSnapshot = {
      id: `snap-${account.random.hex(17)}`,
      startTime: account.clock.date,
      state: new Lagging<SnapshotState | undefined>(account, undefined),
      volumeId: options.volumeId,
      volumeGibibytes: options.volumeGibibytes,
      description: options.description,
      tags: new Lagging(account, options.tags),
    };
    snapshot.state.set('pending');
    this.add(snapshot);
    return snapshot.id;
  }

  end(id: string, state: 'completed' | 'error'): void {
    this.byId.get(id)?.state.set(state);
  }

  delete(id: string): void {
    const snapshot = this.byId.get(id);
    if (!snapshot) return;
    this.byId.delete(id);
    const others = (this.byVolume.get(snapshot.volumeId) ?? []).filter((other) => other.id !== id);
    this.byVolume.set(snapshot.volumeId, others);
  }

  tagsOf(id: string): Lagging<Record<string, string>> | undefined {
    return this.byId.get(id)?.tags;
  }

  describe(input: DescribeSnapshotsRequest): DescribeSnapshotsResult {
    requireSupported('ec2:DescribeSnapshots', input, [
      'SnapshotIds',
      'Filters',
      'OwnerIds',
      'MaxResults',
      'NextToken',
      'DryRun',
    ]);
    checkFilters(input.Filters);
    const candidates = this.candidates(input).filter(
      (snapshot) =>
        snapshot.state.seen !== undefined && passes(input.Filters, (name) => this.filterValues(snapshot, name)),
    );
    const { items, nextToken } = page(candidates, input.MaxResults, input.NextToken);
    return { Snapshots: items.map((snapshot) => this.shape(snapshot)), NextToken: nextToken };
  }

  private candidates(input: DescribeSnapshotsRequest): EbsSnapshot[] {
    const owner = this.region.account.id;
    const isOurs = (input.OwnerIds ?? []).every((id) => id === 'self' || id === owner);
    if (!isOurs) return [];
    if (input.SnapshotIds?.length) return input.SnapshotIds.map((id) => this.find(id));
    const volumes = exactValues(input.Filters, 'volume-id');
    if (volumes) return [...new Set(volumes)].flatMap((id) => this.byVolume.get(id) ?? []);
    return [...this.byId.values()];
  }

  private find(id: string): EbsSnapshot {
    const snapshot = this.byId.get(id);
    if (snapshot) return snapshot;
    throw new AwsError('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
  }

  private add(snapshot: EbsSnapshot): void {
    this.byId.set(snapshot.id, snapshot);
    const ofVolume = this.byVolume.get(snapshot.volumeId);
    if (ofVolume) ofVolume.push(snapshot);
    else this.byVolume.set(snapshot.volumeId, [snapshot]);
  }

  private filterValues(snapshot: EbsSnapshot, name: string): string[] | undefined {
    const values: Record<string, string[]> = {
      'snapshot-id': [snapshot.id],
      'volume-id': [snapshot.volumeId],
      status: [snapshot.state.seen ?? ''],
      'start-time': [snapshot.startTime.toISOString()],
      'owner-id': [this.region.account.id],
      description: [snapshot.description],
    };
    return values[name] ?? tagFilterValues(name, snapshot.tags.seen);
  }

  private shape(snapshot: EbsSnapshot): Snapshot {
    const state = snapshot.state.seen ?? 'pending';
    return {
      SnapshotId: snapshot.id,
      VolumeId: snapshot.volumeId,
      VolumeSize: snapshot.volumeGibibytes,
      State: state,
      Progress: state === 'completed' ? '100%' : '0%',
      StartTime: snapshot.startTime,
      OwnerId: this.region.account.id,
      Description: snapshot.description,
      Encrypted: false,
      Tags: Object.entries(snapshot.tags.seen).map(([Key, Value]) => ({ Key, Value })),
    };
  }
}
