import { AwsError, SimulatorError } from '../errors';
import { commonPattern } from './java-pattern';
import type { Json, ParameterDeclaration, Template } from './template';

/** What is wrong with a template or its parameters, as CloudFormation would refuse it. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** The values of all parameters: what was given, else the default; refused as CloudFormation refuses them. */
export function parameterValues(template: Template, given: Record<string, string>): Record<string, Json> {
  const declarations = template.Parameters ?? {};
  const unknown = Object.keys(given).filter((name) => !declarations[name]);
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = Object.entries(declarations)
    .filter(([name, { Default }]) => given[name] === undefined && (Default === undefined || Default === null))
    .map(([name]) => name);
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return Object.fromEntries(
    Object.entries(declarations).map(([name, declaration]) => [
      name,
      parameterValue(name, declaration, given[name] ?? String(declaration.Default)),
    ]),
  );
}

function parameterValue(name: string, declaration: ParameterDeclaration, text: string): Json {
  const { Type } = declaration;
  if (Type.startsWith('AWS::SSM::'))
    throw new SimulatorError(`The parameter type ${Type} of ${name} is not simulated.`);
  const list = Type === 'CommaDelimitedList' || Type.startsWith('List<');
  const values = list ? text.split(',').map((part) => part.trim()) : [text];
  if (!list || text !== '') for (const value of values) checkValue(name, declaration, value);
  // Numbers stay text, as in CloudFormation: a property that needs a number reads it.
  return list ? (text === '' ? [] : values) : text;
}

function checkValue(name: string, declaration: ParameterDeclaration, value: string): void {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = declaration;
  const refuse = (constraint: string) => {
    const description = declaration.ConstraintDescription;
    return validationError(`Parameter ${name} failed to satisfy constraint: ${description ?? constraint}`);
  };
  if (AllowedValues && !AllowedValues.map(String).includes(value))
    throw declaration.ConstraintDescription
      ? refuse('')
      : validationError(`Parameter '${name}' must be one of AllowedValues`);
  if (declaration.Type.includes('Number')) {
    if (value.trim() === '' || Number.isNaN(Number(value)))
      throw validationError(`Parameter '${name}' must be a number.`);
    if (MinValue !== undefined && Number(value) < MinValue)
      throw refuse(`Parameter value must be at least ${MinValue}`);
    if (MaxValue !== undefined && Number(value) > MaxValue) throw refuse(`Parameter value must be at most ${MaxValue}`);
  }
  if (AllowedPattern !== undefined && !commonPattern(AllowedPattern, `The AllowedPattern of ${name}`).test(value))
    throw refuse(`Parameter ${name} must match pattern ${AllowedPattern}`);
  if (MinLength !== undefined && value.length < MinLength)
    throw refuse(`${name} must have at least ${MinLength} characters`);
  if (MaxLength !== undefined && value.length > MaxLength)
    throw refuse(`${name} must have at most ${MaxLength} characters`);
}
