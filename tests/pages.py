"""Read an HTML page as a browser would: elements, attributes, text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "col", "input"}


@dataclass
class Node:
    """An element."""

    tag: str
    attributes: dict[str, str | None]
    children: list["Node | str"] = field(default_factory=list)

    def all(self, tag: str) -> list["Node"]:
        """Return the elements of this kind below, in their order."""
        below = [child for child in self.children if isinstance(child, Node)]
        return [found for node in below for found in ([node] * (node.tag == tag) + node.all(tag))]

    def every(self) -> list["Node"]:
        """Return every element below."""
        below = [child for child in self.children if isinstance(child, Node)]
        return [found for node in below for found in (node, *node.every())]

    @property
    def text(self) -> str:
        """The text below."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def classes(self) -> list[str]:
        """The names by which styles find it."""
        return (self.attributes.get("class") or "").split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("page", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attributes):
        node = Node(tag, dict(attributes))
        assert len(node.attributes) == len(attributes), f"an attribute of <{tag}> is there twice"
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attributes):
        self.open[-1].children.append(Node(tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(page: str) -> Node:
    """Return the page; refuse one whose elements do not close in their order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root], f"never closed: {[node.tag for node in reader.open[1:]]}"
    return reader.root
