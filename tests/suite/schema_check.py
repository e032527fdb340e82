"""Holds documents to JSON Schemas, and schemas to documents, with an outside validator.

python3 schema_check.py JOB, where JOB is {"schemas": {NAME: SCHEMA}, "documents": [[NAME, WHAT, TEXT], ...],
"open": [[NAME, PLACE], ...]}, prints {"failures": [...], "refused": {NAME: COUNT}, "unmet": [...]}: each document must fit
its schema, and be refused once anything in it has a member that nobody knows, or another type. Places are written /a/*/b, a
* for any item; below an open one only the type of the place itself is known. Unmet are the forms of answers that no document
had.
"""

import copy
import json
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

STRANGE = {"nobody_knows": True}


def closed(node, place, found):
    """Names every object of a schema that takes members which it does not describe, or does not say what it is."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            closed(item, f"{place}/{index}", found)
    if not isinstance(node, dict):
        return
    kinds = node.get("type", [])
    if "object" in (kinds if isinstance(kinds, list) else [kinds]) and "properties" in node:
        if node.get("additionalProperties") is not False:
            found.append(f"{place} takes members that it does not describe")
    for key, value in node.items():
        if key in ("properties", "$defs"):
            for name, inner in value.items():
                if isinstance(inner, dict) and not {"description", "type", "$ref", "enum"} & inner.keys():
                    found.append(f"{place}/{key}/{name} does not say what it is")
                closed(inner, f"{place}/{key}/{name}", found)
        else:
            closed(value, f"{place}/{key}", found)


def pruned(node):
    """The same with at most two items in each list: enough to see every form once, and quick to look at."""
    if isinstance(node, dict):
        return {key: pruned(value) for key, value in node.items()}
    return [pruned(item) for item in node[:2]] if isinstance(node, list) else node


def places(node, path, shape, found):
    """The first place of each shape: the path to it, and /a/*/b."""
    found.setdefault(shape, path)
    if isinstance(node, dict):
        for key, value in node.items():
            places(value, [*path, key], f"{shape}/{key}", found)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            places(item, [*path, index], f"{shape}/*", found)


def mutants(document, is_open):
    found = {}
    places(document, [], "", found)
    for shape, path in found.items():
        if any(shape.startswith(f"{place}/") for place in is_open):
            continue
        changed = copy.deepcopy(document)
        parent, node = None, changed
        for step in path:
            parent, node = node, node[step]
        if isinstance(node, dict) and shape not in is_open:
            node.update(STRANGE)
            yield f"{shape} with a member that nobody knows", changed
        if parent is not None:
            changed = copy.deepcopy(document)
            parent = changed
            for step in path[:-1]:
                parent = parent[step]
            # An open object takes any members, so another type is no object.
            parent[path[-1]] = True if shape in is_open else STRANGE
            yield f"{shape} of another type", changed


def answers(schema):
    """A validator for each form of an answer, by its name."""
    forms = schema.get("$defs", {}).get("answer", {}).get("oneOf", [])
    names = [form["$ref"].removeprefix("#/$defs/") for form in forms]
    return {name: Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}) for name in names}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    failures, refused, seen = [], dict.fromkeys(job["schemas"], 0), set()
    validators, unmet = {}, {}
    for name, schema in job["schemas"].items():
        Draft202012Validator.check_schema(schema)
        validators[name] = Draft202012Validator(schema)
        unmet |= answers(schema)
        found = []
        closed(schema, "", found)
        failures.extend(f"{name}: {one}" for one in found)
    for name, what, text in job["documents"]:
        document, validator = json.loads(text), validators[name]
        error = best_match(validator.iter_errors(document))
        if error is not None:
            failures.append(f"{name}: {what}: {error.json_path}: {error.message[:400]}")
            continue
        unmet = {form: of for form, of in unmet.items() if name != "output" or not of.is_valid(document)}
        small = pruned(document)
        if not validator.is_valid(small):
            failures.append(f"{name}: {what}: with less items it does not fit")
            continue
        is_open = [place for of, place in job["open"] if of == name]
        form = small.get("status") if isinstance(small, dict) else None
        for change, mutant in mutants(small, is_open):
            if (name, form, change) in seen:
                continue
            seen.add((name, form, change))
            if validator.is_valid(mutant):
                failures.append(f"{name}: {what}: takes {change}")
            else:
                refused[name] += 1
    json.dump({"failures": failures, "refused": refused, "unmet": sorted(unmet)}, sys.stdout)


main()
