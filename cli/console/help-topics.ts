/** What can be asked about at every prompt of the recovery console. */
export const helpTopics: { title: string; text: string }[] = [
  {
    title: 'AWS Backups',
    text: 'AWS Backup makes backups of tables, file systems and instances by a plan: on a schedule, into a backup vault, for as long as the plan says. One such backup is a recovery point. The console never deletes recovery points.',
  },
  {
    title: 'AWS Snapshot Process',
    text: 'Option 2 replaces a table by one of its recovery points. The recovery point is restored into a second table, the duplicate, while yours stays in use; duplicate and original are both backed up; then you are asked. Only after your yes is the original deleted and the restored data put under its name, with every setting as before. If that fails, the data is restored again, then the original from its backup. A table that is gone: option 5.',
  },
  {
    title: 'Cold Storage',
    text: 'Recovery points that are kept for long are moved to cold storage, which costs a fraction of warm storage. To restore from there takes about three hours before anything can be used, more for a large table.',
  },
  {
    title: 'Deletion Protection',
    text: 'A setting of a table: as long as it is on, DynamoDB refuses to delete the table. The console asks before it takes protection off for a deletion, and puts protection back when the table stays or is restored.',
  },
  {
    title: 'DynamoDB Backups',
    text: 'Backups that DynamoDB itself makes at once, without slowing the table down, and keeps until they are deleted. Option 3 makes one. A restore in place makes one of the original, the fallback, and keeps it for 35 days. When a table with point-in-time recovery is deleted, DynamoDB keeps a last one for 35 days.',
  },
  {
    title: 'Enabling Deletion Protection',
    text: 'Option 8. In AWS: DynamoDB, the table, Additional settings, Deletion protection, Turn on.',
  },
  {
    title: 'Enabling PITR',
    text: 'Option 7: it is turned on for 35 days back. In AWS: DynamoDB, the table, Backups, Point-in-time recovery, Edit. What was before it was turned on cannot be restored with it; to turn it off and on again loses what it had.',
  },
  {
    title: 'Point-in-Time (PITR)',
    text: 'With point-in-time recovery DynamoDB can restore a table as it was at any second of the last 35 days (or fewer, if the table is set so), up to about five minutes ago. It restores into a new table, never over an existing one.',
  },
  {
    title: 'Point-in-Time (PITR) Recovery Process',
    text: `Option 1 takes a table back to a second that you choose. That state is restored into a second table, the duplicate, while yours stays in use; duplicate and original are both backed up; then you are asked. Only after your yes is the original deleted and the duplicate's backup restored under its name, with every setting as before. The name is empty in between, for some minutes or, with a large table, hours. Writes between the chosen second and the deletion are not in the restored table: stop whatever writes to it first.`,
  },
  {
    title: 'Warm Storage',
    text: 'Where recovery points are at first. To restore from warm storage takes about 20 minutes for a small table, and hours for a large one.',
  },
];
