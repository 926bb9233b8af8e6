import { Command, Option } from '@commander-js/extra-typings';
import { complete } from '../../../cli/completion';

function program() {
  const root = new Command('tool').option('--json').addOption(new Option('--output <FORM>').choices(['table', 'tsv']));
  root.command('start').description('starts').argument('<workflow>').option('--input <FILE>').option('--name <NAME>');
  const schedules = root.command('schedules').description('lists');
  schedules.command('enable').description('enables').argument('<schedule>');
  schedules.command('edit').description('edits').argument('<schedule>');
  return root;
}

const completed = async (line: string) => {
  const { values, takesFiles } = await complete(program(), line.split(' '), async (what) => [
    { value: `${what}-1`, meaning: 'known by the account' },
  ]);
  return takesFiles ? 'files' : values.map(({ value }) => value);
};

describe('A completion', () => {
  it.each([
    ['', ['start', 'schedules']],
    ['st', ['start']],
    ['--j', ['--json']],
    ['start ', ['workflow-1']],
    ['start --name start w', ['workflow-1']],
    ['start --', ['--input', '--name', '--help', '--json', '--output', '--help']],
    ['start --output t', ['table', 'tsv']],
    ['start --output=ts', ['--output=tsv']],
    ['schedules e', ['enable', 'edit']],
    ['--output table schedules enable ', ['schedule-1']],
    ['start one two ', []],
    ['start --name ', []],
    ['start --input ', 'files'],
  ])('of "%s"', async (line, expected) => expect(await completed(line)).toEqual(expected));
});
