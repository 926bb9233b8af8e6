"""
Starts MiniStack 1.5.33. In the Conditions of a template it knows neither Fn::Join nor Fn::Split, with which templates
ask whether a list is empty, and takes what it does not know for true: here it learns them.
"""

from ministack.app import main
from ministack.services.cloudformation import changesets, engine, handlers, stacks

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

main()
