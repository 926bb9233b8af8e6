import type { ListPipesRequest, ListPipesResponse } from '@aws-sdk/client-pipes';
import { Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { page } from './page';

/** A pipe as a world file declares it. */
export interface WorldPipe {
  Name: string;
  /** The table whose stream it reads. */
  TableName: string;
  Target?: string;
  Region?: string;
}

interface Pipe {
  Name: string;
  Source: string;
  Target: string;
}

declare module '../places' {
  interface Region {
    readonly pipes: Pipes;
  }
}

const PAGE_SIZE = 100;

/** Amazon EventBridge Pipes: they are listed, and carry nothing. A pipe stays at its stream, also when the table has a new one. */
export class Pipes extends Service {
  readonly iamPrefix = 'pipes';
  private readonly pipes: Pipe[] = [];

  /** Puts pipes in as if they had always been there. */
  load(pipes: WorldPipe[]): void {
    const { homeRegion } = this.region.account;
    for (const { Name, TableName, Target, Region = homeRegion } of pipes) {
      if (Region !== this.region.name) continue;
      const table = this.region.dynamodb.tables.get(TableName);
      const Source = `${table?.arn}/stream/${table?.streamLabel}`;
      this.pipes.push({ Name, Source, Target: Target ?? this.region.arn('sqs', Name) });
    }
  }

  /** The pipes in the form of the world file. */
  snapshot(): WorldPipe[] {
    return this.pipes.map(({ Name, Source, Target }) => ({
      Name,
      TableName: Source.split('/')[1] ?? '',
      Target,
      Region: this.region.name,
    }));
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListPipes.html */
  ListPipes(input: ListPipesRequest): ListPipesResponse {
    requireSupported('pipes:ListPipes', input, ['SourcePrefix', 'Limit', 'NextToken']);
    const found = this.pipes.filter(({ Source }) => Source.startsWith(input.SourcePrefix ?? ''));
    const { items, nextToken } = page(found, input.Limit ?? PAGE_SIZE, input.NextToken);
    return {
      Pipes: items.map((pipe) => ({
        ...pipe,
        Arn: this.region.arn('pipes', `pipe/${pipe.Name}`),
        DesiredState: 'RUNNING',
        CurrentState: 'RUNNING',
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  }
}
