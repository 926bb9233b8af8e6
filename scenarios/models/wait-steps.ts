import { approval } from '../../functions/shared/waits/kinds/approval';
import { checkWaits, getWait, startWait } from '../../functions/shared/waits/waits';

interface Input {
  step: 'start' | 'look';
  waitId: string;
  job: string;
  taskToken: string;
}

const DEADLINE_SECONDS = 100 * 24 * 3600;

/** The functions of docs/models/wait.ts. The job is an answer in a run's record: it ends when it is written there. */
export async function handler({ step, waitId, job, taskToken }: Input): Promise<void> {
  if (step === 'start') {
    const region = String(process.env.AWS_REGION);
    await startWait(approval, { id: waitId, region, resources: [job], taskToken, deadlineSeconds: DEADLINE_SECONDS });
    return;
  }
  const wait = await getWait(waitId);
  if (wait?.due) await checkWaits(approval, [wait]);
}
