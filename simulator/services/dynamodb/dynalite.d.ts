/** The parts of dynalite (and of its number library) that the simulated DynamoDB uses. */
declare module 'dynalite/db/*' {
  const parser: { parse(expression: string, options: object): unknown };
  export default parser;
}

declare module 'dynalite/validations' {
  type Path = (string | number)[];
  /** A value is the very object that was given under `ExpressionAttributeValues`. */
  type Operand = Path | ExpressionNode | object;
  interface ExpressionNode {
    type: string;
    name?: string;
    args: Operand[];
  }
  interface UpdateSection {
    type: 'set' | 'remove' | 'add' | 'delete';
    path: Path;
    val?: Operand;
    attrType?: string | null;
  }
  interface Expressions {
    UpdateExpression?: string;
    ConditionExpression?: string;
    KeyConditionExpression?: string;
    FilterExpression?: string;
    ProjectionExpression?: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, object>;
    _updates?: { sections: UpdateSection[]; paths: Path[]; nestedPaths: Record<string, true> };
    _condition?: ParsedCondition;
    _keyCondition?: ParsedCondition;
    _filter?: ParsedCondition;
    _projection?: { paths: Path[]; nestedPaths: Record<string, true> };
  }
  interface ParsedCondition {
    expression: ExpressionNode;
    nestedPaths: Record<string, true>;
    pathHeads: Record<string, true>;
  }
  interface KeyCondition {
    ComparisonOperator: 'EQ' | 'LT' | 'LE' | 'GT' | 'GE' | 'BETWEEN' | 'BEGINS_WITH';
    AttributeValueList: object[];
  }

  /** Answers with the message of a ValidationException, or parses the expressions into the members with an underscore. */
  export function validateExpressions(data: Expressions): string | undefined;
  /** Answers with a message, or with the conditions by attribute. */
  export function convertKeyCondition(expression: ExpressionNode): string | Record<string, KeyCondition>;
}
