import { jsonComplaint } from '../../json-complaint';

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

it.each([
  ['not some json', `Unrecognized token 'not': was expecting ${VALUES}`],
  ['{"not": closed mark"', `Unrecognized token 'closed': was expecting ${VALUES}`],
  ["{'bad': 'quotation'}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
  ['[1, 2', 'Unexpected end-of-input'],
  ['{"a": 1 "b": 2}', "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries"],
  ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"],
  ['{"a": [true, -1.5e3, null, {}]} }', `Unexpected character ('}' (code 125)): expected a valid value ${VALUES}`],
  ['{"a": "b', 'Unexpected end-of-input: was expecting closing quote for a string value'],
])('says what is wrong with %s', (text, complaint) => {
  expect(jsonComplaint(text)).toBe(complaint);
});
