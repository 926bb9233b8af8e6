/** The package for YAML is CommonJS: a bundle in parts gives its names only to an import like this one. */
export { stringify } from 'yaml';
