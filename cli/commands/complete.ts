import type { Command } from '@commander-js/extra-typings';
import { escapeToOneLine } from '../../functions/shared/escape-controls';
import { afterHelp } from '../command-line';
import { complete } from '../completion';
import { EXIT, usageFailure } from '../failure';
import { listRuns, runName, targetOf } from '../runs';
import type { Session } from '../session';
import type { CarryOut } from './all';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];
const COMMAND = 'backup-workflows';
/** A person who pressed Tab does not wait longer for what the account knows. */
const PATIENCE_MS = 3000;
const MOST_RUNS = 50;
/** What the shell does besides, in the words of the scripts: names of files fit, or they do not. */
const FILES_FIT = 0;
const NO_FILES = 4;

/** That of the package needs bash-completion, which many servers lack; this one also works in the bash of macOS. */
const BASH_SCRIPT = `_backup_workflows() {
  local -a words
  local value before=
  read -ra words <<< "\${COMP_LINE:0:COMP_POINT}"
  [[ \${COMP_LINE:COMP_POINT-1:1} == ' ' ]] && words+=('')
  local last=\${words[\${#words[@]}-1]}
  [[ $last == *=* && $COMP_WORDBREAKS == *=* ]] && before=\${last%%=*}=
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case $value in
      :${FILES_FIT}) ;;
      :*) compopt +o default 2>/dev/null ;;
      *) COMPREPLY+=("\${value#"$before"}") ;;
    esac
  done < <(${COMMAND} complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _backup_workflows ${COMMAND}
`;

/**
 * `complete SHELL`: prints the script that lets a shell complete commands. The script calls `complete -- WORDS…` for each
 * Tab.
 */
export function declare(command: Command, carryOut: CarryOut): void {
  command
    .argument('[words...]', `${SHELLS.join(', ')}; or, after --, the words to complete`)
    .addHelpText(
      'after',
      afterHelp(`source <(${COMMAND} complete bash)`, { ok: 'the script, or what fits, is printed' }),
    )
    .action((words) =>
      carryOut(async (session) => {
        const { rawArgs } = command.parent as unknown as { rawArgs: string[] };
        const isAsked = rawArgs[rawArgs.indexOf('complete') + 1] === '--';
        return isAsked ? answer(session, command, words) : printScript(words);
      }),
    );
}

async function printScript([shell = '', ...others]: string[]): Promise<number> {
  if (!SHELLS.includes(shell) || others.length > 0) throw usageFailure([`Name one shell: ${SHELLS.join(', ')}.`]);
  if (shell === 'bash') process.stdout.write(BASH_SCRIPT);
  else (await import('@bomb.sh/tab')).script(shell, COMMAND, COMMAND);
  return EXIT.ok;
}

async function answer(session: Session, command: Command, words: string[]): Promise<number> {
  const program = command.parent;
  if (!program) return EXIT.ok;
  const { values, takesFiles } = await complete(program, words, (what) => inTime(namesOf(session, what)));
  const lines = values.map(({ value, meaning }) => `${escapeToOneLine(value)}\t${escapeToOneLine(meaning)}`);
  process.stdout.write([...lines, `:${takesFiles ? FILES_FIT : NO_FILES}`, ''].join('\n'));
  return EXIT.ok;
}

async function namesOf(session: Session, what: string): Promise<{ value: string; meaning: string }[]> {
  if (what === 'run')
    return (await listRuns(session, { open: false, limit: MOST_RUNS })).map((run) => ({
      value: runName(run.runId),
      meaning: `${run.workflow} ${targetOf(run)}`,
    }));
  if (what !== 'schedule') return [];
  const schedules = await (await session.stack()).resourcesOfType('AWS::Scheduler::Schedule');
  return schedules.map(({ logicalId }) => ({ value: logicalId, meaning: '' }));
}

/** What comes in time; nothing where AWS is slow, refuses, or there are no credentials: Tab is no place for errors. */
async function inTime<T>(names: Promise<T[]>): Promise<T[]> {
  const late = new Promise<T[]>((resolve) => setTimeout(() => resolve([]), PATIENCE_MS).unref());
  return Promise.race([names.catch(() => []), late]);
}
