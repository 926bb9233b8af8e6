import { readFileSync } from 'node:fs';
import { lambdaSources } from '../../scripts/lambda-sources';
import { withPackages } from '../../scripts/release/packaged-template';

it('A packaged template is the template, with the package of each function in place of the recipe that builds it', () => {
  const names = lambdaSources('template.yaml').map(({ logicalId }) => logicalId);

  const packaged = withPackages(readFileSync('template.yaml', 'utf8'), names);

  expect(packaged).not.toMatch(/BuildMethod|CodeUri: \./);
  expect(packaged.match(/CodeUri: functions\/\w+\.zip/g)).toEqual(
    names.map((name) => `CodeUri: functions/${name}.zip`),
  );
  const lines = (text: string) => text.split('\n').filter((line) => !/CodeUri|BuildMethod|Makefile/.test(line));
  expect(lines(packaged)).toEqual(lines(readFileSync('template.yaml', 'utf8')));
});
