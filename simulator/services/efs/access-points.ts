import type {
  AccessPointDescription,
  CreateAccessPointRequest,
  DescribeAccessPointsRequest,
  DescribeAccessPointsResponse,
  LifeCycleState,
} from '@aws-sdk/client-efs';
import { Lagging } from '../../lagging';
import type { Region } from '../../places';
import type { Rate } from '../../service';
import { requireSupported } from '../../supported-parameters';
import { page } from '../page';
import { efsError } from './errors';
import type { FileSystem } from './file-system';
import type { WorldAccessPoint } from './world';

const creatingSeconds = 5;
const defaultPageSize = 100;
/** Amazon EFS quotas: access points for each file system. */
const maximumAccessPoints = 10_000;
/** "Near the limit": EFS does not say how near. */
const nearLimit = 0.9 * maximumAccessPoints;

interface AccessPoint {
  id: string;
  fileSystem: FileSystem;
  clientToken: string;
  settings: Pick<WorldAccessPoint, 'PosixUser' | 'RootDirectory'>;
  tags: Record<string, string>;
  state: Lagging<LifeCycleState | undefined>;
}

/** The access points of one region: ways into a file system with a user and a root directory of their own. */
export class AccessPoints {
  private readonly byId = new Map<string, AccessPoint>();
  private readonly byToken = new Map<string, AccessPoint>();

  constructor(private readonly region: Region) {}

  load(fileSystem: FileSystem, declared: WorldAccessPoint): void {
    const id = declared.AccessPointId ?? this.newId();
    this.byId.set(id, {
      id,
      fileSystem,
      clientToken: declared.ClientToken ?? `token-of-${id}`,
      settings: { PosixUser: declared.PosixUser, RootDirectory: declared.RootDirectory } as AccessPoint['settings'],
      tags: { ...declared.Tags },
      state: new Lagging<LifeCycleState | undefined>(this.region.account, 'available'),
    });
  }

  toWorld(fileSystem: FileSystem): WorldAccessPoint[] {
    return this.of(fileSystem).map(({ id, clientToken, settings, tags }) => ({
      AccessPointId: id,
      ClientToken: clientToken,
      ...(settings.PosixUser ? { PosixUser: settings.PosixUser } : {}),
      ...(settings.RootDirectory ? { RootDirectory: settings.RootDirectory } : {}),
      Tags: { ...tags },
    }));
  }

  arn(id: string): string {
    return this.region.arn('elasticfilesystem', `access-point/${id}`);
  }

  /** The access point of that id or ARN. */
  find(idOrArn: string | undefined): AccessPoint {
    const id = idOrArn?.slice(idOrArn.lastIndexOf('/') + 1);
    const point = this.byId.get(id ?? '');
    if (point?.state.seen) return point;
    throw efsError('AccessPointNotFound', `Access point '${id}' does not exist.`);
  }

  create(fileSystem: FileSystem, input: CreateAccessPointRequest): AccessPointDescription {
    requireSupported('elasticfilesystem:CreateAccessPoint', input, [
      'ClientToken',
      'FileSystemId',
      'PosixUser',
      'RootDirectory',
      'Tags',
    ]);
    const settings = { PosixUser: input.PosixUser, RootDirectory: input.RootDirectory } as AccessPoint['settings'];
    const known = this.byToken.get(input.ClientToken ?? '');
    if (known) {
      const isSame = known.fileSystem === fileSystem && JSON.stringify(known.settings) === JSON.stringify(settings);
      if (isSame && this.region.account.doubts.behaviour('efs.accessPointTokenKnown') === 'sameAccessPoint')
        return this.shape(known, known.state.current);
      throw efsError('AccessPointAlreadyExists', `Access point '${known.id}' already exists with this token.`, {
        AccessPointId: known.id,
      });
    }
    if (this.of(fileSystem).length >= maximumAccessPoints) {
      throw efsError(
        'AccessPointLimitExceeded',
        `File system '${fileSystem.id}' has ${maximumAccessPoints} access points.`,
      );
    }
    if (fileSystem.state !== 'available') {
      throw efsError('IncorrectFileSystemLifeCycleState', `File system '${fileSystem.id}' is ${fileSystem.state}.`);
    }
    if (
      input.RootDirectory?.Path !== undefined &&
      !/^(\/|(\/[^$#<>;`|&?{}^*/\n]+){1,4})$/.test(input.RootDirectory.Path)
    ) {
      throw efsError('BadRequest', `Invalid root directory: ${input.RootDirectory.Path}`);
    }
    const point: AccessPoint = {
      id: this.newId(),
      fileSystem,
      clientToken: input.ClientToken ?? '',
      settings,
      tags: Object.fromEntries((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      state: new Lagging<LifeCycleState | undefined>(this.region.account, undefined),
    };
    this.byId.set(point.id, point);
    this.byToken.set(point.clientToken, point);
    point.state.set('creating');
    this.region.account.clock.after(creatingSeconds, () => point.state.set('available'));
    return this.shape(point, 'creating');
  }

  /** How fast access points may be made; EFS publishes no rate, so it is a doubt. */
  creationRate(fileSystem: FileSystem | undefined): Rate | undefined {
    const limited = { burst: 10, perSecond: 1 };
    if (this.region.account.doubts.behaviour('efs.accessPointRate') === 'always') return limited;
    return this.of(fileSystem).length >= nearLimit ? limited : undefined;
  }

  describe(input: DescribeAccessPointsRequest, fileSystem: FileSystem | undefined): DescribeAccessPointsResponse {
    requireSupported('elasticfilesystem:DescribeAccessPoints', input, [
      'AccessPointId',
      'FileSystemId',
      'MaxResults',
      'NextToken',
    ]);
    const chosen = input.AccessPointId ? [this.find(input.AccessPointId)] : this.of(fileSystem);
    const seen = chosen.filter(({ state }) => state.seen !== undefined);
    const { items, nextToken } = page(seen, input.MaxResults ?? defaultPageSize, input.NextToken);
    return { AccessPoints: items.map((point) => this.shape(point, point.state.seen)), NextToken: nextToken };
  }

  /** Access points go with their file system. */
  deleteOf(fileSystem: FileSystem): void {
    for (const { id, clientToken } of this.of(fileSystem)) {
      this.byId.delete(id);
      this.byToken.delete(clientToken);
    }
  }

  private of(fileSystem: FileSystem | undefined): AccessPoint[] {
    return [...this.byId.values()].filter((point) => !fileSystem || point.fileSystem === fileSystem);
  }

  private newId(): string {
    return `fsap-${this.region.account.random.hex(17)}`;
  }

  private shape(point: AccessPoint, state: LifeCycleState | undefined): AccessPointDescription {
    return {
      ClientToken: point.clientToken,
      Name: point.tags.Name,
      Tags: Object.entries(point.tags).map(([Key, Value]) => ({ Key, Value })),
      AccessPointId: point.id,
      AccessPointArn: this.arn(point.id),
      FileSystemId: point.fileSystem.id,
      PosixUser: point.settings.PosixUser,
      // Without one, clients see the whole file system.
      RootDirectory: point.settings.RootDirectory ?? { Path: '/' },
      OwnerId: this.region.account.id,
      LifeCycleState: state,
    };
  }
}
