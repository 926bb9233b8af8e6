import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What a shell gets: values with what they mean, and whether names of files fit as well. */
interface Completion {
  values: { value: string; meaning: string }[];
  takesFiles: boolean;
}

/** Looks up names that only the account knows, such as those of runs. */
type NamesOf = (what: string) => Promise<Completion['values']>;

type Option = CommandUnknownOpts['options'][number];

const NOTHING: Completion = { values: [], takesFiles: false };

/**
 * Completes the last of the words of a command line, which may be empty. The commands among the words have to be declared
 * on the program.
 */
export async function complete(
  program: CommandUnknownOpts,
  words: readonly string[],
  namesOf: NamesOf,
): Promise<Completion> {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  let command = program;
  let operands = 0;
  let awaited: Option | undefined;
  for (const word of before) {
    if (awaited) awaited = undefined;
    else if (word.startsWith('-')) awaited = word.includes('=') ? undefined : takingValue(command, word);
    else {
      const sub = operands === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (sub) command = sub;
      else operands += 1;
    }
  }
  const [flag = '', typed] = last.startsWith('--') ? last.split('=', 2) : [];
  const found = await candidates(
    command,
    { awaited, flag: typed === undefined ? undefined : flag, last, operands },
    namesOf,
  );
  return { ...found, values: found.values.filter(({ value }) => value.startsWith(last)) };
}

async function candidates(
  command: CommandUnknownOpts,
  { awaited, flag, last, operands }: { awaited?: Option; flag?: string; last: string; operands: number },
  namesOf: NamesOf,
): Promise<Completion> {
  if (awaited) return valuesOf(awaited);
  if (flag !== undefined) {
    const option = takingValue(command, flag);
    const { values, takesFiles } = option ? valuesOf(option) : NOTHING;
    return { takesFiles, values: values.map((each) => ({ ...each, value: `${flag}=${each.value}` })) };
  }
  if (last.startsWith('-')) return { ...NOTHING, values: flagsOf(command) };
  const subs = operands === 0 ? command.commands.map((sub) => ({ value: sub.name(), meaning: sub.description() })) : [];
  const argument = command.registeredArguments[operands];
  if (!argument) return { ...NOTHING, values: subs };
  const values = argument.argChoices?.map(plain) ?? (await namesOf(argument.name()));
  return { ...NOTHING, values: [...subs, ...values] };
}

function valuesOf({ argChoices, flags }: Option): Completion {
  return { values: argChoices?.map(plain) ?? [], takesFiles: /<FILE>|<DIR>/.test(flags) };
}

function flagsOf(command: CommandUnknownOpts): Completion['values'] {
  return withParents(command).flatMap((each) =>
    each
      .createHelp()
      .visibleOptions(each)
      .flatMap(({ long, description }) => (long ? [{ value: long, meaning: description }] : [])),
  );
}

function takingValue(command: CommandUnknownOpts, flag: string): Option | undefined {
  const options = withParents(command).flatMap((each) => each.options);
  return options.find(({ long, short, required }) => required && [long, short].includes(flag));
}

function withParents(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.parent ? [command, ...withParents(command.parent)] : [command];
}

function plain(value: string): Completion['values'][number] {
  return { value, meaning: '' };
}
