import type {
  CreateRestoreTestingPlanInput,
  CreateRestoreTestingPlanOutput,
  CreateRestoreTestingSelectionInput,
  CreateRestoreTestingSelectionOutput,
  DeleteRestoreTestingPlanInput,
  DeleteRestoreTestingSelectionInput,
  GetRestoreTestingPlanInput,
  GetRestoreTestingPlanOutput,
  GetRestoreTestingSelectionInput,
  GetRestoreTestingSelectionOutput,
  KeyValue,
  ListRestoreTestingPlansInput,
  ListRestoreTestingPlansOutput,
  ListRestoreTestingSelectionsInput,
  ListRestoreTestingSelectionsOutput,
  RestoreTestingPlanForCreate,
  RestoreTestingSelectionForCreate,
  StartRestoreJobInput,
} from '@aws-sdk/client-backup';
import { AwsError } from '../../errors';
import type { Region } from '../../places';
import { requireSupported } from '../../supported-parameters';
import { readExpression } from '../scheduler/expression';
import { repeat } from '../scheduler/repeat';
import { invalid } from './job-input';
import { pageOf } from './page-size';
import type { RecoveryPoint, RecoveryPoints } from './recovery-points';
import { inferredMetadata } from './restore-test-metadata';
import type { RestoreTest } from './tested-resource';

const nameLimit = 50;
const planLimit = 100;
const selectionLimit = 30;
const dayMilliseconds = 86_400_000;
const defaultStartWindowHours = 24;
const defaultSelectionWindowDays = 30;

interface Selection {
  settings: RestoreTestingSelectionForCreate;
  createdAt: Date;
}

interface Plan {
  arn: string;
  settings: RestoreTestingPlanForCreate;
  createdAt: Date;
  lastRunAt?: Date;
  selections: Map<string, Selection>;
  stop: () => void;
}

/**
 * Restore testing plans and their selections: at the scheduled time one eligible recovery point of each selected resource
 * is restored. https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export class RestoreTesting {
  private readonly plans = new Map<string, Plan>();

  constructor(
    private readonly region: Region,
    private readonly recoveryPoints: RecoveryPoints,
    private readonly start: (input: StartRestoreJobInput, source: RecoveryPoint, test: RestoreTest) => void,
  ) {}

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateRestoreTestingPlan.html */
  createPlan(input: CreateRestoreTestingPlanInput): CreateRestoreTestingPlanOutput {
    requireSupported('backup:CreateRestoreTestingPlan', input, ['RestoreTestingPlan', 'CreatorRequestId', 'Tags']);
    const settings = checkedPlan(input.RestoreTestingPlan);
    const name = settings.RestoreTestingPlanName ?? '';
    if (this.plans.has(name)) throw new AwsError('AlreadyExistsException', `The plan ${name} exists already.`);
    if (this.plans.size >= planLimit) throw new AwsError('LimitExceededException', 'There are 100 plans already.');
    const { clock, random } = this.region.account;
    const plan: Plan = {
      arn: this.region.arn('backup', `restore-testing-plan:${name}-${random.uuid()}`),
      settings,
      createdAt: clock.date,
      selections: new Map(),
      stop: () => {},
    };
    this.plans.set(name, plan);
    this.schedule(plan);
    return { CreationTime: plan.createdAt, RestoreTestingPlanArn: plan.arn, RestoreTestingPlanName: name };
  }

  /** What CloudFormation changes in place: everything but the name. */
  replacePlan(settings: RestoreTestingPlanForCreate): void {
    const plan = this.plan(settings.RestoreTestingPlanName);
    plan.settings = checkedPlan(settings);
    plan.stop();
    this.schedule(plan);
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_GetRestoreTestingPlan.html */
  getPlan(input: GetRestoreTestingPlanInput): GetRestoreTestingPlanOutput {
    const { arn, settings, createdAt, lastRunAt } = this.plan(input.RestoreTestingPlanName);
    return {
      RestoreTestingPlan: {
        RecoveryPointSelection: settings.RecoveryPointSelection,
        RestoreTestingPlanName: settings.RestoreTestingPlanName,
        ScheduleExpression: settings.ScheduleExpression,
        ScheduleExpressionTimezone: settings.ScheduleExpressionTimezone ?? 'UTC',
        StartWindowHours: settings.StartWindowHours ?? defaultStartWindowHours,
        RestoreTestingPlanArn: arn,
        CreationTime: createdAt,
        LastExecutionTime: lastRunAt,
      },
    };
  }

  listPlans(input: ListRestoreTestingPlansInput): ListRestoreTestingPlansOutput {
    const { items, nextToken } = pageOf([...this.plans.values()], input);
    return {
      RestoreTestingPlans: items.map(({ arn, settings, createdAt, lastRunAt }) => ({
        RestoreTestingPlanArn: arn,
        RestoreTestingPlanName: settings.RestoreTestingPlanName,
        ScheduleExpression: settings.ScheduleExpression,
        CreationTime: createdAt,
        LastExecutionTime: lastRunAt,
      })),
      NextToken: nextToken,
    };
  }

  /** Selections have to be deleted first (Restore testing, "Delete a restore testing plan"). */
  deletePlan(input: DeleteRestoreTestingPlanInput): void {
    const plan = this.plan(input.RestoreTestingPlanName);
    if (plan.selections.size > 0)
      throw new AwsError('InvalidRequestException', 'The plan has selections. Delete them first.');
    plan.stop();
    this.plans.delete(input.RestoreTestingPlanName ?? '');
  }

  /** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateRestoreTestingSelection.html */
  createSelection(input: CreateRestoreTestingSelectionInput): CreateRestoreTestingSelectionOutput {
    requireSupported('backup:CreateRestoreTestingSelection', input, [
      'RestoreTestingPlanName',
      'RestoreTestingSelection',
      'CreatorRequestId',
    ]);
    const plan = this.plan(input.RestoreTestingPlanName);
    const settings = checkedSelection(input.RestoreTestingSelection);
    const name = settings.RestoreTestingSelectionName ?? '';
    if (plan.selections.has(name))
      throw new AwsError('AlreadyExistsException', `The selection ${name} exists already.`);
    if (plan.selections.size >= selectionLimit)
      throw new AwsError('LimitExceededException', 'The plan has 30 selections already.');
    const createdAt = this.region.account.clock.date;
    plan.selections.set(name, { settings, createdAt });
    return {
      CreationTime: createdAt,
      RestoreTestingPlanArn: plan.arn,
      RestoreTestingPlanName: input.RestoreTestingPlanName,
      RestoreTestingSelectionName: name,
    };
  }

  replaceSelection(planName: string, settings: RestoreTestingSelectionForCreate): void {
    this.selection(planName, settings.RestoreTestingSelectionName).settings = checkedSelection(settings);
  }

  getSelection(input: GetRestoreTestingSelectionInput): GetRestoreTestingSelectionOutput {
    const { RestoreTestingPlanName, RestoreTestingSelectionName } = input;
    const { settings, createdAt } = this.selection(RestoreTestingPlanName, RestoreTestingSelectionName);
    return { RestoreTestingSelection: { ...settings, CreationTime: createdAt, RestoreTestingPlanName } };
  }

  listSelections(input: ListRestoreTestingSelectionsInput): ListRestoreTestingSelectionsOutput {
    const plan = this.plan(input.RestoreTestingPlanName);
    const { items, nextToken } = pageOf([...plan.selections.values()], input);
    return {
      RestoreTestingSelections: items.map(({ settings, createdAt }) => ({
        CreationTime: createdAt,
        IamRoleArn: settings.IamRoleArn,
        ProtectedResourceType: settings.ProtectedResourceType,
        RestoreTestingPlanName: input.RestoreTestingPlanName,
        RestoreTestingSelectionName: settings.RestoreTestingSelectionName,
        ValidationWindowHours: settings.ValidationWindowHours,
      })),
      NextToken: nextToken,
    };
  }

  deleteSelection(input: DeleteRestoreTestingSelectionInput): void {
    this.selection(input.RestoreTestingPlanName, input.RestoreTestingSelectionName);
    this.plan(input.RestoreTestingPlanName).selections.delete(input.RestoreTestingSelectionName ?? '');
  }

  private schedule(plan: Plan): void {
    const { ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC' } = plan.settings;
    const expression = readExpression(ScheduleExpression, ScheduleExpressionTimezone, { oneTime: false });
    plan.stop = repeat(this.region.account.clock, expression, {}, async () => this.run(plan));
  }

  /** Start times are drawn within the start window ("Start within"). */
  private run(plan: Plan): void {
    const { clock, random } = this.region.account;
    plan.lastRunAt = clock.date;
    const windowSeconds = (plan.settings.StartWindowHours ?? defaultStartWindowHours) * 3600;
    for (const { settings } of plan.selections.values()) {
      for (const source of this.chosen(plan.settings, settings)) {
        const metadata = inferredMetadata(this.region, source, settings.RestoreMetadataOverrides);
        const input = { RecoveryPointArn: source.arn, IamRoleArn: settings.IamRoleArn, Metadata: metadata };
        const test = { planArn: plan.arn, windowHours: settings.ValidationWindowHours ?? 0 };
        clock.after(random.between(0, windowSeconds), () => this.start(input, source, test));
      }
    }
  }

  /** One eligible recovery point of each selected resource; a resource without one is left out. */
  private chosen(plan: RestoreTestingPlanForCreate, selection: RestoreTestingSelectionForCreate): RecoveryPoint[] {
    const { Algorithm, SelectionWindowDays = defaultSelectionWindowDays } = plan.RecoveryPointSelection ?? {};
    const { now } = this.region.account.clock;
    const ofType = this.recoveryPoints.seen().filter((point) => point.resourceType === selection.ProtectedResourceType);
    const resources = [...new Set(ofType.map(({ resourceArn }) => resourceArn))];
    return resources.flatMap((resource) => {
      const points = ofType.filter(({ resourceArn }) => resourceArn === resource);
      const [latest] = points;
      if (!latest || !isSelected(latest, selection)) return [];
      const eligible = points.filter(
        (point) =>
          point.status.current === 'COMPLETED' &&
          now - point.createdAt.getTime() <= SelectionWindowDays * dayMilliseconds &&
          this.isIncluded(point, plan),
      );
      const index = Algorithm === 'RANDOM_WITHIN_WINDOW' ? this.region.account.random.next() * eligible.length : 0;
      return eligible[Math.floor(index)] ?? [];
    });
  }

  private isIncluded({ vaultName }: RecoveryPoint, { RecoveryPointSelection: selection }: RestoreTestingPlanForCreate) {
    const arn = this.region.arn('backup', `backup-vault:${vaultName}`);
    const { IncludeVaults = [], ExcludeVaults = [] } = selection ?? {};
    return (IncludeVaults.includes('*') || IncludeVaults.includes(arn)) && !ExcludeVaults.includes(arn);
  }

  private plan(name: string | undefined): Plan {
    const plan = this.plans.get(name ?? '');
    if (plan) return plan;
    throw new AwsError('ResourceNotFoundException', `The restore testing plan ${name} does not exist.`);
  }

  private selection(planName: string | undefined, name: string | undefined): Selection {
    const selection = this.plan(planName).selections.get(name ?? '');
    if (selection) return selection;
    throw new AwsError('ResourceNotFoundException', `The restore testing selection ${name} does not exist.`);
  }
}

/** Tag conditions are those of the resource's latest recovery point ("Recovery point determination"). */
function isSelected({ resourceArn, tags }: RecoveryPoint, selection: RestoreTestingSelectionForCreate): boolean {
  const { ProtectedResourceArns: arns = [], ProtectedResourceConditions: conditions } = selection;
  if (arns.length > 0 && !arns.includes('*')) return arns.includes(resourceArn);
  const has = ({ Key = '', Value }: KeyValue) => tags[Key.replace(/^aws:ResourceTag\//, '')] === Value;
  return (conditions?.StringEquals ?? []).every(has) && !(conditions?.StringNotEquals ?? []).some(has);
}

function checkedPlan(plan: RestoreTestingPlanForCreate | undefined): RestoreTestingPlanForCreate {
  checkName(plan?.RestoreTestingPlanName);
  const {
    Algorithm,
    IncludeVaults,
    RecoveryPointTypes,
    SelectionWindowDays: days,
  } = plan?.RecoveryPointSelection ?? {};
  if (!Algorithm || !IncludeVaults?.length || !RecoveryPointTypes?.length)
    throw invalid('RecoveryPointSelection needs Algorithm, IncludeVaults and RecoveryPointTypes.');
  if (days !== undefined && (days < 1 || days > 365)) throw invalid('SelectionWindowDays must be from 1 to 365.');
  const hours = plan?.StartWindowHours;
  if (hours !== undefined && (hours < 1 || hours > 168)) throw invalid('StartWindowHours must be from 1 to 168.');
  return structuredClone(plan as RestoreTestingPlanForCreate);
}

function checkedSelection(selection: RestoreTestingSelectionForCreate | undefined): RestoreTestingSelectionForCreate {
  checkName(selection?.RestoreTestingSelectionName);
  const { ProtectedResourceArns: arns, ProtectedResourceConditions: conditions } = selection ?? {};
  if (!arns?.length && !conditions)
    throw invalid('ProtectedResourceArns or ProtectedResourceConditions must be given.');
  if (arns?.length && !arns.includes('*') && conditions) throw invalid('ARNs and conditions exclude each other.');
  const hours = selection?.ValidationWindowHours;
  if (hours !== undefined && (hours < 0 || hours > 168)) throw invalid('ValidationWindowHours must be from 0 to 168.');
  return structuredClone(selection as RestoreTestingSelectionForCreate);
}

/** "Only alphanumeric characters and underscores. Maximum length is 50" (API_RestoreTestingPlanForCreate). */
function checkName(name: string | undefined): void {
  if (new RegExp(`^\\w{1,${nameLimit}}$`).test(name ?? '')) return;
  throw invalid(`The name ${name} must be 1 to 50 letters, digits or underscores.`);
}
