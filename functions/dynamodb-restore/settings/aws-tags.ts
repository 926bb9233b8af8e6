import type { TableSetting } from './table-setting';

/**
 * Tags that begin with `aws:`, such as those by which CloudFormation marks what it made. Only AWS can set them: a loss is
 * told. Read with the other tags.
 */
export const awsTags: TableSetting<{ awsTags?: Record<string, string> }> = {
  name: "AWS's own tags",
  read: () => ({}),
  comparable: (settings) => settings.awsTags ?? {},
};
