import { execFileSync } from 'node:child_process';
import { buildSync } from 'esbuild';
import { DateTime } from 'luxon';

const ZONES = ['Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'UTC', 'Pacific/Kiritimati'];
const TIMES = ['2026-01-05T23:30:09Z', '2026-03-29T01:00:00Z', '2026-10-25T00:59:59.999Z', '2026-12-31T12:00:00Z'];

/** What a process in each of the zones writes: Jest keeps its own zone, whatever TZ says. */
function written(): string[][] {
  const { outputFiles } = buildSync({ entryPoints: ['cli/dates.ts'], bundle: true, format: 'cjs', write: false });
  const program = `${outputFiles[0]?.text}
    const dates = module.exports;
    console.log(JSON.stringify(${JSON.stringify(ZONES)}.flatMap((zone) => {
      process.env.TZ = zone;
      return ${JSON.stringify(TIMES)}.map((time) => Date.parse(time)).map((at) =>
        [dates.localTime(at), dates.localMinute(new Date(at)), dates.localClock(at), dates.localAndUtc(at)]);
    })));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=commonjs', '-e', program], { encoding: 'utf8' }));
}

it('writes times in the local zone as Luxon does, which takes long to load', () => {
  const expected = ZONES.flatMap((zone) =>
    TIMES.map((time) => {
      const moment = DateTime.fromISO(time, { zone });
      const utc = moment.toUTC();
      const utcFormat = utc.toISODate() === moment.toISODate() ? 'HH:mm:ss' : 'yyyy-MM-dd HH:mm:ss';
      const whole = moment.toFormat('yyyy-MM-dd HH:mm:ss ZZ');
      return [
        ...[whole, moment.toFormat('yyyy-MM-dd HH:mm ZZ'), moment.toFormat('HH:mm:ss')],
        `${whole} (${utc.toFormat(utcFormat)} UTC)`,
      ];
    }),
  );

  expect(written()).toEqual(expected);
});
