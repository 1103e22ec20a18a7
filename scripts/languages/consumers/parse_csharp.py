"""Whether C# sources and examples are valid. Arguments: a folder of sources, a JSON file with the examples."""
import json
import pathlib
import sys

import tree_sitter_c_sharp
from tree_sitter import Language, Node, Parser

parser = Parser(Language(tree_sitter_c_sharp.language()))


def first_error(node: Node) -> Node | None:
    if node.is_error or node.is_missing:
        return node
    if not node.has_error:
        return None
    return next((error for child in node.children if (error := first_error(child))), node)


wrong = 0


def check(place: str, source: bytes) -> None:
    global wrong
    tree = parser.parse(source)
    if tree.root_node.has_error:
        wrong += 1
        error = first_error(tree.root_node)
        print(f"{place}:{error.start_point[0] + 1 if error else '?'}: not C#\n{source.decode()[:2000] if len(source) < 4000 else ''}")


sources = sorted(pathlib.Path(sys.argv[1]).rglob("*.cs"))
for path in sources:
    check(str(path), path.read_bytes())
with open(sys.argv[2], encoding="utf8") as file:
    examples = json.load(file)
for example in examples:
    check(example["at"], f"class Example\n{{\n    void Run()\n    {{\n{example['source']}\n    }}\n}}\n".encode())
print(f"{len(sources)} files, {len(examples)} examples")
sys.exit(1 if wrong or not sources or not examples else 0)
