import { textInItem } from '../../../../functions/shared/text-in-item';

const LIMIT_BYTES = 400_000;

it.each([1, 50, 500])('Texts of each of %d instances fit into one item, whatever their letters', (count) => {
  const text = 'отказано в доступе '.repeat(500);
  expect(Buffer.byteLength(textInItem(text, count)) * count).toBeLessThan(LIMIT_BYTES / 2 + 1);
});

it('A text that is cut says so, and has no half letter', () => {
  expect(textInItem('я'.repeat(5000), 1)).toMatch(/^я+ …$/);
});

it('A text that fits is as it was', () => {
  expect(textInItem('AccessDenied', 500)).toBe('AccessDenied');
});
