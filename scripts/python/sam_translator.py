"""Prints what AWS SAM's own translator makes of the template that is named, as JSON.

Runs in .venv/checkers, where `sam` is installed with its translator. Code is taken to be packaged already, as
`sam package` does it: the translator reads no folders.
"""

import json
import os
import sys

# Its parser asks boto3 for the region, and nothing else.
os.environ.setdefault('AWS_DEFAULT_REGION', 'eu-west-1')

from samcli.yamlhelper import yaml_parse  # noqa: E402
from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402

PACKAGED = 's3://packaged/object'


def main(path):
    with open(path, encoding='utf-8') as file:
        template = yaml_parse(file.read())
    for resource in template['Resources'].values():
        properties = resource.get('Properties', {})
        for key in ('CodeUri', 'DefinitionUri'):
            if key in properties:
                properties[key] = PACKAGED
    if 'CodeUri' in template.get('Globals', {}).get('Function', {}):
        template['Globals']['Function']['CodeUri'] = PACKAGED
    # AWS's managed policies are known to the service by name; here a name stays a name.
    managed = {}
    json.dump(Translator(managed, Parser()).translate(template, parameter_values={}), sys.stdout)


main(sys.argv[1])
