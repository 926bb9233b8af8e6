"""
Starts MiniStack 1.5.33, and ends when the process that started it does: its standard input is a pipe from there.

It learns two things here. In the Conditions of a template it knows neither Fn::Join nor Fn::Split, with which templates
ask whether a list is empty, and takes what it does not know for true. And it has no AWS::SSM::Document, which no
condition of the template leaves out alone: here a document is a name, and its content is forgotten.
"""

import os
import shutil
import sys
import threading

from ministack.app import main
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

original = engine._evaluate_conditions


def fill(value, params):
    if isinstance(value, list):
        return [fill(item, params) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(texts(parts, params))
    if "Fn::Split" in value:
        separator, text = value["Fn::Split"]
        return str(fill(text, params)).split(separator)
    return {key: fill(item, params) for key, item in value.items()}


def texts(parts, params):
    if isinstance(parts, dict) and "Ref" in parts:
        return [item.strip() for item in str(params[parts["Ref"]]["Value"]).split(",")]
    return [params[part["Ref"]]["Value"] if isinstance(part, dict) and "Ref" in part else str(fill(part, params)) for part in parts]


def evaluate(template, params):
    return original({**template, "Conditions": fill(template.get("Conditions", {}), params)}, params)


for module in (engine, changesets, handlers, stacks):
    module._evaluate_conditions = evaluate

provisioners._RESOURCE_HANDLERS["AWS::SSM::Document"] = {
    "create": lambda logical_id, props, stack_name: (f"{stack_name}-{logical_id}", {}),
    "update": lambda physical_id, old_props, new_props, stack_name: (physical_id, {}),
    "delete": lambda physical_id, props: None,
}


def end_with_parent():
    sys.stdin.buffer.read()
    # The folder for all temporary files is made for this process alone.
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main()
