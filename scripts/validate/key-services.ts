import { isObject, type Json } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

const SUFFIXES = ['.amazonaws.com', '.amazonaws.com.cn'];

/**
 * A service that uses a key in the caller's name is named with both suffixes. In the partition aws-cn services end in
 * amazonaws.com.cn, and no page says which of them `kms:ViaService` has there
 * (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
 */
export const keyServices: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Properties = {} }]) =>
    viaServices(Properties as Json).flatMap((services) => {
      const missing = SUFFIXES.filter((suffix) => !services.some((service) => service.endsWith(suffix)));
      const message = `${logicalId} names a service in kms:ViaService without ${missing.join(', ')}`;
      return missing.length === 0 ? [] : [project.finding(TEMPLATE, ['Resources', logicalId], 'key-services', message)];
    }),
  );

/** The values of each `kms:ViaService` below a value; of `Fn::Sub` its text. */
function viaServices(value: Json): string[][] {
  if (Array.isArray(value)) return value.flatMap(viaServices);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === 'kms:ViaService'
      ? [[below].flat().map((service) => String(isObject(service) ? service['Fn::Sub'] : service))]
      : viaServices(below),
  );
}
