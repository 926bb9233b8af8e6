import { sorted, type TableSetting } from './table-setting';

/** Vector indexes by what they are: a restore brings those along that the data had. They are compared, not made again. */
export const vectorIndexes: TableSetting<{ vectorIndexes?: object[] }> = {
  name: 'vector indexes',
  read: ({ VectorIndexes: indexes = [] }) => ({
    vectorIndexes: indexes.map(
      ({ IndexName, SearchSchema, Projection, VectorAttribute, Dimensions, DistanceFunction }) =>
        JSON.parse(
          JSON.stringify({ IndexName, SearchSchema, Projection, VectorAttribute, Dimensions, DistanceFunction }),
        ),
    ),
  }),
  comparable: (settings) => sorted(settings.vectorIndexes ?? []),
};
