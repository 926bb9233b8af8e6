import { allOf } from '../../../../functions/shared/in-batches';

describe('Calls that are made at the same time', () => {
  it('are all waited for when one of them fails, and its error is thrown', async () => {
    // Prepare
    const ended: string[] = [];
    const late = new Promise<void>((resolve) => setImmediate(resolve)).then(() => void ended.push('late'));
    // Act
    const all = allOf([Promise.reject(new Error('first')), late]);
    // Assess
    await expect(all).rejects.toThrow('first');
    expect(ended).toEqual(['late']);
  });

  it('answer in the order in which they were made', async () => {
    expect(await allOf([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two']);
  });
});
