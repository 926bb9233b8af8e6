import { AwsError, SimulatorError } from '../../errors';
import { exactValues, type Filter, passes, tagFilterValues } from './filters';
import { type Ec2Instance, stateShape } from './instance';

/** The instances of one region, by id and in the order in which they were declared. */
export class InstanceIndex {
  private readonly byId = new Map<string, Ec2Instance>();

  add(instance: Ec2Instance): void {
    if (this.byId.has(instance.id)) throw new SimulatorError(`The world declares the instance ${instance.id} twice.`);
    this.byId.set(instance.id, instance);
  }

  get(id: string): Ec2Instance | undefined {
    const instance = this.byId.get(id);
    return instance?.isListed ? instance : undefined;
  }

  all(): Ec2Instance[] {
    return [...this.byId.values()].filter((instance) => instance.isListed);
  }

  /** The instances of these ids, or the error that names those that are malformed or do not exist. */
  named(ids: string[]): Ec2Instance[] {
    for (const id of ids) {
      if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
        throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
      }
    }
    const missing = ids.filter((id) => !this.get(id));
    if (missing.length > 0) {
      throw new AwsError(
        'InvalidInstanceID.NotFound',
        missing.length === 1
          ? `The instance ID '${missing[0]}' does not exist`
          : `The instance IDs '${missing.join(', ')}' do not exist`,
      );
    }
    return [...new Set(ids)].flatMap((id) => this.get(id) ?? []);
  }

  /** The instances of these ids, or all, that pass the filters. */
  select(ids: string[] | undefined, filters: Filter[] | undefined): Ec2Instance[] {
    const filtered = exactValues(filters, 'instance-id');
    let candidates: Ec2Instance[];
    if (ids?.length) candidates = this.named(ids);
    else if (filtered) candidates = [...new Set(filtered)].flatMap((id) => this.get(id) ?? []);
    else candidates = this.all();
    if (!filters?.length) return candidates;
    return candidates.filter((instance) => passes(filters, (name) => filterValues(instance, name)));
  }
}

function filterValues(instance: Ec2Instance, name: string): string[] | undefined {
  switch (name) {
    case 'instance-id':
      return [instance.id];
    case 'instance-state-name':
      return [instance.seenState];
    case 'instance-state-code':
      return [String(stateShape(instance.seenState).Code)];
    case 'instance-type':
      return [instance.instanceType];
    case 'instance-lifecycle':
      return instance.declared.Spot ? ['spot'] : [];
    case 'platform':
      return instance.platform === 'Windows' ? ['windows'] : [];
    case 'platform-details':
      return [instance.platform === 'Windows' ? 'Windows' : 'Linux/UNIX'];
    case 'reservation-id':
      return [instance.reservationId];
    case 'root-device-type':
      return [instance.rootDeviceType];
    case 'spot-instance-request-id':
      return instance.spotRequestId ? [instance.spotRequestId] : [];
    case 'block-device-mapping.volume-id':
      return instance.volumeIds;
    default:
      return tagFilterValues(name, instance.tags.seen);
  }
}
