"""Whether every example is valid Python. Argument: a JSON file with the examples."""
import ast
import json
import sys

wrong = 0
with open(sys.argv[1], encoding="utf8") as file:
    for example in json.load(file):
        try:
            ast.parse(example["source"])
        except SyntaxError as error:
            wrong += 1
            print(f"{example['at']}: {error}\n{example['source']}\n")
sys.exit(1 if wrong else 0)
