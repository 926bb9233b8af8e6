import conditionParser from 'dynalite/db/conditionParser';
import projectionParser from 'dynalite/db/projectionParser';
import updateParser from 'dynalite/db/updateParser';

const PARSERS = {
  UpdateExpression: updateParser,
  ProjectionExpression: projectionParser,
  ConditionExpression: conditionParser,
  FilterExpression: conditionParser,
  KeyConditionExpression: conditionParser,
};
const SYNTAX_ERROR = /^Invalid (\w+): Syntax error; /;
/** A word, a number, or one sign. */
const TOKEN = /[#:]?\w+|\S/g;

/**
 * DynamoDB's words for an expression that cannot be read, in place of the parser's: the token at which it ends, and this one
 * with its neighbours as they are written. Other messages stay as they are.
 */
export function inDynamoDbsWords(message: string, expressions: object): string {
  const [, parameter = ''] = SYNTAX_ERROR.exec(message) ?? [];
  const parser = PARSERS[parameter as keyof typeof PARSERS];
  const expression = (expressions as Record<string, string>)[parameter];
  if (!parser || expression === undefined) return message;
  const at = placeOfError(() => parser.parse(expression, CONTEXT));
  if (at === undefined) return message;
  const tokens = [...expression.matchAll(TOKEN)].map(({ 0: text, index }) => ({
    text,
    from: index,
    to: index + text.length,
  }));
  const found = tokens.findIndex(({ to }) => to > at);
  const index = found < 0 ? tokens.length : found;
  const before = tokens[index - 1];
  const after = tokens[index + 1] ?? tokens[index];
  const near = expression.slice(before?.from ?? tokens[index]?.from ?? 0, after?.to ?? expression.length);
  return `Invalid ${parameter}: Syntax error; token: "${tokens[index]?.text ?? '<EOF>'}", near: "${near}"`;
}

/** What the parsers ask for while they read; names and values do not matter to where they stop. */
const CONTEXT = {
  context: {
    ...{ attrNames: {}, attrVals: {}, unusedAttrNames: {}, unusedAttrVals: {} },
    isReserved: () => false,
    compare: () => true,
  },
};

function placeOfError(parse: () => unknown): number | undefined {
  try {
    parse();
  } catch (error) {
    return (error as { location?: { start: { offset: number } } }).location?.start.offset;
  }
  return undefined;
}
